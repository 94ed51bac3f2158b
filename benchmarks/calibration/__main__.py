"""Do the intervals hold their level, and the tests theirs? Simulation under planted truth, printed as Markdown.

python benchmarks/calibration strata     shares adjusted over strata, 15 to 150 answers per type
python benchmarks/calibration types      plain, uncertain and corrected shares, by clarity of the types
python benchmarks/calibration types --repeats 20 --n-boot 100
"""

import argparse

import estimated_types
import strata

PARTS = {"strata": strata, "types": estimated_types}


def main():
    parser = argparse.ArgumentParser(
        prog="python benchmarks/calibration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--repeats", type=int, help="simulated surveys for each cell; each part has its own default")
    estimated_types.add_options(parser)
    options = parser.parse_args()
    PARTS[options.part].run(options)


if __name__ == "__main__":
    main()
