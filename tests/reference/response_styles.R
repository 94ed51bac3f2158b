# Response styles on the ratings, with base R only. Run in this folder: Rscript response_styles.R > response_styles.json
library(jsonlite)
X <- as.matrix(read.csv("synthetic_412x8.csv")[1:120, paste0("p", 1:8)])
set.seed(1)
X[sample(length(X), 80)] <- NA
X[7, ] <- 4
X[8, ] <- NA
X[9, -3] <- NA
one <- function(x) {
  v <- x[!is.na(x)]
  if (!length(v)) return(rep(NA, 9))
  pairs <- if (length(v) > 1) sqrt(abs(apply(combn(v, 2), 2, diff))) else NA
  c(length(v) / length(x), mean(v > 3), mean(v < 3), mean(v %in% c(1, 5)), mean(v == 3), sd(v), mean(pairs),
    max(table(v)) / length(v), max(rle(v)$lengths))
}
out <- list(
  call = "per row, without gaps: mean(v > 3), mean(v < 3), mean(v %in% c(1, 5)), mean(v == 3), sd(v), mean(sqrt(abs(apply(combn(v, 2), 2, diff)))), max(table(v)) / length(v), max(rle(v)$lengths)",
  r_version = paste(R.version$major, R.version$minor, sep = "."),
  ratings = X,
  styles = t(apply(X, 1, one)))
cat(toJSON(out, digits = 15, na = "null", auto_unbox = TRUE))
