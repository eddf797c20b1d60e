"""A city by another hand than the tool's own, to measure it on what it was not made for.

    python -m benchmarks.second_maker.make FOLDER --people 200000 --seed 1 [--hard] [--months 43]

Writes residents.csv, household.csv, births.csv and the truth of each (record_id, entity_id, errors;
the entity of a certificate is the child). The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.second_maker.certificates import births
from benchmarks.second_maker.city import build
from benchmarks.second_maker.rates import HARD, MODERN
from benchmarks.second_maker.registers import household, residents


def main() -> None:
    parser = argparse.ArgumentParser(description="a city by a second maker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=200_000, help="residents, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hard", action="store_true", help="38 %% without ID, errors × 1.8")
    parser.add_argument("--months", type=int, default=43, help="of certificates, to 2026-10")
    options = parser.parse_args()
    make(options.folder, options.people, options.seed, options.hard, options.months)


def make(folder: Path, people: int, seed: int, hard: bool = False, months: int = 43) -> None:
    """Write a city into a folder."""
    city = build(people, seed, months)
    rates = HARD if hard else MODERN
    folder.mkdir(parents=True, exist_ok=True)
    for register in (residents, household, births):
        rows, truth = register(city, rates)
        rows.write_csv(folder / f"{register.__name__}.csv")
        truth.write_csv(folder / f"truth_{register.__name__}.csv")


if __name__ == "__main__":
    main()
