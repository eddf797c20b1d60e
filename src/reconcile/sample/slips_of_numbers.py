"""What hands and spreadsheets do to identity numbers, birth dates and other text."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.sample.families import YEAR
from reconcile.sample.naming import Floats

NO_NUMBER = ("", "", "", "无", "0", "-", "——", "000000000000000000", "不详", "暂无")
_MONTH = 29.530588861  # mean lunation in days
_NEW_MOON = 10962.59766  # a new moon, in days since 1970-01-01 (2000-01-06 18:14 UTC)
_RAIN_WATER = (
    50  # the lunar year's first month is the one with 雨水, about the 50th day of the solar year
)


def no_number(numbers: pl.Series, rng: np.random.Generator) -> pl.Series:
    return pl.Series(NO_NUMBER).gather(rng.integers(0, len(NO_NUMBER), len(numbers)))


def other_digit(numbers: pl.Series, rng: np.random.Generator) -> pl.Series:
    """One of the first 17 digits is another."""
    place = rng.integers(0, 17, len(numbers))
    digit = rng.integers(1, 10, len(numbers))
    frame = _frame(numbers, place).with_columns(digit=pl.Series(digit))
    here = pl.col("number").str.slice(pl.col("place"), 1).str.to_integer(strict=False)
    typed = ((here + pl.col("digit")) % 10).cast(pl.String)
    return frame.select(
        pl.coalesce(_before() + typed + pl.col("number").str.slice(pl.col("place") + 1), "number")
    ).to_series()


def swapped_digits(numbers: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Two digits that stand side by side have changed places."""
    place = rng.integers(6, 16, len(numbers))
    one = pl.col("number").str.slice(pl.col("place"), 1)
    two = pl.col("number").str.slice(pl.col("place") + 1, 1)
    rest = pl.col("number").str.slice(pl.col("place") + 2)
    return _frame(numbers, place).select(_before() + two + one + rest).to_series()


def _frame(numbers: pl.Series, place: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pl.DataFrame:
    return pl.DataFrame({"number": numbers, "place": place})


def _before() -> pl.Expr:
    return pl.col("number").str.slice(0, pl.col("place"))


def short_form(numbers: pl.Series, rng: np.random.Generator) -> pl.Series:
    """The old 15 digits, of people born in the 1900s."""
    old = (numbers.str.len_chars() == 18) & (numbers.str.slice(6, 2) == "19")
    return numbers.zip_with(
        ~old.fill_null(False), numbers.str.slice(0, 6) + numbers.str.slice(8, 9)
    )


def ruined(numbers: pl.Series, rng: np.random.Generator) -> pl.Series:
    """What a spreadsheet leaves of 18 digits: `4.60105E+17`, or 15 digits and `000`."""
    frame = pl.DataFrame({"number": numbers, "shown": rng.random(len(numbers)) < 0.6})
    digits = pl.col("number").str.contains(r"^\d{18}$")
    mantissa = (pl.col("number").str.slice(0, 7).cast(pl.Float64, strict=False) / 1e6).round(5)
    exponent = pl.format("{}E+17", mantissa)
    zeros = pl.col("number").str.slice(0, 15) + "000"
    return frame.select(
        pl.when(~digits).then("number").when("shown").then(exponent).otherwise(zeros)
    ).to_series()


def lunar(dates: pl.Series, rng: np.random.Generator) -> pl.Series:
    """The date of the farmers' calendar taken for a solar one: 18 to 51 days before."""
    days = _days(dates)
    month = np.floor((days - _NEW_MOON) / _MONTH)
    new_moon = _NEW_MOON + month * _MONTH
    day_of_month = np.floor(days - new_moon).astype(np.int64) + 1
    start = np.floor(days / YEAR) * YEAR + _RAIN_WATER
    start = np.where(start > new_moon + _MONTH, start - YEAR, start)
    first_month = np.floor((start - _NEW_MOON) / _MONTH)
    months = np.minimum(month - first_month, 11).astype(np.int64)
    year = np.floor(start / YEAR).astype(np.int64) + 1970
    frame = pl.DataFrame(
        {
            "year": year,
            "month": months + 1,
            "day": np.clip(day_of_month, 1, 28),
            "solar": days.astype(np.int32),
        }
    )
    # After a leap month the count is one too many.
    early = pl.col("solar").cast(pl.Date) - pl.date("year", "month", "day") < pl.duration(days=17)
    month_said = pl.col("month") - (early & (pl.col("month") > 1)).cast(pl.Int64)
    return frame.select(pl.date("year", month_said, "day").dt.strftime("%Y-%m-%d")).to_series()


def swapped(dates: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Day and month have changed places, where that gives a date."""
    year, month, day = dates.str.slice(0, 5), dates.str.slice(5, 2), dates.str.slice(8, 2)
    possible = (day.cast(pl.Int8, strict=False) <= 12).fill_null(False)
    return (year + day + "-" + month).zip_with(possible, dates)


def default(dates: pl.Series, rng: np.random.Generator) -> pl.Series:
    """1 January, or the first of the month, for want of better knowledge."""
    january = pl.Series(rng.random(len(dates)) < 0.6)
    return (dates.str.slice(0, 5) + "01-01").zip_with(january, dates.str.slice(0, 8) + "01")


def year_off(dates: pl.Series, rng: np.random.Generator) -> pl.Series:
    """One year more or less, as age by the old count gives."""
    year = dates.str.slice(0, 4).cast(pl.Int32, strict=False) + pl.Series(
        rng.choice([-1, 1], len(dates))
    )
    moved = year.cast(pl.String) + dates.str.slice(4)
    return moved.str.replace("-02-29", "-02-28", literal=True)


def other_form(dates: pl.Series, rng: np.random.Generator) -> pl.Series:
    """The same day written 2012.3.5, 20120305, 2012年3月5日, 2012/3/5, 41000 or 2012-03-05."""
    frame = pl.DataFrame(
        {"day": dates.str.to_date("%Y-%m-%d", strict=False), "form": rng.integers(0, 6, len(dates))}
    )
    serial = (
        pl.col("day") - pl.date(1899, 12, 30)
    ).dt.total_days()  # a spreadsheet's count of days
    forms = [
        pl.col("day").dt.strftime(form)
        for form in ("%Y.%-m.%-d", "%Y%m%d", "%Y年%-m月%-d日", "%Y/%-m/%-d", "%Y-%m-%d")
    ]
    chosen = (
        pl.when(pl.col("day").dt.year() > 1930).then(serial.cast(pl.String)).otherwise(forms[0])
    )
    for number, form in enumerate(forms):
        chosen = pl.when(pl.col("form") == number).then(form).otherwise(chosen)
    return frame.select(pl.coalesce(chosen, pl.Series(dates))).to_series()


def _days(dates: pl.Series) -> Floats:
    return dates.str.to_date("%Y-%m-%d").cast(pl.Int32).to_numpy().astype(np.float64)


def careless_text(values: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Full-width characters, spaces that nobody sees, an apostrophe in front."""
    frame = pl.DataFrame({"value": values, "how": rng.integers(0, 5, len(values))})
    wide = {chr(code): chr(code + 0xFEE0) for code in (*range(0x30, 0x3A), ord("X"))}
    forms = [
        pl.col("value").str.replace_many(wide),
        pl.col("value") + "　",
        "\u00a0" + pl.col("value"),
        " " + pl.col("value") + " ",
    ]
    chosen = "'" + pl.col("value")
    for number, form in enumerate(forms):
        chosen = pl.when(pl.col("how") == number).then(form).otherwise(chosen)
    return frame.select(chosen).to_series()
