import pytest

from tests.views import found, variants_of, view_of

CODE = "id_against_sex"
MALE, FEMALE = "46010519900307001X", "460105199003070028"


@pytest.mark.parametrize(
    ("number", "sex", "variants"),
    [
        (MALE, 1, []),
        (MALE, 2, ["female"]),
        (FEMALE, 2, []),
        (FEMALE, 1, ["male"]),
        (MALE, None, []),
    ],
)
def test_odd_is_male(number, sex, variants):
    assert variants_of(view_of(residents=[{"number": number, "sex": sex}]), CODE) == variants


@pytest.mark.parametrize(
    "row", [{"sex_from_id": True}, {"number": "E12345678"}, {"status": "checksum"}, {"cancelled": True}]
)
def test_silent(row):
    assert found(view_of(residents=[{"number": MALE, "sex": 2, **row}]), CODE) == []
