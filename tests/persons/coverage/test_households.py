"""Households of one register that the other does not have, and why."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import load_workbook

from reconcile.config import ListsConfig
from reconcile.core.messages import text
from reconcile.lists.coverage import HOUSEHOLDS, RESIDENTS, build_households
from reconcile.lists.writers import xlsx
from reconcile.persons.coverage.households import households_without_residents, residents_without_household
from tests.persons.coverage.registers import view

LAYOUTS = {"residents": "residents", "household": "household"}
AT_HOME = {"district": "西岭区", "town": "城东街道", "village": "向阳"}
SOMEBODY = {"person": 99, **AT_HOME}  # so that the village is in both registers

# rows of the household 7 in the police register, rows of the resident register → its reason, None when it is covered
UNCOVERED: list[tuple[list[dict[str, Any]], list[dict[str, Any]], str | None]] = [
    ([{"person": 1}], [{"person": 1}], None),
    ([{"person": 1}, {"person": 2}], [{"person": 2}], None),  # one is enough
    ([{"person": 1}, {"person": 2}], [], "absent"),
    ([{"person": 1}], [{"person": 1, "cancelled": True}], "cancelled"),
    ([{"person": 1}], [{"person": 1, "cancelled": True, "moved_out": "2025-01-01"}], "moved_out"),
    ([{"person": 1}, {"person": 2}], [{"person": 1, "cancelled": True}], "absent"),
    ([{"person": 1, "id": "P1"}], [{"person": 3, "id": "R1"}], "possible"),
    ([{"person": 1, "village": "荒村"}], [], "area_absent"),
    ([{"person": 1, "cancelled": True}], [], None),  # nobody is left in it
    ([{"person": 1}, {"person": 2, "cancelled": True}], [{"person": 2}], "absent"),
]  # fmt: skip


def days(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from datetime import date

    return [row | {"moved_out": date.fromisoformat(row["moved_out"])} if "moved_out" in row else row for row in rows]


@pytest.mark.parametrize(("police", "residents", "reason"), UNCOVERED)
def test_a_household_none_of_whose_members_is_a_resident_is_told_with_its_reason(
    police: list[dict[str, Any]], residents: list[dict[str, Any]], reason: str | None
) -> None:
    found = view(
        household=[{**SOMEBODY, "home": "1"}, *({"home": "7", **AT_HOME, **row} for row in police)],
        residents=[SOMEBODY, *days([{**AT_HOME, **row} for row in residents])],
        possible=[("household:P1", "residents:R1")] if reason == "possible" else (),
    )
    told = households_without_residents(found)
    assert dict(told.select("household_no", "reason").iter_rows()) == ({"7": reason} if reason else {})


def test_its_head_stands_for_a_household_and_its_active_members_are_counted() -> None:
    police = [
        {"person": 1, "home": "7", "relation": 20, "name": "王小", "head_name": "王大", "address": "甲路1号"},
        {"person": 2, "home": "7", "relation": 2, "name": "王大", "head_name": "王大", "address": "甲路1号", **AT_HOME},
        {"person": 3, "home": "7", "cancelled": True},
    ]
    told = households_without_residents(view(household=police, residents=[SOMEBODY]))
    [row] = told.iter_rows(named=True)
    assert (row["head_name"], row["members"], row["record_id"], row["row"]) == ("王大", 2, "h3", 3)
    assert (row["town"], row["village"], row["address"]) == ("城东街道", "向阳", "甲路1号")


def test_residents_without_a_household_number_count_one_by_one_and_say_where_they_are_registered() -> None:
    here = [{"person": n, "registered": f"海临市西岭区向阳路{n}号", "home": "1"} for n in range(200, 230)]
    residents = [
        *here,
        {"person": 1, "home": "7", "registered": "湖南省临湘县平安路1号"},
        {"person": 2, "home": "7", "registered": "湖南省临湘县平安路1号"},
        {"person": 3, "home": "8", "registered": "湖南省临湘县平安路1号"},
        {"person": 4, "home": "8", "registered": "海临市西岭区向阳路1号"},
        {"person": 5},
        {"person": 6},
    ]
    police = [{"person": n, "address_std": f"海临市西岭区向阳路{n}号"} for n in range(200, 230)]
    told = residents_without_household(view(residents=residents, household=police))
    rows = told.select("household_no", "members", "registered_outside", "reason").rows()
    assert rows == [
        ("7", 2, 2, "registered_outside"),
        ("8", 2, 1, "absent"),
        (None, 1, 0, "absent"),
        (None, 1, 0, "absent"),
    ]


def test_two_sources_may_use_one_number_for_two_households() -> None:
    found = view(
        household=[{"person": 1, "home": "7"}], residents=[{"person": 1, "home": "7"}, {"person": 2, "home": "7"}]
    )
    assert households_without_residents(found).is_empty()
    assert residents_without_household(found).is_empty()


def test_with_one_register_alone_nothing_is_asked() -> None:
    assert households_without_residents(view(household=[{"person": 1}])).is_empty()
    assert residents_without_household(view(residents=[{"person": 1}])).is_empty()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("code", [HOUSEHOLDS, RESIDENTS])
def test_the_list_as_a_clerk_opens_it(code: str, masked: bool, language: Any, tmp_path: Any) -> None:
    row = {"person": 1, "home": "4601050012345678", "name": "王小明", "address": "甲路1号", "id": "46010519900101123X"}
    other = "residents" if code == HOUSEHOLDS else "household"
    own = "household" if code == HOUSEHOLDS else "residents"
    found = view(**{own: [{**row, **AT_HOME}], other: [SOMEBODY]})
    frame = (households_without_residents if code == HOUSEHOLDS else residents_without_household)(found)
    lists = ListsConfig(whole_values=not masked, language=language)
    table = build_households(code, frame, LAYOUTS, lists, "2026-10")
    assert table.by_area
    xlsx.write(table, tmp_path / "list.xlsx")
    cells = [[cell.value for cell in line] for line in load_workbook(tmp_path / "list.xlsx").active.iter_rows()]
    flat = [str(value) for line in cells for value in line if value is not None]
    assert text(f"coverage.{code}.absent", language) in flat
    assert ("王小明" in flat, "46010519900101123X" in flat) == (not masked, not masked)
    # As in the lists of cases: a number as long as an ID number is masked, a shorter one is not.
    assert ("4601050012345678" in flat, "460********5678" in flat) == (not masked, masked)
    outside = text("coverage.column.registered_outside", language)
    assert (outside in flat) == (code == RESIDENTS)
