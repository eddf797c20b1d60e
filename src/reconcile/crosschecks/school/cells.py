"""Pupils and births counted by area and sex: the cells of the table."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.core.frames import Schema, conform
from reconcile.crosschecks.figures import districts_of_towns, with_districts

CITY, DISTRICT, TOWN = "city", "district", "town"
LEVELS = (CITY, DISTRICT, TOWN)

# `births`, `enrolled`: null where the files say nothing about the cell, which is not 0.
CELLS: Schema = {
    "year": pl.Int32, "level": pl.Enum(LEVELS), "district": pl.String, "town": pl.String,
    "sex": pl.Int8,
    "births": pl.Int64, "enrolled": pl.Int64,
}  # fmt: skip
KEY = ("year", "level", "district", "town", "sex")

# No sex below the district.
_GROUPS: Sequence[tuple[str, tuple[str, ...], bool]] = (
    (CITY, (), False),
    (CITY, (), True),
    (DISTRICT, ("district",), False),
    (DISTRICT, ("district",), True),
    (TOWN, ("district", "town"), False),
)


def cells(births: pl.DataFrame, enrolled: pl.DataFrame) -> pl.DataFrame:
    """CELLS of births (school.cohort.BIRTHS) and pupils (school.enrolment.ENROLMENT), in the order
    of KEY.

    A town's district is what most rows of either side say, as long as no second district has a town
    of this name.
    """
    births = births.with_columns(births=pl.lit(1, dtype=pl.Int64))
    known = districts_of_towns([births, enrolled])
    born, pupils = with_districts(births, known), with_districts(enrolled, known)
    counted = [
        _joined(
            _counted(born, "births", areas, by_sex),
            _counted(pupils, "enrolled", areas, by_sex),
            level,
        )
        for level, areas, by_sex in _GROUPS
    ]
    return pl.concat(counted).sort(KEY, nulls_last=False)


def _counted(rows: pl.DataFrame, count: str, areas: Sequence[str], by_sex: bool) -> pl.DataFrame:
    """year, the areas, sex and the sum of `count`; rows that say no area, or no sex, are in no such
    cell."""
    needed = [*areas[-1:], *(["sex"] if by_sex else [])]
    keys = ["year", *areas, *(["sex"] if by_sex else [])]
    return rows.drop_nulls(needed).group_by(keys).agg(pl.col(count).sum())


def _joined(births: pl.DataFrame, enrolled: pl.DataFrame, level: str) -> pl.DataFrame:
    keys = [name for name in births.columns if name != "births"]
    both = births.join(enrolled, on=keys, how="full", coalesce=True, nulls_equal=True)
    return conform(both.with_columns(level=pl.lit(level)), CELLS)
