"""Chinese numerals and digits."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.standardising.numerals import in_digits, in_numerals, number


@pytest.mark.parametrize(
    ("numerals", "digits"),
    [("二十三", "23"), ("十", "10"), ("一百零五", "105"), ("百五", "105"), ("二〇三", "203"), ("两百", "200")],
)
def test_numbers_as_they_are_written(numerals: str, digits: str) -> None:
    assert number(numerals) == digits


@given(st.integers(0, 99_999).map(str))
def test_digits_written_in_numerals_are_read_back(digits: str) -> None:
    assert number(in_numerals(digits)) == digits


def test_only_what_the_pattern_finds_is_rewritten() -> None:
    values = pl.Series(["第三期五一路", "附陆拾叁号", None, "三江"])
    assert in_digits(values, "[三]期|[陆拾叁]+号").to_list() == ["第3期五一路", "附63号", None, "三江"]
