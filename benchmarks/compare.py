"""The comparison of 20 indicators: how long it takes, and that R's tests on the same answers give the same p-values.

python benchmarks/compare.py [--rows 412] [--repeats 5]
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import kommtyp

INDICATORS = 20
RESAMPLES = 1000
R_CODE = """
arguments <- commandArgs(TRUE)
answers <- read.csv(arguments[1], colClasses = c(type = "character"))
tests <- read.csv(arguments[2], colClasses = "character")
p_value <- function(indicator, test) {
  kept <- !is.na(answers[[indicator]])
  x <- answers[[indicator]][kept]
  type <- factor(answers$type[kept])
  switch(test,
    kruskal_wallis = kruskal.test(x, type)$p.value,
    pearson_chi2 = suppressWarnings(chisq.test(table(x, type), correct = FALSE))$p.value,
    fisher_exact = fisher.test(table(x, type), workspace = 2e7)$p.value,
    fisher_monte_carlo = fisher.test(table(x, type), simulate.p.value = TRUE, B = 1e5)$p.value,
    welch_anova = oneway.test(x ~ type)$p.value,
    NA
  )
}
for (repeat_ in seq_len(as.integer(arguments[3]))) {
  set.seed(repeat_)
  seconds <- system.time(found <- mapply(p_value, tests$indicator, tests$test))[["elapsed"]]
}
cat(sprintf("%.4f\\n", seconds), sprintf("%.17g\\n", found), sep = "")
"""


def with_r(result, tests, repeats):
    """Seconds and p-values of R's tests, one for each row of `tests`."""
    with tempfile.TemporaryDirectory() as folder:
        answers, wanted, script = (Path(folder) / name for name in ("answers.csv", "tests.csv", "tests.R"))
        result.survey.answers.assign(type=result.types).dropna(subset="type").to_csv(answers, index=False, na_rep="NA")
        tests[["indicator", "test"]].to_csv(wanted, index=False)
        script.write_text(R_CODE, encoding="utf-8")
        command = ["Rscript", str(script), str(answers), str(wanted), str(repeats)]
        seconds, *p_values = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), [float("nan") if p == "NA" else float(p) for p in p_values]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=412)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    result = kommtyp.fit(kommtyp.make_survey(options.rows, random_state=0), n_init=50)
    indicators = [item.name for item in result.survey.items("indicator")][:INDICATORS]
    times = []
    for _ in range(options.repeats):
        started = time.perf_counter()
        comparison = kommtyp.compare(result, indicators)
        times.append(time.perf_counter() - started)
    print(f"{len(indicators)} indicators of {options.rows:,} synthetic municipalities, {options.repeats} runs\n")
    print("| what | seconds |")
    print("|---|---:|")
    print(f"| kommtyp.compare: estimates, tests, effects, pairs, median | {statistics.median(times):.2f} |")
    started = time.perf_counter()
    kommtyp.compare(result, indicators, n_boot=RESAMPLES)
    seconds = time.perf_counter() - started
    print(f"| the same with the doubt about the types, {RESAMPLES:,} resamples, one run | {seconds:.2f} |")
    if shutil.which("Rscript"):
        tests = comparison.tests[comparison.tests["indicator"].isin(comparison.indicators)]
        seconds, p_values = with_r(result, tests, options.repeats)
        print(f"| R: the {len(tests)} overall tests alone, last run | {seconds:.2f} |")
        print("\n| test | how many | largest difference of the p-values from R's |")
        print("|---|---:|---:|")
        for test, rows in tests.assign(apart=(tests["p_value"] - p_values).abs()).groupby("test"):
            print(f"| {test} | {len(rows)} | {rows['apart'].max():.1e} |")


if __name__ == "__main__":
    main()
