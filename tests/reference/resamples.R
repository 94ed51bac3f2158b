# k-means of bootstrap samples: the different rows that were drawn, best of 50 and of 1,000 starts.
# Run in this folder: Rscript resamples.R > resamples.json
library(jsonlite)
X <- as.matrix(read.csv("synthetic_412x8.csv")[, paste0("p", 1:8)])
X <- X - rowMeans(X)
set.seed(2020)
drawn <- lapply(1:20, function(b) sort(unique(sample(412, replace = TRUE))))
best <- function(starts) sapply(drawn, function(i) kmeans(X[i, ], 4, nstart = starts, iter.max = 200)$tot.withinss)
out <- list(
  call = "kmeans(X[unique(sample(412, replace = TRUE)), ], 4, nstart = 50 | 1000, iter.max = 200) on row-centred ratings",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  rows = drawn, best_of_50 = best(50), best_of_1000 = best(1000))
cat(toJSON(out, digits = 15, auto_unbox = TRUE))
