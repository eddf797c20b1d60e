"""Amounts of money, rates and quantities, read exactly or not at all."""

from __future__ import annotations

import polars as pl

from reconcile.standardising.text import VALUE, by_distinct, clean

DECIMAL = pl.Decimal(18, 4)

_BEFORE = r"(?i)^(?:人民币|rmb|cny|[¥$])\s*"
_UNIT = r"\s*(?:个?月|人|份|次|天|件|户|套|岁)$"
_MONEY = r"\s*(?:元|圆)(?:整|/\S{1,3}|每\S{1,2})?$"
_GROUPED = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$"
_PLAIN = r"^[+-]?\d{1,13}(?:\.\d{0,17})?$"


def standard_decimals(values: pl.Series) -> pl.Series:
    """The number (DECIMAL) in `1,200.00`, `￥1200`, `１２００元`, `12个月`, `100元/月`; null for
    anything else.

    Nothing is guessed: 1,20 and 1.2万 are null. A fifth decimal, as spreadsheets leave it behind,
    is rounded away.
    """

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        bare = clean(VALUE).str.replace(r"^[−–]", "-").str.replace(_BEFORE, "")
        bare = bare.str.replace(_MONEY, "").str.replace(_UNIT, "").str.strip_chars()
        frame = frame.with_columns(bare=bare)
        grouped = pl.when(pl.col("bare").str.contains(_GROUPED)).then(
            pl.col("bare").str.replace_all(",", "")
        )
        plain = grouped.otherwise("bare").str.strip_chars_start("+")
        number = (
            pl.when(plain.str.contains(_PLAIN)).then(plain).cast(pl.Decimal(38, 17), strict=False)
        )
        return frame.select(VALUE, std=number.round(4).cast(DECIMAL, strict=False))

    return by_distinct(values, read)["std"]
