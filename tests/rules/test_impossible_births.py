"""birth_in_future, mother_age_implausible, weight_implausible: what cannot be."""

import pytest

from tests.views import evidence_of, found, variants_of, view_of


@pytest.mark.parametrize(
    ("born", "issued", "cases"),
    [
        ("2026-11-30", None, []),
        ("2026-12-01", None, [("future", 0)]),
        ("2026-12-01", "2026-10-08", [("future", 54)]),
        ("2026-10-08", "2026-10-08", []),
        ("2026-10-09", "2026-10-08", [("after_issue", 1)]),
    ],
)
def test_later_than_it_can_be(born, issued, cases):
    view = view_of(births=[{"born": born, "issued": issued}], period="2026-10", as_of="2026-11-30")
    assert [(case["variant"], case["days"]) for case in evidence_of(view, "birth_in_future")] == cases


NUMBER = "11010519491231002X"  # born 1949-12-31


@pytest.mark.parametrize(
    ("born", "variants"),
    [
        ("1950-10-05", ["young"]),
        ("1959-12-30", ["young"]),
        ("1959-12-31", []),
        ("2010-12-30", []),
        ("2010-12-31", ["old"]),
    ],
)
def test_the_mothers_age_by_her_number(born, variants):
    assert variants_of(view_of(births=[{"born": born, "mother_id": NUMBER}]), "mother_age_implausible") == variants


@pytest.mark.parametrize("number", ["E12345678", "110105194912310021"])
@pytest.mark.parametrize(("hers", "variants"), [("2020-10-05", ["young"]), ("1996-10-05", []), (None, [])])
def test_the_mothers_age_by_the_person_she_is(number, hers, variants):
    births = [{"born": "2026-10-05", "mother_id": number, "mother_person": "residents:R1"}]
    view = view_of(births=births, residents=[{"person": "residents:R1", "born": hers}])
    assert variants_of(view, "mother_age_implausible") == variants


def test_without_a_mothers_number_nothing_is_said_of_her_age():
    assert found(view_of(births=[{"born": "2026-10-05", "mother": "王芳"}]), "mother_age_implausible") == []


@pytest.mark.parametrize(
    ("grams", "variants"),
    [(3250, []), (199, ["light"]), (200, []), (10_000, []), (32_500, ["heavy"]), (None, [])],
)
def test_weights(grams, variants):
    assert variants_of(view_of(births=[{"born": "2026-10-05", "weight": grams}]), "weight_implausible") == variants
