"""Hygiene of any text."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.standardising.text import standard_text


def standard(*values):
    return standard_text(pl.Series("column", values, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("县医院", "县医院"),
        ("　县医院　", "县医院"),
        ("县医院\u00a0", "县医院"),
        ("\ufeff县\u200b医院", "县医院"),
        ("Ａ１２－３（东）", "A12-3(东)"),
        ("'00123", "00123"),
        ('="00123"', "00123"),
        ("县 \t\n 医院", "县 医院"),
        ("⼀\uf92c", "一郎"),  # a radical and a compatibility character for the characters themselves
        ("13800138000", "13800138000"),
        ("١٣٨٠٠١٣٨٠٠٠", "13800138000"),  # digits of any script are digits
        ("१９９０年๓月", "1990年3月"),
        ("𝟏𝟗𝟗𝟎-03", "1990-03"),
    ],
)
def test_hygiene(written, compared):
    assert standard(written) == [compared]


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " ",
        "　",
        "无",
        "（无）",
        "未知",
        "不详",
        "待定",
        "0",
        "００",
        "-",
        "——",
        "/",
        "null",
        "NULL",
        "None",
        "N/A",
        "#N/A",
        "#REF!",
        "nan",
        "...",
        "????",
        "***",
        "''",
    ],
)
def test_placeholders_say_nothing(nothing):
    assert standard(nothing, None) == [None, None]


@pytest.mark.parametrize("something", ["无锡路", "空港村", "不老村", "00123", "NA1", "0号"])
def test_words_that_begin_like_a_placeholder_stay(something):
    assert standard(something) == [something]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=12), max_size=20))
def test_a_standard_text_stays_as_it_is(values):
    once = standard(*values)
    assert standard(*once) == once
