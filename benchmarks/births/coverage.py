"""Does the interval of the dual-system estimate hold the true number of births?

    # 100 cities of 20,000 people, independent and dependent
    python -m benchmarks.births.coverage
    python -m benchmarks.births.coverage --cities 10          # a first look
    python -m benchmarks.births.coverage --docs               # writes docs/benchmarks.md

Cities differ by their seed. In those of the preset `independent` hospitals, resident register and
household register each miss a child whatever the others do; in `dependent` they tend to miss the
same children, and the estimate is to say so. Each city goes through the command line from raw files
to `frames/birth_statistics.parquet`, without a period, so that linkage has its share in the error.
True births: those that all lists could hold, that is, born in a hospital of the city to a mother
who lives there, and alive after the first days; on a list or not. The births of the city begin in
the last days of a month; that month, of which the files have a day or two, is left out on both
sides.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
from benchmarks.births.cities import Kind, children, make, run
from scripts.marked import ROOT, replaced, table

from reconcile.core.period import Period
from reconcile.sample.families import AS_OF

DOCUMENT = ROOT / "docs" / "benchmarks.md"
PRESETS = ("independent", "dependent")
# Births that no list could hold, or that are never registered: of no estimate.
OUTSIDE = ("early_death", "mother_elsewhere", "born_elsewhere", "home_birth")
_STATISTICS = ("dual", "dual_system")
_SCHEMA = {
    "preset": pl.String,
    "seed": pl.Int64,
    "true": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "note": pl.String,
}


def main() -> None:
    options = parse()
    results = pl.DataFrame(list(all_cities(options)), schema=_SCHEMA)
    text = as_table(results)
    print(f"\n{text}")
    if options.docs:
        DOCUMENT.write_text(
            replaced(DOCUMENT.read_text(encoding="utf-8"), "coverage", text), encoding="utf-8"
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cities", type=int, default=100, help="of each preset")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=24, help="months of births")
    parser.add_argument("--presets", nargs="+", default=PRESETS)
    parser.add_argument("--first-seed", type=int, default=1001)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--docs", action="store_true", help="write the table into docs/benchmarks.md"
    )
    return parser.parse_args()


def all_cities(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    seeds = range(options.first_seed, options.first_seed + options.cities)
    with ProcessPoolExecutor(options.processes) as pool:
        for preset in options.presets:
            city = partial(one_city, options.people, preset, options.months)
            for result in pool.map(city, seeds):
                print(".", end="", flush=True)
                yield result


def one_city(people: int, preset: str, months: int, seed: int) -> dict[str, object]:
    """The true number of births and the estimate of one city; nothing of the city is kept."""
    with tempfile.TemporaryDirectory(prefix="coverage-") as place:
        city = make(Kind(people, preset, seed, months), Path(place))
        statistics = pl.read_parquet(
            run(city, Path(place) / "work") / "frames" / "birth_statistics.parquet"
        )
        return {
            "preset": preset,
            "seed": seed,
            "true": true_births(children(city), first_whole_month(months)),
            **estimate(statistics),
        }


def true_births(born: pl.DataFrame, first: date) -> int:
    """How many of the children (birth_date, why) born from `first` on all lists could hold."""
    outside = pl.col("why").str.split("|").list.set_intersection(list(OUTSIDE)).list.len() > 0
    return born.filter(~outside, pl.col("birth_date") >= first).height


def first_whole_month(months: int) -> date:
    """The first day of the first month of which a city of so many months of births has every
    day."""
    return Period.of(AS_OF).plus(1 - months).first


def estimate(statistics: pl.DataFrame) -> dict[str, object]:
    """value, low, high and note of the city's estimate. Polars raises when there is not exactly
    one."""
    city = statistics.filter(pl.col("statistic").is_in(_STATISTICS), level="city")
    return city.select("value", "low", "high", "note").row(by_predicate=pl.lit(True), named=True)


def as_table(results: pl.DataFrame) -> str:
    """A row a preset: cities, intervals that hold the truth, estimate over truth, width of the
    interval over truth, and estimates that say the lists depend on each other."""
    covered = pl.col("true").is_between("low", "high").fill_null(False)
    over = pl.col("value") / pl.col("true")
    rows = results.group_by("preset", maintain_order=True).agg(
        cities=pl.len(),
        covered=covered.sum(),
        true=pl.col("true").mean(),
        over=over.mean(),
        width=((pl.col("high") - pl.col("low")) / pl.col("true")).mean(),
        warned=(pl.col("note") == "dependent").fill_null(False).sum(),
    )
    cells = rows.select(
        "preset",
        "cities",
        "covered",
        pl.col("true").round(0).cast(pl.Int64),
        *(pl.format("{}", pl.col(share).round(3)) for share in ("over", "width")),
        "warned",
    ).rows()
    headers = [
        "lists",
        "cities",
        "truth in the interval",
        "births",
        "estimate ÷ truth",
        "width ÷ truth",
    ]
    return table([*headers, "said to depend"], cells, right=6)


if __name__ == "__main__":
    main()
