import pytest

from tests.views import evidence_of, found, view_of

CODE = "id_against_birth_date"

SLIPS = [
    ("1990-07-03", "swapped"),
    ("1990-01-01", "default"),
    ("1990-03-01", "default"),
    ("1991-03-07", "one_part"),
    ("1990-02-11", "lunar"),
    ("1990-11-23", "same_year"),
    ("1954-11-23", "different"),
]


@pytest.mark.parametrize(("stated", "slip"), SLIPS)
def test_the_likely_slip(stated, slip):
    view = view_of(residents=[{"number": "46010519900307001X", "born": stated}])
    assert found(view, CODE) == [("R1", None)]
    assert evidence_of(view, CODE)[0]["variant"] == slip


def test_how_far_apart():
    view = view_of(residents=[{"number": "46010519900307001X", "born": "1990-02-11"}])
    assert evidence_of(view, CODE)[0]["days"] == 24


SILENT = [
    ("the same date", {"born": "1990-03-07"}),
    ("no birth date", {"born": None}),
    ("a date taken from the number", {"born": "1990-02-11", "birth_date_from_id": True}),
    ("a passport", {"born": "1990-02-11", "number": "E12345678901234567"}),
    ("a wrong number", {"born": "1990-02-11", "status": "checksum"}),
    ("a cancelled record", {"born": "1990-02-11", "cancelled": True}),
]


@pytest.mark.parametrize("row", [row for _, row in SILENT], ids=[name for name, _ in SILENT])
def test_silent(row):
    assert found(view_of(residents=[{"number": "46010519900307001X", **row}]), CODE) == []
