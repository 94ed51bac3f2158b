# The gap statistic on fixed numbers instead of random ones, and mixtures begun at given partitions.
# Run in this folder: Rscript validity_live.R > validity_live.json
library(cluster); suppressMessages(library(mclust)); library(jsonlite)
X <- as.matrix(read.csv("synthetic_412x8.csv")[1:60, paste0("p", 1:8)])

# clusGap itself, with runif() and svd() of its own: fixed numbers, and axes with their largest entry positive
gap <- clusGap
drawn <- 0
rooms <- new.env(parent = environment(clusGap))
rooms$runif <- function(n, min, max) {
  at <- drawn + seq_len(n)
  drawn <<- drawn + n
  min + (max - min) * ((at * sqrt(2)) %% 1)
}
rooms$svd <- function(x, ...) {
  found <- base::svd(x, ...)
  largest <- apply(abs(found$v), 2, which.max)
  found$v <- sweep(found$v, 2, sign(found$v[cbind(largest, seq_along(largest))]), "*")
  found
}
environment(gap) <- rooms
set.seed(1)
best <- function(x, k) list(cluster = kmeans(x, k, nstart = 500, iter.max = 100)$cluster)
found <- suppressWarnings(gap(X, best, K.max = 4, B = 3, d.power = 2, spaceH0 = "scaledPCA", verbose = FALSE))

Y <- as.matrix(read.csv("synthetic_412x8.csv")[, paste0("p", 1:8)])
mixtures <- lapply(c(`2` = 2, `3` = 3, `4` = 4), function(k) {
  own <- kmeans(Y, k, nstart = 50)$cluster
  fitted <- me(Y, modelName = "VVI", z = unmap(own), control = emControl(tol = c(1e-12, 1e-12), itmax = 1e5))
  list(partition = paste(own - 1, collapse = ""),
       bic = -2 * fitted$loglik + nMclustParams("VVI", ncol(Y), k) * log(nrow(Y)))
})
out <- list(
  call = "clusGap(X[1:60,], best of 500, K.max=4, B=3, d.power=2) with runif()=frac(i*sqrt(2)); me(X,'VVI',z=partition,tol=1e-12)",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  packages = list(cluster = as.character(packageVersion("cluster")), mclust = as.character(packageVersion("mclust"))),
  gap = as.data.frame(found$Tab), mixtures = mixtures)
cat(toJSON(out, digits = 15, auto_unbox = TRUE))
