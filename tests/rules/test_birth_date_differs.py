import pytest

from tests.views import evidence_of, found, view_of

CODE = "birth_date_differs"
CERTIFICATE = {"person": "A", "born": "2026-07-03", "issued": "2026-07-09"}

SLIPS = [
    ("2026-07-03", []),
    (None, []),
    ("2026-07-04", [("next_day", 1)]),
    ("2026-07-09", [("registration_date", 6)]),
    ("2026-08-22", [("registration_date", 50)]),
    ("2026-03-07", [("swapped", 118)]),
    ("2026-01-01", [("default", 183)]),
    ("2026-07-23", [("one_part", 20)]),
    ("2025-07-03", [("one_part", 365)]),
    ("2026-08-02", [("lunar", 30)]),
    ("2026-11-27", [("same_year", 147)]),
    ("2024-02-20", [("different", 864)]),
]


@pytest.mark.parametrize(("born", "cases"), SLIPS)
@pytest.mark.parametrize("register", ["residents", "household"])
def test_likely_cause_and_days(register, born, cases):
    row = {"person": "A", "born": born, "registered": "2026-08-22"}
    view = view_of(births=[CERTIFICATE], **{register: [row]}, period="2026-07")
    assert [(case["variant"], case["days"]) for case in evidence_of(view, CODE)] == cases


def test_both_registers_against_the_certificate():
    row = {"person": "A", "born": "2026-07-13"}
    view = view_of(births=[CERTIFICATE], residents=[row], household=[row])
    assert found(view, CODE) == [("B1", "H1"), ("B1", "R1")]
    assert [case["remedy"] for case in evidence_of(view, CODE)] == ["certificate"] * 2


@pytest.mark.parametrize(("other", "remedy"), [("2026-07-03", None), ("2026-07-12", None), (None, None)])
def test_one_register_against_the_certificate(other, remedy):
    view = view_of(
        births=[CERTIFICATE],
        residents=[{"person": "A", "born": "2026-07-13"}],
        household=[{"person": "A", "born": other}],
    )
    assert evidence_of(view, CODE)[0]["remedy"] is remedy


@pytest.mark.parametrize(("number", "cases"), [("460105202607030019", 0), ("460105202607130010", 1)])
def test_what_the_rows_own_number_shows_is_listed_there(number, cases):
    view = view_of(births=[CERTIFICATE], residents=[{"person": "A", "born": "2026-07-13", "number": number}])
    assert len(found(view, CODE)) == cases


def test_an_error_of_an_earlier_month_stays_until_it_is_corrected():
    row = {"person": "A", "born": "2026-07-13"}
    view = view_of(births=[CERTIFICATE, {"born": "2026-08-05"}], residents=[row], household=[row], period="2026-08")
    assert [case["carried"] for case in evidence_of(view, CODE)] == [True, True]
