"""ID completion against the truth: whether the first candidate is right, and the repairs of ruined
numbers.

    # 20,000 and 200,000 people, three seeds
    python -m benchmarks.lists.completion
    python -m benchmarks.lists.completion --people 20000 --seeds 1        # a first look
    # keeps the cities; writes docs/benchmarks.md
    python -m benchmarks.lists.completion --folder /tmp/cities --docs

Asked about are the active residents without a usable ID number. The truth is in the household
register when a record of the same person there has the number that the person truly has, and agrees
with it. `first` and `among three` are shares of those residents; `above 0.9` counts first
candidates of all residents, also of those whose number is not in the register, and `wrong` those of
them that are not the person's true number. The counts of all seeds are added up.
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

from reconcile.completion.job import LIKELY
from reconcile.completion.missing_ids import OLD_FORM

_HEADERS = (
    "people", "preset", "errors", "number", "residents", "truth there", "first", "among three",
    "above 0.9", "wrong",
    "repaired", "wrong",
)  # fmt: skip
_COUNTS = (
    "residents",
    "there",
    "first",
    "among",
    "sure",
    "sure_wrong",
    "repaired",
    "repaired_wrong",
)
# By what the list says: missing, ruined, malformed (a wrong check digit too), in the old form.
_KINDS = {
    "absent": "missing",
    "ruined": "ruined",
    "malformed": "malformed",
    "checksum": "malformed",
    OLD_FORM: "old form",
}
_ALL = "all"


def main() -> None:
    options = parse()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="completion-") as place:
        for people, preset, scale in product(options.people, options.presets, options.scales):
            kinds = [Kind(people, preset, seed, options.months, scale) for seed in options.seeds]
            counted = pl.concat(
                [city_counts(kind, options.folder or Path(place)) for kind in kinds]
            )
            rows += as_rows(kinds[0], counted)
            print("\n".join(" ".join(row) for row in rows[-5:]), flush=True)
    text = table(_HEADERS, rows, right=8)
    deliver("completion", text, options.docs)


def parse() -> argparse.Namespace:
    parser = city_options(__doc__)
    parser.add_argument(
        "--scales", type=float, nargs="+", default=[1], help="what every rate of error is times"
    )
    parser.add_argument("--months", type=int, default=43, help="months of births")
    return parser.parse_args()


def city_counts(kind: Kind, folder: Path) -> pl.DataFrame:
    """The counts of one city, see `counts`."""
    city = make(kind, folder)
    frames = run(city, folder / "work" / kind.name) / "frames"
    residents, household = (
        pl.read_parquet(frames / f"standardised_{source}.parquet").join(
            truth(city, source), on="record_id", how="left"
        )
        for source in ("residents", "household")
    )
    return counts(residents, household, pl.read_parquet(frames / "completions.parquet"))


def truth(city: Path, source: str) -> pl.DataFrame:
    """record_id, entity_id, true_number of every record of the source."""
    people = pl.read_csv(city / "people_truth.csv", infer_schema=False).select(
        "entity_id", true_number="id_number"
    )
    records = pl.read_csv(city / f"truth_{source}.csv", infer_schema=False).select(
        "record_id", "entity_id"
    )
    return records.join(people, on="entity_id", how="left")


def counts(
    residents: pl.DataFrame, household: pl.DataFrame, completions: pl.DataFrame
) -> pl.DataFrame:
    """`number` (of _KINDS, and `all`) with `_COUNTS`.

    `residents`, `household`: the standardised records with entity_id and true_number;
    `completions`: frames.COMPLETIONS.
    """
    held = household.filter("id_number_trusted", pl.col("id_number_std") == pl.col("true_number"))
    there = pl.col("entity_id").is_in(held["entity_id"].unique().implode())
    told = (
        _asked(residents)
        .with_columns(there=there)
        .join(_answers(residents, completions), on="record_id", how="left")
    )
    flags = {
        name: pl.col(name).fill_null(False).sum()
        for name in ("sure", "sure_wrong", "repaired", "repaired_wrong")
    }
    right = {
        name: (pl.col(name).fill_null(False) & pl.col("there")).sum() for name in ("first", "among")
    }
    summed = [
        pl.len().alias("residents"),
        pl.col("there").sum(),
        *(e.alias(n) for n, e in (right | flags).items()),
    ]
    by_kind = told.group_by("number", maintain_order=True).agg(summed)
    whole = told.select(pl.lit(_ALL).alias("number"), *summed) if told.height else by_kind
    return pl.concat([by_kind, whole]).select("number", pl.col(_COUNTS).cast(pl.Int64))


def _asked(residents: pl.DataFrame) -> pl.DataFrame:
    """record_id, entity_id, number: the active residents without a usable number."""
    old = pl.col("id_number").str.contains(r"^\D*\d{15}\D*$") & (
        pl.col("id_number_status") == "valid"
    )
    status = (
        pl.when(old).then(pl.lit(OLD_FORM)).otherwise(pl.col("id_number_status").cast(pl.String))
    )
    return (
        residents.filter(~pl.col("cancelled_std").fill_null(False))
        .select("record_id", "entity_id", number=status.replace_strict(_KINDS, default=None))
        .drop_nulls("number")
    )


def _answers(residents: pl.DataFrame, completions: pl.DataFrame) -> pl.DataFrame:
    """record_id, and of its candidates: whether the first and whether any is right, and so on."""
    right = pl.col("id_number") == pl.col("true_number")
    sure = (pl.col("rank") == 1) & (pl.col("match_probability") > LIKELY)
    numbers = residents.select("record_id", "true_number")
    return (
        completions.join(numbers, on="record_id")
        .group_by("record_id")
        .agg(
            first=((pl.col("rank") == 1) & right).any(),
            among=right.any(),
            sure=sure.any(),
            sure_wrong=(sure & ~right).any(),
            repaired=pl.col("repaired").any(),
            repaired_wrong=(pl.col("repaired") & ~right).any(),
        )
    )


def as_rows(kind: Kind, counted: pl.DataFrame) -> Iterator[list[str]]:
    """A row of the table for each kind of number, all of them last."""
    summed = {
        row["number"]: row
        for row in counted.group_by("number").agg(pl.col(_COUNTS).sum()).to_dicts()
    }
    for number in (*dict.fromkeys(_KINDS.values()), _ALL):
        if row := summed.get(number):
            city = [f"{kind.people:,}", kind.preset, f"× {kind.error_scale:g}", number]
            of_truth = [_share(row[name], row["there"]) for name in ("first", "among")]
            sure, repaired = (
                [
                    f"{row[name]:,}",
                    f"{row[f'{name}_wrong']:,} ({_share(row[f'{name}_wrong'], row[name])})",
                ]
                for name in ("sure", "repaired")
            )
            yield [*city, f"{row['residents']:,}", f"{row['there']:,}", *of_truth, *sure, *repaired]


def _share(count: int, of: int) -> str:
    return f"{count / of:.2%}" if of else "–"


if __name__ == "__main__":
    main()
