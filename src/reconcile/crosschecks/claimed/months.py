"""The month, or the months, that a reported figure is about."""

from __future__ import annotations

import polars as pl

from reconcile.core.period import Period
from reconcile.standardising.text import VALUE, by_distinct, clean

_NUMERALS = {"十一": "11", "十二": "12", "十": "10"} | dict(
    zip("一二三四五六七八九", "123456789", strict=True)
)
_TO = r"(?:-|—|–|~|～|至|到)+"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTH = r"(?P<{}>1[0-2]|0?[1-9])"
_ENDED = r"月?份?(?:累计|合计)?"
# Tried in this order: 1-10月, 2026-01至2026-10, 2026年10月 and a day, 202610, 10月.
_FORMS = (
    rf"^(?:{_YEAR}[年\-./]?)?{_MONTH.format('first')}月?{_TO}{_MONTH.format('last')}月份?(?:累计|合计)?$",
    rf"^{_YEAR}[年\-./]{_MONTH.format('first')}月?{_TO}(?P<until>(?:19|20)\d{{2}})[年\-./]{_MONTH.format('last')}{_ENDED}$",
    rf"^{_YEAR}[年\-./]{_MONTH.format('first')}(?:{_ENDED}|(?:[\-./]|月)\d{{1,2}}日?)$",
    rf"^{_YEAR}(?P<first>0[1-9]|1[0-2])$",
    rf"^{_MONTH.format('first')}{_ENDED}$",
)
_WHOLE_YEAR = rf"^{_YEAR}年?(?:全年|度)?$"


def months(values: pl.Series, period: Period | None) -> pl.DataFrame:
    """`start`, `end` (Date: the first day, and the first after the last) and `fault` (String, why
    there are none).

    Read are 2026-10, 2026年10月, 202610, 10月, 2026年1-10月 and 2026年. A month without a year is
    of the year of `period`, a blank one is `period` itself.
    """
    year = period.year if period else None

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        said = clean(VALUE).str.replace_all(r"\s", "").str.replace_many(_NUMERALS, leftmost=True)
        said = said.str.replace(r"\.0$", "").str.replace(r"^(\d{4}-\d{2}-\d{2})\d\d:.*$", "$1")
        frame = frame.with_columns(said=said)
        text = pl.col("said")
        whole = text.str.extract(_WHOLE_YEAR, 1).cast(pl.Int32)
        parts = {
            name: pl.coalesce(pl.lit(None, pl.Int32), *_groups(text, name))
            for name in ("year", "until")
        }
        first = pl.coalesce(pl.when(whole.is_not_null()).then(1), *_groups(text, "first"))
        last = pl.coalesce(pl.when(whole.is_not_null()).then(12), *_groups(text, "last"), first)
        of = pl.coalesce(whole, parts["year"], pl.lit(year, pl.Int32))
        until = pl.coalesce(parts["until"], of)
        blank = (text == "").fill_null(True)
        return frame.select(
            VALUE, first=pl.date(of, first, 1), last=pl.date(until, last, 1), blank=blank
        )

    found = by_distinct(values, read)
    own = pl.lit(period.first if period else None, dtype=pl.Date)
    start, last = (pl.when("blank").then(own).otherwise(name) for name in ("first", "last"))
    readable = start <= last
    reason = pl.when("blank").then(pl.lit("no_month")).otherwise(pl.lit("bad_month"))
    return found.select(
        start=pl.when(readable).then(start),
        end=pl.when(readable).then(last.dt.offset_by("1mo")),
        fault=pl.when(~readable.fill_null(False)).then(reason),
    )


def _groups(text: pl.Expr, name: str) -> list[pl.Expr]:
    """The part of this name in the first form that fits; null where that form has none."""
    earlier = pl.lit(False)
    chosen: list[pl.Expr] = []
    for form in _FORMS:
        fits = text.str.contains(form)
        if f"<{name}>" in form:
            value = text.str.extract_groups(form).struct.field(name).cast(pl.Int32)
            chosen.append(pl.when(fits & ~earlier).then(value))
        earlier = earlier | fits
    return chosen
