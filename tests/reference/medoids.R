# k-medoids by R's cluster::pam on the ratings, raw and less each row's mean: BUILD, SWAP, and the best of 500
# random starts. Run in this folder: Rscript medoids.R > medoids.json
library(cluster)
library(jsonlite)
raw <- as.matrix(read.csv("synthetic_412x8.csv")[, paste0("p", 1:8)])
set.seed(1)
one <- function(X, k) {
  found <- pam(X, k, metric = "euclidean")
  random <- sapply(1:500, function(i) pam(X, k, medoids = sample(nrow(X), k), pamonce = 5)$objective[["swap"]])
  list(build = found$objective[["build"]] * nrow(X), swap = found$objective[["swap"]] * nrow(X),
       best_of_random = min(random) * nrow(X), clustering = found$clustering)
}
all_k <- function(X) lapply(c(`2` = 2, `3` = 3, `4` = 4, `6` = 6), function(k) one(X, k))
out <- list(
  call = "pam(X, k, metric = 'euclidean'); pam(X, k, medoids = sample(nrow(X), k), pamonce = 5), 500 times",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  cluster_version = as.character(packageVersion("cluster")),
  raw = all_k(raw), ipsative = all_k(raw - rowMeans(raw)))
cat(toJSON(out, digits = 15, auto_unbox = TRUE))
