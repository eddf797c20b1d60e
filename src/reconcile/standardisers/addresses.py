"""Addresses: hygiene, house numbers in digits, one word for each kind of building. As text, not parsed."""

from __future__ import annotations

import polars as pl

from reconcile.standardisers.text import NOTHING, VALUE, repaired, tidy

_NUMERALS = "〇零一二两三四五六七八九十百"
_UNIT = "号|栋|幢|座|单元|室|层|楼|组|队|弄|排|巷|户"
_HOUSE_NUMBER = rf"[{_NUMERALS}]+(?:{_UNIT})"
_VALUES = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLAIN = "^[0-9A-Z㐀-䶿一-鿿-]*[㐀-䶿一-鿿][0-9A-Z㐀-䶿一-鿿-]*$"


def standard_addresses(values: pl.Series) -> pl.Series:
    """Without blanks and signs, in upper case; 二十三号 → 23号; 3号楼 and 3幢 → 3栋; 3# → 3号.

    Null where nothing is said.
    """
    odd = VALUE.str.contains(rf"幢|号楼|{_HOUSE_NUMBER}") | VALUE.str.contains(NOTHING)
    return repaired(values, ~VALUE.str.contains(_PLAIN) | odd, _rewrite)


def _rewrite(frame: pl.LazyFrame) -> pl.LazyFrame:
    return (
        tidy(frame)
        .with_columns(VALUE.str.to_uppercase().str.replace_all("[—–~]", "-").str.replace_all(r"(\d)#", "${1}号"))
        .with_columns(VALUE.str.replace_all(r"[\s,.;:'\"。、，；：!?*_|/\\\\()\[\]{}<>《》【】]+", ""))
        .with_columns(VALUE.str.replace_all("号楼|幢", "栋"))
        .map_batches(_house_numbers)
    )


def _house_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """The distinct house numbers of a register are few: each is read once."""
    values = frame["value"]
    written = values.str.extract_all(_HOUSE_NUMBER).list.explode().drop_nulls().unique().to_list()
    digits = {token: f"{_number(token)}{token.lstrip(_NUMERALS)}" for token in written}
    return frame.with_columns(values.str.replace_many(digits, leftmost=True)) if digits else frame


def _number(token: str) -> str:
    """`二十三号` → `23`, `一百零五` → `105`, `二〇三室` → `203`."""
    numerals = token[: len(token) - len(token.lstrip(_NUMERALS))]
    if "十" not in numerals and "百" not in numerals:
        return "".join(str(_VALUES[char]) for char in numerals)
    hundreds, _, rest = numerals.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return str(
        _small(hundreds, 1 if "百" in numerals else 0) * 100 + _small(tens, 1 if ten else 0) * 10 + _small(ones, 0)
    )


def _small(numerals: str, default: int) -> int:
    digits = "".join(str(_VALUES[char]) for char in numerals if char in _VALUES)
    return int(digits) if digits else default
