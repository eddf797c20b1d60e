"""Reported figures as offices write them: of which area, months and sex each one is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from reconcile.core.errors import InputError
from reconcile.core.frames import Schema, conform, empty
from reconcile.core.period import Period
from reconcile.crosschecks.claimed.months import months
from reconcile.crosschecks.figures import (
    REFUSED,
    Remark,
    counts,
    refusal_remarks,
    refusals,
    remark,
    standard_area_districts,
    standard_area_towns,
    text_column,
    total_rows,
)
from reconcile.reading.read import ReadResult
from reconcile.standardising.codes import FEMALE, MALE, standard_sexes

CITY, DISTRICT, TOWN = "city", "district", "town"
LEVELS = (CITY, DISTRICT, TOWN)

# One reported figure a row. `start`, `end`: the first day, and the first day after it. `sex` null:
# both together. `level` null: the run knows no such area, or several.
CLAIMS: Schema = {
    "claim": pl.UInt32, "file": pl.String, "row": pl.UInt32, "area": pl.String,
    "level": pl.Enum(LEVELS),
    "district": pl.String, "town": pl.String, "start": pl.Date, "end": pl.Date, "sex": pl.Int8,
    "claimed": pl.Int64,
}  # fmt: skip

_FIGURES = ("claimed", "claimed_boys", "claimed_girls")
_AREAS = ("town", "claimed_area", "district")
_WHOLE_CITY = r"^(?:全|本)市$|^全市(?:合计|总计|计)$|^.{2,}市$"


@dataclass(frozen=True)
class Claims:
    """`rows`: CLAIMS, in the order of the file. `refused`: figures.REFUSED. `remarks`: what else to
    know."""

    rows: pl.DataFrame
    refused: pl.DataFrame
    remarks: tuple[Remark, ...]


def dated(read: ReadResult, period: Period | None) -> pl.DataFrame:
    """The rows of the file with start, end and month_fault; InputError when no month can be known
    at all."""
    if "claimed_month" not in read.records.columns and period is None:
        raise InputError("claimed.error.no_month", file=_files(read))
    found = months(text_column(read.records, "claimed_month"), period)
    return read.records.with_columns(found["start"], found["end"], month_fault=found["fault"])


def claims(read: ReadResult, rows: pl.DataFrame, areas: pl.DataFrame) -> Claims:
    """The reported figures in `rows` (as `dated` gives them); `areas`: district and town of the
    run's records.

    A row with boys and girls side by side is three figures in a district or the city. No figure is
    split by sex below the district: there such a row is one figure, their sum, and a row about one
    sex is refused.
    """
    remarks: list[Remark] = []
    total = total_rows(rows, (*_AREAS, "claimed_month", "sex"))
    if total.any():
        remarks.append(remark("claimed.remark.totals", count=int(total.sum())))
    placed = _placed(_numbered(rows.filter(~total)), areas)
    faults = [refusals(placed.filter(bad), why, column) for bad, why, column in _faults(placed)]
    refused = pl.concat([empty(REFUSED), *faults]).unique(
        ["file", "row"], keep="first", maintain_order=True
    )
    refused = refused.sort("file", "row")
    kept = placed.join(refused, on=["file", "row"], how="anti", maintain_order="left")
    if kept.is_empty():
        told = "\n".join(str(line) for line in [*refusal_remarks(refused.head(3)), *remarks])
        raise InputError(
            "claimed.error.nothing_left", file=_files(read), reasons=f"\n{told}\n" if told else ""
        )
    summed = kept.filter(_wide(), pl.col("level") == TOWN).height
    if summed:
        remarks.append(remark("claimed.remark.sexes_together", count=summed))
    return Claims(_taken_apart(kept), refused, tuple(remarks))


def _files(read: ReadResult) -> str:
    return "、".join(file.file for file in read.files)


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    found = {name: counts(text_column(rows, name)) for name in _FIGURES}
    parts = [
        read[part].alias(f"{name}_{part}")
        for name, read in found.items()
        for part in ("count", "fault")
    ]
    return rows.with_columns(*parts, sex_std=standard_sexes(text_column(rows, "sex")))


def _placed(rows: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """The rows with area (as it is called), level, and the district and town of the run that it
    is."""
    town = standard_area_towns(text_column(rows, "town"))
    district = standard_area_districts(text_column(rows, "district"))
    other = text_column(rows, "claimed_area")
    rows = rows.with_columns(
        said_town=town.fill_null(standard_area_towns(other)),
        said_district=district.fill_null(standard_area_districts(other)),
        own_district=district,
        nowhere=pl.lit(not any(name in rows.columns for name in _AREAS)),
    )
    towns = areas.drop_nulls("town").select("town", known_district="district", known_town="town")
    found = rows.select("file", "row", "said_town", "own_district").join(
        towns, left_on="said_town", right_on="town"
    )
    agree = (pl.col("own_district") == pl.col("known_district")).fill_null(True)
    found = found.filter(agree).sort("file", "row", "known_district", nulls_last=True)
    candidates = found.group_by("file", "row", maintain_order=True).agg(
        pl.col("known_district").drop_nulls().first(),
        pl.col("known_town").first(),
        choices=pl.col("known_district").drop_nulls().n_unique(),
    )
    districts = areas["district"].drop_nulls().unique()
    placed = rows.join(candidates, on=["file", "row"], how="left", maintain_order="left")
    is_town = (pl.col("choices") <= 1).fill_null(False)
    is_district = (
        pl.col("said_district").is_in(districts.implode()) & text_column(rows, "town").is_null()
    )
    whole = pl.coalesce("said_town", "said_district").str.contains(_WHOLE_CITY)
    return placed.with_columns(
        area=_called(rows),
        level=pl.when(is_town).then(pl.lit(TOWN)).when(is_district).then(pl.lit(DISTRICT))
        .when(whole | pl.col("nowhere")).then(pl.lit(CITY)),
        town=pl.when(is_town).then("known_town"),
        district=pl.when(is_town).then("known_district").when(is_district).then("said_district"),
    )  # fmt: skip


def _called(rows: pl.DataFrame) -> pl.Expr:
    return pl.coalesce(
        pl.lit(None, dtype=pl.String), *(name for name in _AREAS if name in rows.columns)
    )


def _faults(rows: pl.DataFrame) -> Iterator[tuple[pl.Expr, str | pl.Expr, str]]:
    """(which rows, why, column) of everything for which a row is refused, what counts most
    first."""
    for name in _FIGURES:
        yield pl.col(f"{name}_fault").is_not_null(), pl.col(f"{name}_fault"), name
    said = pl.any_horizontal(pl.col(f"{name}_count").is_not_null() for name in _FIGURES)
    yield ~said, "missing", next(name for name in _FIGURES if name in rows.columns)
    yield _parts() > pl.col("claimed_count"), "parts_exceed", "claimed"
    yield pl.col("month_fault").is_not_null(), pl.col("month_fault"), "claimed_month"
    named = next((name for name in _AREAS if name in rows.columns), "town")
    yield pl.col("area").is_null() & ~pl.col("nowhere"), "no_area", named
    yield (
        pl.col("sex_std").is_not_null() & ~_wide() & (pl.col("level") == TOWN),
        "town_by_sex",
        "sex",
    )


def _wide() -> pl.Expr:
    return pl.any_horizontal(pl.col("claimed_boys_count", "claimed_girls_count").is_not_null())


def _parts() -> pl.Expr:
    return pl.sum_horizontal(pl.col("claimed_boys_count", "claimed_girls_count"))


def _taken_apart(rows: pl.DataFrame) -> pl.DataFrame:
    """CLAIMS: a row for each figure that the rows report."""
    split = _wide() & (pl.col("level") != TOWN).fill_null(False)
    both = pl.when(_wide()).then(pl.coalesce("claimed_count", _parts())).otherwise("claimed_count")
    parts = [
        rows.with_columns(sex=pl.when(~_wide()).then("sex_std"), claimed=both),
        rows.filter(split).with_columns(sex=pl.lit(MALE), claimed="claimed_boys_count"),
        rows.filter(split).with_columns(sex=pl.lit(FEMALE), claimed="claimed_girls_count"),
    ]
    stacked = pl.concat(
        [conform(part, {n: d for n, d in CLAIMS.items() if n != "claim"}) for part in parts]
    )
    ordered = stacked.drop_nulls("claimed").sort("file", "row", "sex", nulls_last=False)
    return conform(ordered.with_row_index("claim"), CLAIMS)
