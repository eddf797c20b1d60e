"""id_missing, id_invalid and id_ruined differ in the status alone."""

import pytest

from tests.views import evidence_of, found, view_of

STATUSES = [
    ("id_missing", "absent"),
    ("id_invalid", "malformed"),
    ("id_invalid", "checksum"),
    ("id_ruined", "ruined"),
]
VALID = "46010519900307001X"


@pytest.mark.parametrize(("code", "status"), STATUSES)
def test_each_status_has_its_list(code, status):
    view = view_of(residents=[{"status": status}, {"number": VALID}, {"status": status, "cancelled": True}])
    assert found(view, code) == [("R1", None)]
    assert evidence_of(view, code) == [{"remedy": None, "variant": status}]
    others = {other for other, _ in STATUSES} - {code}
    assert not any(found(view, other) for other in others)


@pytest.mark.parametrize(("code", "status"), STATUSES)
def test_a_trusted_number_in_another_register_stands_beside(code, status):
    view = view_of(
        residents=[
            {"id": "R1", "person": "A", "status": status, "probability": 0.99},
            {"id": "R2", "person": "B", "status": status},
        ],
        household=[
            {"id": "H1", "person": "A", "number": VALID},
            {"id": "H2", "person": "B", "number": VALID, "trusted": False},
        ],
    )
    assert found(view, code) == [("R1", "H1"), ("R2", None)]
    assert [evidence["remedy"] for evidence in evidence_of(view, code)] == ["found", None]


def test_the_polices_number_comes_first():
    view = view_of(
        residents=[
            {"id": "R1", "person": "A", "status": "absent"},
            {"id": "R2", "person": "A", "number": VALID},
        ],
        household=[{"id": "H1", "person": "A", "number": VALID}],
    )
    assert found(view, "id_missing") == [("R1", "H1")]


def test_a_register_without_id_numbers_is_not_asked_for_them():
    assert found(view_of(births=[{"status": None}]), "id_missing") == []


def test_a_number_in_the_same_register_is_a_duplicates_affair():
    view = view_of(
        residents=[
            {"id": "R1", "person": "A", "status": "absent"},
            {"id": "R2", "person": "A", "number": VALID},
        ]
    )
    assert found(view, "id_missing") == [("R1", None)]


def test_a_number_that_another_resident_holds_is_not_offered():
    view = view_of(
        residents=[
            {"id": "R1", "person": "A", "status": "absent"},
            {"id": "R2", "person": "B", "number": VALID},
        ],
        household=[{"id": "H1", "person": "A", "number": VALID}],
    )
    assert found(view, "id_missing") == [("R1", None)]
    assert evidence_of(view, "id_missing")[0]["remedy"] is None


def test_a_number_that_may_be_another_residents_is_still_offered():
    view = view_of(
        residents=[
            {"id": "R1", "person": "A", "status": "absent"},
            {"id": "R2", "person": "B", "number": VALID, "trusted": False},
        ],
        household=[{"id": "H1", "person": "A", "number": VALID}],
    )
    assert found(view, "id_missing") == [("R1", "H1")]
