"""The births that first graders were: one for each child, however many certificates it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from reconcile.core.errors import InputError
from reconcile.core.frames import Schema, conform
from reconcile.crosschecks.figures import (
    Remark,
    remark,
    standard_area_districts,
    standard_area_towns,
)
from reconcile.crosschecks.school.years import entering_year, window
from reconcile.persons.view import View

# `year`: the school year in which the child enters the first grade.
BIRTHS: Schema = {
    "year": pl.Int32, "birth_date": pl.Date, "sex": pl.Int8, "district": pl.String,
    "town": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Cohort:
    """`births`: BIRTHS of the school years asked about. `remarks`: what else to know about the
    files."""

    births: pl.DataFrame
    remarks: tuple[Remark, ...]


def cohort(view: View, years: pl.Series) -> Cohort:
    """The births of the first graders of these school years (Int32).

    A child with several certificates counts once, by the one that stands for it. InputError when no
    birth of the files falls into one of the windows.
    """
    born = _children(view)
    births = born.filter(pl.col("year").is_in(years.implode()))
    if births.is_empty():
        last = int(years.max())  # type: ignore[arg-type]
        start, end = window(last)
        first, latest = born["birth_date"].min(), born["birth_date"].max()
        raise InputError(
            "school.error.no_births", year=last, start=start, end=end, first=first, last=latest
        )
    return Cohort(births, tuple(_remarks(view, born, births, years)))


def _children(view: View) -> pl.DataFrame:
    """BIRTHS of every child of the files, by birth date and area."""
    standing = (
        view.standing("births")
        .select("source", "record_id", "birth_date_std", "sex_std", "town_std")
        .collect()
    )
    districts = [
        frame.select(
            pl.lit(source).alias("source"),
            "record_id",
            district="district_std"
            if "district_std" in frame.columns
            else pl.lit(None, dtype=pl.String),
        )
        for source, frame in view.records.items()
    ]
    frame = standing.with_columns(pl.col("source").cast(pl.String))
    frame = frame.join(
        pl.concat(districts), on=["source", "record_id"], how="left", maintain_order="left"
    )
    named = frame.with_columns(
        birth_date="birth_date_std",
        sex="sex_std",
        year=entering_year(pl.col("birth_date_std")),
        district=standard_area_districts(frame["district"]),
        town=standard_area_towns(frame["town_std"]),
    )
    return conform(named, BIRTHS).sort("birth_date", "district", "town", "sex", nulls_last=True)


def _remarks(
    view: View, born: pl.DataFrame, births: pl.DataFrame, years: pl.Series
) -> Iterator[Remark]:
    again = view.population.height - born.height
    if again:
        yield remark("school.remark.reissued", certificates=view.population.height, count=again)
    possible = view.possible.height
    if possible:
        yield remark("school.remark.possible", count=possible)
    outside = born.height - births.height
    if outside:
        yield remark("school.remark.outside", count=outside, total=born.height)
    for year in years.unique().sort():
        of_year = births.filter(pl.col("year") == year)["birth_date"]
        start, end = window(year)
        months = of_year.dt.truncate("1mo").n_unique()
        if months < 12:
            yield remark("school.remark.months", year=year, start=start, end=end, count=12 - months)
    without_sex = births["sex"].null_count()
    if without_sex:
        yield remark("school.remark.births_no_sex", count=without_sex, total=births.height)
    nowhere = births.filter(pl.col("district").is_null() & pl.col("town").is_null()).height
    if nowhere:
        yield remark("school.remark.births_no_area", count=nowhere, total=births.height)
