"""Residents by area and level: whatever the registers say, the table adds up, and what is published adds up too."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.lists.residence import build_levels
from reconcile.persons.residence.by_area import COUNTS, TOTAL, residence_table
from reconcile.persons.residence.levels import LEVELS, residences, residences_frame
from tests.views import view_of

AREAS = st.fixed_dictionaries(
    {
        "district": st.sampled_from(["东区", "西区", None]),
        "town": st.sampled_from(["甲镇", "乙镇", None]),
        "village": st.sampled_from(["石沟", "红坊", None]),
    }
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "lives": AREAS,
            "registered": st.none() | AREAS,
            "address": st.sampled_from([None, "广东省南岭市1号", "外地", "海临市东区1号"]),
            "twice": st.booleans(),
            "cancelled": st.booleans(),
        }
    ),
    max_size=12,
)


def city(people):  # type: ignore[no-untyped-def]
    residents, rows = [], []
    for number, one in enumerate(people):
        person = {"person": f"P{number}"}
        record = {**person, **one["lives"], "registered_address": one["address"], "cancelled": one["cancelled"]}
        residents += [record] * (1 + one["twice"])
        if one["registered"] is not None:
            rows.append({**person, **one["registered"]})
    residents = [{**record, "id": f"R{place}"} for place, record in enumerate(residents)]
    home = [{"address": f"海临市东区{n}号", "cancelled": True} for n in range(30)]
    return view_of(residents=[*residents, *home], household=[*rows, *home])


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(people=PEOPLE)
def test_every_resident_is_counted_once_at_every_level_of_area(people) -> None:  # type: ignore[no-untyped-def]
    view = city(people)
    table = residence_table(view)
    active = sum(not one["cancelled"] for one in people)
    for level in ("city", "district", "town"):
        rows = table.filter(pl.col("level") == level)
        assert rows[TOTAL].sum() == active
        assert rows.select(pl.sum_horizontal(list(COUNTS)).sum()).item() == active
    assert table.select((pl.sum_horizontal(list(COUNTS)) == pl.col(TOTAL)).all()).item()
    found = residences(view)
    assert set(found["level"]) <= set(LEVELS)
    assert found["node"].is_unique().all()
    assert found["person"].is_unique().all()
    assert residences_frame(view).height == active
    # Nothing differs where nothing is said to be apart in the city.
    apart = pl.col("level").is_in(["village", "town", "district"])
    assert found.select(((pl.col("differs").list.len() > 0) == apart).all()).item()
    build_levels(table, "zh", None, published=True)  # what is held back adds up, or this raises


def person(number: int, level: str) -> dict[str, object]:
    there = {"here": "石沟", "village": "红坊"}[level]
    lives = {"district": "东区", "town": "甲镇" if number % 2 else "乙镇", "village": "石沟"}
    registered = {**lives, "village": there}
    return {"lives": lives, "registered": registered, "address": None, "twice": False, "cancelled": False}


@pytest.mark.parametrize(("published", "shown"), [(False, 3), (True, None)])
def test_small_counts_are_held_back_where_lists_are_passed_on(published: bool, shown: int | None) -> None:
    people = [*(person(n, "here") for n in range(60)), *(person(1, "village") for _ in range(3))]
    table = build_levels(residence_table(city(people)), "en", "2026-10", published)
    rows = {(row["level"], row["town"]): row for row in table.frame.to_dicts()}
    assert rows["town", "甲镇"]["other_village"] == shown
    assert rows["city", None]["residents"] == 63
    assert [column.header for column in table.columns][:5] == [
        "level", "district", "town", "registered where they live", "another village",
    ]  # fmt: skip


def record(name: str, village: str, **more: object) -> dict[str, object]:
    return {"id": name, "person": "A", "town": "甲镇", "village": village, **more}


@pytest.mark.parametrize(
    ("residents", "household", "level"),
    [
        # One of two records says that he lives where he is registered: whoever clears up the two finds out.
        ([record("R1", "红坊", number="460105199003070015"), record("R2", "石沟")], [record("H1", "石沟")], "unknown"),
        ([record("R1", "石沟", number="460105199003070015"), record("R2", "红坊")], [record("H1", "石沟")], "here"),
        ([record("R1", "红坊"), record("R2", "新坡")], [record("H1", "石沟")], "village"),
        ([record("R1", "红坊")], [record("H1", "石沟"), record("H2", "红坊")], "unknown"),
        ([record("R1", "红坊"), record("R2", "石沟", cancelled=True)], [record("H1", "石沟")], "village"),
    ],
)
def test_records_that_say_two_things(
    residents: list[dict[str, object]], household: list[dict[str, object]], level: str
) -> None:
    found = residences(view_of(residents=residents, household=household))
    assert found["level"].to_list() == [level]
