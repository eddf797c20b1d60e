"""First-grade aggregates as schools report them: which rows count, and how many children each
stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from reconcile.core.errors import InputError
from reconcile.core.frames import Schema, conform, empty
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
from reconcile.crosschecks.school.years import school_years
from reconcile.reading.read import ReadResult
from reconcile.standardising.codes import FEMALE, MALE, standard_sexes
from reconcile.standardising.text import clean

# `enrolled`: children of the row's age and sex in the first grade; `sex` 1 male, 2 female, null not
# said.
ENROLMENT: Schema = {
    "file": pl.String, "row": pl.UInt32, "year": pl.Int32, "district": pl.String, "town": pl.String,
    "school": pl.String, "age": pl.Int32, "sex": pl.Int8, "enrolled": pl.Int64,
}  # fmt: skip

USUAL_AGES = (5, 8)
_DIMENSIONS = ("school_year", "district", "town", "school_name", "school_grade", "pupil_age", "sex")
_FIGURES = ("enrolled", "enrolled_boys", "enrolled_girls")
_CLASS = r"(?:\(?[一二三四五六七八九十\d]+\)?班)"
_FIRST_GRADE = rf"^(?:小学)?第?(?:一|0?1)(?:年级|年)?{_CLASS}?$|^小一$|^小学(?:新生|一年)$"


@dataclass(frozen=True)
class Enrolment:
    """`rows`: ENROLMENT. `refused`: figures.REFUSED. `remarks`: what else to know about the
    files."""

    rows: pl.DataFrame
    refused: pl.DataFrame
    remarks: tuple[Remark, ...]


def enrolment(read: ReadResult, school_year: int | None) -> Enrolment:
    """The rows of the first grade. `school_year` stands in where a row, or the whole file, says
    none.

    Totals and other grades are left out and told. Refused is a row whose number, school year or
    grade cannot be read. A row with boys and girls side by side becomes one for each sex, and one
    for the rest where its total is higher. InputError when no row is left, or when nothing says the
    school year.
    """
    if "school_year" not in read.records.columns and school_year is None:
        raise InputError("school.error.no_year", file=_files(read))
    remarks: list[Remark] = []
    rows = _numbered(_standardised(read.records, school_year))
    rows = _without_totals(rows, remarks)
    rows = _first_grade(rows, "school_grade" in read.records.columns, remarks)
    faults = list(_faults(rows))
    refused = pl.concat(
        [empty(REFUSED), *(refusals(rows.filter(bad), why, column) for bad, why, column in faults)]
    )
    refused = refused.unique(["file", "row"], keep="first", maintain_order=True).sort("file", "row")
    rows = rows.join(refused, on=["file", "row"], how="anti", maintain_order="left")
    if rows.is_empty():
        told = "".join(f"{remark}\n" for remark in [*refusal_remarks(refused.head(3)), *remarks])
        raise InputError(
            "school.error.nothing_left", file=_files(read), reasons=f"\n{told}" if told else ""
        )
    found = _by_sex(rows)
    remarks += _remarks(found, rows)
    return Enrolment(found, refused, tuple(remarks))


def _files(read: ReadResult) -> str:
    return "、".join(file.file for file in read.files)


def _standardised(records: pl.DataFrame, school_year: int | None) -> pl.DataFrame:
    """The records with year, year_fault, district_std, town_std, age and sex_std."""
    years = school_years(text_column(records, "school_year"), school_year)
    towns = standard_area_towns(text_column(records, "town"))
    districts = standard_area_districts(text_column(records, "district"))
    town_codes = standard_area_towns(text_column(records, "town_code"))
    district_codes = standard_area_districts(text_column(records, "district_code"))
    return records.with_columns(
        year=years["year"],
        year_fault=years["fault"],
        town_std=towns.fill_null(town_codes),
        district_std=districts.fill_null(district_codes),
        age=text_column(records, "pupil_age")
        .str.normalize("NFKC")
        .str.extract(r"(\d{1,2})")
        .cast(pl.Int32),
        sex_std=standard_sexes(text_column(records, "sex")),
    )


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `<figure>_count` and `<figure>_fault` of each figure that the files may
    have."""
    found = {name: counts(text_column(rows, name)) for name in _FIGURES}
    return rows.with_columns(
        read["count" if part == "count" else "fault"].alias(f"{name}_{part}")
        for name, read in found.items()
        for part in ("count", "fault")
    )


def _without_totals(rows: pl.DataFrame, remarks: list[Remark]) -> pl.DataFrame:
    total = total_rows(rows, _DIMENSIONS)
    if total.any():
        remarks.append(remark("school.remark.totals", count=int(total.sum())))
    return rows.filter(~total)


def _first_grade(rows: pl.DataFrame, has_grades: bool, remarks: list[Remark]) -> pl.DataFrame:
    """The rows of the first grade, and those whose grade is not said; all where the files have no
    grades."""
    if not has_grades:
        remarks.append(remark("school.remark.no_grades"))
        return rows
    grade = clean(pl.col("school_grade")).str.replace_all(r"\s", "").str.replace(r"\.0$", "")
    kept = rows.filter((grade.str.contains(_FIRST_GRADE) | (grade == "")).fill_null(True))
    if left := rows.height - kept.height:
        remarks.append(remark("school.remark.other_grades", count=left))
    return kept


def _faults(rows: pl.DataFrame) -> Iterator[tuple[pl.Expr, str | pl.Expr, str]]:
    """(which rows, why, column) of everything for which a row is refused, what counts most
    first."""
    for name in _FIGURES:
        yield pl.col(f"{name}_fault").is_not_null(), pl.col(f"{name}_fault"), name
    said = pl.any_horizontal(pl.col(f"{name}_count").is_not_null() for name in _FIGURES)
    yield ~said, "missing", next(name for name in _FIGURES if name in rows.columns)
    yield _parts() > pl.col("enrolled_count"), "parts_exceed", "enrolled"
    yield pl.col("year_fault").is_not_null(), pl.col("year_fault"), "school_year"
    if "school_grade" in rows.columns:
        yield (clean(pl.col("school_grade")) == "").fill_null(True), "no_grade", "school_grade"


def _parts() -> pl.Expr:
    return pl.sum_horizontal(pl.col("enrolled_boys_count", "enrolled_girls_count"))


def _by_sex(rows: pl.DataFrame) -> pl.DataFrame:
    """ENROLMENT: rows in long form as they are, rows in wide form taken apart."""
    wide = pl.any_horizontal(pl.col("enrolled_boys_count", "enrolled_girls_count").is_not_null())
    school = (
        clean(pl.col("school_name"))
        if "school_name" in rows.columns
        else pl.lit(None, dtype=pl.String)
    )
    told = rows.with_columns(district="district_std", town="town_std", school=school)
    parts = [
        told.filter(~wide).with_columns(sex="sex_std", enrolled="enrolled_count"),
        told.filter(wide).with_columns(sex=pl.lit(MALE), enrolled="enrolled_boys_count"),
        told.filter(wide).with_columns(sex=pl.lit(FEMALE), enrolled="enrolled_girls_count"),
        told.filter(wide, pl.col("enrolled_count") > _parts()).with_columns(
            sex=pl.lit(None), enrolled=pl.col("enrolled_count") - _parts()
        ),
    ]
    stacked = pl.concat([conform(part, ENROLMENT) for part in parts])
    return stacked.drop_nulls("enrolled").sort("file", "row", "sex", nulls_last=True)


def _remarks(found: pl.DataFrame, rows: pl.DataFrame) -> Iterator[Remark]:
    total = int(found["enrolled"].sum())
    unusual = found.filter(~pl.col("age").is_between(*USUAL_AGES))
    if unusual.height:
        ages = "、".join(map(str, unusual["age"].unique().sort()))
        yield remark("school.remark.ages", count=int(unusual["enrolled"].sum()), ages=ages)
    without_sex = int(found.filter(pl.col("sex").is_null())["enrolled"].sum())
    if without_sex:
        yield remark("school.remark.no_sex", count=without_sex, total=total)
    nowhere = int(
        found.filter(pl.col("district").is_null() & pl.col("town").is_null())["enrolled"].sum()
    )
    if nowhere:
        yield remark("school.remark.no_area", count=nowhere, total=total)
    cell = ["year", "district", "town", "school", "age", "sex"]
    again = found.filter(pl.col("school") != "", pl.struct(cell).is_duplicated())
    if again.height:
        first = again.row(0, named=True)
        yield remark(
            "school.remark.twice", count=again.height, file=first["file"], row=first["row"]
        )
