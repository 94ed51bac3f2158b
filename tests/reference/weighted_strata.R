# Writes weighted_strata.json: weighted standardisation and tests within strata in R, on the synthetic municipalities and
# weights of weighting_live.json. Run in this folder: Rscript weighted_strata.R   (R 4.2.2, survey 4.1-1, jsonlite)
suppressMessages({library(survey); library(jsonlite)})
d <- as.data.frame(fromJSON("weighting_live.json")$data$synthetic)
d$type <- factor(d$cluster)
d$size <- factor(d$popclass)
design <- svydesign(ids = ~1, weights = ~weight, data = d)
out <- list(call = "weighted_strata.R", r_version = as.character(getRversion()), survey = as.character(packageVersion("survey")))

# Marginal standardisation from models that are saturated in type and size; the strata's shares are estimated, too.
# Where nobody in a cell said yes, the linear model gives what the logistic one would in the limit.
# svypredmeans adds the type to the model that it is given, but not its interactions: so its lines are followed by hand.
standard <- function(name, family) {
  f <- as.formula(paste(name, "~ type * size"))
  model <- svyglm(f, design, family = family, control = glm.control(epsilon = 1e-14, maxit = 100))
  w <- weights(design)
  fits <- sapply(levels(d$type), function(t) {
    new <- d; new$type <- factor(t, levels = levels(d$type))
    as.numeric(coef(predict(model, new, type = "response", se.fit = FALSE)))
  })
  gradient <- sapply(levels(d$type), function(t) {
    new <- d; new$type <- factor(t, levels = levels(d$type))
    m <- model.matrix(delete.response(terms(model)), new)
    colSums(w * model$family$mu.eta(as.numeric(m %*% coef(model))) * m) / sum(w)
  })
  within <- t(gradient) %*% vcov(model) %*% gradient
  of_strata <- attr(svymean(fits, design), "var")
  list(mean = unname(colSums(w * fits) / sum(w)), within = unname(within), strata = unname(of_strata))
}
out$standardised <- list(ozg = standard("ozg", gaussian()), fim = standard("fim", quasibinomial()),
                         score = standard("score", gaussian()))

# The package's own way, with the strata's shares taken as known
shares <- as.numeric(prop.table(svytable(~size, design)))
known <- svystandardize(design, by = ~size, over = ~type, population = shares)
by <- svyby(~score, ~type, known, svymean)
out$svystandardize <- list(score = unname(coef(by)), se = unname(SE(by)))

# Score test of the type within strata: residuals of answers and of types on the strata, Rao and Scott's F
score_test <- function(y, strata) {
  w <- d$weight; n <- nrow(d)
  r <- residuals(lm(y ~ strata, weights = w))
  g <- residuals(lm(model.matrix(~ type - 1, d)[, -1] ~ strata, weights = w))
  z <- w * g * r
  total <- colSums(z)
  v <- crossprod(z)
  h <- w / ave(w, strata, FUN = sum); q <- ave(h^2, strata, FUN = sum)
  corrected <- crossprod(z / sqrt(1 - 2 * h + q))
  working <- 0
  for (s in levels(strata)) {
    i <- strata == s; qs <- q[i][1]
    working <- working + crossprod(g[i, , drop = FALSE] * sqrt(w[i])) * sum(w[i] * r[i]^2) * qs / (1 - qs)
  }
  statistic <- drop(t(total) %*% solve(working, total))
  delta <- solve(working, corrected)
  df <- sum(diag(delta))^2 / sum(diag(delta %*% delta)); f <- statistic / sum(diag(delta))
  ddf <- df * (n - nlevels(strata))
  # the test of Wald in the linear model asks the same without a working covariance
  wald <- regTermTest(svyglm(y ~ strata + type, update(design, y = y, strata = strata)), ~type)
  list(total = unname(total), covariance = unname(v), F = f, df = df, ddf = ddf, p = pf(f, df, ddf, lower.tail = FALSE),
       wald = list(F = as.numeric(wald$Ftest), p = as.numeric(wald$p)))
}
out$score_test <- list(ozg = score_test(d$ozg, d$size), autom = score_test(d$autom, d$size), fim = score_test(d$fim, d$size))
write_json(out, "weighted_strata.json", auto_unbox = TRUE, digits = NA, pretty = TRUE)
