from tests.views import evidence_of, found, view_of

CODE = "one_id_two_people"
NUMBER = "46010519900307001X"


def test_the_likelier_holder_stands_on_the_left():
    view = view_of(
        residents=[
            {"id": "R1", "person": "A", "name": "王伟", "number": NUMBER, "trusted": False},
            {"id": "R2", "person": "B", "name": "王芳", "number": NUMBER},
            {"id": "R3", "person": "C", "name": "王芬", "number": NUMBER, "trusted": False},
        ],
        household=[{"id": "H1", "person": "B", "name": "王芳", "number": NUMBER}],
    )
    assert found(view, CODE) == [("H1", "R1"), ("H1", "R3")]
    assert [evidence["people"] for evidence in evidence_of(view, CODE)] == [3, 3]


def test_one_person_in_two_registers_is_no_finding():
    view = view_of(residents=[{"person": "A", "number": NUMBER}], household=[{"person": "A", "number": NUMBER}])
    assert found(view, CODE) == []


def test_only_valid_numbers_of_active_records_count():
    for other in ({"status": "checksum"}, {"status": "ruined"}, {"cancelled": True}):
        view = view_of(residents=[{"number": NUMBER}, {"number": NUMBER, **other}])
        assert found(view, CODE) == [], other


def test_each_number_is_a_case():
    view = view_of(residents=[{"number": number} for number in ("N1", "N2", "N1", "N2")])
    assert found(view, CODE) == [("R1", "R3"), ("R2", "R4")]
