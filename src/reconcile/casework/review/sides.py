"""The values of pairs of records side by side, as they stand in the files, and which of them
differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from reconcile.core.fields import FIELDS, records_of
from reconcile.persons.view import own_columns
from reconcile.workspace import RunFolder

DIFFERS, AGREES, SILENT = "≠", "=", ""
_NOT_SHOWN = ("source", "record_id")
# Each register numbers its households and keeps its days for itself: between two registers these
# cannot agree.
_OF_ONE_REGISTER = ("household_no", "registered_on")


@dataclass(frozen=True)
class Sides:
    """`fields`: canonical columns, in the order in which a clerk compares them, that any record has
    a value of. `left`, `right`: their values, a row a pair. `marks`: of each whether they differ,
    agree, or one side is silent."""

    fields: tuple[str, ...]
    left: pl.DataFrame
    right: pl.DataFrame
    marks: pl.DataFrame

    def of(self, place: int) -> Sides:
        """The pair at this place alone, with the fields that it has."""
        left, right, marks = (
            frame.slice(place, 1) for frame in (self.left, self.right, self.marks)
        )
        fields = tuple(name for name in self.fields if left[name].count() or right[name].count())
        return Sides(fields, left.select(fields), right.select(fields), marks.select(fields))


def side_by_side(run: RunFolder, pairs: pl.DataFrame) -> Sides:
    """The values of these pairs (PAIR, …) in a published run. What they mean is compared, not how
    they are written."""
    records = _records(run, pairs)
    own = [name for frame in records.values() for name in own_columns(frame.columns)]
    names = [name for name in dict.fromkeys([*FIELDS, *own]) if name not in _NOT_SHOWN]
    sides = [
        _complete(records_of(pairs, side, records, ["record_id", *names]), names)
        for side in ("l", "r")
    ]
    meant = [_meant(pairs, side, records, names) for side in ("l", "r")]
    fields = [name for name in names if any(side[name].count() for side in sides)]
    one = pairs["source_l"] == pairs["source_r"]
    anyway = pl.Series([True]).new_from_index(0, pairs.height)
    marks = [
        _mark(name, one if name in _OF_ONE_REGISTER else anyway, *sides, *meant) for name in fields
    ]
    return Sides(
        tuple(fields), sides[0].select(fields), sides[1].select(fields), pl.DataFrame(marks)
    )


def _records(run: RunFolder, pairs: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """By source, the standardised records that the pairs name."""
    named = pl.concat(
        [pairs.select(source=f"source_{s}", record_id=f"record_id_{s}") for s in ("l", "r")]
    )
    found = {}
    for source in named["source"].unique().sort():
        ids = named.filter(pl.col("source") == source)["record_id"].unique().implode()
        with run.scan_records(source) as rows:
            found[source] = rows.filter(pl.col("record_id").is_in(ids)).collect()
    return found


def _complete(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """The columns `names` as text, those that are lacking without values."""
    return frame.select(
        (pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String)).alias(
            name
        )
        for name in names
    )


def _meant(
    pairs: pl.DataFrame, side: str, records: dict[str, pl.DataFrame], names: Iterable[str]
) -> pl.DataFrame:
    """What the values mean: standardised where they have such a form."""
    wanted = pairs.select(source=f"source_{side}", record_id=f"record_id_{side}")
    stacked = []
    for source, frame in records.items():
        standardised = {
            name: f"{name}_std" if f"{name}_std" in frame.columns else name for name in names
        }
        present = {name: column for name, column in standardised.items() if column in frame.columns}
        stacked.append(
            frame.select(
                pl.lit(source).alias("source"),
                "record_id",
                *(pl.col(c).cast(pl.String).alias(n) for n, c in present.items()),
            )
        )
    joined = wanted.join(
        pl.concat(stacked, how="diagonal"),
        on=["source", "record_id"],
        how="left",
        maintain_order="left",
    )
    return _complete(joined, names)


def _mark(
    name: str,
    fit: pl.Series,
    left: pl.DataFrame,
    right: pl.DataFrame,
    means: pl.DataFrame,
    other: pl.DataFrame,
) -> pl.Series:
    """Only what both records state can differ or agree, and only where it is `fit` to be
    compared."""
    told = pl.DataFrame(
        {"l": left[name], "r": right[name], "means": means[name], "other": other[name], "fit": fit}
    )
    same = pl.col("means") == pl.col("other")
    mark = (
        pl.when(same)
        .then(pl.lit(AGREES))
        .when(~same)
        .then(pl.lit(DIFFERS))
        .otherwise(pl.lit(SILENT))
    )
    stated = pl.all_horizontal(pl.col("l", "r").is_not_null(), "fit")
    return told.select(pl.when(stated).then(mark).otherwise(pl.lit(SILENT)).alias(name)).to_series()
