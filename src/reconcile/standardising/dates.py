"""Days and times as registers write them.

Read are year-month-day with any separator or none, Chinese numerals, times of the day behind them,
the serial days of spreadsheets (41000 is 2012-04-01) and English month names. A year of two digits
is read only before 年 (31 … 99 are 19xx); 13/2/2012 and 2/13/2012 are read, 5/3/2012 is not: nobody
can tell its month. Lunar dates (正月, 初五) are not read either.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from reconcile.core.frames import DATE_FLAGS
from reconcile.standardising.text import VALUE, by_distinct, clean, something

FIRST_YEAR, LAST_YEAR = 1800, 2199

_NUMERALS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
_MONTHS = {
    name: f"<{month}>"
    for month, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
        start=1,
    )
}
_SEPARATOR = r"[-/.,\\_—–~年月 ]+"
_DAY, _MONTH = "(1[3-9]|2[0-9]|3[01])", "(0?[1-9]|1[0-2])"
_TIME = r"((?:[T 上下中凌早晚傍星周]|\d{1,2}[时点])[^农阴闰]*)?"

# Every form is rewritten to `=year-month-day time`; day and month are 0 where they are not said.
_FORMS = (
    (rf"^(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})[日号]?{_TIME}$", "=$1-$2-$3 $4"),
    (rf"^(3[1-9]|[4-9]\d)年(\d{{1,2}})月(\d{{1,2}})[日号]?{_TIME}$", "=19$1-$2-$3 $4"),
    (rf"^([0-2]\d|30)年(\d{{1,2}})月(\d{{1,2}})[日号]?{_TIME}$", "=20$1-$2-$3 $4"),
    (r"^(\d{4})(\d{2})(\d{2})(?:\.0+)?$", "=$1-$2-$3"),
    (r"^(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(?:\d{2}(?:\.?\d{3})?)?$", "=$1-$2-$3 $4:$5"),
    (r"^(\d{4})(\d{2})(\d{2})[T ](\d{1,2}:.*)$", "=$1-$2-$3 $4"),
    (rf"^(\d{{4}}){_SEPARATOR}(\d{{1,2}})月?$", "=$1-$2-0"),
    (r"^(\d{4})年?$", "=$1-0-0"),
    (rf"^{_DAY}[-/.]{_MONTH}[-/.](\d{{4}}){_TIME}$", "=$3-$2-$1 $4"),
    (rf"^{_MONTH}[-/.]{_DAY}[-/.](\d{{4}}){_TIME}$", "=$3-$1-$2 $4"),
    (rf"^(\d{{1,2}})[ -]*<(\d+)>[A-Z]*[., -]*(\d{{4}}){_TIME}$", "=$3-$2-$1 $4"),
    (rf"^<(\d+)>[A-Z]*[. -]*(\d{{1,2}})[, -]+(\d{{4}}){_TIME}$", "=$3-$1-$2 $4"),
)
_CANONICAL = r"^=(\d{4})-(\d{1,2})-(\d{1,2})(?: (.*))?$"
# The last two are an empty cell as a spreadsheet's day 0.
_NEVER = r"^=(?:0000|9999|1900-0?1-0?0\b|1899-12-3[01])"
_SERIAL = r"^([1-7]\d{4})(\.\d+)?$"
_EPOCH = -25569  # day 0 of spreadsheets, 1899-12-30, in days since 1970
_CLOCK = r"(\d{1,2})[:时点](\d{1,2})?"
_MIDNIGHT = r"24(?:[:时点](?:00?)?分?(?::?00?(?:\.0+)?秒?)?整?)(?:$|[^\d:.])"  # the end of the day
_STAMP = r"^\d{4}[-/]\d{2}[-/]\d{2}[ T](?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d+)?)?$"


@cache
def _calendar() -> pl.Series:
    """The day of each number from 18000000 to 21999999 read as year, month, day; null where there
    is none."""
    days = np.arange(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR + 1}-01-01", dtype="datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    month, day = (months - years).astype(int) + 1, (days - months).astype(int) + 1
    calendar = np.full((LAST_YEAR + 1 - FIRST_YEAR) * 10_000, "NaT", dtype="datetime64[D]")
    calendar[(years.astype(int) + 1970 - FIRST_YEAR) * 10_000 + month * 100 + day] = days
    return pl.Series(calendar).cast(pl.Date)


def day_of(digits: pl.Expr) -> pl.Expr:
    """The Date of an integer such as 20120305; null where there is no such day between 1800 and
    2199."""
    known = digits.is_between(FIRST_YEAR * 10_000, LAST_YEAR * 10_000 + 9_999)
    return pl.lit(_calendar()).gather(pl.when(known).then(digits - FIRST_YEAR * 10_000))


def standard_dates(values: pl.Series, *, minutes: bool = False) -> pl.DataFrame:
    """`std` (Date), `flag` (frames.DATE_FLAGS) and, on request, `minute` (Int16, of the day) of
    each value.

    Flags: `partial` is the first day of a year or month whose day is not said; `default_day` and
    `default_year` hint that the first of a month or 1 January may stand in for an unknown day;
    `impossible` has the form of a date and is none; `absent` are blanks and the dates that mean
    never (9999-12-31). A time given in UTC (`…Z`) is moved to China's; 24:00 is the next day's
    0:00.
    """
    if not minutes:
        # Nearly every stamp is different, but their days are few.
        stamp = values.str.contains(_STAMP)
        values = values.str.slice(0, 10).zip_with(stamp, values) if stamp.any() else values
    outputs = ("std", "flag", "minute") if minutes else ("std", "flag")
    return by_distinct(values, lambda distinct: _parse(distinct).select(VALUE, *outputs))


def _parse(values: pl.LazyFrame) -> pl.LazyFrame:
    said = something(_in_digits(clean(VALUE).str.to_uppercase()))
    canonical, rest, moment = pl.col("canonical"), pl.col("rest"), pl.col("moment")
    parts = {group: pl.col("parts").struct.field(group) for group in "1234"}
    return (
        values.with_columns(canonical=_canonical(said))
        .with_columns(canonical=pl.when(~canonical.str.contains(_NEVER)).then(canonical))
        .with_columns(parts=canonical.str.extract_groups(_CANONICAL))
        .with_columns(
            y=parts["1"].cast(pl.Int32),
            m=parts["2"].cast(pl.Int32),
            d=parts["3"].cast(pl.Int32),
            rest=parts["4"].fill_null(""),
        )
        .with_columns(
            day=_day(),
            moment=_minute_in_china(rest),
            serial=canonical.str.extract(_SERIAL).cast(pl.Int32),
        )
        .with_columns(moment=pl.coalesce(moment, _minute_of_serial(canonical)))
        .with_columns(
            std=pl.coalesce("day", (pl.col("serial") + _EPOCH).cast(pl.Date))
            + pl.duration(days=moment.fill_null(0) // 1440),
            minute=(moment % 1440).cast(pl.Int16),
        )
        .with_columns(flag=_flag())
    )


def _in_digits(text: pl.Expr) -> pl.Expr:
    """Chinese numerals up to 39 and years read digit by digit, and names of months, in digits."""
    numbers = (
        text.str.replace_all("元月", "1月")
        .str.replace_all("廿", "二十")
        .str.replace_all("卅", "三十")
        .str.replace_all("([二三])十([一二三四五六七八九])", "$1$2")
        .str.replace_all("([二三])十", "${1}0")
        .str.replace_all("十([一二三四五六七八九])", "1$1")
        .str.replace_all("十", "10")
        .str.replace_many(_NUMERALS)
    )
    return (
        pl.when(text.str.contains(r"[A-Z]{3}|[〇零○一-十廿卅元]"))
        .then(numbers.str.replace_many(_MONTHS))
        .otherwise(text)
    )


def _canonical(text: pl.Expr) -> pl.Expr:
    for form, replacement in _FORMS:
        text = text.str.replace(form, replacement)
    return text.str.strip_chars_end(" ")


def _day() -> pl.Expr:
    """The day said, the first where none is said."""
    year, month, day = pl.col("y"), pl.col("m"), pl.col("d")
    first_day, first_month = (day == 0).cast(pl.Int32), ((month == 0) & (day == 0)).cast(pl.Int32)
    return day_of(year * 10_000 + (month + first_month) * 100 + day + first_day)


def _minute_in_china(clock: pl.Expr) -> pl.Expr:
    """The minute of the day of `14:30`, `下午2:30`, `9时5分`, `06:30Z`; from 1440 on it is the next
    day's."""
    hour, minute = (
        clock.str.extract(_CLOCK, 1).cast(pl.Int32),
        clock.str.extract(_CLOCK, 2).cast(pl.Int32),
    )
    afternoon = clock.str.contains("下午|晚|PM") & (hour < 12)
    midnight = clock.str.contains("上午|凌晨|AM") & (hour == 12)
    hour = pl.when(afternoon).then(hour + 12).when(midnight).then(0).otherwise(hour)
    moment = hour * 60 + minute.fill_null(0)
    behind = clock.str.contains(r"(?:Z|[+]00:?00)$")
    real = ((hour < 24) & (minute.fill_null(0) < 60)) | clock.str.contains(_MIDNIGHT)
    return pl.when(real).then(moment + pl.when(behind).then(480).otherwise(0))


def _minute_of_serial(text: pl.Expr) -> pl.Expr:
    fraction = text.str.extract(_SERIAL, 2).cast(pl.Float64)
    return (fraction * 1440).round().cast(pl.Int32).clip(upper_bound=1439)


def _flag() -> pl.Expr:
    said = pl.col("canonical").is_not_null()
    unsaid_day = pl.col("d") == 0
    # The midnight that ends the last day of a month is as exact as any time.
    first = (pl.col("std").dt.day() == 1) & ~pl.col("rest").str.contains(_MIDNIGHT)
    return (
        pl.when(~said)
        .then(pl.lit("absent"))
        .when(pl.col("std").is_null() & pl.col("y").is_not_null())
        .then(pl.lit("impossible"))
        .when(pl.col("std").is_null())
        .then(pl.lit("unreadable"))
        .when(unsaid_day)
        .then(pl.lit("partial"))
        .when(first & (pl.col("std").dt.month() == 1))
        .then(pl.lit("default_year"))
        .when(first)
        .then(pl.lit("default_day"))
        .otherwise(pl.lit(""))
        .cast(pl.Enum(DATE_FLAGS))
    )
