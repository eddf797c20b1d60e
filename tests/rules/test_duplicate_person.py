import pytest

from tests.views import evidence_of, found, view_of

CODE = "duplicate_person"
VALID = "46010519900307001X"

SURVIVORS = [
    ("the active one", {"cancelled": False}, {"cancelled": True}, []),
    ("a valid number", {"number": VALID}, {"phone_std": "1", "sex": 1}, ["kept"]),
    ("a valid number over a wrong one", {"number": VALID}, {"number": "1", "status": "checksum"}, ["kept"]),
    ("the number of the household row", {"number": "H"}, {"number": VALID, "sex": 1}, ["kept"]),
    ("more values", {"sex": 1, "town": "东镇"}, {"sex": 1, "updated": None}, ["kept"]),
    ("the later update", {"updated": "2026-02-01"}, {"updated": "2026-01-31"}, ["kept"]),
    ("the smaller record id", {"id": "A0"}, {"id": "A1"}, ["A0"]),
]


@pytest.mark.parametrize(("kept", "other", "expected"), [case[1:] for case in SURVIVORS], ids=[c[0] for c in SURVIVORS])
@pytest.mark.parametrize("first", ["kept", "other"])
def test_the_record_that_a_clerk_would_keep_stands_on_the_left(kept, other, expected, first):
    rows = [
        {"id": "kept", "person": "A", "name": "王伟", **kept},
        {"id": "another", "person": "A", "name": "王伟", **other},
    ]
    view = view_of(
        residents=rows if first == "kept" else rows[::-1],
        household=[{"person": "A", "name": "王伟", "number": "H"}],
    )
    assert [left for left, _ in found(view, CODE)] == expected


def test_three_records_are_one_case_of_two_rows():
    view = view_of(
        residents=[
            {"id": "R1", "person": "A", "name": "王伟"},
            {"id": "R2", "person": "A", "name": "王玮"},
            {"id": "R3", "person": "A", "name": "王伟", "sex": 1, "number": VALID},
        ]
    )
    assert found(view, CODE) == [("R3", "R1"), ("R3", "R2")]
    assert [evidence["records"] for evidence in evidence_of(view, CODE)] == [3, 3]


def test_a_cancelled_double_is_settled():
    view = view_of(residents=[{"person": "A"}, {"person": "A"}, {"person": "A", "cancelled": True}])
    assert found(view, CODE) == [("R1", "R2")]


def test_one_record_in_each_register_is_no_duplicate():
    assert found(view_of(residents=[{"person": "A"}], household=[{"person": "A"}]), CODE) == []


def test_two_files_of_the_resident_register_are_one_register():
    view = view_of(residents=[{"id": "R1", "person": "A"}], residents_2=[{"id": "X1", "person": "A"}])
    assert found(view, CODE) == [("R1", "X1")]
