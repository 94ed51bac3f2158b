# Mixtures of round normal distributions of one variance by R's mclust: the model EII, fitted by EM from the best k-means
# partition, to the first 80 rows. Run in this folder: Rscript round_mixtures.R > round_mixtures.json
library(mclust)
library(jsonlite)
X <- as.matrix(read.csv("synthetic_412x8.csv")[1:80, paste0("p", 1:8)])
set.seed(1)
one <- function(k) {
  start <- kmeans(X, k, nstart = 500)$cluster
  found <- me(X, "EII", unmap(start), control = emControl(tol = c(1e-12, 1e-12), itmax = c(100000, 100000)))
  list(start = start, variance = found$parameters$variance$sigmasq, probabilities = unname(found$z))
}
out <- list(
  call = "me(X, 'EII', unmap(kmeans(X, k, nstart = 500)$cluster), control = emControl(tol = 1e-12))",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  mclust_version = as.character(packageVersion("mclust")),
  `2` = one(2), `3` = one(3), `4` = one(4))
cat(toJSON(out, digits = 10, auto_unbox = TRUE), "\n", sep = "")
