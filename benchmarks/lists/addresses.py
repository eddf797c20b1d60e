"""Pairs of addresses, one place written in two ways or two places: precision and recall of the
level `same`.

    python -m benchmarks.lists.addresses                       # the pairs of the tests
    # left, right, label (same or different), why
    python -m benchmarks.lists.addresses --pairs other.csv
    # writes the table into docs/benchmarks.md
    python -m benchmarks.lists.addresses --docs

The first list was written before the parser, and every third pair of it was held back while the
parser was tuned; the others were written afterwards, each measured before the parser was tuned on
it (docs/benchmarks.md says how it did then). Each pair that is judged wrongly is printed with its
level and why it is in the table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl
from benchmarks.lists.asked import deliver
from scripts.marked import ROOT, table

from reconcile.matchers.address import same_address

PAIRS = ROOT / "tests" / "matchers" / "address_pairs.csv"
FURTHER = ROOT / "tests" / "matchers" / "address_pairs_further.csv"
COUNTRY = ROOT / "tests" / "matchers" / "address_pairs_country.csv"
KINDS = ROOT / "tests" / "matchers" / "address_pairs_kinds.csv"
REGISTERS = ROOT / "tests" / "matchers" / "address_pairs_registers.csv"  # never tuned on
LISTS = (PAIRS, FURTHER, COUNTRY, KINDS, REGISTERS)
_PARTS = {
    PAIRS: "first list",
    FURTHER: "further lists",
    COUNTRY: "all over the country",
    KINDS: "its kinds",
    REGISTERS: "as registers write, never tuned on",
}
_HEADERS = ("pairs", "the same place", "two places", "precision", "recall")


def main() -> None:
    options = parse()
    found = judged(read_pairs(*options.pairs))
    for row in misses(found).iter_rows(named=True):
        print(
            f"{row['part']}: {row['label']}, found {row['level']}: {row['left']} | "
            f"{row['right']} ({row['why']})"
        )
    written = table(_HEADERS, as_rows(scores(found)), right=4)
    deliver("addresses", written, options.docs)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, nargs="+", default=LISTS, help="CSV files of pairs")
    parser.add_argument(
        "--docs", action="store_true", help="write the table into docs/benchmarks.md"
    )
    return parser.parse_args()


def read_pairs(*files: Path) -> pl.DataFrame:
    """left, right, label, why, and `part`: the file, and of PAIRS whether the pair was held
    back."""
    return pl.concat(_read(file) for file in files)


def _read(file: Path) -> pl.DataFrame:
    held_back = (pl.int_range(pl.len()) % 3 == 2) & (file == PAIRS)
    part = (
        pl.when(held_back)
        .then(pl.lit("first list, held back"))
        .otherwise(pl.lit(_PARTS.get(file, file.stem)))
    )
    return pl.read_csv(file, infer_schema=False).with_columns(part=part)


def judged(pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with the `level` of each, and whether it `is_same` and was `found_same`."""
    level = same_address(pairs["left"], pairs["right"])
    return pairs.with_columns(level, is_same=pl.col("label") == "same", found_same=level == "same")


def misses(found: pl.DataFrame) -> pl.DataFrame:
    return found.filter(pl.col("is_same") != pl.col("found_same"))


def scores(found: pl.DataFrame) -> pl.DataFrame:
    """part, same, different, precision, recall: a row for each part, in the order of the file."""
    right = (pl.col("is_same") & pl.col("found_same")).sum()
    return found.group_by("part", maintain_order=True).agg(
        same=pl.col("is_same").sum(),
        different=(~pl.col("is_same")).sum(),
        precision=right / pl.col("found_same").sum(),
        recall=right / pl.col("is_same").sum(),
    )


def as_rows(scored: pl.DataFrame) -> list[tuple[object, ...]]:
    return [
        (part, same, different, f"{precision:.3f}", f"{recall:.3f}")
        for part, same, different, precision, recall in scored.iter_rows()
    ]


if __name__ == "__main__":
    main()
