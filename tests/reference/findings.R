# Writes findings.json: adjusted differences that findings ask for, by g-computation on models saturated in type and
# size, on the synthetic municipalities of indicators.json.
# Run in this folder: Rscript findings.R   (R 4.2.2, jsonlite)
library(jsonlite)
d <- fromJSON("indicators.json")$data
d <- data.frame(type = d$cluster, size = factor(d$popclass), ozg = d$ozg, score = d$score)
out <- list(call = "findings.R", r_version = as.character(getRversion()), tolerance = 1e-8)

# The types named in a finding are one group; the others are groups of their own against the best, one against all.
grouped <- function(types, best) factor(ifelse(d$type %in% types, "own", if (best) paste0("o", d$type) else "rest"))
computed <- function(outcome, group, as) {
  d$group <- group
  model <- if (outcome == "ozg") glm(ozg ~ group * size, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
           else lm(score ~ group * size, d)
  d$group <- factor(as, levels = levels(group))
  mean(predict(model, d, type = "response"))
}
from_all <- function(outcome, types) computed(outcome, grouped(types, FALSE), "own") - mean(d[[outcome]])
from_best <- function(outcome, types) {
  group <- grouped(types, TRUE)
  means <- sapply(levels(group), function(g) computed(outcome, group, g))
  means[["own"]] - max(means[names(means) != "own"])
}

# Ends: for shares, Wilson's interval for the effective number of answers with the variance of each size, which
# has four answers more of the share of all in it, or with one variance for all), put together as Newcombe does; for means,
# the variance in each size is that of its answers and two more. These vary as the answers of all groups in this size
# (each size with one answer more of the variance of all), times the sigma^2 of a model of the group weighted by it.
wilson <- function(rows, standard, weight, level) {
  of_all <- tapply(d$ozg, d$size, mean)
  n <- table(d$size[rows])
  mean_of_size <- tapply(d$ozg[rows], d$size[rows], mean)
  smoothed <- (n * mean_of_size + 4 * of_all) / (n + 4)
  together <- sum(weight * smoothed)
  variance <- sum(weight^2 * smoothed * (1 - smoothed) / n) + sum(weight * (smoothed - together)^2) / sum(standard)
  effective <- min(1 / sum(weight^2 / n), together * (1 - together) / variance)
  share <- sum(weight * mean_of_size)
  c(share, suppressWarnings(prop.test(share * effective, effective, conf.level = level, correct = FALSE))$conf.int)
}
spread_of_sizes <- function(group) {
  squares <- tapply(residuals(lm(score ~ group * size, d))^2, d$size, sum)
  free <- rowSums(table(d$size, group) - 1)
  ((squares + sum(squares) / sum(free)) / (free + 1))[d$size]
}
apart <- function(outcome, a, b, standard, level, group) {
  weight <- as.vector(prop.table(table(d$size[standard])))
  if (outcome == "ozg") {
    p <- wilson(a, standard, weight, level)
    q <- wilson(b, standard, weight, level)
    return(p[1] - q[1] + c(-sqrt((p[1] - p[2])^2 + (q[3] - q[1])^2), sqrt((p[3] - p[1])^2 + (q[1] - q[2])^2)))
  }
  d$spread <- spread_of_sizes(group)
  parts <- lapply(list(a, b), function(rows) {
    model <- lm(score ~ 0 + size, d[rows, ], weights = 1 / spread)
    n <- as.vector(table(d$size[rows]))
    squares <- as.vector(tapply(residuals(model)^2, d$size[rows], sum))
    prior <- 2 * sigma(model)^2 * as.vector(tapply(d$spread, d$size, mean))
    part <- weight^2 * (squares + prior) / (n + 1) / n
    list(mean = coef(model), variance = sum(part), df = min(sum(part)^2 / sum(part^2 / (n + 1)), df.residual(model)))
  })
  variance <- sapply(parts, `[[`, "variance")
  gaps <- parts[[1]]$mean - parts[[2]]$mean
  drawn <- sum(weight * (gaps - sum(weight * gaps))^2) / sum(standard)
  df <- sum(variance)^2 / sum(variance^2 / sapply(parts, `[[`, "df"))
  sum(weight * gaps) + c(-1, 1) * qt(0.5 + level / 2, df) * sqrt(sum(variance) + drawn)
}
ends_from_all <- function(outcome, types) {
  own <- d$type %in% types
  mean(!own) * apart(outcome, own, !own, !own, 0.95, grouped(types, FALSE))
}
ends_from_best <- function(outcome, types) {
  own <- d$type %in% types
  others <- setdiff(1:4, types)
  group <- grouped(types, TRUE)
  ends <- function(level) sapply(others, function(o) apart(outcome, own, d$type == o, TRUE | own, level, group))
  c(min(ends(0.95)[1, ]), min(ends(1 - 0.05 / length(others))[2, ]))
}
for (outcome in c("ozg", "score")) for (types in list(2, c(1, 3))) {
  name <- paste(c(outcome, types), collapse = "_")
  out[[paste0(name, "_all")]] <- c(from_all(outcome, types), ends_from_all(outcome, types))
  out[[paste0(name, "_best")]] <- c(from_best(outcome, types), ends_from_best(outcome, types))
}
write_json(out, "findings.json", auto_unbox = TRUE, digits = NA, pretty = TRUE)
