"""An answer is sent back, a case put off: what becomes of it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.casework.feedback.decisions import LONGEST_WHY, put_off, send_back
from reconcile.core.errors import UsageError
from reconcile.ledger.store import open_ledger
from tests.casework.feedback.forms import PERIOD, Office, key_of, office

ANSWERED, CORRECTED, FALSE_ALARM, CLOSED, SENT = (key_of(case) for case in range(5))


@pytest.fixture
def made(tmp_path: Path) -> Office:
    made = office(tmp_path / "work", 5)
    told = {"kind": "answered", "batch": 1, "seen": "x"}
    made.book(
        {**told, "key": ANSWERED, "state": "answered", "answer": "confirmed"},
        {**told, "key": CORRECTED, "state": "corrected", "answer": "corrected"},
        {**told, "key": FALSE_ALARM, "state": "closed", "answer": "false_alarm", "how": "false_alarm"},
        {"key": CLOSED, "kind": "closed", "run": 1, "state": "closed", "how": "corrected"},
    )
    return made


@pytest.mark.parametrize("key", [ANSWERED, CORRECTED, FALSE_ALARM])
def test_an_answer_is_sent_back(made: Office, key: str) -> None:
    assert send_back(made.workspace, [f" {key.lower()} "], " 请附  户口簿 ") == ([key], [])
    case = made.case(key)
    assert (case["state"], case["how"], case["closed_in"]) == ("returned", "", "")
    [event] = made.events("returned")
    assert (event["remark"], event["period"]) == ("请附 户口簿", PERIOD)


def test_a_case_is_put_off(made: Office) -> None:
    assert put_off(made.workspace, [SENT, ANSWERED], "2026年12月31日", "等系统开放") == ([ANSWERED, SENT], [])
    assert {(made.case(key)["state"], made.case(key)["due"]) for key in (SENT, ANSWERED)} == {
        ("deferred", "2026-12-31")
    }


def test_deciding_twice_changes_nothing(made: Office) -> None:
    send_back(made.workspace, [ANSWERED], "请再查")
    put_off(made.workspace, [SENT], "2026-12-31", "等系统开放")
    entries = made.entries()
    assert send_back(made.workspace, [ANSWERED], "请再查") == ([], [ANSWERED])
    assert put_off(made.workspace, [SENT, SENT], "2026-12-31", "等系统开放") == ([], [SENT])
    assert made.entries() == entries


def test_another_day_or_reason_is_booked(made: Office) -> None:
    put_off(made.workspace, [SENT], "2026-12-31", "等系统开放")
    assert put_off(made.workspace, [SENT], "2027-01-31", "等系统开放") == ([SENT], [])
    assert put_off(made.workspace, [SENT], "2027-01-31", "还在等") == ([SENT], [])
    assert made.case(SENT)["due"] == "2027-01-31"
    assert put_off(made.workspace, [SENT], "2026-10-21", "今天再问") == ([SENT], [])


def test_the_log_tells_how_many_and_not_why(made: Office) -> None:
    send_back(made.workspace, [ANSWERED, CORRECTED], "张三说的不对")
    with open_ledger(made.workspace) as ledger:
        [entry] = ledger.query("SELECT command, facts FROM audit ORDER BY entry DESC LIMIT 1")
    assert (entry["command"], entry["facts"]) == ("return", f'{{"cases": 2, "period": "{PERIOD}"}}')


@pytest.mark.parametrize(
    ("keys", "why", "error"),
    [
        (["Q99999999999"], "请再查", "unknown_key"),
        ([ANSWERED, "Q99999999999"], "请再查", "unknown_key"),
        (["第一条"], "请再查", "no_key"),
        ([CLOSED], "请再查", "closed"),
        ([SENT], "请再查", "no_answer"),
        ([ANSWERED], "", "no_reason"),
        ([ANSWERED], " 。 ", "no_reason"),
        ([ANSWERED], "长" * (LONGEST_WHY + 1), "long_reason"),
    ],
)
def test_what_cannot_be_sent_back(made: Office, keys: list[str], why: str, error: str) -> None:
    before = made.states()
    with pytest.raises(UsageError) as refused:
        send_back(made.workspace, keys, why)
    assert refused.value.key == f"feedback.error.{error}"
    assert "{" not in str(refused.value)
    assert made.states() == before


@pytest.mark.parametrize(
    ("keys", "until", "why", "error"),
    [
        (["Q99999999999"], "2026-12-31", "等", "unknown_key"),
        ([SENT, CLOSED], "2026-12-31", "等", "closed"),
        ([FALSE_ALARM], "2026-12-31", "等", "closed"),
        ([SENT], "2026-10-20", "等", "past_day"),
        ([SENT], "2026-02-30", "等", "no_day"),
        ([SENT], "明年", "等", "no_day"),
        ([SENT], "2026-12", "等", "no_day"),
        ([SENT], "", "等", "no_day"),
        ([SENT], "2026-12-31", "  ", "no_reason"),
    ],
)
def test_what_cannot_be_put_off(made: Office, keys: list[str], until: str, why: str, error: str) -> None:
    before = made.states()
    with pytest.raises(UsageError) as refused:
        put_off(made.workspace, keys, until, why)
    assert refused.value.key == f"feedback.error.{error}"
    assert "{" not in str(refused.value)
    assert made.states() == before
