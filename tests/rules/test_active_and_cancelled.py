import pytest

from tests.views import variants_of, view_of

CODE = "active_and_cancelled"


@pytest.mark.parametrize(
    ("residents", "household", "variants"),
    [
        ([False], [False], []),
        ([False], [True], ["resident_active"]),
        ([True], [False], ["household_active"]),
        ([True], [True], []),
        ([None], [True], ["resident_active"]),
        ([True, False], [False], []),
        ([True, True], [True, False], ["household_active"]),
        ([True], [], []),
    ],
)
def test_a_register_is_active_while_any_record_is(residents, household, variants):
    view = view_of(
        residents=[{"person": "A", "cancelled": cancelled} for cancelled in residents],
        household=[{"person": "A", "cancelled": cancelled} for cancelled in household],
    )
    assert variants_of(view, CODE) == variants
