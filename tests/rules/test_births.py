"""birth_without_resident, birth_without_household, birth_without_hospital_record: the open cells."""

import pytest

from tests.views import found, variants_of, view_of

BORN = "2026-10-05"
IN_ALL = {"births": "B", "residents": "R", "household": "H"}


def child(*registers, born=BORN, **more):
    """One child in these registers."""
    return {register: [{"person": "A", "born": born, **more}] for register in registers}


def view(of_child, period="2026-10"):
    registers = {"births": [{"id": "other", "born": "2026-10-20"}], "residents": [], "household": []}
    return view_of(period=period, **{name: of_child.get(name, []) + rows for name, rows in registers.items()})


@pytest.mark.parametrize(
    ("registers", "codes"),
    [
        (("births",), ["birth_without_household", "birth_without_resident"]),
        (("births", "residents"), ["birth_without_household"]),
        (("births", "household"), ["birth_without_resident"]),
        (("births", "residents", "household"), []),
        (("residents",), ["birth_without_hospital_record"]),
        (("residents", "household"), ["birth_without_hospital_record"]),
        (("household",), ["birth_without_hospital_record"]),
    ],
)
def test_each_cell_has_its_lists(registers, codes):
    codes_of_births = ["birth_without_household", "birth_without_hospital_record", "birth_without_resident"]
    told = view(child(*registers))
    mine = [code for code in codes_of_births if any(left != "other" for left, _ in found(told, code))]
    assert mine == codes


def test_the_resident_stands_left_of_the_household_row():
    assert found(view(child("residents", "household")), "birth_without_hospital_record") == [("R1", "H1")]
    assert found(view(child("household")), "birth_without_hospital_record") == [("H1", None)]


@pytest.mark.parametrize(("born", "rows"), [("2026-09-30", 0), ("2026-10-01", 1), ("2026-10-31", 1), ("2026-11-01", 0)])
def test_the_period_bounds_both_sides(born, rows):
    assert len(found(view(child("residents", born=born)), "birth_without_hospital_record")) == rows
    without_household = found(view(child("births", born=born)), "birth_without_household")
    assert len([left for left, _ in without_household if left != "other"]) == rows


def test_december_ends_with_the_year():
    told = view_of(births=[{"born": "2026-12-31"}, {"born": "2027-01-01"}], residents=[], period="2026-12")
    assert found(told, "birth_without_resident") == [("B1", None)]


def test_the_hospitals_date_decides_whose_period_it_is():
    told = view_of(
        births=[{"person": "A", "born": "2026-09-30"}, {"born": "2026-10-02"}],
        household=[{"person": "A", "born": "2026-10-01"}],
        residents=[],
        period="2026-10",
    )
    assert found(told, "birth_without_resident") == [("B2", None)]


def test_without_a_period_the_months_of_the_hospitals_files_count():
    births = [{"born": f"2026-{month:02}-{day:02}"} for month in (8, 10) for day in range(1, 26)]
    mistyped = {"id": "mistyped", "born": "1926-10-01"}
    told = view_of(
        births=[*births, mistyped],
        residents=[
            {"id": "R8", "born": "2026-08-31"},
            {"id": "R9", "born": "2026-09-01"},
            {"id": "old", "born": "1926-10-05"},
        ],
    )
    assert found(told, "birth_without_hospital_record") == [("R8", None)]
    assert ("mistyped", None) in found(told, "birth_without_resident")


def test_silent_without_the_register_they_ask_for():
    told = view_of(births=[{"born": BORN}], residents=[{"born": BORN}], period="2026-10")
    assert found(told, "birth_without_household") == []
    assert found(view_of(residents=[{"born": BORN}], period="2026-10"), "birth_without_hospital_record") == []


def test_two_hospitals_are_one_register():
    told = view_of(
        births=[{"person": "A", "born": BORN}],
        births_2=[{"id": "X1", "born": BORN}],
        residents=[{"person": "A", "born": BORN}],
        period="2026-10",
    )
    assert found(told, "birth_without_resident") == [("X1", None)]


def test_a_possible_link_is_said():
    told = view_of(
        births=[{"born": BORN}],
        residents=[{"born": BORN}],
        links=[("births:B1", "residents:R1", "review", 0)],
        period="2026-10",
    )
    assert variants_of(told, "birth_without_resident") == ["possible"]
    assert variants_of(told, "birth_without_hospital_record") == ["possible"]


def test_a_cancelled_child_is_not_asked_for_a_birth_record():
    assert found(view(child("residents", cancelled=True)), "birth_without_hospital_record") == []
