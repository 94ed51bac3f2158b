# Figures of R's survey package for tests/test_weighting and tests/test_raking.
# Rscript weighting_live.R <folder with synthetic_412x8_with_cluster.csv and survey_apistrat.csv>
suppressMessages({library(survey); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
out <- list(r_version = as.character(getRversion()), survey = as.character(packageVersion("survey")))

frame <- function(d) as.list(d)
s <- read.csv(file.path(folder, "synthetic_412x8_with_cluster.csv"))
a <- read.csv(file.path(folder, "survey_apistrat.csv"))
out$data <- list(
  synthetic = frame(s[c("cluster", "weight", "score", "autom", "ozg", "fim", "bots", "popclass", "land")]),
  apistrat = frame(setNames(a[c("stype", "pw", "api00", "awards", "sch.wide")], c("cluster", "weight", "api00", "awards", "wide"))))
s$cf <- factor(s$cluster)
design <- svydesign(ids = ~1, weights = ~weight, data = s)
api <- svydesign(ids = ~1, weights = ~pw, data = a)

means <- function(f, g, design) {
  b <- svyby(f, g, design, svymean, deff = "replace", covmat = TRUE)
  list(mean = unname(coef(b)), se = unname(SE(b)), deff = unname(b[[4]]))
}
out$means <- list(score = means(~score, ~cf, design), ozg = means(~ozg, ~cf, design), autom = means(~autom, ~cf, design),
                  api00 = means(~api00, ~stype, api))

# Wald's F of the means, and the rank test of a variable whose ties do not matter
wald <- function(f, design) {
  t <- regTermTest(svyglm(f, design), delete.response(terms(f)))
  list(F = as.numeric(t$Ftest), df = t$df, ddf = t$ddf, p = as.numeric(t$p))
}
out$wald <- list(score = wald(score ~ cf, design), autom = wald(autom ~ cf, design), api00 = wald(api00 ~ stype, api))
set.seed(7); s$untied <- rank(s$score, ties.method = "random")
design <- svydesign(ids = ~1, weights = ~weight, data = s)
r <- svyranktest(untied ~ cf, design, test = "KruskalWallis")
out$ranks <- list(untied = s$untied, chisq = as.numeric(r$parameter), df = as.numeric(r$statistic), ddf = r$ddf, p = as.numeric(r$p.value))

chisq <- function(f, design) {
  t <- svychisq(f, design)
  list(F = unname(t$statistic), df = unname(t$parameter), p = unname(t$p.value))
}
out$chisq <- list(fim = chisq(~cf + fim, design), autom = chisq(~cf + autom, design), land = chisq(~cf + land, design),
                  awards = chisq(~stype + awards, api))

ciprop <- function(design, name, level = 0.95) as.numeric(attr(svyciprop(as.formula(paste0("~I(", name, ")")), design, method = "logit", level = level), "ci"))
out$logit <- list(
  fim = lapply(1:4, function(g) ciprop(subset(design, cluster == g), "fim == 1")),
  bots90 = lapply(1:4, function(g) ciprop(subset(design, cluster == g), "bots == 1", 0.9)),
  awards = lapply(c("E", "H", "M"), function(g) ciprop(subset(api, stype == g), "awards == 'Yes'")))

b <- svyby(~score, ~cf, design, svymean, covmat = TRUE)
d <- svycontrast(b, list(d = c(1, -1, 0, 0)))
out$difference <- list(score_1_2 = list(difference = unname(coef(d)), se = unname(SE(d))))
out$quantiles <- lapply(1:4, function(g) with(s[s$cluster == g, ],
  unname(Hmisc::wtd.quantile(score, weight, c(0.1, 0.25, 0.5, 0.75), normwt = TRUE))))

odds <- svyglm(I(ozg == 1) ~ relevel(cf, "2"), subset(design, cluster %in% 1:2), family = quasibinomial)
out$odds <- list(log_ratio = unname(coef(odds)[2]), se = unname(SE(odds)[2]))

# Figures of the docstrings
tiny <- svydesign(ids = ~1, weights = ~w, data = data.frame(y = c(0, 0, 0, 1, 1), w = c(1, 1, 1, 1, 2)))
four <- svydesign(ids = ~1, weights = ~w, data = data.frame(y = c(1, 2, 2, 4), g = c(0, 0, 1, 1), w = c(1, 1, 1, 3)))
f <- svyby(~y, ~g, four, svymean)
x <- data.frame(g = rep(0:1, each = 20), w = rep(1:2, 20), y = rep(c(0, 1, 1, 1, 0, 0, 1, 0, 0, 0), 4) * rep(c(1, 0, 1, 1), each = 10))
six <- svydesign(ids = ~1, weights = ~1, data = data.frame(y = c(1, 2, 2, 2, 3, 3), g = factor(c(0, 0, 0, 1, 1, 1))))
out$docstrings <- list(
  logit = ciprop(tiny, "y == 1"), mean = unname(coef(f)), variance = unname(SE(f))^2,
  rao_scott = unname(svychisq(~g + y, svydesign(ids = ~1, weights = ~w, data = x))$statistic),
  welch = unname(oneway.test(y ~ g, six$variables)$statistic),
  wald = as.numeric(regTermTest(svyglm(y ~ g, six), ~g)$Ftest))

# Raking: Land x size of the synthetic data
land <- sort(unique(s$land)); size <- sort(unique(s$popclass))
margins <- list(data.frame(land = land, Freq = 1000 * (1 + seq_along(land)) / sum(1 + seq_along(land))),
                data.frame(popclass = size, Freq = 1000 * c(0.1, 0.4, 0.3, 0.2)[seq_along(size)]))
raked <- rake(design, list(~land, ~popclass), margins, control = list(maxit = 500, epsilon = 1e-10))
calibrated <- calibrate(design, ~ land + popclass, calfun = "raking", epsilon = 1e-12, maxit = 200,
  population = c(`(Intercept)` = 1000, setNames(margins[[1]]$Freq[-1], paste0("land", land[-1])),
                 setNames(margins[[2]]$Freq[-1], paste0("popclass", size[-1]))))
out$rake <- list(land = margins[[1]], popclass = margins[[2]], weights = unname(weights(raked)),
                 calibrated = unname(weights(calibrated)))
file <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
write_json(out, file.path(dirname(file), "weighting_live.json"), digits = NA, auto_unbox = TRUE, pretty = FALSE)
