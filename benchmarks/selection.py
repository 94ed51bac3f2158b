"""The panel of criteria for k = 2…8 against R's packages on the same ratings: how long it takes.

python benchmarks/selection.py                 100 pairs, 100 references, 50 halvings, 10 starts each
python benchmarks/selection.py --without-r
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import kommtyp
from kommtyp.scaling import apply_scaling

PAIRS, REFERENCES, HALVINGS, STARTS = 100, 100, 50, 10
R_CODE = """
suppressMessages(library(jsonlite))
given <- fromJSON(commandArgs(TRUE)[1])
X <- given$X
k <- given$k
starts <- given$starts
set.seed(1)
seconds <- function(code) suppressWarnings(system.time(code)[["elapsed"]])
out <- list()
if (requireNamespace("cluster", quietly = TRUE)) {
  best <- function(x, k) list(cluster = kmeans(x, k, nstart = starts, iter.max = 100)$cluster)
  out[["cluster::clusGap"]] <- seconds(cluster::clusGap(X, best, K.max = max(k), B = given$references, d.power = 2,
                                                        verbose = FALSE))
}
if (requireNamespace("fpc", quietly = TRUE)) {
  out[["fpc::prediction.strength"]] <- seconds(fpc::prediction.strength(
    X, min(k), max(k), M = given$halvings, clustermethod = fpc::kmeansCBI, runs = starts))
  out[["fpc::nselectboot, 50 pairs"]] <- seconds(fpc::nselectboot(
    X, B = 50, clustermethod = fpc::kmeansCBI, classification = "centroid", krange = k, runs = starts))
}
if (requireNamespace("flexclust", quietly = TRUE)) {
  out[["flexclust::bootFlexclust"]] <- seconds(flexclust::bootFlexclust(
    X, k = k, nboot = given$pairs, nrep = starts, multicore = FALSE))
}
cat(toJSON(out, digits = 8, auto_unbox = TRUE))
"""


def timed(function):
    started = time.perf_counter()
    value = function()
    return value, time.perf_counter() - started


def with_r(X, k):
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "data.json", Path(folder) / "panel.R"
        given = {"X": X.tolist(), "k": k, "starts": STARTS}
        given |= {"pairs": PAIRS, "references": REFERENCES, "halvings": HALVINGS}
        data.write_text(json.dumps(given), encoding="utf-8")
        script.write_text(R_CODE, encoding="utf-8")
        printed = subprocess.run(["Rscript", str(script), str(data)], capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=412)
    parser.add_argument("--without-r", action="store_true")
    options = parser.parse_args()

    answers = kommtyp.make_survey(options.rows, random_state=0, clarity=1.5)
    result = kommtyp.fit(answers)
    X = apply_scaling(result.typology.scaling, result.ratings[result.types.notna()].to_numpy())
    k = list(range(2, 9))
    runs = {"n_pairs": PAIRS, "n_boot": REFERENCES, "n_splits": HALVINGS, "n_init_resample": STARTS}
    few = {"k": [2], "n_pairs": 2, "n_boot": 2, "n_splits": 2, "n_null": 1, "n_init": 1}
    kommtyp.choose_k(answers, **few)

    table = []
    for workers in (1, 2):
        if workers > 1:
            _, seconds = timed(lambda workers=workers: kommtyp.choose_k(answers, n_jobs=workers, **few))
            table.append((f"start of {workers} processes, once a session", seconds))
        for n_null in (0, 20):
            panel = {"k": k, "n_null": n_null, "n_jobs": workers, "progress": False}
            _, seconds = timed(lambda panel=panel: kommtyp.choose_k(answers, **panel, **runs))
            beside = f", beside {n_null} data sets without structure" if n_null else ""
            table.append((f"kommtyp.choose_k, processes: {workers}{beside}", seconds))
    if shutil.which("Rscript") and not options.without_r:
        table += list(with_r(X, k).items())

    print(f"{len(X):,} × {X.shape[1]} ipsative ratings of a synthetic survey, k = 2…8, {STARTS} starts each\n")
    print("| what | seconds |")
    print("|---|---:|")
    for what, seconds in table:
        print(f"| {what} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
