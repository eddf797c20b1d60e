import pytest

from reconcile.rules import load_rule
from tests.views import evidence_of, found, variants_of, view_of

CODE = "parents_differ"
BORN = {"person": "A", "born": "2026-10-05"}
CERTIFICATE = {**BORN, "mother": "王小芳", "mother_id": "M", "father": "李强", "father_id": "F"}

REGISTERED = [
    ("the same", CERTIFICATE, None, []),
    ("nothing", BORN, None, []),
    ("another mother", {"mother": "赵丽", "mother_id": "N"}, "other_person", ["mother_name", "mother_id"]),
    ("another father", {"father": "孙大海"}, "other_person", ["father_name"]),
    ("her number mistyped", {"mother": "王小芳", "mother_id": "N"}, "number", ["mother_id"]),
    ("the number alone", {"father_id": "G"}, "number", ["father_id"]),
    ("renamed", {"mother": "赵丽", "mother_id": "M"}, "name", ["mother_name"]),
    ("a homophone", {"mother": "王晓芳", "mother_id": "M"}, "similar", ["mother_name"]),
    ("a character left out", {"mother": "王芳"}, "similar", ["mother_name"]),
    ("a traditional form", {"father": "李強"}, None, []),
    ("the weightiest counts", {"mother": "王晓芳", "father": "孙大海"}, "other_person", ["mother_name", "father_name"]),
]


@pytest.mark.parametrize("register", ["residents", "household"])
@pytest.mark.parametrize(
    ("row", "variant", "fields"), [case[1:] for case in REGISTERED], ids=[case[0] for case in REGISTERED]
)
def test_what_differs(register, row, variant, fields):
    view = view_of(births=[CERTIFICATE], **{register: [{**BORN, **row}]})
    assert variants_of(view, CODE) == ([variant] if variant else [])
    assert [list(case) for case in load_rule(CODE).find(view)["fields"]] == ([fields] if fields else [])


def test_two_registers_are_one_case():
    row = {**BORN, "mother": "赵丽"}
    view = view_of(births=[CERTIFICATE], residents=[row], household=[row])
    assert found(view, CODE) == [("B1", "H1"), ("B1", "R1")]
    assert load_rule(CODE).find(view)["case"].n_unique() == 1
    assert {case["variant"] for case in evidence_of(view, CODE)} == {"other_person"}


def test_a_certificate_that_names_nobody():
    assert found(view_of(births=[BORN], residents=[{**BORN, "mother": "赵丽", "mother_id": "N"}]), CODE) == []
