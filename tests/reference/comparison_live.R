# What R makes of answers that are awkward to compare: zero cells, one answer that nearly all give, types of three,
# a type of one, heavy ties, unequal variances, many municipalities, extreme weights.
# Rscript comparison_live.R   writes comparison_live.json   (R, effectsize, survey, jsonlite)
suppressMessages({library(effectsize); library(survey); library(jsonlite)})
options(digits = 15, warn = -1)

pairs_of <- function(k) if (k > 1) combn(k, 2, simplify = FALSE) else list()

wilson <- function(x, n) if (n == 0) c(NA, NA) else as.numeric(prop.test(x, n, correct = FALSE)$conf.int)

two_shares <- function(x1, n1, x2, n2) {
  a <- wilson(x1, n1); b <- wilson(x2, n2); p1 <- x1 / n1; p2 <- x2 / n2; d <- p1 - p2
  low <- d - sqrt((p1 - a[1])^2 + (b[2] - p2)^2)
  high <- d + sqrt((a[2] - p1)^2 + (p2 - b[1])^2)
  table <- rbind(c(x1, n1 - x1), c(x2, n2 - x2))
  alike <- any(colSums(table) == 0)
  least <- min(outer(rowSums(table), colSums(table)) / sum(table))
  p <- if (alike) NA else if (least >= 5) chisq.test(table, correct = FALSE)$p.value else fisher.test(table)$p.value
  ratio <- (x1 * (n2 - x2)) / ((n1 - x1) * x2)
  list(difference = d, low = low, high = high, p = p, odds_ratio = if (is.finite(ratio)) ratio else NA)
}

goodman <- function(count) {
  n <- sum(count); c <- length(count); q <- qchisq(1 - 0.05 / c, 1)
  half <- sqrt(q * (q + 4 * count * (n - count) / n))
  cbind((q + 2 * count - half) / (2 * (n + q)), (q + 2 * count + half) / (2 * (n + q)))
}

overall <- function(table) {
  table <- table[rowSums(table) > 0, colSums(table) > 0, drop = FALSE]
  found <- chisq.test(table, correct = FALSE)
  list(least = min(found$expected), chisq = as.numeric(found$statistic), df = as.numeric(found$parameter),
       p_chisq = found$p.value,
       p_fisher = if (sum(table) <= 120) fisher.test(table, workspace = 2e7)$p.value else NA,  # else it gives up
       v = as.numeric(cramers_v(table, adjust = FALSE, ci = NULL)[[1]]),
       v_corrected = as.numeric(cramers_v(table, adjust = TRUE, ci = NULL)[[1]]))
}

shares <- function(type, y, values) {
  table <- table(factor(type), factor(y, values))
  n <- rowSums(table); k <- nrow(table); c <- length(values)
  kind <- if (c == 2) "binary" else "nominal"
  out <- list(kind = kind, values = values, table = unclass(table), overall = overall(table))
  set.seed(1)
  out$p_drawn <- fisher.test(table[, colSums(table) > 0], simulate.p.value = TRUE, B = 4e5)$p.value
  if (c == 2) {
    x <- table[, 2]
    out$estimates <- lapply(seq_len(k), function(t) c(x[t] / n[t], wilson(x[t], n[t])))
    out$pairs <- lapply(pairs_of(k), function(p) two_shares(x[p[1]], n[p[1]], x[p[2]], n[p[2]]))
    out$rest <- lapply(seq_len(k), function(t) two_shares(x[t], n[t], sum(x) - x[t], sum(n) - n[t]))
  } else {
    out$estimates <- lapply(seq_len(k), function(t) cbind(table[t, ] / n[t], goodman(table[t, ])))
    found <- chisq.test(table, correct = FALSE)
    out$expected <- unclass(found$expected)
    out$residual <- unclass(found$stdres)
  }
  out
}

dunn_z <- function(rank, a, b) {
  all <- rank; n <- length(all); ties <- table(all)
  variance <- n * (n + 1) / 12 - sum(ties^3 - ties) / (12 * (n - 1))
  (mean(rank[a]) - mean(rank[b])) / sqrt(variance * (1 / sum(a) + 1 / sum(b)))
}

scores <- function(type, y, kind) {
  k <- max(type) + 1; by <- split(y, type); rank <- rank(y)
  t_ends <- function(v) if (length(v) > 1 && var(v) > 0) as.numeric(t.test(v)$conf.int) else c(NA, NA)
  h <- kruskal.test(y, factor(type))
  counted <- list(values = sort(unique(y)), table = unclass(table(type, y)))
  data <- if (kind == "ordinal") counted else list(type = type, y = y)
  out <- list(kind = kind,
              estimates = lapply(by, function(v) c(mean(v), t_ends(v))),
              quartiles = lapply(by, function(v) as.numeric(quantile(v, c(.25, .5, .75)))), sd = lapply(by, sd),
              kruskal = list(statistic = as.numeric(h$statistic), df = as.numeric(h$parameter), p = h$p.value,
                             epsilon = as.numeric(rank_epsilon_squared(y ~ factor(type), ci = NULL)[[1]])))
  out <- c(data, out)
  if (kind == "ordinal") {
    out$pairs <- lapply(pairs_of(k), function(p) {
      z <- dunn_z(rank, type == p[1] - 1, type == p[2] - 1)
      list(delta = as.numeric(rank_biserial(by[[p[1]]], by[[p[2]]], ci = NULL)[[1]]), z = z, p = 2 * pnorm(-abs(z)))
    })
    out$rest <- lapply(seq_len(k), function(t) {
      z <- dunn_z(rank, type == t - 1, type != t - 1)
      list(delta = as.numeric(rank_biserial(by[[t]], unlist(by[-t]), ci = NULL)[[1]]), z = z, p = 2 * pnorm(-abs(z)))
    })
    return(out)
  }
  enough <- type %in% (which(lengths(by) > 1) - 1)
  f <- oneway.test(y[enough] ~ factor(type[enough]))
  out$welch <- list(statistic = as.numeric(f$statistic), df = as.numeric(f$parameter), p = f$p.value)
  o <- omega_squared(aov(y ~ factor(type)), partial = FALSE, ci = 0.95, alternative = "two.sided")
  out$omega <- c(o[["Omega2"]], o$CI_low, o$CI_high)
  used <- sum(lengths(by) > 1)
  out$pairs <- lapply(pairs_of(k), function(p) {
    a <- by[[p[1]]]; b <- by[[p[2]]]
    if (min(length(a), length(b)) < 2) return(list(difference = mean(a) - mean(b)))
    t <- t.test(a, b); q <- abs(t$statistic) * sqrt(2); g <- hedges_g(a, b, ci = 0.95)
    half <- qtukey(0.95, used, t$parameter) / sqrt(2) * sqrt(var(a) / length(a) + var(b) / length(b))
    joint <- as.numeric(ptukey(q, used, t$parameter, lower.tail = FALSE))
    list(difference = mean(a) - mean(b), low = mean(a) - mean(b) - half, high = mean(a) - mean(b) + half, p = t$p.value,
         p_joint = joint, g = c(g[["Hedges_g"]], g$CI_low, g$CI_high))
  })
  out$rest <- lapply(seq_len(k), function(t) {
    if (length(by[[t]]) < 2) return(list(difference = mean(by[[t]]) - mean(unlist(by[-t]))))
    w <- t.test(by[[t]], unlist(by[-t]))
    list(difference = mean(by[[t]]) - mean(unlist(by[-t])), low = w$conf.int[1], high = w$conf.int[2], p = w$p.value)
  })
  out
}

weighted <- function(type, y, w, kind) {
  d <- data.frame(type = factor(type), y = y, w = w); design <- svydesign(ids = ~1, weights = ~w, data = d)
  out <- list(kind = kind, type = type, y = y, weights = w)
  if (kind == "binary") {
    own <- lapply(levels(d$type), function(t) svyciprop(~y, subset(design, type == t), method = "logit"))
    out$estimates <- lapply(own, function(s) c(as.numeric(s), as.numeric(attr(s, "ci"))))
    f <- svychisq(~type + y, design, statistic = "F")
    out$test <- list(statistic = as.numeric(f$statistic), df = as.numeric(f$parameter), p = as.numeric(f$p.value))
  }
  m <- svyby(~y, ~type, design, svymean)
  out$mean <- as.numeric(coef(m)); out$se <- as.numeric(SE(m))
  out$kish <- as.numeric(tapply(w, type, function(v) sum(v)^2 / sum(v^2)))
  out
}

from_table <- function(table) list(type = rep(row(table) - 1, table), y = rep(col(table) - 1, table))
set.seed(20)
cases <- list()
add <- function(name, value) cases[[name]] <<- value

t <- from_table(rbind(c(6, 0, 1, 0), c(0, 5, 0, 2), c(1, 0, 7, 0), c(2, 2, 2, 0)))
add("zero_cells_4x4", shares(t$type, t$y, 0:3))
t <- from_table(rbind(c(3, 0), c(1, 3)))
add("two_by_two_of_seven", shares(t$type, t$y, 0:1))
t <- from_table(rbind(c(9, 4, 6, 2, 1, 3, 5), c(2, 5, 6, 7, 4, 1, 9)))
add("two_by_seven", shares(t$type, t$y, 0:6))
t <- from_table(cbind(c(30, 22, 18, 25, 12, 33, 20), c(10, 20, 25, 9, 15, 14, 28)))
add("seven_types_yes_no", shares(t$type, t$y, 0:1))
t <- from_table(rbind(c(128, 2, 2), c(108, 1, 3), c(80, 0, 2), c(75, 5, 0)))
add("one_answer_that_nearly_all_give", shares(t$type, t$y, 0:2))
t <- from_table(rbind(c(4, 1, 2), c(0, 6, 1), c(3, 3, 3), c(1, 0, 7), c(2, 4, 0)))
add("fisher_5x3", shares(t$type, t$y, 0:2))
t <- from_table(rbind(c(60, 40, 20, 12), c(70, 20, 15, 7), c(40, 30, 10, 2), c(30, 30, 18, 2)))
add("sparse_4x4_of_hundreds", shares(t$type, t$y, 0:3))
t <- from_table(rbind(c(0, 20), c(15, 3), c(20, 0), c(8, 12)))
add("all_yes_and_all_no", shares(t$type, t$y, 0:1))
t <- from_table(rbind(c(4800, 200), c(5300, 300), c(4700, 250), c(4200, 250)))
add("twenty_thousand", shares(t$type, t$y, 0:1))

type <- rep(0:3, c(60, 50, 50, 40))
add("nine_of_ten_alike", scores(type, as.numeric(rbinom(200, 3, 0.03 + 0.03 * type)), "ordinal"))
add("types_of_three", scores(rep(0:3, each = 3), c(1, 2, 2, 3, 4, 4, 1, 1, 3, 5, 4, 5), "ordinal"))
t <- from_table(rbind(c(900, 1500, 1600, 1000), c(800, 1500, 1700, 1600), c(850, 1450, 1550, 1100),
                      c(900, 1300, 1250, 1000)))
add("many_ordinal", scores(t$type, as.numeric(t$y), "ordinal"))
spread <- round(c(rnorm(8, 12, 20), rnorm(40, 10, 1), rnorm(15, 11, 5), rnorm(25, 9, 0.3)), 3)
add("unequal_spread", scores(rep(0:3, c(8, 40, 15, 25)), spread, "number"))
add("a_type_of_one", scores(rep(0:3, c(20, 1, 12, 9)), round(exp(rnorm(42, 1, 0.8)), 3), "number"))
add("three_numbers_a_type", scores(rep(0:2, each = 3), c(2.5, 3, 7, -4, 0, 1.5, 10, 11, 18), "number"))

type <- rep(0:3, c(40, 30, 25, 15)); w <- round(10^runif(110, -2, 2), 4)
add("extreme_weights_yes_no", weighted(type, rbinom(110, 1, 0.2 + 0.15 * type), w, "binary"))
add("extreme_weights_number", weighted(type, round(rnorm(110, 5 + type, 2), 2), w, "number"))
write_json(list(call = "Rscript comparison_live.R",
                versions = list(R = R.version.string, effectsize = as.character(packageVersion("effectsize")),
                                survey = as.character(packageVersion("survey"))),
                tolerance = 1e-7, cases = lapply(cases, function(case) lapply(case, function(part)
                  if (is.list(part) && !is.null(names(part)) && all(grepl("^[0-9]+$", names(part)))) unname(part) else part))),
           "comparison_live.json", digits = NA, auto_unbox = TRUE, na = "null")
