"""Hygiene of any text, and the two ways of standardising a column without touching each of its
values.

Full-width forms, radicals and compatibility characters become the ordinary ones (Unicode NFKC: for
Chinese characters these are duplicates of the same character, never variants); blanks, invisible
characters and the wrappings of spreadsheets go; words that stand for 'nothing' become null.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import polars as pl

VALUE = pl.col("value")
"""The value of a column in the expressions that standardise it."""

Step = Callable[[pl.LazyFrame], pl.LazyFrame]
"""What is done to a frame of VALUE: its rows stay, in their order."""

HAN = r"〇㐀-䶿一-鿿\x{20000}-\x{323AF}"

_NOTHING_WORDS = (
    "无|没有|暂无|未知|不详|不明|不清楚|不知道|待定|待查|待核|待核实|待补|待补充|未填|未填写|未登记|未采集|未录入|未提供"
    "|拒绝提供|空|空白|略|缺|缺失|无数据|null|none|nil|nan|na|n/a|n\\.a\\.|<na>|nat|unknown|undefined|missing"
    "|#n/a|#na|#ref!|#value!|#name\\?|#null!|#num!|#div/0!"
)
_NOTHING_SIGNS = r"[-－—–_/\\.．。,，、:：;；*＊?？#＃~～+=0０'\"\s]*"
NOTHING = rf"(?i)^[(\[（【]?(?:{_NOTHING_WORDS}|{_NOTHING_SIGNS})[)\]）】]?$"
"""Values that say nothing: placeholders, zeros, signs only, the empty text."""

_UNCLEAN = r"[^\x21-\x7e〇㐀-䶿一-鿿]|^[='\"`]|['\"`]$"
_INVISIBLE = r"[\p{Cc}\p{Cf}\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}]"


# Digits of any script (Arabic, Thai, Devanagari …) are digits.
_DIGITS = {
    char: str(unicodedata.digit(char))
    for char in map(chr, range(0x80, 0x20000))
    if unicodedata.category(char) == "Nd"
}


def clean(text: pl.Expr) -> pl.Expr:
    """Text without width forms, invisible characters, runs of blanks and wrappings (`'1`,
    `="1"`)."""
    blank = rf"\s(?:\s|{_INVISIBLE})*"
    ordinary = text.str.normalize("NFKC").str.replace_many(_DIGITS)
    tidy = ordinary.str.replace_all(blank, " ").str.replace_all(_INVISIBLE, "")
    return tidy.str.replace(r'^ *="(.*)" *$', "$1").str.strip_chars(" '\"`‘’“”")


def something(text: pl.Expr) -> pl.Expr:
    """The text, null where it says nothing."""
    return pl.when(~text.str.contains(NOTHING)).then(text)


def standard_text(values: pl.Series) -> pl.Series:
    """Cleaned text; null where nothing is said."""
    unclean = VALUE.str.contains(_UNCLEAN) | VALUE.str.contains(NOTHING)
    return repaired(values, unclean, tidy)


def tidy(frame: pl.LazyFrame) -> pl.LazyFrame:
    """VALUE cleaned, null where it says nothing."""
    return frame.with_columns(clean(VALUE)).with_columns(something(VALUE))


def repaired(values: pl.Series, wrong: pl.Expr, repair: Step) -> pl.Series:
    """`values` with VALUE as `repair` makes it put where `wrong` (an expression of VALUE) holds.

    The repair runs on the wrong values only, so that it may be expensive where most values are
    right.
    """
    frame = values.to_frame("value")
    rows = frame.select(wrong.fill_null(False)).to_series().arg_true()
    if rows.is_empty():
        return values
    return values.clone().scatter(
        rows, repair(frame[rows].lazy()).select(VALUE).collect().to_series()
    )


def by_distinct(values: pl.Series, standardise: Step) -> pl.DataFrame:
    """What `standardise` makes of each distinct value, for every row.

    It gets a frame of one column, VALUE, and keeps that column and the row order beside what it
    adds.
    """
    table = standardise(values.unique().to_frame("value").lazy()).collect()
    joined = values.to_frame("value").join(
        table, on="value", how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.drop("value")
