"""Areas that records write, resolved by the area table: right, wrong, or listed for a person to
look at.

    # 20,000 people, three seeds, both presets
    python -m benchmarks.lists.areas
    # keeps the cities; writes docs/benchmarks.md
    python -m benchmarks.lists.areas --folder /tmp/cities --docs

A record counts when it writes of a village, in whatever way (see `reconcile.sample.areas`). It is
right when the code found is that village's, wrong when it is another area's, and listed when the
tool says that it cannot tell. `context`: of the right ones those that the household, the address or
the police station told. Records whose key is used twice are left out, for nothing says which is
which. The counts of all seeds are added up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import polars as pl
from benchmarks.lists.asked import city_options, deliver
from scripts.marked import table

from reconcile.config import AreasConfig, config_for
from reconcile.core.progress import Progress
from reconcile.pipeline.sources import read_area_table, read_sources, standardise_sources
from reconcile.sample import areas, write_sample

SOURCES = ("residents", "household", "births")
DAY = date(2026, 10, 31)
_HEADERS = ("people", "preset", "written as", "records", "right", "wrong", "listed", "context")
_LISTED = ("ambiguous", "unknown")


def main() -> None:
    options = city_options(__doc__).parse_args()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="areas-") as place:
        for people, preset in product(options.people, options.presets):
            cities = [
                make(people, preset, seed, options.folder or Path(place)) for seed in options.seeds
            ]
            judged = pl.concat([judge(found(city), truth(city)) for city in cities])
            rows += as_rows(people, preset, scores(judged))
    text = table(_HEADERS, rows, right=5)
    deliver("areas", text, options.docs)


def make(people: int, preset: str, seed: int, folder: Path) -> Path:
    """The folder of a city with a table of areas, written unless it is there from an earlier
    call."""
    city = folder / f"areas_{preset}_{people}_{seed}"
    if not (city / areas.TRUTH).exists():
        write_sample(city, people, seed, preset, birth_months=43, form="plain", areas=True)
    return city


def found(city: Path) -> pl.DataFrame:
    """source, record_id, area_code, area_how, district_std, town_std, village_std of every
    record."""
    config = config_for({source: [str(city / f"{source}.csv")] for source in SOURCES}, city)
    config = config.model_copy(update={"areas": AreasConfig(files=[str(city / areas.TABLE)])})
    progress = Progress(quiet=True)
    read = read_sources(config.sources, progress)
    prepared = standardise_sources(
        config.sources, read, bytes(32), DAY, progress, read_area_table(config.areas, DAY, progress)
    )
    wanted = (
        "source",
        "record_id",
        "area_code",
        "area_how",
        "district_std",
        "town_std",
        "village_std",
    )
    return pl.concat([frame.select(wanted) for frame in prepared.records.values()])


def truth(city: Path) -> pl.DataFrame:
    """record_id, source, true_code, written of the records that write of a village and whose key is
    theirs alone."""
    told = pl.read_csv(city / areas.TRUTH, infer_schema=False).rename({"area_code": "true_code"})
    key = pl.col("record_id").str.replace(r"~\d+$", "")
    return told.filter(pl.len().over("source", key) == 1).drop_nulls("true_code")


def judge(found: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """written, verdict (right, wrong, listed), context (Boolean) of each record of the truth that
    was found."""
    listed = pl.col("area_how").cast(pl.String).is_in(_LISTED)
    right = (pl.col("area_code") == pl.col("true_code")).fill_null(False)
    verdict = (
        pl.when(listed)
        .then(pl.lit("listed"))
        .when(right)
        .then(pl.lit("right"))
        .otherwise(pl.lit("wrong"))
    )
    joined = truth.join(found, on=["source", "record_id"], how="inner")
    return joined.select(
        "written",
        verdict=verdict,
        context=right & (pl.col("area_how").cast(pl.String) == "context"),
    )


def scores(judged: pl.DataFrame) -> pl.DataFrame:
    """written, records, right, wrong, listed, context: counts by the way of writing, then of
    all."""
    counts = [
        pl.len().alias("records"),
        *((pl.col("verdict") == name).sum().alias(name) for name in ("right", "wrong", "listed")),
        pl.col("context").sum(),
    ]
    ways = pl.col("written").cast(pl.Enum(list(areas.WAYS)))
    by_way = judged.group_by("written").agg(counts).sort(ways)
    return pl.concat([by_way, judged.select(pl.lit("all").alias("written"), *counts)])


def as_rows(people: int, preset: str, counted: pl.DataFrame) -> Iterator[list[str]]:
    for row in counted.iter_rows(named=True):
        shares = [
            f"{row[name] / row['records']:.2%}" for name in ("right", "wrong", "listed", "context")
        ]
        yield [
            f"{people:,}",
            preset,
            row["written"].replace("_", " "),
            f"{row['records']:,}",
            *shares,
        ]


if __name__ == "__main__":
    main()
