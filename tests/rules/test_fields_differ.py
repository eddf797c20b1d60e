import pytest

from reconcile.rules.fields_differ import find
from tests.views import evidence_of, found, view_of

CODE = "fields_differ"
SAME = {"person": "A", "name": "王伟", "sex": 1, "born": "1990-03-07", "number": "46010519900307001X"}

DIFFERENCES = [
    ({}, []),
    ({"name": "王玮"}, ["name"]),
    ({"sex": 2, "born": "1990-07-03"}, ["sex", "birth_date"]),
    ({"number": "460105199003070011", "status": "checksum"}, ["id_number"]),
    ({"name": None, "sex": None, "born": None, "number": None}, []),
    ({"sex": 2, "sex_from_id": True}, []),
    ({"born": "1990-07-03", "birth_date_from_id": True}, []),
    ({"number": None, "status": "ruined"}, []),
    ({"name": "王玮", "cancelled": True}, []),
    ({"town": "西镇", "village": "西村"}, []),
]


@pytest.mark.parametrize(("household", "fields"), DIFFERENCES)
@pytest.mark.parametrize("swapped", [False, True])
def test_fields_that_differ(household, fields, swapped):
    rows = [SAME, {**SAME, **household}]
    one, other = rows[::-1] if swapped else rows
    view = view_of(residents=[one], household=[other])
    assert find(view)["fields"].to_list() == ([fields] if fields else [])


def test_both_values_are_evidence():
    view = view_of(residents=[SAME], household=[{**SAME, "name": "王玮", "sex": 2}])
    assert evidence_of(view, CODE) == [
        {
            "differences": [
                {"column": "name", "left": "王伟", "right": "王玮"},
                {"column": "sex", "left": "1", "right": "2"},
            ]
        }
    ]


def test_of_several_records_those_that_stand_for_the_person_are_compared():
    view = view_of(
        residents=[{**SAME, "id": "R1", "number": None, "name": "王"}, {**SAME, "id": "R2", "name": "王玮"}],
        household=[{**SAME, "id": "H1"}, {**SAME, "id": "H2", "number": None, "name": "汪"}],
    )
    assert found(view, CODE) == [("R2", "H1")]
