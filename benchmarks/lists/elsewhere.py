"""Where residents are registered against where they live, held against the truth: precision and
recall of each level.

    # 20,000 and 200,000 people, three seeds
    python -m benchmarks.lists.elsewhere
    python -m benchmarks.lists.elsewhere --people 20000 --presets modern
    # keeps the cities; writes docs/benchmarks.md
    python -m benchmarks.lists.elsewhere --folder /tmp/cities --docs

What counts is a person with an active resident record, by the record that stands for it in the run:
its level in `residences.parquet`, against where that record's own entity lives and is registered
(`people_truth.csv`). Someone whom the police have never had is truly `unknown`. The columns behind
the recall say what was found of those whose level is another than the row's truth: a row adds up to
its people.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import polars as pl
from benchmarks.births.cities import Kind, make, run
from benchmarks.lists.asked import city_options, deliver
from scripts.marked import table

from reconcile.persons.residence.levels import LEVELS
from reconcile.quality.evaluation import ratio, read_truth
from reconcile.sample.truth import PEOPLE

_AREA = ("district", "town", "village")
_FOUND = tuple(f"found as {level}" for level in LEVELS)
_HEADERS = ("people", "preset", "truly", "residents", "precision", "recall", *_FOUND)


def main() -> None:
    options = parse()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="elsewhere-") as place:
        for people, preset in product(options.people, options.presets):
            kinds = [Kind(people, preset, seed, options.months) for seed in options.seeds]
            pairs = pl.concat(
                [city_pairs(kind, options.folder or Path(place), Path(place)) for kind in kinds]
            )
            rows += as_rows(kinds[0], confusion(pairs))
            print("\n".join(" ".join(row) for row in rows[-len(LEVELS) :]), flush=True)
    text = table(_HEADERS, rows, right=len(_FOUND) + 3)
    deliver("elsewhere", text, options.docs)


def parse() -> argparse.Namespace:
    parser = city_options(__doc__)
    parser.add_argument("--months", type=int, default=43, help="months of births")
    return parser.parse_args()


def city_pairs(kind: Kind, folder: Path, workspaces: Path) -> pl.DataFrame:
    """truly, found: of each resident of one city."""
    city = make(kind, folder)
    residences = pl.read_parquet(
        run(city, workspaces / "work" / kind.name) / "frames" / "residences.parquet"
    )
    people = pl.read_csv(city / PEOPLE, infer_schema=False)
    return paired(residences, read_truth(city)["residents"], people)


def paired(residences: pl.DataFrame, records: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """truly, found: the levels of each record (frames.RESIDENCES). `records`: record_id, entity_id;
    `people`: of people_truth.csv, as text. Records that the truth does not know are left out."""
    truly = people.select("entity_id", truly=true_level())
    known = residences.join(records.select("record_id", "entity_id"), on="record_id").join(
        truly, on="entity_id"
    )
    return known.select("truly", found="level")


def true_level() -> pl.Expr:
    """The level at which somebody is registered apart from where he lives."""
    apart = [
        pl.when(pl.col(part) != pl.col(f"registered_{part}")).then(pl.lit(part)) for part in _AREA
    ]
    return (
        pl.when(pl.col("registered") == "outside")
        .then(pl.lit("city"))
        .when(pl.col("registered") == "nowhere")
        .then(pl.lit("unknown"))
        .otherwise(pl.coalesce(*apart, pl.lit("here")))
    )


def confusion(pairs: pl.DataFrame) -> pl.DataFrame:
    """truly (every one of LEVELS, in order), residents, as (how many were found as each level),
    precision, recall."""
    found = {f"as_{level}": (pl.col("found") == level).sum() for level in LEVELS}
    counted = pairs.group_by("truly").agg(residents=pl.len(), **found)
    every = pl.DataFrame({"truly": LEVELS}).join(
        counted, on="truly", how="left", maintain_order="left"
    )
    filled = every.with_columns(pl.exclude("truly").fill_null(0))
    right = pl.Series(
        "correct", [filled[f"as_{level}"][place] for place, level in enumerate(LEVELS)]
    )
    called = pl.Series("found", [filled[f"as_{level}"].sum() for level in LEVELS])
    return filled.with_columns(right, called).with_columns(
        precision=ratio("correct", "found"), recall=ratio("correct", "residents")
    )


def as_rows(kind: Kind, counted: pl.DataFrame) -> Iterator[list[str]]:
    for row in counted.iter_rows(named=True):
        shares = [
            "–" if row[name] is None else f"{row[name]:.4f}" for name in ("precision", "recall")
        ]
        found = [f"{row[f'as_{level}']:,}" for level in LEVELS]
        yield [
            f"{kind.people:,}",
            kind.preset,
            row["truly"],
            f"{row['residents']:,}",
            *shares,
            *found,
        ]


if __name__ == "__main__":
    main()
