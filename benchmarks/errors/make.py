"""Writes one city of `benchmarks/errors` into a folder of its own in FOLDER.

    python -m benchmarks.errors.make FOLDER              # rich, 38 % without ID, 90 % overlap
    python -m benchmarks.errors.make FOLDER --regimes kin bare --missing 0 100 --overlap 50

residents.csv, household.csv and births.csv, with truth_*.csv as `reconcile evaluate` reads them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from benchmarks.errors.registers import REGIMES, Design, made


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    add_choices(parser)
    options = parser.parse_args()
    for design in designs(options):
        print(made(design, options.folder), flush=True)


def add_choices(parser: argparse.ArgumentParser) -> None:
    """The options that say which cities."""
    parser.add_argument("--people", type=int, default=200_000, help="people in each register")
    parser.add_argument(
        "--regimes",
        nargs="+",
        choices=list(REGIMES),
        default=["rich"],
        help="which columns there are",
    )
    parser.add_argument(
        "--missing",
        nargs="+",
        type=int,
        default=[38],
        help="per cent of residents without an ID number",
    )
    parser.add_argument(
        "--overlap",
        nargs="+",
        type=int,
        default=[90],
        help="per cent of each register in the other",
    )
    parser.add_argument("--seed", type=int, default=1)


def designs(options: argparse.Namespace) -> Iterator[Design]:
    """Every combination that the options name."""
    for regime, missing, overlap in product(options.regimes, options.missing, options.overlap):
        yield Design(options.people, regime, missing, overlap, options.seed)


if __name__ == "__main__":
    main()
