# Figures for tests/test_overlapping.py and tests/test_waves: the same units asked twice, some of them once.
# Rscript paired.R; needs r-cran-coin, r-cran-vcd, r-cran-survey and r-cran-jsonlite
suppressMessages({library(coin); library(vcd); library(survey); library(jsonlite)})
out <- list(r_version = as.character(getRversion()), coin = as.character(packageVersion("coin")),
            vcd = as.character(packageVersion("vcd")), survey = as.character(packageVersion("survey")))

# Paired tables
tables <- list(
  three = rbind(c(20, 10, 5), c(3, 30, 15), c(0, 5, 40)),
  four = rbind(c(60, 8, 5, 7), c(4, 70, 9, 2), c(12, 3, 50, 2), c(4, 6, 2, 44)),
  absent = rbind(c(25, 0, 9), c(0, 0, 0), c(21, 0, 30)),
  apart = rbind(c(20, 13, 0, 0), c(5, 30, 0, 0), c(0, 0, 10, 14), c(0, 0, 9, 10)),
  few = rbind(c(20, 3, 2), c(1, 30, 0), c(5, 1, 10)))
one <- function(m) {
  present <- which(rowSums(m) + colSums(m) > 0)
  t <- as.table(m[present, present]); dimnames(t) <- list(a = seq_along(present), b = seq_along(present))
  h <- mh_test(t)
  set.seed(1)
  monte_carlo <- mh_test(t, distribution = approximate(nresample = 1e6))
  k <- Kappa(t)
  binary <- lapply(seq_len(nrow(m)), function(i) {
    left <- sum(m[i, ]) - m[i, i]; joined <- sum(m[, i]) - m[i, i]
    if (left + joined == 0) return(NULL)
    two <- matrix(c(m[i, i], joined, left, sum(m) - m[i, i] - left - joined), 2)
    r <- mcnemar.test(two, correct = FALSE)
    list(left = left, joined = joined, statistic = unname(r$statistic), p = r$p.value, exact = binom.test(left, left + joined)$p.value)
  })
  list(table = m, statistic = as.numeric(statistic(h)), df = h@statistic@df, p = as.numeric(pvalue(h)),
       approximate = as.numeric(pvalue(monte_carlo)), kappa = k$Unweighted[["value"]], ase = k$Unweighted[["ASE"]],
       interval = as.numeric(confint(k)["Unweighted", ]), mcnemar = binary)
}
out$tables <- lapply(tables, one)

# Two waves of which 60 units are in both, with values and weights
set.seed(5)
N <- 150; key <- 1:N
first <- key <= 110; second <- key > 50
type <- sample(1:3, N, TRUE, c(.5, .3, .2))
later <- ifelse(runif(N) < .6, type, sample(1:3, N, TRUE))
x <- rnorm(N, type); y <- .7 * x + rnorm(N, .3)
w1 <- round(runif(N, .4, 2.5), 2); w2 <- round(w1 * runif(N, .7, 1.4), 2)
out$panel <- list(before = ifelse(first, type, 0), after = ifelse(second, later, 0), x = x, y = y, w1 = w1, w2 = w2)
long <- rbind(data.frame(key = key[first], wave = 1, type = type[first], v = x[first], w = w1[first]),
              data.frame(key = key[second], wave = 2, type = later[second], v = y[second], w = w2[second]))
change <- function(formula, design, inside = NULL) {
  if (!is.null(inside)) design <- subset(design, inside)
  b <- svyby(formula, ~wave, design, svymean, covmat = TRUE)
  d <- svycontrast(b, c(-1, 1))
  list(change = as.numeric(coef(d)), se = as.numeric(SE(d)))
}
weighted <- svydesign(ids = ~key, weights = ~w, data = long)
out$weighted_shares <- lapply(1:3, function(t) {
  long$is <- as.numeric(long$type == t)
  change(~is, svydesign(ids = ~key, weights = ~w, data = long))
})
out$means <- list(weighted = change(~v, weighted), plain = change(~v, svydesign(ids = ~key, weights = ~1, data = long)))
v <- cov(cbind(x, y)[first & second, ])
pairs <- t.test(y[first & second], x[first & second], paired = TRUE)
welch <- t.test(y[key > 110], x[first])
out$t <- list(paired = list(n = sum(first & second), ci = as.numeric(pairs$conf.int), p = pairs$p.value),
              welch = list(ci = as.numeric(welch$conf.int), p = welch$p.value, df = unname(welch$parameter)))

# Nobody in both: Pearson's tests
counts <- rbind(c(30, 50, 20), c(28, 31, 31))
out$nobody_twice <- list(counts = counts, statistic = unname(chisq.test(counts)$statistic), p = chisq.test(counts)$p.value,
  each = lapply(1:3, function(t) prop.test(counts[, t], rowSums(counts), correct = FALSE)$p.value))

# Lengths: the non-centrality whose distribution has the value at its ends
ncp <- function(value, df, below) if (pchisq(value, df) <= below) 0 else uniroot(function(l) pchisq(value, df, ncp = l) - below, c(0, 1e4), tol = 1e-12)$root
out$lengths <- lapply(list(c(4, 2), c(25, 7), c(3, 7), c(60, 3.5)), function(q)
  list(value = q[1], df = q[2], low = ncp(q[1], q[2], .975), high = ncp(q[1], q[2], .025), p = pchisq(q[1], q[2], lower.tail = FALSE)))

file <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
write_json(out, file.path(dirname(file), "paired.json"), digits = NA, auto_unbox = TRUE, pretty = FALSE)
