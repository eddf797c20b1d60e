"""What a case rests on: what makes its digest another one, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from reconcile.config import RuleConfig
from reconcile.persons.view import View
from reconcile.rules import rule_codes
from reconcile.rules.checking.check import check
from tests.views import Row, view_of

KEY = b"a secret of the workspace"
MAN, WOMAN = "460102199003072516", "460102199003072524"

WANG: Row = {
    "id": "R1",
    "person": "P",
    "name": "王小明",
    "sex": 1,
    "number": MAN,
    "born": "1990-03-07",
    "town": "府城镇",
}
POLICE: Row = {**WANG, "id": "H1"}
TWIN_ROW: Row = {**WANG, "id": "R2"}
OTHER: Row = {"id": "R7", "person": "Q", "name": "陈静", "sex": 2, "number": WOMAN, "born": "1985-08-09"}


def digests(view: View, code: str, key: bytes = KEY) -> list[str]:
    """The digests of the cases of one code, sorted."""
    only = {other: RuleConfig(enabled=other == code) for other in rule_codes()}
    found = check(view, only, key, None).unique("key").sort("digest")
    return [str(digest) for digest in found["digest"]]


def one(code: str, residents: list[Row], household: list[Row]) -> str:
    [digest] = digests(view_of(residents=residents, household=household), code)
    return digest


# (what is tried, code, residents and police before, residents and police now, whether it is other evidence)
CASES: list[tuple[str, str, tuple[list[Row], list[Row]], tuple[list[Row], list[Row]], bool]] = [
    ("nothing", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, TWIN_ROW], []), False),
    ("a telephone number", "duplicate_person", ([WANG, TWIN_ROW], []), ([{**WANG, "phone": "138"}, TWIN_ROW], []), False),
    ("an address", "duplicate_person", ([WANG, TWIN_ROW], []), ([{**WANG, "address": "海府路"}, TWIN_ROW], []), False),
    ("the town", "duplicate_person", ([WANG, TWIN_ROW], []), ([{**WANG, "town": "云龙镇"}, TWIN_ROW], []), False),
    ("the day of an update", "duplicate_person", ([WANG, {**TWIN_ROW, "number": None}], []),
     ([{**WANG, "updated": "2026-10-01"}, {**TWIN_ROW, "number": None}], []), False),
    ("a record key", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, {**TWIN_ROW, "id": "R9"}], []), False),
    ("somebody else", "duplicate_person", ([WANG, TWIN_ROW], []), ([OTHER, WANG, TWIN_ROW], []), False),
    ("a new probability", "duplicate_person", ([WANG, TWIN_ROW], []),
     ([{**WANG, "probability": 0.7}, {**TWIN_ROW, "probability": 0.7}], []), False),
    ("the name", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, {**TWIN_ROW, "name": "王晓明"}], []), True),
    ("the number", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, {**TWIN_ROW, "number": WOMAN}], []), True),
    ("the birth date", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, {**TWIN_ROW, "born": "1990-07-03"}], []), True),
    ("the sex", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, {**TWIN_ROW, "sex": 2}], []), True),
    ("a third record", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, TWIN_ROW, {**TWIN_ROW, "id": "R3"}], []), True),
    ("the police have it too", "duplicate_person", ([WANG, TWIN_ROW], []), ([WANG, TWIN_ROW], [POLICE]), False),
    ("the value that differs", "fields_differ", ([WANG], [{**POLICE, "name": "王晓明"}]),
     ([WANG], [{**POLICE, "name": "王筱明"}]), True),
    ("which of the two has which", "fields_differ", ([WANG], [{**POLICE, "name": "王晓明"}]),
     ([{**WANG, "name": "王晓明"}], [POLICE]), True),
    ("another field differs as well", "fields_differ", ([WANG], [{**POLICE, "name": "王晓明"}]),
     ([WANG], [{**POLICE, "name": "王晓明", "sex": 2}]), True),
    ("who it is, on both sides", "fields_differ", ([WANG], [{**POLICE, "name": "王晓明"}]),
     ([{**WANG, "number": WOMAN}], [{**POLICE, "name": "王晓明", "number": WOMAN}]), True),
    ("a telephone number of two registers", "fields_differ", ([WANG], [{**POLICE, "name": "王晓明"}]),
     ([{**WANG, "phone": "138"}], [{**POLICE, "name": "王晓明"}]), False),
    ("the field that is wrong", "id_against_sex", ([{**WANG, "sex": 2}], []), ([{**WANG, "number": WOMAN}], []), True),
    ("a name, where one record says two things", "id_against_sex", ([{**WANG, "sex": 2}], []),
     ([{**WANG, "sex": 2, "name": "王晓明"}], []), False),
]  # fmt: skip


@pytest.mark.parametrize(("tried", "code", "before", "now", "differs"), CASES, ids=[f"{c[1]}: {c[0]}" for c in CASES])
def test_what_a_case_rests_on(
    tried: str, code: str, before: tuple[list[Row], list[Row]], now: tuple[list[Row], list[Row]], differs: bool
) -> None:
    assert (one(code, *before) != one(code, *now)) == differs, tried


def test_the_likely_reason_of_a_row_without_counterpart_is_no_evidence() -> None:
    said = [
        one("unmatched_resident", [{**WANG, "registered": "2026-08-01"}], [{**OTHER, "registered": until}])
        for until in ("2026-08-31", "2026-12-31")  # entered lately, then not
    ]
    assert said[0] == said[1]


def birth(**other: Any) -> Row:
    return {"id": "A1", "name": "王大宝", "born": "2026-09-03", "sex": 1, "mother": "李芳", **other}


def test_a_birth_that_is_carried_into_the_next_month_is_the_same_case() -> None:
    said = [
        digests(view_of(births=[birth()], residents=[OTHER], period=period), "birth_without_resident")
        for period in ("2026-09", "2026-10")
    ]
    assert said[0] == said[1]
    assert len(said[0]) == 1


def test_nobody_can_make_one_without_the_secret() -> None:
    view = view_of(residents=[WANG, TWIN_ROW])
    assert digests(view, "duplicate_person") != digests(view, "duplicate_person", b"another secret")


def test_two_cases_of_the_same_values_and_codes_differ_by_code_only() -> None:
    twice = view_of(residents=[WANG, TWIN_ROW], household=[POLICE, {**POLICE, "id": "H2"}])
    assert digests(twice, "duplicate_person") != digests(twice, "duplicate_household_row")
