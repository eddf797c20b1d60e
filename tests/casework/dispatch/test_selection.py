"""Which cases go out, and what is said of those that come once more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reconcile.casework.dispatch.selection import CaseChoice, cases_to_send, check_wanted
from reconcile.core.errors import UsageError
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.casework.dispatch.office import CASES, happen, make_office

TODAY = date(2026, 11, 3)
KEY = "BBBBBBBBBBBB"


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return make_office(tmp_path / "work")


def chosen(office: Workspace, **wanted: Any) -> dict[str, str | None]:
    with open_ledger(office) as ledger:
        found = cases_to_send(ledger, CaseChoice(**wanted), TODAY, "zh")
    return dict(found.select("key", "note").rows())


ANSWERED = {"kind": "answered", "state": "answered", "answer": "confirmed"}


@pytest.mark.parametrize(
    ("what", "events", "sent", "note"),
    [
        ("just found", [], True, None),
        ("sent out, there is time", [{"kind": "dispatched", "state": "dispatched", "due": "2026-11-03"}], False, None),
        ("sent out, its day is past", [{"kind": "dispatched", "state": "dispatched", "due": "2026-11-02"}], False, None),
        ("answered", [ANSWERED | {"seen": f"d-{KEY}"}], False, None),
        ("answered, other evidence since", [ANSWERED | {"seen": "other"}], True, "上次反馈以后数据有变化，请重新核查。"),
        ("said to be corrected", [{"kind": "answered", "state": "corrected", "answer": "corrected", "seen": f"d-{KEY}"}], False, None),
        ("false alarm", [{"kind": "answered", "state": "closed", "answer": "false_alarm", "how": "false_alarm"}], False, None),
        ("sent back by the office", [{"kind": "returned", "state": "returned", "remark": "没写去向"}], True, "没写去向"),
        ("still in the export", [{"kind": "returned", "state": "returned", "run": 1}], True, "上次反馈已更正，但最新数据中仍有这个问题。"),
        ("put off", [{"kind": "deferred", "state": "deferred", "due": "2026-11-03", "remark": "等档案"}], False, None),
        ("put off until yesterday", [{"kind": "deferred", "state": "deferred", "due": "2026-11-02", "remark": "等档案"}], True, "等档案"),
        ("come back", [{"kind": "closed", "state": "closed", "how": "corrected"}, {"kind": "reopened", "state": "reopened"}], True, None),
        ("cleared", [{"kind": "closed", "state": "closed", "how": "corrected"}], False, None),
    ],
)  # fmt: skip
def test_cases_that_need_someone(
    office: Workspace, what: str, events: list[dict[str, Any]], sent: bool, note: str | None
) -> None:
    for event in events:
        happen(office, KEY, **event)
    found = chosen(office)
    assert (KEY in found, found.get(KEY)) == (sent, note), what
    assert found.keys() | {KEY} == CASES.keys()


def test_overdue_cases_only_when_asked_for_with_their_day(office: Workspace) -> None:
    happen(office, KEY, kind="dispatched", state="dispatched", due="2026-11-02")
    happen(office, "AAAAAAAAAAAA", kind="dispatched", state="dispatched", due="2026-11-03")
    found = chosen(office, overdue=True)
    assert found[KEY] == "应于2026-11-02前反馈，尚未收到。"
    assert "AAAAAAAAAAAA" not in found


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"codes": ["id_missing"]}, "B"),
        ({"codes": ["缺身份证号"]}, "B"),
        ({"codes": ["ID number missing", "duplicate_person"]}, "BE"),
        ({"towns": ["三山镇"]}, "ABE"),
        ({"severities": ["high", "low"]}, "DEF"),
        ({"towns": ["三山镇"], "severities": ["medium"]}, "AB"),
        ({"codes": ["id_missing"], "towns": ["龙泉街道"]}, ""),
    ],
)
def test_only_what_is_asked_for(office: Workspace, wanted: dict[str, list[str]], keys: str) -> None:
    assert "".join(key[0] for key in chosen(office, **wanted)) == keys


def test_a_town_or_code_that_is_not_there_is_refused(office: Workspace) -> None:
    with pytest.raises(UsageError, match="三三镇"):
        chosen(office, towns=["三山镇", "三三镇"])
    with pytest.raises(UsageError, match="no_such"):
        check_wanted(CaseChoice(codes=["no_such"]))
