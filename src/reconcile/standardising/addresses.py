"""Addresses: hygiene, house numbers in digits, one word for each kind of building. As text;
`address_parts` parses."""

from __future__ import annotations

import polars as pl

from reconcile.standardising.numerals import NUMERALS, in_digits
from reconcile.standardising.text import NOTHING, VALUE, repaired, tidy

_UNIT = "号|栋|幢|座|单元|室|层|楼|组|队|弄|排|巷|户"
_HOUSE_NUMBER = rf"[{NUMERALS}]+(?:{_UNIT})"
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
        .with_columns(
            VALUE.str.to_uppercase()
            .str.replace_all("[—–~]", "-")
            .str.replace_all(r"(\d)#", "${1}号")
        )
        .with_columns(
            VALUE.str.replace_all(r"[\s,.;:'\"。、，；：!?*_|/\\\\()\[\]{}<>《》【】]+", "")
        )
        .with_columns(VALUE.str.replace_all("号楼|幢", "栋"))
        .map_batches(lambda read: read.with_columns(in_digits(read["value"], _HOUSE_NUMBER)))
    )
