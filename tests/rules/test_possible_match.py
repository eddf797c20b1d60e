import pytest

from reconcile.rules.possible_match import find
from tests.views import found, variants_of, view_of

CODE = "possible_match"


def test_each_pair_once_whoever_is_the_contender():
    view = view_of(
        residents=[{}, {}],
        household=[{}],
        links=[
            ("residents:R1", "household:H1", "review", 0),
            ("household:H1", "residents:R1", "review", 0),
            ("household:H1", "residents:R2", "match", 2000),
            ("residents:R1", "residents:R2", "review", -1000),
        ],
    )
    assert found(view, CODE) == [("R1", "H1"), ("R1", "R2"), ("R2", "H1")]
    assert variants_of(view, CODE) == ["one_register", None, None]
    assert find(view)["match_probability"].round(3).to_list() == [0.333, 0.5, 0.8]


PAIRS = [
    ("both alone", {}, {}, [("R1", "H1")]),
    ("the resident has another row", {"person": "A"}, {}, [("R1", "H1")]),
    ("the row has another resident", {}, {"person": "B"}, [("R1", "H1")]),
    ("both have their own", {"person": "A"}, {"person": "B"}, []),
    ("one person after all", {"person": "C"}, {"person": "C"}, []),
    ("both cancelled", {"cancelled": True}, {"cancelled": True}, []),
    ("one cancelled", {"cancelled": True}, {}, [("R1", "H1")]),
]


@pytest.mark.parametrize(("resident", "row", "expected"), [pair[1:] for pair in PAIRS], ids=[p[0] for p in PAIRS])
def test_settled_pairs_are_not_asked(resident, row, expected):
    view = view_of(
        residents=[resident, {"person": "B"}],
        household=[row, {"person": "A"}],
        links=[("residents:R1", "household:H1", "review", 0)],
    )
    assert found(view, CODE) == expected


def test_two_residents_with_household_rows_of_their_own_are_two_people():
    view = view_of(
        residents=[{"person": "A"}, {"person": "B"}],
        household=[{"person": "A"}, {"person": "B"}],
        links=[("residents:R1", "residents:R2", "review", 0)],
    )
    assert found(view, CODE) == []


def test_a_non_match_is_not_asked():
    view = view_of(residents=[{}], household=[{}], links=[("residents:R1", "household:H1", "non-match", -9000)])
    assert found(view, CODE) == []
