import pytest

from tests.views import found, variants_of, view_of

CODE = "birth_sex_differs"
BOY, GIRL = "46010520261005001X", "460105202610050028"


def child(certificate, residents=(None, None), household=(None, None)):
    """A child by sex (1 male), in the registers with the sex of its ID number beside: no number without one."""
    born = {"person": "A", "born": "2026-10-05"}
    rows = {
        name: [] if sex is None else [{**born, "sex": sex, "number": {1: BOY, 2: GIRL, None: None}[number]}]
        for name, (sex, number) in (("residents", residents), ("household", household))
    }
    return view_of(births=[{**born, "sex": certificate}], **rows)


CASES = [
    ("all agree", child(1, (1, 1), (1, 1)), []),
    ("the certificate alone", child(1, (2, None), (2, 2)), [("certificate", "H1"), ("certificate", "R1")]),
    ("the resident register alone", child(1, (2, None), (1, 1)), [("residents", "R1")]),
    ("the police alone", child(1, (1, None), (2, None)), [("household", "H1")]),
    ("nobody else has a say", child(1, (2, None)), [("undecided", "R1")]),
    ("nobody else has a say, at the police", child(1, household=(2, 2)), [("undecided", "H1")]),
    ("the number speaks for the police", child(1, (2, 2)), [("certificate", "R1")]),
    ("the row's own number says it already", child(1, (2, 1)), []),
    ("no sex on the certificate", child(None, (2, None)), []),
]


@pytest.mark.parametrize(("view", "cases"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_who_disagrees(view, cases):
    records = [right for _, right in found(view, CODE)]
    assert sorted(zip(variants_of(view, CODE), records, strict=False), key=str) == sorted(
        [(variant, right) for variant, right in cases], key=str
    )


def test_a_cancelled_row_says_nothing():
    born = {"person": "A", "born": "2026-10-05"}
    view = view_of(births=[{**born, "sex": 1}], residents=[{**born, "sex": 2, "cancelled": True}])
    assert found(view, CODE) == []


@pytest.mark.parametrize(
    ("called", "sex", "cases"), [("王芳之女", 1, 1), ("王芳之子（大）", 2, 1), ("王芳之女", 2, 0), ("王子文", 2, 0)]
)
def test_the_certificate_against_its_own_name(called, sex, cases):
    view = view_of(births=[{"born": "2026-10-05", "called": called, "sex": sex}])
    assert variants_of(view, CODE) == ["name"] * cases
