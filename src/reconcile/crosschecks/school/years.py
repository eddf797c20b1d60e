"""School years, and which births each one asks about."""

from __future__ import annotations

from datetime import date

import polars as pl

from reconcile.standardising.text import VALUE, by_distinct, clean

FIRST_YEAR, LAST_YEAR = 1960, 2100
_FIRST_MONTH = 9  # of a school year, and of the births that enter in it

_DIGITS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))


def school_years(values: pl.Series, otherwise: int | None) -> pl.DataFrame:
    """`year` (Int32): the year in whose September the school year begins; `fault` (String): why
    there is none.

    Read are 2025, 2025学年, 2025-2026学年第二学期, 2025/26, 二〇二五年秋季, 2025-09-01; a spring or
    a month before August belongs to the school year that began the year before. `otherwise` is
    taken where nothing is said.
    """

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        said = clean(VALUE).str.replace_many(_DIGITS).str.replace_all(r"\s", "")
        frame = frame.with_columns(said=said)
        text = pl.col("said")
        first = text.str.extract(r"^\D{0,6}(\d{4})(?:\D|$)").cast(pl.Int32)
        second = text.str.extract(r"^\D{0,6}\d{4}\D{1,4}(\d{1,4})").cast(pl.Int32)
        spans = text.str.contains(r"^\D{0,6}\d{4}(?:学?年度?)?[-–—－~至/.]+\d{4}")
        wrong_span = spans & (second != first + 1)
        month = pl.when(~spans & second.is_between(1, 12) & ~text.str.contains("学年")).then(second)
        term = pl.when(
            ~spans & (text.str.contains("春") | (month < _FIRST_MONTH - 1)).fill_null(False)
        ).then(1)
        year = first - term.fill_null(0)
        usable = year.is_between(FIRST_YEAR, LAST_YEAR) & ~wrong_span.fill_null(False)
        return frame.select(
            VALUE, year=pl.when(usable).then(year), blank=(text == "").fill_null(True)
        )

    found = by_distinct(values, read)
    year = pl.when("blank").then(pl.lit(otherwise, dtype=pl.Int32)).otherwise("year")
    reason = pl.when("blank").then(pl.lit("no_school_year")).otherwise(pl.lit("bad_school_year"))
    return found.select(year=year, fault=pl.when(year.is_null()).then(reason))


def entering_year(birth_date: pl.Expr) -> pl.Expr:
    """The year in whose September a child enters the first grade: 7 after a birth from September
    on, else 6."""
    return birth_date.dt.year() + pl.when(birth_date.dt.month() >= _FIRST_MONTH).then(7).otherwise(
        6
    )


def window(year: int) -> tuple[date, date]:
    """The first and the last day on which the first graders of this school year were born."""
    return date(year - 7, _FIRST_MONTH, 1), date(year - 6, _FIRST_MONTH - 1, 31)
