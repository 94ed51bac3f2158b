# The test of a question with several answers, in base R and survey: the sum of Pearson's chi-squared of all
# options, the coefficients of its distribution as eigenvalues of the full covariance matrix, p by
# survey::pchisqsum, and p by drawing the types anew (which needs no approximation).
# Rscript multiple_response.R
suppressMessages({library(survey); library(jsonlite)})

sum_of_chisq <- function(type, picks) {
  sum(apply(picks, 2, function(y) suppressWarnings(chisq.test(table(type, y), correct = FALSE)$statistic)))
}

weighted_statistic <- function(type, picks, w) {
  n <- length(w)
  share <- colSums(w * picks) / sum(w)
  total <- 0
  for (t in unique(type)) {
    own <- colSums((w * picks)[type == t, , drop = FALSE]) / sum(w[type == t])
    total <- total + n * sum(w[type == t]) / sum(w) * sum((own - share)^2 / (share * (1 - share)))
  }
  total
}

coefficients_of <- function(type, picks, w) {
  n <- length(w)
  type <- factor(type)
  c <- ncol(picks)
  k <- nlevels(type)
  q <- as.vector(tapply(w, type, sum)) / sum(w)
  standard <- sweep(sweep(picks, 2, colSums(w * picks) / sum(w)), 2,
                    sqrt(colSums(w * picks) / sum(w) * (1 - colSums(w * picks) / sum(w))), "/")
  pooled <- crossprod(w * standard) / sum(w^2)
  cost <- n * q * as.vector(tapply(w^2, type, sum)) / as.vector(tapply(w, type, sum))^2
  centre <- diag(k) - sqrt(q) %*% t(sqrt(q))
  big <- kronecker(centre, diag(c)) %*% kronecker(diag(cost), pooled) %*% kronecker(centre, diag(c))
  values <- eigen(big, symmetric = TRUE)$values
  values[values > 1e-9]
}

drawn_p <- function(statistic, type, picks, w, draws = 20000) {
  seen <- statistic(type, picks, w)
  more <- replicate(draws, statistic(sample(type), picks, w) >= seen - 1e-9)
  (1 + sum(more)) / (1 + draws)
}

fast_statistic <- function(type, picks, w) {
  share <- colSums(w * picks) / sum(w)
  standard <- sweep(sweep(picks, 2, share), 2, sqrt(share * (1 - share)), "/")
  mass <- tapply(w, type, sum)
  length(w) * sum(rowsum(w * standard, type)^2 / as.vector(mass)) / sum(w)
}

make <- function(seed, sizes, shares, common, shift) {
  set.seed(seed)
  type <- rep(seq_along(sizes) - 1, sizes)
  lean <- rnorm(length(type))
  picks <- sapply(seq_along(shares), function(j) {
    z <- sqrt(common) * lean + sqrt(1 - common) * rnorm(length(type))
    as.integer(z < qnorm(shares[j]) + shift * (type == 0) * (j == 1))
  })
  list(type = type, picks = picks, weights = round(exp(rnorm(length(type)) * 0.6), 3))
}

cases <- list(
  like_the_sample = make(1, c(132, 112, 82, 80), c(0.6, 0.5, 0.45, 0.3, 0.2, 0.15), 0.3, 0.5),
  uneven = make(2, c(15, 30, 60), c(0.7, 0.5, 0.4, 0.3), 0.6, 0.6),
  independent = make(3, c(40, 40), c(0.5, 0.4, 0.3, 0.25, 0.2), 0, 0),
  one_option = make(4, c(30, 25, 20), 0.4, 0, 0.5)
)
result <- lapply(cases, function(case) {
  picks <- as.matrix(case$picks)
  ones <- rep(1, length(case$type))
  plain <- coefficients_of(case$type, picks, ones)
  weighted <- coefficients_of(case$type, picks, case$weights)
  x <- sum_of_chisq(case$type, picks)
  y <- weighted_statistic(case$type, picks, case$weights)
  df <- sum(weighted)^2 / sum(weighted^2)
  stopifnot(abs(fast_statistic(case$type, picks, ones) - x) < 1e-8,
            abs(fast_statistic(case$type, picks, case$weights) - y) < 1e-8)
  list(type = case$type, picks = picks, weights = case$weights,
       sum = x, coefficients = plain,
       p_value = pchisqsum(x, df = rep(1, length(plain)), a = plain, lower.tail = FALSE, method = "satterthwaite"),
       p_saddlepoint = pchisqsum(x, df = rep(1, length(plain)), a = plain, lower.tail = FALSE, method = "saddlepoint"),
       p_drawn = drawn_p(fast_statistic, case$type, picks, ones),
       weighted = list(f = y / sum(weighted), df = df,
                       p_value = pf(y / sum(weighted), df, df * (length(case$type) - 1), lower.tail = FALSE),
                       p_drawn = drawn_p(fast_statistic, case$type, picks, case$weights)))
})
write_json(list(call = "Rscript multiple_response.R: chisq.test, survey::pchisqsum, 20,000 drawn types",
                versions = list(R = R.version.string, survey = as.character(packageVersion("survey"))),
                cases = result), "multiple_response.json", digits = 15, auto_unbox = TRUE)
