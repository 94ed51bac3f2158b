"""The fit against R's kmeans and scikit-learn's KMeans on the same matrix: what they reach, and how long it takes.

python benchmarks/fit.py                      412 rows, 500 starts each
python benchmarks/fit.py --rows 11000         R and scikit-learn take about half a minute each
python benchmarks/fit.py --rows 1000000 --peer-starts 10
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

import kommtyp
from kommtyp.clustering import cluster
from kommtyp.scaling import apply_scaling

TYPES = 4
R_CODE = """
arguments <- commandArgs(TRUE)
X <- as.matrix(read.csv(arguments[1], header = FALSE))
for (seed in seq_len(as.integer(arguments[4]))) {
  set.seed(seed)
  seconds <- system.time(
    best <- suppressWarnings(kmeans(X, as.integer(arguments[2]), nstart = as.integer(arguments[3]), iter.max = 200))
  )[["elapsed"]]
  cat(sprintf("%.12f %.4f\\n", best$tot.withinss, seconds))
}
"""


def timed(function):
    started = time.perf_counter()
    value = function()
    return value, time.perf_counter() - started


def with_r(X, starts, repeats):
    """Objective and seconds of each run of R's kmeans, its start and the reading of the file not counted."""
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "X.csv", Path(folder) / "kmeans.R"
        np.savetxt(data, X, delimiter=",", fmt="%.17g")
        script.write_text(R_CODE, encoding="utf-8")
        command = ["Rscript", str(script), str(data), str(TYPES), str(starts), str(repeats)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [tuple(map(float, line.split())) for line in printed.splitlines()]


def with_scikit_learn(X, starts, repeats):
    runs = []
    with threadpool_limits(1):
        for seed in range(repeats):
            fitted, seconds = timed(lambda seed=seed: KMeans(TYPES, n_init=starts, random_state=seed).fit(X))
            runs.append((fitted.inertia_, seconds))
    return runs


def with_kommtyp(X, starts, repeats):
    runs = []
    for seed in range(repeats):
        found, seconds = timed(lambda seed=seed: cluster(X, TYPES, n_init=starts, random_state=seed))
        runs.append((found.objective, seconds))
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=412)
    parser.add_argument("--starts", type=int, default=500)
    parser.add_argument("--peer-starts", type=int, help="starts of R and scikit-learn, where 500 would take hours")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    peer_starts = options.peer_starts or options.starts

    frame = kommtyp.make_survey(options.rows, random_state=0)
    result, whole = timed(lambda: kommtyp.fit(frame, n_init=options.starts))
    X = apply_scaling(result.typology.scaling, result.ratings[result.types.notna()].to_numpy())

    runs = {("kommtyp.clustering.cluster", options.starts): with_kommtyp(X, options.starts, options.repeats)}
    if shutil.which("Rscript"):
        runs["R kmeans (Hartigan-Wong)", peer_starts] = with_r(X, peer_starts, options.repeats)
    runs["scikit-learn KMeans, one thread", peer_starts] = with_scikit_learn(X, peer_starts, options.repeats)

    best = min(objective for found in runs.values() for objective, _ in found)
    rows, goals = X.shape
    print(f"{rows:,} × {goals} ipsative ratings of a synthetic survey, {TYPES} types, {options.repeats} runs each\n")
    print("| what | starts | objective, median | above the best found, median | seconds, median |")
    print("|---|---:|---:|---:|---:|")
    for (what, starts), found in runs.items():
        objective = statistics.median(value for value, _ in found)
        seconds = statistics.median(value for _, value in found)
        print(f"| {what} | {starts} | {objective:.4f} | {objective / best - 1:.1e} | {seconds:.2f} |")
    reached = result.typology.quality.objective
    print(f"| kommtyp.fit, from frame to named types, one run | {options.starts} | {reached:.4f} | | {whole:.2f} |")


if __name__ == "__main__":
    main()
