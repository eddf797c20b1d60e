"""birth_without_resident, birth_without_household, birth_without_hospital_record: the open cells."""

import pytest

from tests.views import evidence_of, found, variants_of, view_of

BORN = "2026-10-05"


def child(*registers, born=BORN, **more):
    """One child in these registers."""
    return {register: [{"person": "A", "born": born, **more}] for register in registers}


# In all three registers, so that the month is one of the hospitals' files.
IN_OCTOBER = [{"id": "other", "person": "other", "born": "2026-10-20"}]


def view(of_child, **options):
    registers = {name: of_child.get(name, []) for name in ("births", "residents", "household")}
    return view_of(
        period="2026-10",
        **{name: rows if rows is IN_OCTOBER else rows + IN_OCTOBER for name, rows in registers.items()},
        **options,
    )


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
    assert [code for code in codes_of_births if found(told, code)] == codes


def test_the_resident_stands_left_of_the_household_row():
    assert found(view(child("residents", "household")), "birth_without_hospital_record") == [("R1", "H1")]
    assert found(view(child("household")), "birth_without_hospital_record") == [("H1", None)]


@pytest.mark.parametrize(("born", "carried"), [("2026-10-01", [False]), ("2026-10-31", [False]), ("2026-11-01", [])])
@pytest.mark.parametrize(
    ("register", "code"),
    [("residents", "birth_without_hospital_record"), ("births", "birth_without_household")],
)
def test_the_period_bounds_both_sides(register, code, born, carried):
    told = view({**child(register, born=born), "household": IN_OCTOBER})
    assert [case["carried"] for case in evidence_of(told, code)] == carried


@pytest.mark.parametrize(("born", "carried"), [("2026-09-30", True), ("2026-10-01", False)])
def test_an_open_birth_of_an_earlier_month_is_carried(born, carried):
    told = view({**child("births", born=born), "household": IN_OCTOBER})
    for code in ("birth_without_resident", "birth_without_household"):
        assert [case["carried"] for case in evidence_of(told, code)][:1] == [carried]


def test_december_ends_with_the_year():
    told = view_of(births=[{"born": "2026-12-31"}, {"born": "2027-01-01"}], residents=[], period="2026-12")
    assert found(told, "birth_without_resident") == [("B1", None)]


def test_the_hospitals_date_decides_whose_period_it_is():
    told = view_of(
        births=[{"person": "A", "born": "2026-11-01"}, {"born": "2026-10-02"}],
        household=[{"person": "A", "born": "2026-10-31"}],
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


SETTLED = [
    ("early death", {"remark": "新生儿死亡"}, "birth_without_resident"),
    ("moved out", {"moved_in": "2026-10-20"}, "birth_without_hospital_record"),
    ("born at home", {"birth_place": "家中"}, "birth_without_hospital_record"),
    ("born elsewhere", {"birth_place": "外省"}, "birth_without_hospital_record"),
]


@pytest.mark.parametrize(("more", "code"), [row[1:] for row in SETTLED], ids=[row[0] for row in SETTLED])
def test_who_needs_no_work_is_not_listed(more, code):
    register = "births" if code == "birth_without_resident" else "residents"
    assert found(view(child(register)), code) != []
    assert found(view(child(register, **more)), code) == []


def test_in_time_is_not_listed():
    assert found(view(child("births"), as_of="2026-10-31"), "birth_without_resident") == []


def test_late_is_said():
    told = view(child("births", issued="2026-11-25"), as_of="2026-11-30")
    assert variants_of(told, "birth_without_resident") == ["late"]


def test_a_twin_whose_sibling_is_registered():
    twins = [
        {"person": f"T{place}", "born": BORN, "mother_id": "M", "place": place, "delivered": 2} for place in (1, 2)
    ]
    told = view({"births": twins, "residents": [{"person": "T2", "born": BORN}]})
    assert found(told, "birth_without_resident") == [("B1", None)]
    assert variants_of(told, "birth_without_resident") == ["twin"]
    assert variants_of(told, "birth_without_household") == [None, None]


def test_a_cancelled_child_is_not_asked_for_a_birth_record():
    assert found(view(child("residents", cancelled=True)), "birth_without_hospital_record") == []
