import pytest

from tests.views import evidence_of, found, view_of

CODE = "registered_late"
BORN = {"person": "A", "born": "2026-10-05"}


def view(issued=None, residents=None, household=None, period="2026-10", **more):
    return view_of(
        births=[{**BORN, "issued": issued}, {"born": "2026-10-06"}, {"born": "2026-12-06"}],
        residents=[{**BORN, "registered": residents, **more}] if residents else [],
        household=[{**BORN, "registered": household, **more}] if household else [],
        period=period,
    )


CASES = [
    ("in time", view("2026-11-04", "2026-11-04", "2026-11-04"), []),
    ("certified late", view("2026-11-05", "2026-11-20", "2026-11-20"), [("certificate", 31, None)]),
    ("entered late", view("2026-10-08", "2026-11-20", "2026-10-20"), [("residents", 46, "R1")]),
    ("the police first", view("2026-10-08", "2026-11-20", "2026-11-21"), [("household", 47, "H1")]),
    ("before birth", view("2026-10-08", "2026-10-20", "2026-09-30"), [("before_birth", 5, "H1")]),
    ("moved in", view("2026-10-08", "2026-12-20", moved_in="2026-12-19"), []),
    ("no dates", view(), []),
]


@pytest.mark.parametrize(("told", "cases"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_stage_and_its_days(told, cases):
    records = [right for _, right in found(told, CODE)]
    said = [
        (case["variant"], case["days"], right) for case, right in zip(evidence_of(told, CODE), records, strict=True)
    ]
    assert said == cases
    assert all(case["allowed"] == 30 for case in evidence_of(told, CODE))


@pytest.mark.parametrize(("registered", "cases"), [("2026-11-30", 0), ("2026-12-01", 1)])
def test_of_an_earlier_month_only_what_was_late_since(registered, cases):
    told = view("2026-10-08", residents=registered, period="2026-12")
    assert [case["carried"] for case in evidence_of(told, CODE)] == [True] * cases


def test_who_was_not_born_here_is_not_late():
    assert found(view_of(births=[], residents=[{**BORN, "registered": "2027-01-05"}]), CODE) == []
