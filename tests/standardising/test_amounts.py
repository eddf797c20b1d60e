"""Amounts are read exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.standardising.amounts import DECIMAL, standard_decimals


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1200", "1200"),
        ("1,200.00", "1200"),
        ("1，200.5", "1200.5"),
        ("￥1200", "1200"),
        ("¥ 1,200.50 元", "1200.5"),
        ("人民币3,000元整", "3000"),
        ("１２００．５０", "1200.5"),
        ("12个月", "12"),
        ("3人", "3"),
        ("100元/月", "100"),
        ("0", "0"),
        ("0.00", "0"),
        ("-50.5", "-50.5"),
        ("'1200", "1200"),
        ("\u00a01200　", "1200"),
        ("0.30000000000000004", "0.3"),  # as spreadsheets add
        ("0.5583", "0.5583"),
        ("1,20", None),
        ("1,2000", None),
        ("1.2万", None),
        ("1.2E3", None),
        ("约1200", None),
        ("叁佰元", None),
        ("100/200", None),
        ("1200 1300", None),
        ("见附表", None),
        ("12345678901234", None),  # an account, not an amount
        ("无", None),
        ("—", None),
        ("", None),
        (None, None),
    ],
)
def test_amounts(written: str | None, read: str | None) -> None:
    found = standard_decimals(pl.Series([written], dtype=pl.String))
    assert found.dtype == DECIMAL
    assert found[0] == (None if read is None else Decimal(read))


@given(st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, places=4))
def test_every_amount_of_four_decimals_is_read_as_it_is_written(value: Decimal) -> None:
    assert standard_decimals(pl.Series([f"{value:f}", f"￥{abs(value):f}元"])).to_list() == [value, abs(value)]
