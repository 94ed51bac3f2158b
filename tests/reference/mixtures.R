# Mixtures of normal distributions by R's mclust: the model VVI (diagonal covariances that differ) fitted by EM from
# the best k-means partition, to ratings less each row's mean. Run in this folder: Rscript mixtures.R > mixtures.json
library(mclust)
library(jsonlite)
raw <- as.matrix(read.csv("synthetic_412x8.csv")[, paste0("p", 1:8)])
X <- raw - rowMeans(raw)
set.seed(1)
one <- function(k) {
  start <- kmeans(X, k, nstart = 500)$cluster
  found <- me(X, "VVI", unmap(start), control = emControl(tol = c(1e-12, 1e-12), itmax = c(100000, 100000)))
  list(start = start, loglik = found$loglik, bic = -bic("VVI", found$loglik, nrow(X), ncol(X), k),
       classification = max.col(found$z), mean = t(found$parameters$mean), pro = found$parameters$pro,
       first_posteriors = found$z[1:5, ])
}
out <- list(
  call = "me(X, 'VVI', unmap(kmeans(X, k, nstart = 500)$cluster), control = emControl(tol = 1e-12)); -bic(...)",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  mclust_version = as.character(packageVersion("mclust")),
  `2` = one(2), `3` = one(3), `4` = one(4))
cat(toJSON(out, digits = 15, auto_unbox = TRUE))
