# Hierarchies on the ratings with a small shift of every value, so that no two distances tie, and Ward's
# method with masses. Run in this folder: Rscript hierarchies.R > hierarchies.json
library(jsonlite)
X <- as.matrix(read.csv("synthetic_412x8.csv")[, paste0("p", 1:8)])
X <- X + 0.01 * matrix(sin(seq_along(X)), nrow(X))
mass <- rep(c(1, 2.5, 0.5, 3), length.out = nrow(X))
start <- outer(mass, mass, function(a, b) 2 * a * b / (a + b)) * as.matrix(dist(X))^2
cuts <- function(h) lapply(c(`3` = 3, `4` = 4, `5` = 5), function(k) cutree(h, k))
out <- list(
  call = "cutree(hclust(dist(X), m), k); hclust(as.dist(sqrt(2ab/(a+b)) d), 'ward.D2', members = mass)",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  ward = cuts(hclust(dist(X), "ward.D2")),
  average = cuts(hclust(dist(X), "average")),
  complete = cuts(hclust(dist(X), "complete")),
  mass = mass[1:4],
  weighted_ward = cuts(hclust(as.dist(sqrt(start)), "ward.D2", members = mass)))
cat(toJSON(out, digits = 15, auto_unbox = TRUE))
