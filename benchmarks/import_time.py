"""How long it takes to enter: ``import kommtyp``, ``kommtyp --version``, ``kommtyp report --help``.

python benchmarks/import_time.py [--repeats 20]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time


def own_time_of_import():
    """Milliseconds from entering the package to having it, as Python counts them itself."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import kommtyp"], capture_output=True, text=True, check=True
    )
    (line,) = (line for line in run.stderr.splitlines() if line.split("|")[-1].strip() == "kommtyp")
    return int(line.split("|")[1]) / 1000


def wall_time(command):
    """Milliseconds from starting a command to its end, the interpreter's own start included."""
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return 1000 * (time.perf_counter() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    kommtyp = shutil.which("kommtyp", path=sysconfig.get_path("scripts"))
    measured = {
        "`import kommtyp`, own time": own_time_of_import,
        "`python -c pass`, for comparison": lambda: wall_time([sys.executable, "-c", "pass"]),
        "`kommtyp --version`": lambda: wall_time([kommtyp, "--version"]),
        "`kommtyp --help`": lambda: wall_time([kommtyp, "--help"]),
        "`kommtyp report --help`": lambda: wall_time([kommtyp, "report", "--help"]),
    }
    print("| what | median, ms | longest, ms |")
    print("|---|---:|---:|")
    for what, measure in measured.items():
        times = [measure() for _ in range(repeats)]
        print(f"| {what} | {statistics.median(times):.1f} | {max(times):.1f} |")


if __name__ == "__main__":
    main()
