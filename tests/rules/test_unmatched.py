"""unmatched_resident and unmatched_household_row are each other's mirror."""

import pytest

from tests.views import found, variants_of, view_of

SIDES = [
    ("unmatched_resident", "residents", "household"),
    ("unmatched_household_row", "household", "residents"),
]


@pytest.mark.parametrize(("code", "mine", "other"), SIDES)
def test_persons_without_a_counterpart(code, mine, other):
    view = view_of(
        **{
            mine: [
                {"id": "both", "person": "A"},
                {"id": "alone", "number": "46010519900307001X"},
                {"id": "cancelled", "cancelled": True},
                {"id": "beside a cancelled one", "person": "B"},
                {"id": "twice", "person": "C"},
                {"id": "twice too", "person": "C"},
                {"id": "possible"},
            ],
            other: [{"person": "A"}, {"person": "B", "cancelled": True}, {"id": "contender"}],
        },
        links=[(f"{mine}:possible", f"{other}:contender", "review", 0)],
    )
    assert found(view, code) == [("alone", None), ("twice", None)]
    assert variants_of(view, code) == ["with_id", "without_id"]


@pytest.mark.parametrize(("code", "mine", "other"), SIDES)
def test_silent_when_the_other_register_is_not_in_the_run(code, mine, other):
    assert found(view_of(**{mine: [{}]}, births=[{}]), code) == []
    assert found(view_of(**{mine: [{}], other: []}), code) == [(f"{mine[0].upper()}1", None)]
