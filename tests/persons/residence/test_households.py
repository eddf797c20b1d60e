"""Which households are registered in several places, and how the list tells it."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from reconcile.core.frames import SPLIT_HOUSEHOLDS
from reconcile.lists.residence import build_split_households
from reconcile.persons.residence.households import split_households
from tests.views import view_of

HERE = {"town": "西头街道", "village": "石沟"}
THERE = {"town": "西头街道", "village": "红坊"}
FAR = {"town": "上洲街道", "village": "石沟"}
OUTSIDE = "广东省南岭市平安路3号"

Place = dict[str, str] | str | None


def households(*members: tuple[str | None, Place], **more: Any) -> pl.DataFrame:
    """The split households of members (household number, where registered: an area of the city, an address, nowhere)."""
    residents: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number, (household, place) in enumerate(members):
        person = f"P{number}"
        stated = {"registered_address": place} if isinstance(place, str) else {}
        residents.append({"person": person, "household_no_std": household, **HERE, **stated, **more})
        if isinstance(place, dict):
            rows.append({"person": person, **place})
    home = [{"address": f"海临市西头街道{n}号", "person": f"Z{n}", **HERE} for n in range(30)]
    return split_households(view_of(residents=[*residents, *home], household=[*rows, *home]))


@pytest.mark.parametrize(
    ("places", "split"),
    [
        pytest.param([HERE, HERE], False, id="all here"),
        pytest.param([THERE, THERE], False, id="all elsewhere, together"),
        pytest.param([HERE, THERE], True, id="two villages"),
        pytest.param([HERE, FAR], True, id="a village of the same name in another town"),
        pytest.param([{"village": "石沟"}, HERE], False, id="a village whose town nobody says"),
        pytest.param([{"town": "西头街道"}, HERE], False, id="a town without its village"),
        pytest.param([{"town": "西头街道"}, {"town": "上洲街道"}], True, id="two towns, no villages"),
        pytest.param([{"district": "东华区"}, {"district": "西岭区"}], True, id="two districts"),
        pytest.param([HERE, OUTSIDE], True, id="inside and outside the city"),
        pytest.param([OUTSIDE, "湖南省桂山县1号"], False, id="all outside"),
        pytest.param([HERE, None], False, id="nobody says where"),
        pytest.param([None, None], False, id="nobody says of anybody"),
    ],
)
def test_what_a_split_household_is(places: list[Place], split: bool) -> None:
    found = households(*(("F1", place) for place in places))
    assert (found.height > 0) == split
    assert dict(found.schema) == dict(SPLIT_HOUSEHOLDS)


def test_only_members_of_one_number_are_a_household() -> None:
    assert households(("F1", HERE), ("F2", THERE), (None, FAR), (None, OUTSIDE)).is_empty()


def test_members_and_places_are_counted() -> None:
    found = households(("F1", HERE), ("F1", HERE), ("F1", THERE), ("F1", OUTSIDE), ("F1", None), head_name_std="王伟")
    told = found.select("household_no", "head_name", "members", "registered", "registered_village", "outside", "people")
    assert told.rows() == [
        ("F1", "王伟", 5, "city", "石沟", None, 2),
        ("F1", "王伟", 5, "city", "红坊", None, 1),
        ("F1", "王伟", 5, "outside", None, "广东南岭市", 1),
        ("F1", "王伟", 5, "unknown", None, None, 1),
    ]
    assert found.group_by("household_no").agg(pl.col("people").sum() == pl.col("members").first())["people"].all()


def test_the_head_is_the_member_who_is_it() -> None:
    view = view_of(
        residents=[
            {"person": "A", "household_no_std": "F1", "name": "李四", "relation_std": 2, "head_name_std": "王伟", **HERE},
            {"person": "B", "household_no_std": "F1", "name": "王伟", "relation_std": 12, "head_name_std": "王伟", **HERE},
        ],
        household=[{"person": "A", **HERE}, {"person": "B", **THERE}],
    )  # fmt: skip
    assert split_households(view)["head_name"].unique().to_list() == ["李四"]


@pytest.mark.parametrize(
    ("language", "masked", "told"),
    [
        ("zh", False, ("F000012345", "王小伟", "西头街道 石沟（2人）；市外 广东南岭市（1人）", 1)),
        ("en", False, ("F000012345", "王小伟", "西头街道 石沟: 2; outside the city, 广东南岭市: 1", 1)),
        ("zh", True, ("F460********5678", "王*伟", "西头街道 石沟（2人）；市外 广东南岭市（1人）", 1)),
    ],
)
def test_the_list_has_a_row_a_household(language: str, masked: bool, told: tuple[object, ...]) -> None:
    number = "F4601050012345678" if masked else "F000012345"
    found = households((number, HERE), (number, HERE), (number, OUTSIDE), (number, None), head_name_std="王小伟")
    table = build_split_households(found, language, "2026-10", masked)
    [row] = table.frame.select("household_no", "head_name", "places", "unknown").rows()
    assert row == told
    assert table.by_area
    assert table.frame.select("town", "village", "members").rows() == [("西头街道", "石沟", 4)]
