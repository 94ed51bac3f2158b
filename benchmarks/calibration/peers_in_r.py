"""p-values of R for many simulated surveys at once: proportional odds, logistic regression within strata."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

ORDINAL = """
answers <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE))
type <- factor(rep(1:4, each = 5))
code <- rep(1:5, 4)
p_value <- function(counts) tryCatch({
  used <- counts > 0
  total <- tapply(counts, code, sum)
  null <- sum(ifelse(total > 0, total * log(total / sum(total)), 0))
  y <- factor(code[used], ordered = TRUE)
  fit <- suppressWarnings(MASS::polr(y ~ type[used], weights = counts[used]))
  pchisq(2 * (as.numeric(logLik(fit)) - null), 3, lower.tail = FALSE)
}, error = function(e) NA)
cat(sprintf("%.17g", apply(answers, 1, p_value)), sep = "\\n")
"""
STRATA = """
answers <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE))
type <- factor(rep(1:4, 5))
stratum <- factor(rep(1:5, each = 4))
p_value <- function(row) tryCatch({
  yes <- row[1:20]
  no <- row[21:40]
  used <- yes + no > 0
  y <- cbind(yes, no)[used, ]
  full <- suppressWarnings(glm(y ~ stratum[used] + type[used], family = binomial))
  plain <- suppressWarnings(glm(y ~ stratum[used], family = binomial))
  pchisq(plain$deviance - full$deviance, plain$df.residual - full$df.residual, lower.tail = FALSE)
}, error = function(e) NA)
cat(sprintf("%.17g", apply(answers, 1, p_value)), sep = "\\n")
"""


def proportional_odds(tables):
    """Likelihood ratio of MASS::polr; `tables` of shape (repeats, 4, 5)."""
    return _with_r(ORDINAL, tables.reshape(len(tables), -1))


def logistic_within_strata(yes, no):
    """Likelihood ratio of the types in a logistic regression with the strata; shape (repeats, 5, 4)."""
    return _with_r(STRATA, np.concatenate([part.reshape(len(part), -1) for part in (yes, no)], axis=1))


def _with_r(code, rows):
    if not shutil.which("Rscript"):
        return np.full(len(rows), np.nan)
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "rows.csv", Path(folder) / "peer.R"
        np.savetxt(data, rows, fmt="%d", delimiter=",")
        script.write_text(code, encoding="utf-8")
        command = ["Rscript", "--vanilla", str(script), str(data)]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return np.array([np.nan if p == "NA" else float(p) for p in found])
