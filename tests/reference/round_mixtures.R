# Mixtures of round normal distributions by R's mclust, of one variance (model EII) and each of its own (VII), fitted by EM
# from the best k-means partition to the first 80 rows, and to the same rows with one cluster drawn apart.
# Run in this folder: Rscript round_mixtures.R > round_mixtures.json
library(mclust)
library(jsonlite)
X <- as.matrix(read.csv("synthetic_412x8.csv")[1:80, paste0("p", 1:8)])
set.seed(1)
one <- function(k, wide = 1) {
  start <- kmeans(X, k, nstart = 500)$cluster
  middle <- colMeans(X[start == 1, ])
  X[start == 1, ] <- t(middle + wide * (t(X[start == 1, ]) - middle))
  fitted <- lapply(c(EII = "EII", VII = "VII"), function(model) {
    me(X, model, unmap(start), control = emControl(tol = c(1e-12, 1e-12), itmax = c(100000, 100000)))
  })
  list(start = start, wide = wide, probabilities = lapply(fitted, function(found) unname(found$z)),
       bic = lapply(fitted, function(found) -bic(found$modelName, found$loglik, nrow(X), ncol(X), k)))
}
out <- list(
  call = "me(X, 'EII' or 'VII', unmap(kmeans(X, k, nstart = 500)$cluster), control = emControl(tol = 1e-12))",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  mclust_version = as.character(packageVersion("mclust")),
  cases = list(one(2), one(3), one(4), one(2, 2), one(3, 2)))
cat(toJSON(out, digits = 10, auto_unbox = TRUE), "\n", sep = "")
