# Writes stratified.json: tests and standardisation over strata in R, on the synthetic municipalities of indicators.json.
# Run in this folder: Rscript stratified.R   (R 4.2.2, jsonlite)
library(jsonlite)
d <- fromJSON("indicators.json")$data
d <- data.frame(cluster = factor(d$cluster), popclass = factor(d$popclass), autom = d$autom, ozg = d$ozg, fim = d$fim,
                score = d$score, land = factor(d$land))
out <- list(call = "stratified.R", r_version = as.character(getRversion()), tolerance = 1e-8)
told <- function(t) list(statistic = unname(t$statistic), df = unname(t$parameter), p = t$p.value)

# generalised Cochran-Mantel-Haenszel test; strata with fewer than two rows stop it, so they are left out
out$small <- told(mantelhaen.test(table(c(0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1), c(1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1),
                                        rep(1:2, each = 6)), correct = FALSE))
out$ozg_popclass <- told(mantelhaen.test(d$cluster, factor(d$ozg), d$popclass))
out$autom_popclass <- told(mantelhaen.test(d$cluster, factor(d$autom), d$popclass))
cross <- interaction(d$popclass, d$land, drop = TRUE)
many <- d[table(cross)[cross] > 1, ]
many$cross <- factor(cross[table(cross)[cross] > 1])
out$autom_cross <- c(told(mantelhaen.test(many$cluster, factor(many$autom), many$cross)), list(strata = nlevels(many$cross)))

# marginal standardisation (g-computation) from models that are saturated in type and size
standard <- function(model, type = "response") sapply(levels(d$cluster), function(t) {
  new <- d; new$cluster <- factor(t, levels = levels(d$cluster)); mean(predict(model, new, type = type))
})
saturated <- glm(ozg ~ cluster * popclass, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
out$ozg_standardised <- unname(standard(saturated))
out$score_standardised <- unname(standard(lm(score ~ cluster * popclass, d)))
write_json(out, "stratified.json", auto_unbox = TRUE, digits = NA, pretty = TRUE)
