"""What hands and machines do to a whole address: a postcode in front, 7O2 for 702, traditional
characters, all of it written twice."""

from __future__ import annotations

from functools import cache

import polars as pl

from reconcile.standardising.characters import simplified
from reconcile.standardising.text import VALUE, repaired

_POSTCODE = r"^\s*['\"`]*\s*(?:邮编:?\s*)?\d{6}[\s,:;-]*([㐀-鿿])"
# A letter for a digit, beside a digit: 7O2, l2幢, 3O室. L and I by themselves name buildings and
# rooms.
_SLIPS = (
    (r"(\d)[oO](\d|[室房户号栋幢单层楼弄]|$)", "${1}0$2"),
    (r"([^A-Za-z])l(\d)", "${1}1$2"),
    (r"([^A-Za-z])I(\d\d)", "${1}1$2"),
    (r"(\d)[lI](\d)", "${1}1$2"),
    (r"(\d)l([室房户号栋幢单层楼弄]|$)", "${1}1$2"),
)
_SLIP = "|".join(pattern for pattern, _ in _SLIPS)
# Characters that are names of people in more than one form; in the names of places the simplified
# one is meant.
_OF_PLACES = dict(
    zip(
        "臺廣萬豐雲廠廬瀋裡裏後範穀幾巖薑鹹鬥於徵製佈慄鬆係繫峯邨衖塲陞甯",
        "台广万丰云厂庐沈里里后范谷几岩姜咸斗于征制布栗松系系峰村弄场升宁",
        strict=True,
    )
)
_BETWEEN = r"[\s,，、;；/]+"
_SHORTEST = 6
_LONGEST_AREAS = 12
# An address that is written twice: its end is found before.
_AGAIN = VALUE.str.slice(0, VALUE.str.len_chars() - _SHORTEST).str.contains(
    VALUE.str.slice(-_SHORTEST), literal=True
)


def mended(values: pl.Series) -> pl.Series:
    """Addresses without such slips; digits and letters of ordinary width where something was
    mended."""
    values = repaired(values, VALUE.str.contains("[０-９Ａ-Ｚａ-ｚ]"), _ordinary_width)
    values = repaired(values, VALUE.str.contains(f"{_POSTCODE}|{_SLIP}"), _without_slips)
    values = repaired(values, VALUE.str.contains(_traditional()), _simplified)
    return repaired(values, (VALUE.str.len_chars() >= 2 * _SHORTEST) & _AGAIN, _once)


def _ordinary_width(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.with_columns(VALUE.str.normalize("NFKC"))


def _without_slips(frame: pl.LazyFrame) -> pl.LazyFrame:
    text = VALUE.str.replace(_POSTCODE, "$1")
    for pattern, digit in (
        _SLIPS * 2
    ):  # each match takes the digit with which the next one would begin
        text = text.str.replace_all(pattern, digit)
    return frame.with_columns(text)


@cache
def _characters() -> dict[str, str]:
    return simplified() | _OF_PLACES


@cache
def _traditional() -> str:
    return f"[{''.join(_characters())}]"


def _simplified(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.with_columns(VALUE.str.replace_many(_characters()))


def _once(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The longer of two parts, where one ends with the other: 安平县育才街28号
    河北省安平县育才街28号."""
    length, text = VALUE.str.len_chars(), VALUE
    blank = VALUE.str.strip_chars().str.extract_groups(f"^(.*?){_BETWEEN}(.*)$").struct
    parts = [(blank.field("1"), blank.field("2"))]
    for areas in range(_LONGEST_AREAS):  # so many characters more has one than the other
        shorter = (length - areas) // 2
        parts += [
            (VALUE.str.slice(0, at), VALUE.str.slice(at)) for at in (shorter, length - shorter)
        ]
    for first, second in parts:
        long_enough = (first.str.len_chars() >= _SHORTEST) & (second.str.len_chars() >= _SHORTEST)
        text = (
            pl.when(long_enough & second.str.ends_with(first))
            .then(second)
            .when(long_enough & first.str.ends_with(second))
            .then(first)
            .otherwise(text)
        )
    return frame.with_columns(text)
