"""Children of the period: which of them a month holds, in which registers they are, and who says what of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.core.frames import CHILDREN
from reconcile.persons.children import (
    CELLS,
    LETTERS,
    STILL_OPEN,
    carried_children,
    children,
    children_frame,
    in_covered_days,
    known_children,
    listed_children,
)
from reconcile.persons.reasons import REASONS
from reconcile.persons.view import View
from tests.views import view_of

Row = dict[str, Any]
REGISTERS = {letter: layout for layout, letter in LETTERS.items()}


def registers(*told: tuple[str, Row]) -> dict[str, Any]:
    """One child of each `(cell, what its records say)`: child n is person c<n>."""
    rows: dict[str, list[Row]] = {layout: [] for layout in REGISTERS.values()}
    for number, (cell, said) in enumerate(told):
        for letter in cell:
            rows[REGISTERS[letter]].append({"id": f"{letter}{number}", "person": f"c{number}", **said})
    return rows


def month(year: int, number: int, births: int, first: int = 1) -> list[Row]:
    """So many births in a month, from its day `first` on, in the hospital alone."""
    days = [f"{year}-{number:02}-{first + n:02}" for n in range(births)]
    return [{"id": f"born {day}", "born": day} for day in days]


def ids(view: View, found: pl.DataFrame) -> list[str]:
    """What the children are called: the record that stands first."""
    names = view.population["record_id"]
    nodes = pl.select(pl.coalesce(found[layout] for layout in LETTERS)).to_series()
    return sorted(names.gather(nodes))


@pytest.mark.parametrize("cell", CELLS)
def test_a_child_is_in_the_cell_of_the_registers_that_hold_it(cell: str) -> None:
    view = view_of(period="2026-10", **registers((cell, {"born": "2026-10-05"})))
    found = children(view)
    assert found["cell"].to_list() == [cell]
    assert [found[layout][0] is not None for layout in LETTERS] == [letter in cell for letter in LETTERS.values()]
    assert (found["reason"].null_count() == 1) == (cell == "HRP")


def test_a_person_who_is_no_child_of_the_period_is_in_no_cell() -> None:
    view = view_of(period="2026-10", **registers(("HRP", {"born": "2026-10-05"}), ("RP", {"born": "1980-10-05"})))
    assert children(view)["cell"].to_list() == ["HRP"]


def test_two_rows_of_a_child_in_one_register_are_one_child() -> None:
    told = registers(("HRP", {"born": "2026-10-05"}))
    told["residents"].append({"id": "again", "person": "c0", "born": "2026-10-05", "cancelled": True})
    view = view_of(period="2026-10", **told)
    assert children(view)["cell"].to_list() == ["HRP"]
    assert children_frame(view)["residents"].to_list() == ["R0"]  # the active row stands for it


def test_two_hospitals_are_one_register() -> None:
    view = view_of(
        period="2026-10",
        births=[{"person": "A", "born": "2026-10-05"}],
        births_2=[{"id": "X1", "person": "B", "born": "2026-10-06"}, {"id": "X2", "person": "A", "born": "2026-10-05"}],
        household=[{"person": "B", "born": "2026-10-06"}],
    )
    assert sorted(children(view)["cell"]) == ["H", "HP"]


BOUNDS = [
    ("the last day before", "2026-09-30", "earlier"),
    ("the first day", "2026-10-01", "period"),
    ("the last day", "2026-10-31", "period"),
    ("the first day after", "2026-11-01", "no"),
    ("no birth date", None, "no"),
]


@pytest.mark.parametrize(("born", "when"), [case[1:] for case in BOUNDS], ids=[case[0] for case in BOUNDS])
@pytest.mark.parametrize("cell", ["H", "HR"])
def test_the_bounds_of_a_period(cell: str, born: str | None, when: str) -> None:
    view = view_of(period="2026-10", **registers((cell, {"born": born}), ("HRP", {"born": "2026-10-15"})))
    assert ("H0" in ids(view, children(view))) == (when == "period")
    assert ("H0" in ids(view, carried_children(view))) == (when == "earlier")


@pytest.mark.parametrize(("period", "last"), [("2026-12", "2026-12-31"), ("2028-02", "2028-02-29")])
def test_a_month_ends_with_its_last_day(period: str, last: str) -> None:
    following = date.fromisoformat(last).toordinal() + 1
    told = registers(("H", {"born": last}), ("H", {"born": date.fromordinal(following).isoformat()}))
    view = view_of(period=period, as_of="2029-06-30", **told)
    assert ids(view, children(view)) == ["H0"]


def test_of_earlier_months_those_that_somebody_has_to_look_into_are_carried() -> None:
    earlier = "2026-09-05"
    told = registers(
        ("H", {"born": earlier}),
        ("H", {"born": earlier, "remark": "新生儿死亡"}),
        ("H", {"born": earlier}),
        ("HRP", {"born": earlier}),
        ("H", {"born": "2026-10-05"}),
    )
    told["residents"].append({"id": "other", "born": "1990-01-01"})
    view = view_of(period="2026-10", links=[("births:H2", "residents:other", "review", 0)], **told)
    carried = carried_children(view)
    assert ids(view, carried) == ["H0", "H2"]
    assert set(carried["reason"]) == {"open", "possible"} <= set(STILL_OPEN) <= set(REASONS)
    listed = listed_children(view)
    assert ids(view, listed.filter(carried=False)) == ["H4"]
    assert ids(view, listed.filter(carried=True)) == ["H0", "H2"]
    known = known_children(view)
    assert ids(view, known.filter(carried=True)) == ["H0", "H1", "H2", "H3"]
    assert listed.columns == known.columns == [*children(view).columns, "carried"]


def test_without_a_period_nobody_is_carried() -> None:
    view = view_of(**registers(("H", {"born": "2026-09-05"}), ("H", {"born": "2026-10-05"})))
    assert children(view).height == 2
    assert carried_children(view).is_empty()
    assert known_children(view)["carried"].to_list() == [False, False]


# The days that the hospitals' files cover: births there, a child that only the police have, and whether it is asked for.
# Where births are 20 in as many days, a day or two beyond are days without a birth.
COVERED = [
    ("a whole month", month(2026, 10, 31), "2026-10-31", True),
    ("two days before a file begins", month(2026, 10, 20, first=11), "2026-10-09", True),
    ("three days before a file begins", month(2026, 10, 20, first=11), "2026-10-08", False),
    ("the day a file begins", month(2026, 10, 20, first=11), "2026-10-11", True),
    ("two days after a file ends", month(2026, 10, 20), "2026-10-22", True),
    ("three days after a file ends", month(2026, 10, 20), "2026-10-23", False),
    ("beyond the month's end", month(2026, 10, 31), "2026-11-01", False),
    ("a gap of a few days", [*month(2026, 10, 10), *month(2026, 10, 10, first=20)], "2026-10-15", True),
    ("a month whose file is missing", [*month(2026, 8, 28), *month(2026, 10, 28)], "2026-09-15", False),
    ("a month with a birth or two", [*month(2026, 9, 2), *month(2026, 10, 28)], "2026-09-02", False),
    ("a month with a quarter of the busiest", [*month(2026, 9, 7), *month(2026, 10, 28)], "2026-09-07", True),
    ("a mistyped year", [*month(1926, 10, 1), *month(2026, 10, 28)], "1926-10-01", False),
    ("the months beside a mistyped year", [*month(1926, 10, 1), *month(2026, 10, 28)], "1990-10-05", False),
    ("a year yet to come", [*month(2062, 10, 1), *month(2026, 10, 28)], "2030-01-05", False),
    ("no dates at all", [{"id": "x", "born": None}], "2026-10-05", False),
    ("an empty file", [], "2026-10-05", False),
]


@pytest.mark.parametrize(("births", "born", "asked"), [c[1:] for c in COVERED], ids=[c[0] for c in COVERED])
def test_without_a_period_the_days_that_the_hospitals_files_cover(births: list[Row], born: str, asked: bool) -> None:
    view = view_of(births=births, household=[{"id": "P", "person": "P", "born": born}], residents=[])
    found = children(view)
    assert ("P" in ids(view, found)) == asked
    assert ("P" in ids(view, found.filter(in_covered_days(view)))) == asked
    assert found["births"].count() == len(births)  # the hospitals' own children are all asked for


@pytest.mark.parametrize(("births", "born", "asked"), [c[1:] for c in COVERED], ids=[c[0] for c in COVERED])
def test_with_a_period_the_days_of_earlier_months(births: list[Row], born: str, asked: bool) -> None:
    """Later births take no part, the files' earlier ones all do."""
    view = view_of(births=births, household=[{"id": "P", "person": "P", "born": born}], residents=[], period="2026-11")
    earlier = [row for row in births if row["born"] and row["born"] < "2026-11"]
    assert ("P" in ids(view, carried_children(view))) == asked
    assert known_children(view)["births"].count() == len(earlier)


@pytest.mark.parametrize("period", [None, "2026-10"])
def test_without_births_there_are_no_children(period: str | None) -> None:
    view = view_of(residents=[{"born": "2026-10-05"}], household=[{"born": "2026-10-05"}], period=period)
    for frame in (children(view), carried_children(view), listed_children(view), known_children(view)):
        assert frame.is_empty()
    assert children_frame(view).schema == pl.Schema(dict(CHILDREN))


@pytest.mark.parametrize("period", [None, "2026-10"])
def test_births_alone_are_all_open_or_in_time(period: str | None) -> None:
    view = view_of(births=[{"born": "2026-10-05"}], period=period)
    assert children(view)["cell"].to_list() == ["H"]


# What the three registers say, and whose word counts: of date and sex the hospital's, the police's, the residents'.
HOSPITAL = {"born": "2026-10-05", "sex": 1, "district": "甲区", "town": "甲镇", "village": "甲"}
POLICE = {"born": "2026-10-06", "sex": 2, "district": "乙区", "town": "乙镇", "village": "乙"}
RESIDENT = {"born": "2026-10-07", "sex": 2, "district": "丙区", "town": "丙镇", "village": "丙"}
AREA = ("district", "town", "village")


def nothing_of(said: Mapping[str, Any], *columns: str) -> Row:
    return {column: value for column, value in said.items() if column not in columns}


SAID: Sequence[tuple[str, Row | None, Row | None, Row | None, str, int | None, str | None]] = [
    ("all three", HOSPITAL, RESIDENT, POLICE, "2026-10-05", 1, "甲镇"),
    ("hospital and police", HOSPITAL, None, POLICE, "2026-10-05", 1, "甲镇"),
    ("the registers: date and sex of the police, area of the residents", None, RESIDENT, POLICE, "2026-10-06", 2, "丙镇"),
    ("the police", None, None, POLICE, "2026-10-06", 2, "乙镇"),
    ("the residents", None, RESIDENT, None, "2026-10-07", 2, "丙镇"),
    ("a hospital that does not say the sex", nothing_of(HOSPITAL, "sex"), RESIDENT, {**POLICE, "sex": 1}, "2026-10-05", 1, "甲镇"),
    ("a hospital without areas", nothing_of(HOSPITAL, *AREA), RESIDENT, POLICE, "2026-10-05", 1, "丙镇"),
    ("a hospital and residents without areas", nothing_of(HOSPITAL, *AREA), nothing_of(RESIDENT, *AREA), POLICE, "2026-10-05", 1, "乙镇"),
    ("nobody says a sex", nothing_of(HOSPITAL, "sex"), None, nothing_of(POLICE, "sex"), "2026-10-05", None, "甲镇"),
    ("nobody says an area", nothing_of(HOSPITAL, *AREA), None, nothing_of(POLICE, *AREA), "2026-10-05", 1, None),
    ("a hospital without a date", nothing_of(HOSPITAL, "born"), RESIDENT, POLICE, "2026-10-06", 1, "甲镇"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hospital", "resident", "police", "born", "sex", "town"), [c[1:] for c in SAID], ids=[c[0] for c in SAID]
)
def test_whose_word_counts(
    hospital: Row | None, resident: Row | None, police: Row | None, born: str, sex: int | None, town: str | None
) -> None:
    told = {"births": hospital, "residents": resident, "household": police}
    rows: Any = {layout: [{"person": "A", **said}] if said else [] for layout, said in told.items()}
    found = children(view_of(period="2026-10", **rows))
    assert found.select("birth_date", "sex", "town").rows() == [(date.fromisoformat(born), sex, town)]
    assert [found[area][0] and found[area][0][0] for area in AREA] == [town and town[0]] * 3


def test_when_it_was_certified_and_registered() -> None:
    view = view_of(
        period="2026-10",
        births=[{"person": "A", "born": "2026-10-05", "issued": "2026-10-08"}],
        residents=[{"person": "A", "born": "2026-10-05", "registered": "2026-10-20"}],
        household=[{"person": "A", "born": "2026-10-05", "registered": "2026-10-21"}],
    )
    days = children(view).select("issued_on", "residents_on", "household_on").row(0)
    assert days == (date(2026, 10, 8), date(2026, 10, 20), date(2026, 10, 21))


def test_the_saved_frame_names_records_and_persons() -> None:
    told = registers(("HR", {"born": "2026-10-05"}), ("P", {"born": "2026-10-06"}), ("HRP", {"born": "2026-10-07"}))
    saved = children_frame(view_of(period="2026-10", **told))
    assert saved.schema == pl.Schema(dict(CHILDREN))
    assert saved.select("person_id", "births", "residents", "household").rows() == [
        ("c0", "H0", "R0", None),
        ("c1", None, None, "P1"),
        ("c2", "H2", "R2", "P2"),
    ]


days = st.dates(date(2026, 8, 20), date(2026, 11, 12)).map(date.isoformat)
persons = st.tuples(st.sampled_from(CELLS), days | st.none())


@settings(max_examples=12, deadline=None)
@given(st.lists(persons, max_size=8), st.sampled_from([None, "2026-09", "2026-10"]))
def test_every_child_once_in_one_cell_in_an_order_of_its_own(
    told: list[tuple[str, str | None]], period: str | None
) -> None:
    rows = registers(*((cell, {"born": born}) for cell, born in told))
    view = view_of(period=period, **rows)
    known = known_children(view)
    assert not known["person"].is_duplicated().any()
    assert known.filter(pl.col("reason").is_null())["cell"].is_in(["HRP"]).all()
    assert set(known["reason"].drop_nulls()) <= set(REASONS)
    inside = [n for n, (_, born) in enumerate(told) if period and born and born.startswith(period)]
    if period:
        assert sorted(children(view)["cell"]) == sorted(told[n][0] for n in inside)
    turned = view_of(period=period, **{layout: list(reversed(of)) for layout, of in rows.items()})
    assert children_frame(turned).equals(children_frame(view))
