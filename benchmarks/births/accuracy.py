"""Births held against the resident and the household register: precision, recall, F1, beside exact
joins.

    # 20,000 and 200,000 people, three seeds
    python -m benchmarks.births.accuracy
    python -m benchmarks.births.accuracy --people 20000 --scales 1      # a first look
    # keeps the cities; writes docs/benchmarks.md
    python -m benchmarks.births.accuracy --folder /tmp/cities --docs

What counts is a child, not a certificate: a child with a reissued certificate is counted once. It
is linked when the person of its certificates has a record of the other register, and rightly when
all of that person's records there are the child's own; one whose certificates came to be two
persons is missed. It should be linked when the register has a record of it. Possible matches that
wait for a person to decide are not counted as found. The counts of all seeds are added up; `F1 from
… to` are the seeds' own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import polars as pl
from benchmarks import exact_joins
from benchmarks.births.cities import Kind, make, run
from scripts.marked import ROOT, replaced, table

from reconcile.quality.evaluation import f1, ratio, read_persons, read_truth, score
from reconcile.quality.labels import Truth

DOCUMENT = ROOT / "docs" / "benchmarks.md"
REGISTERS = ("residents", "household")
_COUNTS = ("true_pairs", "found", "correct")
_HEADERS = (
    "people",
    "preset",
    "errors",
    "births →",
    "tool",
    "children",
    "precision",
    "recall",
    "F1",
    "F1 from … to",
)


def main() -> None:
    options = parse()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="births-") as place:
        for people, preset, scale in product(options.people, options.presets, options.scales):
            kinds = [Kind(people, preset, seed, options.months, scale) for seed in options.seeds]
            scores = pl.concat([city_scores(kind, options.folder or Path(place)) for kind in kinds])
            rows += as_rows(kinds[0], summed(scores))
            print("\n".join(" ".join(row) for row in rows[-4:]), flush=True)
    text = table(_HEADERS, rows, right=5)
    print(f"\n{text}")
    if options.docs:
        DOCUMENT.write_text(
            replaced(DOCUMENT.read_text(encoding="utf-8"), "births", text), encoding="utf-8"
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--people", type=int, nargs="+", default=[20_000, 200_000], help="in each city"
    )
    parser.add_argument("--presets", nargs="+", default=["modern", "seed2012"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[71, 72, 73])
    parser.add_argument(
        "--scales", type=float, nargs="+", default=[1, 2], help="what every rate of error is times"
    )
    parser.add_argument("--months", type=int, default=43, help="months of births")
    parser.add_argument("--folder", type=Path, help="where cities stay; thrown away when not given")
    parser.add_argument(
        "--docs", action="store_true", help="write the table into docs/benchmarks.md"
    )
    return parser.parse_args()


def city_scores(kind: Kind, folder: Path) -> pl.DataFrame:
    """tool, register, true_pairs, found, correct of one city."""
    city = make(kind, folder)
    truth = read_truth(city)
    ours = read_persons(run(city, folder / "work" / kind.name))
    tables = []
    for register in REGISTERS:
        sides = {source: truth[source] for source in ("births", register)}
        for tool, persons in (("exact joins", exact_persons(city, register)), ("reconcile", ours)):
            scores = child_scores(persons, sides).select(*_COUNTS)
            tables.append(
                scores.with_columns(
                    tool=pl.lit(tool), register=pl.lit(register), seed=pl.lit(kind.seed)
                )
            )
    return pl.concat(tables)


def exact_persons(city: Path, register: str) -> pl.DataFrame:
    births, others = (exact_joins.read(city, source) for source in ("births", register))
    return exact_joins.links(births, others, "births", register, exact_joins.CHILD_KEYS)


def child_scores(persons: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """As `reconcile.quality.evaluation.score`, the one row of births and another register, a child
    counting once.

    `persons`: source, record_id, person_id; `truth`: by source, births first, record_id and
    entity_id.
    """
    (births, certificates), (register, others) = truth.items()
    placed = certificates.join(persons.filter(source=births), on="record_id", how="left")
    split = placed.filter(pl.col("person_id").n_unique().over("entity_id") > 1)["record_id"]
    whole = persons.filter(
        (pl.col("source") != births) | ~pl.col("record_id").is_in(split.implode())
    )
    once = certificates.unique("entity_id", keep="first", maintain_order=True)
    return score(whole, {births: once, register: others}).filter(
        pl.col("task").str.starts_with("links")
    )


def summed(scores: pl.DataFrame) -> pl.DataFrame:
    """The cities' counts added up, with precision, recall, f1, and the lowest and the highest f1 of
    a city."""
    return (
        scores.with_columns(f1=f1())
        .group_by("register", "tool", maintain_order=True)
        .agg(pl.col(_COUNTS).sum(), lowest=pl.col("f1").min(), highest=pl.col("f1").max())
        .with_columns(
            precision=ratio("correct", "found"), recall=ratio("correct", "true_pairs"), f1=f1()
        )
    )


def as_rows(kind: Kind, scores: pl.DataFrame) -> Iterator[list[str]]:
    for row in scores.iter_rows(named=True):
        shares = [f"{row[name]:.4f}" for name in ("precision", "recall", "f1")]
        city = [f"{kind.people:,}", kind.preset, f"× {kind.error_scale:g}"]
        seeds = f"{row['lowest']:.4f} … {row['highest']:.4f}"
        yield [*city, row["register"], row["tool"], f"{row['true_pairs']:,}", *shares, seeds]


if __name__ == "__main__":
    main()
