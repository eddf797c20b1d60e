"""Tables of figures: areas, and what is told of rows that cannot be used."""

from __future__ import annotations

import polars as pl
import pytest

from reconcile.core.frames import conform
from reconcile.core.messages import speak
from reconcile.crosschecks.figures import (
    REFUSED,
    districts_of_towns,
    refusal_remarks,
    refusals,
    standard_area_districts,
    standard_area_towns,
    total_rows,
    with_districts,
)


def areas(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"district": pl.String, "town": pl.String}, orient="row")


@pytest.mark.parametrize(
    ("said", "town"),
    [
        ("琼山区府城镇", "府城镇"),
        ("城东街道办事处", "城东街道"),
        ("460107100000", "460107100"),
        ("460107100", "460107100"),
    ],
)
def test_towns(said: str, town: str) -> None:
    assert standard_area_towns(pl.Series([said])).to_list() == [town]


@pytest.mark.parametrize(
    ("said", "district"),
    [("海北市琼山区", "琼山区"), ("琼山区", "琼山区"), ("460107000000", "460107"), ("儋州市", "儋州市"), ("", None)],
)
def test_districts(said: str, district: str | None) -> None:
    assert standard_area_districts(pl.Series([said])).to_list() == [district]


def test_a_slip_is_no_second_district_but_a_namesake_is() -> None:
    rows = [("甲区", "一镇")] * 40 + [("乙区", "一镇")] + [("甲区", "新村镇")] * 5 + [("乙区", "新村镇")] * 9
    known = districts_of_towns([areas(*rows)])
    assert known.rows() == [("乙区", "新村镇"), ("甲区", "一镇"), ("甲区", "新村镇")]
    told = with_districts(areas((None, "一镇"), ("乙区", "一镇"), (None, "新村镇"), ("乙区", "新村镇")), known)
    assert told["district"].to_list() == ["甲区", "甲区", None, "乙区"]


@pytest.mark.parametrize(
    ("said", "total"),
    [
        ("合 计", True),
        ("全区总计", True),
        ("小计", True),
        ("计", True),
        ("TOTAL", True),
        ("会计学校", False),
        ("", False),
    ],
)
def test_totals(said: str, total: bool) -> None:
    assert total_rows(pl.DataFrame({"town": [said], "n": ["1"]}), ("town", "absent")).to_list() == [total]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("-20", "-20"),
        ("2026年13月", "2026年13月"),
        ("约7", "约7"),
        ("460105199001011234", "4***"),
        ("欧阳小三", "欧***"),
        ("", ""),
    ],
)
def test_what_a_refused_row_shows_is_no_person(said: str, shown: str) -> None:
    rows = pl.DataFrame({"file": ["a.csv"], "row": [2], "enrolled": [said]})
    assert refusals(rows, "no_number", "enrolled")["shown"].to_list() == [shown]


def test_many_refused_rows_are_told_in_part() -> None:
    speak("zh")
    refused = conform(
        pl.DataFrame({"file": ["a.csv"] * 30, "row": range(30), "reason": ["missing"] * 30, "column": ["enrolled"] * 30,
                      "shown": [""] * 30}),
        REFUSED,
    )  # fmt: skip
    told = refusal_remarks(refused)
    assert len(told) == 21
    assert told[-1].values == {"count": 10}
