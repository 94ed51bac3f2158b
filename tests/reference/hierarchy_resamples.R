# Cluster-wise Jaccard of Ward's method in bootstrap samples, the distinct rows that were drawn, as fpc::clusterboot does
# it by default: for each cluster of all rows, restricted to the drawn, the most similar cluster of the sample.
# Every value is shifted a little, so that no two distances tie.
# Run in this folder: Rscript hierarchy_resamples.R > hierarchy_resamples.json
suppressMessages({library(jsonlite); library(fpc)})
X <- as.matrix(read.csv("synthetic_412x8.csv")[, paste0("p", 1:8)])
X <- X + 0.01 * matrix(sin(seq_along(X)), nrow(X))
set.seed(77)
drawn <- lapply(1:12, function(b) sort(unique(sample(412, replace = TRUE))))
ward <- function(rows) cutree(hclust(dist(X[rows, ]), "ward.D2"), 4)
original <- ward(1:412)
similar <- sapply(drawn, function(rows) {
  found <- ward(rows)
  sapply(1:4, function(t) max(sapply(1:4, function(c) clujaccard(original[rows] == t, found == c))))
})
cat(toJSON(list(
  call = "clujaccard(cutree(hclust(dist(X), 'ward.D2'), 4)[rows] == t, cutree(hclust(dist(X[rows, ]), 'ward.D2'), 4) == c)",
  r_version = paste(R.version$major, R.version$minor, sep = "."), fpc = as.character(packageVersion("fpc")),
  rows = drawn, partition = paste(original, collapse = ""), jaccard = t(similar)), digits = 15, auto_unbox = TRUE))
