"""Do the intervals hold their level, and the tests theirs? Simulation under planted truth, printed as Markdown.

python benchmarks/calibration intervals    coverage of each kind of interval, over sizes, shares and shapes
python benchmarks/calibration tests        size of each test where the types do not differ
python benchmarks/calibration weights      both, with weights
python benchmarks/calibration strata       shares adjusted over strata, and the tests within strata
python benchmarks/calibration types        plain, uncertain and corrected shares, by clarity of the types
python benchmarks/calibration shapes       corrected shares and means where the types are not round clouds
python benchmarks/calibration power        tests and intervals beside those of others
python benchmarks/calibration intervals tests weights --figure docs/images/calibration.png
"""

import argparse

import estimated_types
import figure
import grid
import intervals_of_scores
import intervals_of_shares
import power
import shapes_of_types
import size_of_tests
import strata
import weights


def intervals(options):
    repeats = options.repeats or 10_000
    cells = [*intervals_of_shares.cells(repeats), *intervals_of_scores.cells(repeats)]
    return grid.show(cells, what="coverage", every=options.cells)


def tests(options):
    return grid.show(size_of_tests.cells(options.repeats or 4_000), what="size", every=options.cells)


def weighted(options):
    cells = list(weights.cells(options.repeats or 2_000))
    parts = {what: [cell for cell in cells if cell.of_test == (what == "size")] for what in ("coverage", "size")}
    return [cell for what, part in parts.items() for cell in grid.show(part, what=what, every=options.cells)]


PARTS = {
    "intervals": intervals,
    "tests": tests,
    "weights": weighted,
    "strata": strata.run,
    "types": estimated_types.run,
    "shapes": shapes_of_types.run,
    "power": power.run,
}


def main():
    parser = argparse.ArgumentParser(
        prog="python benchmarks/calibration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="+", choices=PARTS, metavar="part", help=", ".join(PARTS))
    parser.add_argument("--repeats", type=int, help="samples of each cell; each part has its own default")
    parser.add_argument("--cells", action="store_true", help="intervals, tests, weights: print every cell")
    parser.add_argument("--figure", help="intervals, tests, weights: file for a picture of every cell")
    estimated_types.add_options(parser)
    options = parser.parse_args()
    cells = [cell for part in options.parts for cell in PARTS[part](options) or []]
    if options.figure:
        figure.draw(cells, options.figure)


if __name__ == "__main__":
    main()
