# Writes statistics_live.json: R's results on small fixed inputs, beyond those of the oracle files.
# Run: Rscript tests/reference/statistics_live.R   (R 4.2.2, jsonlite, effectsize 0.8.3, vcd 1.4.11)
library(jsonlite)
out <- list(call = "statistics_live.R", r_version = as.character(getRversion()),
            packages = list(effectsize = as.character(packageVersion("effectsize"))))

# Goodman (1965): Wilson's interval with the quantile of chi-squared at (1 - level)/categories
goodman <- function(x, level = 0.95) {
  n <- sum(x); a <- qchisq(1 - (1 - level) / length(x), 1); s <- sqrt(a * (a + 4 * x * (n - x) / n))
  list(low = (a + 2 * x - s) / (2 * (n + a)), high = (a + 2 * x + s) / (2 * (n + a)))
}
out$goodman <- list(list(counts = c(20, 30, 50), level = 0.95), list(counts = c(0, 3, 12, 85), level = 0.9))
out$goodman <- lapply(out$goodman, function(case) c(case, goodman(case$counts, case$level)))

# t interval and Welch's t on given values
a <- c(3, 4, 4, 2, 5, 3, 3, 4, 1, 5, 4, 3); b <- c(2, 3, 1, 2, 4, 2, 3, 3); d <- c(5, 5, 4, 5, 3, 5)
t1 <- t.test(a); w <- t.test(a, b); w90 <- t.test(b, d, conf.level = 0.9)
welch <- function(t) list(estimate = unname(t$estimate[1] - t$estimate[2]), ci = as.numeric(t$conf.int),
                          t = unname(t$statistic), df = unname(t$parameter), p = t$p.value)
out$means <- list(a = a, b = b, d = d, t_interval = as.numeric(t1$conf.int), welch = welch(w), welch90 = welch(w90))
values <- c(a, b, d); group <- rep(1:3, c(12, 8, 6))
o <- oneway.test(values ~ group); k <- kruskal.test(values, group)
out$means$oneway <- list(f = unname(o$statistic), df = unname(o$parameter), p = o$p.value)
out$means$kruskal <- list(h = unname(k$statistic), df = unname(k$parameter), p = k$p.value)

# Dunn's z of each pair (first less second) and of each group against the rest, from the ranks
r <- rank(values); n <- length(r); v <- n * (n + 1) / 12 - sum(table(r)^3 - table(r)) / (12 * (n - 1))
z <- function(i, j) (mean(r[i]) - mean(r[j])) / sqrt(v * (1 / sum(i) + 1 / sum(j)))
out$means$dunn <- c(z(group == 1, group == 2), z(group == 1, group == 3), z(group == 2, group == 3))
out$means$dunn_rest <- sapply(1:3, function(g) z(group == g, group != g))

# Games-Howell from Welch's t and the studentised range
out$means$games_howell <- lapply(list(list(a, b), list(a, d), list(b, d)), function(pair) {
  t <- t.test(pair[[1]], pair[[2]]); e <- t$stderr; q <- qtukey(0.95, 3, t$parameter)
  m <- unname(t$estimate[1] - t$estimate[2])
  list(low = m - q * e / sqrt(2), high = m + unname(q) * e / sqrt(2),
       p = unname(ptukey(abs(t$statistic) * sqrt(2), 3, t$parameter, lower.tail = FALSE)))
})

# Hedges' g; ends by inverting the noncentral t
hedges <- function(x, y, level = 0.95) {
  nu <- length(x) + length(y) - 2; h <- sqrt(1 / length(x) + 1 / length(y))
  J <- exp(lgamma(nu / 2) - lgamma((nu - 1) / 2)) / sqrt(nu / 2); t <- unname(t.test(x, y, var.equal = TRUE)$statistic)
  root <- function(p) uniroot(function(l) pt(t, nu, l) - p, t + c(-15, 15), tol = 1e-13)$root
  list(g = J * t * h, low = J * h * root(0.5 + level / 2), high = J * h * root(0.5 - level / 2))
}
out$hedges <- list(ab = hedges(a, b), bd = hedges(b, d, 0.9))
out$hedges$effectsize_ab <- effectsize::hedges_g(a, b)$Hedges_g

# omega squared; explained share by inverting the noncentral F
explained <- function(f, df1, df2, level = 0.95) {
  root <- function(p) if (pf(f, df1, df2) <= p) 0 else
    uniroot(function(l) pf(f, df1, df2, l) - p, c(0, 1000), tol = 1e-12)$root
  l <- c(root(0.5 + level / 2), root(0.5 - level / 2)); l / (l + df1 + df2 + 1)
}
f <- anova(lm(values ~ factor(group)))[["F value"]][1]
e2 <- unname(k$statistic) / (n - 1)
out$explained <- list(
  omega = effectsize::omega_squared(aov(values ~ factor(group)), verbose = FALSE)$Omega2, omega_ci = explained(f, 2, n - 3),
  epsilon = effectsize::rank_epsilon_squared(values, factor(group), ci = NULL)$rank_epsilon_squared,
  epsilon_ci = explained(e2 / (1 - e2) * (n - 3) / 2, 2, n - 3),
  cases = lapply(list(c(5.1984, 3, 408, 0.95), c(42.36, 3, 408, 0.95), c(0.4, 3, 60, 0.95), c(2.2, 2, 30, 0.9)),
                 function(x) list(f = x[1], df = x[2:3], level = x[4], ci = explained(x[1], x[2], x[3], x[4]))))

# Cliff's delta from the dominance matrix; consistent variance (Cliff 1993) with one answer added to each group,
# spread as those of both groups on average; interval of Feng & Cliff (2004) with that variance in proportion to
# 1 - delta^2, and Brunner and Munzel's degrees of freedom
cliff <- function(x, y, level = 0.95) {
  codes <- sort(unique(c(x, y))); share <- function(v) as.numeric(table(factor(v, codes))) / length(v)
  m <- sign(outer(x, y, "-")); d <- mean(m)
  # every answer of a group has weight 1, and every code of the added answer its share
  added <- (share(x) + share(y)) / 2
  vx <- c(x, codes); wx <- c(rep(1, length(x)), added); vy <- c(y, codes); wy <- c(rep(1, length(y)), added)
  m <- sign(outer(vx, vy, "-")); nx <- sum(wx); ny <- sum(wy); ds <- sum(outer(wx, wy) * m) / (nx * ny)
  sx <- sum(wx * (m %*% wy / ny - ds)^2) / (nx - 1); sy <- sum(wy * (t(m) %*% wx / nx - ds)^2) / (ny - 1)
  sxy <- sum(outer(wx, wy) * (m - ds)^2) / ((nx - 1) * (ny - 1))
  v <- ((ny - 1) * sx + (nx - 1) * sy + sxy) / (nx * ny)
  df <- (sx / nx + sy / ny)^2 / ((sx / nx)^2 / (nx - 1) + (sy / ny)^2 / (ny - 1)); t <- qt(0.5 + level / 2, df)
  v <- v * (1 - d^2) / (1 - ds^2)
  ci <- if (abs(d) == 1) NA else (d - d^3 + c(-1, 1) * t * sqrt(v) * sqrt((1 - d^2)^2 + t^2 * v)) / (1 - d^2 + t^2 * v)
  list(delta = d, ci = ci)
}
x <- c(10, 10, 20, 20, 20, 30, 30, 30, 40, 50); y <- c(10, 20, 30, 40, 40, 50)
out$cliff <- list(ab = cliff(a, b), bd = cliff(b, d, 0.9), x = x, y = y, xy = cliff(x, y),
                  effectsize_ab = effectsize::rank_biserial(a, b, ci = NULL)$r_rank_biserial)

# Odds ratio by logistic regression, Wald interval
glm_or <- function(yes, n) {
  fit <- glm(cbind(yes, n - yes) ~ c(1, 0), family = binomial, control = list(epsilon = 1e-14))
  list(yes = yes, n = n, ratio = unname(exp(coef(fit)[2])), ci = unname(exp(confint.default(fit)[2, ])))
}
out$odds_ratio <- list(glm_or(c(12, 5), c(19, 25)), glm_or(c(40, 110), c(90, 322)))

# Exact tests of tables with more than two rows
tables <- list(rbind(c(1, 9), c(4, 6), c(0, 12), c(3, 5)), rbind(c(0, 40), c(2, 60), c(7, 55), c(1, 90)),
               rbind(c(2, 1, 4), c(0, 5, 1), c(3, 0, 2)), rbind(c(8, 1), c(2, 7)), rbind(c(0, 30), c(4, 41)))
out$fisher <- lapply(tables, function(t) list(table = t, p = fisher.test(t, workspace = 2e7)$p.value))

# A 4x4 table with n = 412 and small expected counts: R's simulated p
sparse <- rbind(c(60, 22, 7, 1), c(70, 24, 3, 3), c(71, 43, 10, 5), c(50, 31, 4, 8))
set.seed(20240501); s <- fisher.test(sparse, simulate.p.value = TRUE, B = 1e6)
out$sparse <- list(table = sparse, B = 1e6, p = s$p.value, se = sqrt(s$p.value * (1 - s$p.value) / 1e6))

# Studentised range
grid <- expand.grid(q = c(1, 3.5, 5), k = c(3, 4, 8), df = c(8.2, 40, 216.5))
out$tukey <- list(q = grid$q, k = grid$k, df = grid$df, p = with(grid, ptukey(q, k, df, lower.tail = FALSE)))

# Figures of the docstrings
s <- function(n, m, s) { x <- scale(seq_len(n)); as.numeric(x * s + m) }
e1 <- s(30, 3.2, 1.1); e2 <- s(25, 2.4, 0.8)
ranks <- rep(rep(1:3, 3), c(8, 3, 1, 2, 5, 6, 1, 4, 7)); g <- rep(1:3, c(12, 13, 12))
out$docstrings <- list(
  mean = as.numeric(t.test(s(40, 2.5, 1.2))$conf.int), welch_p = t.test(e1, e2)$p.value, hedges = hedges(e1, e2),
  kruskal = unname(kruskal.test(ranks, g)$statistic), goodman_low = goodman(c(20, 30, 50))$low,
  bergsma = effectsize::cramers_v(rbind(c(20, 30), c(35, 15)), adjust = TRUE, ci = NULL)[[1]],
  cliff = cliff(rep(1:4, c(5, 12, 20, 8)), rep(1:4, c(15, 14, 9, 3))),
  epsilon_ci = explained(13.529 / 411 / (1 - 13.529 / 411) * 408 / 3, 3, 408))
file <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
write_json(out, file.path(dirname(file), "statistics_live.json"), digits = NA, auto_unbox = TRUE, pretty = FALSE)
