"""Villages and estates by what the registers have of them, and where that is too little to be true."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.config import ListsConfig
from reconcile.core.frames import AREA_COVERAGE, conform
from reconcile.core.messages import text
from reconcile.lists.coverage import build_areas, published
from reconcile.persons.coverage.areas import FINDINGS, area_coverage
from tests.areas.tables import table
from tests.persons.coverage.registers import view

CITY = table(
    [
        {"code": "460105", "name": "西岭区"},
        {"code": "460105001", "name": "城东街道"},
        *({"code": f"46010500100{n}", "name": f"{name}地社区"} for n, name in enumerate("甲乙丙丁戊", start=1)),
        {"code": "460105001009", "name": "期地社区", "people": "100", "households": "40"},
        {"code": "460105001001001", "name": "阳光花园", "people": "30", "short": "阳光"},
        {"code": "460105001001002", "name": "阳光花园二期"},
        {"code": "460105001001003", "name": "空园"},
    ]
).areas
VILLAGES = {name: f"46010500100{n}" for n, name in enumerate("甲乙丙丁戊", start=1)} | {"期": "460105001009"}


def people(village: str, count: int, **more: Any) -> list[dict[str, Any]]:
    code = VILLAGES.get(village)
    return [{"area": code, "district": "西岭区", "town": "城东街道", "village": f"{village}地", "home": f"{village}{n // 3}", **more}
            for n in range(count)]  # fmt: skip


def findings(residents: dict[str, int], household: dict[str, int], areas: pl.DataFrame | None = CITY) -> dict[str, Any]:
    found = view(
        residents=[row for village, count in residents.items() for row in people(village, count)],
        household=[row for village, count in household.items() for row in people(village, count)],
        areas=areas,
    )
    told = area_coverage(found).filter(level="village")
    return dict(told.select(pl.col("village").str.head(1), "finding").iter_rows())


@pytest.mark.parametrize("areas", [CITY, None])
@pytest.mark.parametrize(
    ("residents", "household", "finding"),
    [
        (40, 40, None),
        (25, 40, None),  # more than half
        (4, 12, None),  # too few to say
        (8, 40, "few_residents"),
        (40, 8, "few_household_rows"),
        (0, 3, "household_only"),
        (3, 0, "residents_only"),
    ],
)
def test_a_village_is_held_against_the_city(residents: int, household: int, finding: str | None, areas: Any) -> None:
    found = findings({"甲": 500, "乙": residents}, {"甲": 500, "乙": household}, areas)
    assert found["乙"] == finding
    assert found["甲"] is None


def test_what_is_usual_is_the_city_s_own_ratio() -> None:
    """Where half of the residents are registered elsewhere, a village is not odd for being so."""
    assert findings({"甲": 600, "乙": 40}, {"甲": 300, "乙": 20})["乙"] is None
    assert findings({"甲": 600, "乙": 20}, {"甲": 300, "乙": 60})["乙"] == "few_residents"


def test_villages_of_the_table_that_nobody_names_have_none() -> None:
    found = findings({"甲": 10}, {"甲": 10})
    assert [village for village, finding in found.items() if finding == "none"] == ["丁", "丙", "乙", "戊", "期"]


@pytest.mark.parametrize(
    ("residents", "homes", "finding"),
    [
        (100, 40, None),
        (60, 40, None),
        (40, 40, "fewer_people_than_expected"),
        (100, 10, "fewer_households_than_expected"),
    ],
)
def test_what_the_table_expects_counts_too(residents: int, homes: int, finding: str | None) -> None:
    police = [row | {"home": f"h{n % homes}"} for n, row in enumerate(people("期", residents))]
    found = view(
        residents=people("甲", 500) + people("期", residents), household=people("甲", 500) + police, areas=CITY
    )
    told = dict(area_coverage(found).filter(level="village").select("village", "finding").iter_rows())
    assert told["期地"] == finding


def test_estates_are_found_in_the_addresses_of_their_village() -> None:
    addresses = ["城东街道阳光花园3栋"] * 4 + ["阳光花园二期1栋"] * 3 + ["阳光2栋"] * 2 + ["阳光路1号"] + ["别处"]
    residents = [row | {"address": address} for row, address in zip(people("甲", 11), addresses, strict=True)]
    elsewhere = people("乙", 5, address="阳光花园3栋")
    in_column = people("甲", 2) + people("甲", 2)
    in_column = [row | {"area": "460105001001003"} for row in in_column]
    found = area_coverage(view(residents=residents + elsewhere + in_column, household=people("甲", 3), areas=CITY))
    counted = dict(found.filter(level="estate").select("estate", "residents").iter_rows())
    assert counted == {"阳光花园": 7, "阳光花园二期": 3, "空园": 4}
    village = found.filter(level="village", village="甲地").row(0, named=True)
    assert (village["residents"], village["household_rows"], village["households"]) == (15, 3, 1)


def test_counted_are_active_people_and_births_of_the_period() -> None:
    residents = [{"person": 1}, {"person": 1}, {"person": 2, "cancelled": True}, {"person": 3}]
    births = [{"person": 3, "born": date(2026, 10, 5)}, {"person": 4, "born": date(2026, 9, 30)}]
    rows = {"residents": residents, "births": births}
    at = people("甲", 1)[0]
    found = view(period="2026-10", **{name: [at | row for row in of] for name, of in rows.items()})
    [row] = area_coverage(found).iter_rows(named=True)
    assert (row["residents"], row["births"], row["ratio"], row["finding"]) == (2, 1, None, None)


def test_without_a_table_the_district_is_the_one_that_most_say() -> None:
    rows = people("甲", 3) + people("甲", 1, district="东华区") + people("甲", 1, district=None)
    assert area_coverage(view(residents=rows, household=rows))["district"].to_list() == ["西岭区"]


# The list


def towns(counts: list[list[int]]) -> pl.DataFrame:
    rows = [
        {"level": "village", "district": "西岭区", "town": f"镇{t}", "village": f"村{v}", "residents": count,
         "household_rows": count, "households": count, "births": count, "ratio": 1.0}
        for t, of_town in enumerate(counts)
        for v, count in enumerate(of_town)
    ]  # fmt: skip
    return conform(pl.DataFrame(rows), AREA_COVERAGE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=7), min_size=1, max_size=4))
def test_no_small_count_can_be_told_from_a_published_sum(counts: list[list[int]]) -> None:
    shown = published(towns(counts))
    for town, of_town in enumerate(counts):
        told = shown.filter(town=f"镇{town}")
        hidden = [count for count, seen in zip(of_town, told["births"], strict=True) if seen is None]
        assert all(seen is None or seen == count for count, seen in zip(of_town, told["births"], strict=True))
        assert all(seen is None for count, seen in zip(of_town, told["births"], strict=True) if 0 < count < 5)
        assert (told["ratio"].is_null() == told["residents"].is_null()).all()
        others = [count for count in of_town if count >= 5]
        if hidden and (others or len(hidden) != sum(hidden)):
            # More than one way to share out the sum, or a sum that is small itself
            assert (len(hidden) > 1 and sum(hidden) > len(hidden)) or sum(of_town) < 5


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("whole", [True, False])
def test_the_list_has_words_for_every_finding_and_holds_back_small_counts(language: Any, whole: bool) -> None:
    frame = towns([[3, 8, 40]]).with_columns(finding=pl.lit("few_residents"))
    built = build_areas(frame, ListsConfig(language=language, whole_values=whole), "2026-10")
    assert built.frame["residents"].to_list() == ([3, 8, 40] if whole else [None, None, 40])
    assert set(built.frame["finding"]) == {text("coverage.finding.few_residents", language)}
    assert all(text(f"coverage.finding.{finding}", language) for finding in FINDINGS)
    assert "expected_people" not in [column.name for column in built.columns]
