from tests.views import found, view_of


def test_two_rows_of_one_person():
    view = view_of(
        residents=[{"person": "A"}, {"person": "A"}],
        household=[{"person": "A", "id": "H1"}, {"person": "A", "id": "H2", "sex": 1}, {"id": "H3"}],
    )
    assert found(view, "duplicate_household_row") == [("H2", "H1")]
