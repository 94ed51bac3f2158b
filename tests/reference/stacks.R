# k-means of the resamples of resamples.json from ten starts, each done twenty times: mean objective and its error.
# Run in this folder: Rscript stacks.R > stacks.json
library(jsonlite)
X <- as.matrix(read.csv("synthetic_412x8.csv")[, paste0("p", 1:8)])
X <- X - rowMeans(X)
drawn <- fromJSON("resamples.json")$rows
set.seed(2021)
best <- function(k) {
  once <- function() mean(sapply(drawn, function(i) kmeans(X[i, ], k, nstart = 10, iter.max = 200)$tot.withinss))
  means <- suppressWarnings(replicate(20, once()))
  list(mean = mean(means), se = sd(means) / sqrt(length(means)))
}
out <- list(
  call = "mean over resamples of kmeans(X[rows, ], k, nstart = 10, iter.max = 200)$tot.withinss, 20 times",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  best_of_10 = lapply(c(`2` = 2, `4` = 4, `8` = 8), best))
cat(toJSON(out, digits = 15, auto_unbox = TRUE))
