import pytest

from tests.views import evidence_of, found, variants_of, view_of

CODE = "multiple_birth_incomplete"


def certificate(place, delivered, born="2026-10-05", **more):
    return {"born": born, "place": place, "delivered": delivered, "mother_id": "M", **more}


DELIVERIES = [
    ("one child", [certificate(1, 1)], []),
    ("nothing stated", [certificate(None, None)], []),
    ("twins", [certificate(1, 2), certificate(2, 2)], []),
    ("twins around midnight", [certificate(1, 2), certificate(2, 2, born="2026-10-06")], []),
    ("twins without places", [certificate(None, 2), certificate(None, None)], []),
    ("one of two", [certificate(1, 2)], ["missing"]),
    ("two of three", [certificate(1, 3), certificate(2, 3)], ["missing"]),
    ("three of two", [certificate(1, 2), certificate(2, 2), certificate(None, 2)], ["more"] * 2),
    ("different numbers", [certificate(1, 2), certificate(2, 1)], ["counts"]),
    ("one place twice", [certificate(1, 2), certificate(1, 2)], ["places"]),
    ("a place beyond", [certificate(1, 2), certificate(3, 2)], ["places"]),
    ("another day", [certificate(1, 2), certificate(2, 2, born="2026-10-09")], ["missing"] * 2),
    ("another mother", [certificate(1, 2), certificate(2, 2, mother_id="N")], ["missing"] * 2),
    ("no number of the mother", [certificate(1, 2, mother_id=None)], ["missing"]),
]


@pytest.mark.parametrize(("births", "variants"), [row[1:] for row in DELIVERIES], ids=[row[0] for row in DELIVERIES])
def test_a_delivery(births, variants):
    assert variants_of(view_of(births=births), CODE) == variants


NAMED = {"mother": "王芳", "father": "李强"}


@pytest.mark.parametrize(
    ("first", "second"),
    [(NAMED, NAMED), ({"father_id": "F"}, {"father_id": "F"}), ({"phone": "13800000000"}, {"phone": "13800000000"})],
    ids=["parents' names", "father's number", "telephone"],
)
def test_a_mother_with_two_numbers_is_found_by(first, second):
    twins = [certificate(1, 2, **first), certificate(2, 2, **{**second, "mother_id": None})]
    assert found(view_of(births=twins), CODE) == []


def test_one_child_with_two_certificates_is_one():
    born = certificate(1, 2, person="A")
    assert evidence_of(view_of(births=[born, born]), CODE)[0]["found"] == 1
