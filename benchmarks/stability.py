"""The resampling engine against R and scikit-learn on the same resamples: what they reach, and how long it takes.

python benchmarks/stability.py                      1,000 resamples × 50 starts; beside its peers 200
python benchmarks/stability.py --rows 11000 --peer-resamples 2
"""

import argparse
import json
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
from kommtyp.kmeans import cluster_resamples
from kommtyp.scaling import apply_scaling

TYPES = 4
REPEATS = 3
FEW = 10
R_CODE = """
suppressMessages(library(jsonlite))
given <- fromJSON(commandArgs(TRUE)[1])
X <- given$X
starts <- given$starts
set.seed(1)
lowest <- function(i) kmeans(X[i, ], given$k, nstart = starts, iter.max = 200)$tot.withinss
plain <- system.time(best <- sapply(given$rows, lowest))
plain <- sort(c(plain[["elapsed"]], replicate(2, system.time(sapply(given$rows, lowest))[["elapsed"]])))[2]
boot <- NA
if (requireNamespace("fpc", quietly = TRUE)) {
  boot <- median(replicate(3, system.time(
    fpc::clusterboot(X, B = length(given$rows), bootmethod = "boot", clustermethod = fpc::kmeansCBI,
                     krange = given$k, runs = starts, count = FALSE, seed = 1))[["elapsed"]]))
}
cat(toJSON(list(best = best, kmeans = plain, clusterboot = boot), digits = 12, auto_unbox = TRUE))
"""


def timed(function, repeats=1):
    """Return what a function returns, and the median of its seconds."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        value = function()
        taken.append(time.perf_counter() - started)
    return value, statistics.median(taken)


def with_r(X, rows, starts):
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "data.json", Path(folder) / "resamples.R"
        numbered = [(1 + drawn).tolist() for drawn in rows]
        data.write_text(json.dumps({"X": X.tolist(), "rows": numbered, "starts": starts, "k": TYPES}), encoding="utf-8")
        script.write_text(R_CODE, encoding="utf-8")
        printed = subprocess.run(["Rscript", str(script), str(data)], capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)


def with_scikit_learn(X, W, starts):
    with threadpool_limits(1):
        return [
            KMeans(TYPES, n_init=starts, init="random", random_state=0).fit(X, sample_weight=w).inertia_ for w in W
        ]


def arithmetic_limit(X, resamples, starts):
    """Seconds that Lloyd's matrix products alone would take at the speed of a large product on one core."""
    size = 1500
    a = np.ones((size, size), dtype=np.float32)
    with threadpool_limits(1):
        peak = max(2 * size**3 / timed(lambda: a @ a)[1] for _ in range(3))
    iterations = 16
    return 2 * 2 * X.size * TYPES * iterations * resamples * starts / peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=412)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--peer-resamples", type=int, default=200)
    parser.add_argument("--starts", type=int, default=50)
    options = parser.parse_args()
    b, starts = options.resamples, options.starts

    result = kommtyp.fit(kommtyp.make_survey(options.rows, random_state=0, clarity=1.5))
    X = apply_scaling(result.typology.scaling, result.ratings[result.types.notna()].to_numpy())
    rng = np.random.default_rng(0)
    rows = [np.unique(rng.integers(len(X), size=len(X))) for _ in range(options.peer_resamples)]
    W = np.zeros((len(rows), len(X)))
    for w, drawn in zip(W, rows, strict=True):
        w[drawn] = 1

    table = []
    ours, seconds = timed(lambda: cluster_resamples(X, W, TYPES, n_init=starts, seeds=range(len(W)), n_jobs=1), REPEATS)
    table.append(("kommtyp, one thread", len(W), ours.objectives.mean(), seconds))
    few, seconds = timed(lambda: cluster_resamples(X, W, TYPES, n_init=FEW, seeds=range(len(W)), n_jobs=1), REPEATS)
    table.append((f"kommtyp, one thread, only {FEW} starts", len(W), few.objectives.mean(), seconds))
    peers, seconds = timed(lambda: with_scikit_learn(X, W, starts), REPEATS)
    table.append(("scikit-learn KMeans with sample_weight, one thread", len(W), statistics.mean(peers), seconds))
    if shutil.which("Rscript"):
        found = with_r(X, rows, starts)
        table.append(("R kmeans of the rows drawn", len(W), statistics.mean(found["best"]), found["kmeans"]))
        if found["clusterboot"] not in (None, "NA"):
            table.append(("fpc::clusterboot, other resamples", len(W), np.nan, float(found["clusterboot"])))
    for workers in (1, 2):
        job = {"n_boot": b, "n_init": starts, "n_jobs": workers, "progress": False}
        kommtyp.assess_stability(result, **job | {"n_boot": 2})
        _, seconds = timed(lambda job=job: kommtyp.assess_stability(result, **job))
        table.append((f"kommtyp.assess_stability: membership and names too, processes: {workers}", b, np.nan, seconds))

    lowest = min(value for _, _, value, _ in table if np.isfinite(value))
    limit = arithmetic_limit(X, 1, 1)
    rows, goals = X.shape
    print(f"{rows:,} × {goals} ipsative ratings of a synthetic survey, {TYPES} types, {starts} starts a resample\n")
    print("| what | resamples | mean best objective, above the lowest | seconds | ms a resample | µs a start |")
    print("|---|---:|---:|---:|---:|---:|")
    for what, resamples, value, seconds in table:
        above = f"{value / lowest - 1:.1e}" if np.isfinite(value) else ""
        each = seconds / resamples
        mine = FEW if f"only {FEW}" in what else starts
        print(f"| {what} | {resamples} | {above} | {seconds:.2f} | {each * 1e3:.1f} | {each / mine * 1e6:.0f} |")
    print(f"| 16 Lloyd iterations as matrix products at full speed of one core | | | | | {limit * 1e6:.1f} |")


if __name__ == "__main__":
    main()
