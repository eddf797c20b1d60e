"""Tables of areas as offices write them, and what is wrong with some of their rows."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.areas import forms
from reconcile.areas.forms import village_form
from reconcile.areas.placing import place
from reconcile.core.errors import InputError
from reconcile.reading.reasons import row_reason
from tests.areas.tables import CITY, records, table

D, T = {"code": "460105", "name": "西岭区"}, {"code": "460105001", "name": "城东街道"}
V = {"code": "460105001001", "name": "向阳社区"}
OTHER = {"code": "460105001002", "name": "和平社区"}

# rows → the reasons by row of the file; what is left can be used
BAD = [
    ([D, T, {"code": "460105001", "name": "城东街道"}], {4: "repeated"}),
    ([D, T, {"code": "460105001", "name": "城北街道"}], {4: "two_names"}),
    ([D, {**T, "to": "2019-12-31"}, {**T, "name": "城北街道", "from": "2020-01-01"}], {}),
    ([D, {**T, "to": "2020-01-01"}, {**T, "name": "城北街道", "from": "2020-01-01"}], {}),
    ([D, {**T, "to": "2020-06-01"}, {**T, "name": "城北街道", "from": "2020-01-01"}], {3: "two_names"}),
    ([D, {**T, "from": "2010"}, {**T, "name": "城北街道", "from": "2020"}], {3: "two_names"}),  # nobody closed it
    ([D, T, {**V, "parent": "城南街道"}], {4: "parent_unknown"}),
    ([D, T, {"code": "460105002001", "name": "向阳社区"}], {4: "parent_unknown"}),
    ([D, T, {"code": "XQ01", "name": "阳光花园", "level": "小区"}], {4: "parent_unknown"}),
    ([D, T, V, {"code": "XQ01", "name": "阳光花园", "parent": "城南社区"}], {5: "parent_unknown"}),
    ([D, {"code": "46010500", "name": "坏"}, T], {3: "code_odd"}),
    ([D, T, {**V, "parent": "460105001002"}, OTHER], {4: "parent_level"}),
    ([D, T, {**V, "parent": "460105001002"}, {**OTHER, "parent": "460105001001"}], {4: "cycle", 5: "cycle"}),
    ([D, T, {**V, "from": "2020-01-01", "to": "2019-01-01"}], {4: "dates"}),
    ([D, T, {**V, "to": "2019-13-01"}], {4: "unusable_date"}),
    ([D, T, {**V, "to": "2019", "successor": "460105001009"}], {4: "successor_unknown"}),
    (
        [D, T, {**V, "to": "2019", "successor": "460105001002"}, {**OTHER, "to": "2020", "successor": "460105001001"}],
        {4: "successor_cycle", 5: "successor_cycle"},
    ),
    ([D, {**T, "parent": "乌有区"}, V], {3: "parent_unknown", 4: "parent_unknown"}),  # one takes the other along
    ([D, T, {"code": "460105001001"}, {"name": "和平社区"}], {4: "missing", 5: "missing"}),
    ([{**D, "parent": "海临市"}, T, V], {}),  # nothing is above the top of the table
    ([T, V], {}),
    ([D, T, {**V, "parent_name": "城东街道"}], {}),
    ([D, T, {"code": "460105001001", "name": "向阳社区", "successor": "460105001001"}], {}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "reasons"), BAD)
def test_a_row_that_cannot_be_used_is_told_with_its_reason(rows: list[dict[str, str]], reasons: dict[int, str]) -> None:
    found = table(rows)
    told = dict(found.rejects.select("row", "reason").iter_rows())
    assert told == {row: f"area_{reason}" for row, reason in reasons.items()}
    usable = {row.get("code") for place, row in enumerate(rows, start=2) if place not in reasons}
    assert set(found.areas["code"]) <= usable


@pytest.mark.parametrize("reason", sorted({f"area_{reason}" for _, reasons in BAD for reason in reasons.values()}))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_words(reason: str, language: str) -> None:
    assert row_reason(reason, language) != reason


def test_a_table_without_an_area_in_force_is_refused_with_the_reasons() -> None:
    rows = [{**D, "to": "2019"}, {"code": "46010", "name": "坏"}]
    with pytest.raises(InputError) as caught:
        table(rows)
    assert "areas.csv" in str(caught.value)
    assert all(row_reason(f"area_{reason}") in str(caught.value) for reason in ("code_odd", "not_in_force"))


def test_cells_of_the_table_are_masked_where_they_are_told() -> None:
    [shown] = table([D, T, {**V, "parent": "张小三"}]).rejects["shown"]
    assert shown == "张***"


def test_an_area_lies_in_those_above_it() -> None:
    areas = {row["code"]: row for row in table().areas.iter_rows(named=True)}
    estate = areas["460106001001001"]
    assert (estate["level"], estate["district_name"], estate["town_name"]) == ("estate", "东华区", "朝阳街道")
    assert (estate["village_code"], estate["village_std"]) == ("460106001001", "新港")
    assert areas["460105101201"]["town_code"] == "460105101"


@pytest.mark.parametrize(
    ("day", "name"), [(date(2019, 12, 31), "渔港社区"), (date(2020, 1, 1), "新港社区"), (date(2031, 1, 1), "新港社区")]
)
def test_the_name_is_that_of_the_day(day: date, name: str) -> None:
    assert dict(table(CITY, day).areas.select("code", "name").iter_rows())["460106001001"] == name


def test_a_village_of_an_abolished_town_lies_in_its_successor() -> None:
    rows = [D, {**T, "to": "2020", "successor": "460105002"}, {"code": "460105002", "name": "城南街道"}, V]
    areas = {row["code"]: row for row in table(rows).areas.iter_rows(named=True)}
    assert areas["460105001001"]["town_name"] == "城南街道"


def test_an_area_that_was_split_is_each_of_its_parts() -> None:
    split = {**V, "to": "2020", "successor": "460105001002、460105001003"}
    names = table([D, T, split, OTHER, {"code": "460105001003", "name": "友谊社区"}]).names
    assert sorted(set(names.filter(word="460105001001")["now"])) == ["460105001002", "460105001003"]


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("向阳社区居委会", "向阳社区"),
        ("向阳居委会", "向阳社区"),
        ("向阳社区居民委员会", "向阳社区"),
        ("向阳村委会", "向阳村"),
        ("向阳村民委员会", "向阳村"),
        ("向阳村社区居委会", "向阳村"),
        ("新村村委会", "新村"),
        ("新村", "新村"),
        ("东村居委会", "东村"),
    ],
)
def test_committees_are_taken_for_their_village(written: str, form: str) -> None:
    assert village_form(pl.Series([written])).item() == form


CODE = st.sampled_from(["", "460105", "460105000000", "460106", "460105001", "460105002", "460105001001", "460105001002",
                        "46010500100100", "XQ1", "4601051", "无"])  # fmt: skip
NAME = st.sampled_from(["", "西岭区", "东华区", "城东街道", "城东", "向阳社区", "向阳村", "阳光花园", "(a|b", "*"])
DAYS = st.sampled_from(["", "2010", "2015-06", "2019-12-31", "2020-01-01", "2030-01-01", "不详", "2019-13-01"])
ROW = st.fixed_dictionaries(
    {"code": CODE, "name": NAME, "parent": st.one_of(CODE, NAME), "from": DAYS, "to": DAYS,
     "successor": st.one_of(CODE, NAME), "level": st.sampled_from(["", "小区", "村居", "镇街"])}
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8))
def test_whatever_a_table_says_it_is_used_or_refused_and_records_can_be_placed(rows: list[dict[str, str]]) -> None:
    told = [{"code": "460105", "name": "西岭区"}, *rows]
    try:
        found = table(told)
    except InputError:
        return
    assert not found.rejects.select("file", "row").is_duplicated().any()
    used = set(range(2, len(told) + 2)) - set(found.rejects["row"])
    assert set(found.areas["name"]) <= {forms.plain(pl.Series([told[row - 2]["name"]])).item() for row in used}
    assert not found.areas["code"].is_duplicated().any()
    written = records(*({"district": r["name"], "town": r.get("parent"), "village": r["code"]} for r in told))
    frame = place({"residents": written}, found).records["residents"]
    assert frame.height == len(told)
    assert set(frame["area_code"].drop_nulls()) <= set(found.areas["code"])
