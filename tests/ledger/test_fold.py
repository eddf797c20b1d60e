"""What the events of a case come to: life stories, and the same however they are booked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.core.frames import CASE_EVENTS, CASES, conform
from reconcile.ledger.fold import fold
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.workspace import Workspace

Event = dict[str, Any]

ELSEWHERE = "registered_elsewhere"  # an answer settles it

FOUND = {
    "code": "id_missing", "severity": "high", "town": "府城镇", "village": "东门", "subjects": '["residents:R1"]',
    "evidence": "E1",
}  # fmt: skip


def found(period: str, run: int, **other: Any) -> Event:
    return {"kind": "found", "period": period, "run": run, "state": "new", **FOUND, **other}


def sent(period: str, batch: int, due: str = "2026-10-20") -> Event:
    return {"kind": "dispatched", "period": period, "batch": batch, "state": "dispatched", "due": due}


def answered(period: str, answer: str, seen: str = "E1", state: str | None = "answered", **other: Any) -> Event:
    return {"kind": "answered", "period": period, "state": state, "answer": answer, "seen": seen, **other}


def changed(period: str, run: int, **other: Any) -> Event:
    return {"kind": "changed", "period": period, "run": run, **other}


def closed(period: str, run: int, how: str = "corrected") -> Event:
    return {"kind": "closed", "period": period, "run": run, "state": "closed", "how": how}


def reopened(period: str, run: int, **other: Any) -> Event:
    base = {"kind": "reopened", "period": period, "run": run, "state": "reopened", "answer": "", "how": "", "due": ""}
    return {**base, **FOUND, **other}


def frame(events: list[Event], key: str = "K") -> pl.DataFrame:
    rows = [{name: {"key": key, **event}.get(name) for name in CASE_EVENTS} for event in events]
    return pl.DataFrame(rows, schema=dict(CASE_EVENTS))


FALSE_ALARM = answered("2026-09", "false_alarm", state="closed", how="false_alarm")

# (story, events, replaced runs, what the case says in the end)
STORIES: list[tuple[str, list[Event], set[int], dict[str, Any]]] = [
    ("found", [found("2026-09", 1)], set(),
     {**FOUND, "state": "new", "answer": "", "seen": "", "stale": 0, "batch": None, "due": "", "how": "",
      "first_seen": "2026-09", "last_seen": "2026-09", "opened_in": "2026-09", "closed_in": "", "reopened": 0}),
    ("found and sent out", [found("2026-09", 1), sent("2026-09", 1)], set(),
     {"state": "dispatched", "batch": 1, "due": "2026-10-20", "first_seen": "2026-09"}),
    ("confirmed", [found("2026-09", 1), sent("2026-09", 1), answered("2026-09", "confirmed")], set(),
     {"state": "answered", "answer": "confirmed", "stale": 0, "due": "2026-10-20"}),
    ("confirmed, then other evidence",
     [found("2026-09", 1), answered("2026-09", "confirmed"), changed("2026-10", 2, evidence="E2")], set(),
     {"state": "answered", "answer": "confirmed", "seen": "E1", "evidence": "E2", "stale": 1}),
    ("confirmed anew on the other evidence",
     [found("2026-09", 1), answered("2026-09", "confirmed"), changed("2026-10", 2, evidence="E2"),
      answered("2026-10", "confirmed", "E2")], set(), {"seen": "E2", "stale": 0}),
    ("answered from an old workbook",
     [found("2026-09", 1), sent("2026-09", 1), changed("2026-10", 2, evidence="E2"), answered("2026-10", "confirmed")],
     set(), {"state": "answered", "evidence": "E2", "stale": 1}),
    ("moved to another town", [found("2026-09", 1), changed("2026-10", 2, town="云龙镇")], set(),
     {"town": "云龙镇", "village": "东门", "state": "new", "last_seen": "2026-09"}),
    ("said to be corrected, and so it was",
     [found("2026-09", 1), answered("2026-09", "corrected", state="corrected"), closed("2026-10", 2)], set(),
     {"state": "closed", "how": "corrected", "closed_in": "2026-10", "answer": "corrected", "last_seen": "2026-09"}),
    ("said to be corrected, and was not",
     [found("2026-09", 1), answered("2026-09", "corrected", state="corrected"),
      {"kind": "returned", "period": "2026-10", "run": 2, "state": "returned"}], set(),
     {"state": "returned", "answer": "corrected", "last_seen": "2026-10", "closed_in": ""}),
    ("put off", [found("2026-09", 1), sent("2026-09", 1),
                 {"kind": "deferred", "period": "2026-09", "state": "deferred", "due": "2026-12-31"}], set(),
     {"state": "deferred", "due": "2026-12-31", "batch": 1}),
    ("sent out twice", [found("2026-09", 1), sent("2026-09", 1), sent("2026-10", 2, "2026-11-20")], set(),
     {"batch": 2, "due": "2026-11-20"}),
    ("a false alarm", [found("2026-09", 1), FALSE_ALARM], set(),
     {"state": "closed", "how": "false_alarm", "closed_in": "2026-09", "answer": "false_alarm", "stale": 0}),
    ("a false alarm that came back",
     [found("2026-09", 1), FALSE_ALARM, reopened("2026-11", 3, evidence="E2")], set(),
     {"state": "reopened", "answer": "", "how": "", "stale": 0, "first_seen": "2026-09", "opened_in": "2026-11",
      "closed_in": "", "reopened": 1}),
    ("came back twice",
     [found("2026-06", 1), closed("2026-07", 2), reopened("2026-08", 3), closed("2026-09", 4, "removed"),
      reopened("2026-10", 5)], set(),
     {"state": "reopened", "reopened": 2, "first_seen": "2026-06", "opened_in": "2026-10", "closed_in": "",
      "last_seen": "2026-10"}),
    ("not seen", [found("2026-09", 1), {"kind": "unseen", "period": "2026-10", "run": 2}], set(),
     {"state": "new", "last_seen": "2026-09"}),
    # runs that were replaced
    ("the run that closed it was replaced", [found("2026-09", 1), closed("2026-10", 2)], {2},
     {"state": "new", "how": "", "closed_in": "", "last_seen": "2026-09"}),
    ("the run that changed it was replaced", [found("2026-09", 1), changed("2026-10", 2, evidence="E2", town="云龙镇")],
     {2}, {"evidence": "E1", "town": "府城镇"}),
    ("the run that brought it back was replaced, and closed it stays",
     [found("2026-08", 1), closed("2026-09", 2), reopened("2026-10", 3)], {3},
     {"state": "closed", "how": "corrected", "closed_in": "2026-09", "reopened": 0, "opened_in": "2026-08"}),
    ("the run that found it was replaced by one that found it too",
     [found("2026-09", 1), found("2026-09", 2, evidence="E2")], {1},
     {"state": "new", "evidence": "E2", "first_seen": "2026-09"}),
    ("sent out between a run and the run that replaced it",
     [found("2026-09", 1), sent("2026-09", 1), found("2026-09", 2, state=None)], {1},
     {"state": "dispatched", "batch": 1, "first_seen": "2026-09"}),
    ("answered, and the run that sent it back was replaced",
     [found("2026-08", 1), answered("2026-08", "corrected", state="corrected"),
      {"kind": "returned", "period": "2026-09", "run": 2, "state": "returned"}], {2}, {"state": "corrected"}),
    ("answered after a run had closed it",
     [found("2026-09", 1), sent("2026-09", 1), closed("2026-10", 2), answered("2026-10", "confirmed", state=None)],
     set(), {"state": "closed", "how": "corrected", "answer": "confirmed"}),
    ("answered after a run had closed it, and that run was replaced: the answer counts",
     [found("2026-09", 1), sent("2026-09", 1), closed("2026-10", 2), answered("2026-10", "moved_out", state=None)],
     {2}, {"state": "answered", "answer": "moved_out", "how": "", "closed_in": ""}),
    ("said to be a false alarm after a run had closed it, and that run was replaced",
     [found("2026-09", 1), sent("2026-09", 1), closed("2026-10", 2), answered("2026-10", "false_alarm", state=None)],
     {2}, {"state": "closed", "how": "false_alarm", "closed_in": "2026-10"}),
    ("confirmed after a run had closed it, that run was replaced, and of this code the answer settles it",
     [found("2026-09", 1, code=ELSEWHERE), sent("2026-09", 1), closed("2026-10", 2),
      answered("2026-10", "confirmed", state=None)], {2},
     {"state": "closed", "how": "settled", "closed_in": "2026-10"}),
    ("settled, and moved out is said in its place a month later: it was closed when it was closed",
     [found("2026-09", 1, code=ELSEWHERE), answered("2026-09", "confirmed", state="closed", how="settled"),
      answered("2026-10", "moved_out", state=None, how="settled")], set(),
     {"state": "closed", "answer": "moved_out", "how": "settled", "closed_in": "2026-09"}),
    ("answered after two runs had closed it, of which one was replaced",
     [found("2026-08", 1), sent("2026-08", 1), closed("2026-09", 2), closed("2026-10", 3),
      answered("2026-10", "confirmed", state=None)], {3}, {"state": "closed", "how": "corrected"}),
    ("only a replaced run found it, and it was sent out", [found("2026-09", 1), sent("2026-09", 1)], {1},
     {**FOUND, "state": "dispatched", "first_seen": "", "opened_in": "", "last_seen": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("story", "events", "replaced", "wanted"), STORIES, ids=[story[0] for story in STORIES])
def test_a_life_comes_to_this(story: str, events: list[Event], replaced: set[int], wanted: dict[str, Any]) -> None:
    [case] = fold(frame(events), replaced).to_dicts()
    assert {name: case[name] for name in wanted} == wanted, story
    texts = [name for name, dtype in CASES.items() if dtype == pl.String]
    assert None not in [case[name] for name in texts]


def test_what_only_a_replaced_run_said_is_no_case_but_a_ghost() -> None:
    events = frame([found("2026-09", 1), changed("2026-09", 1, town="云龙镇")])
    assert fold(events, {1}).is_empty()
    [ghost] = fold(events, {1}, ghosts=True).to_dicts()
    assert (ghost["state"], ghost["first_seen"], ghost["reopened"]) == ("", "", 0)
    # It keeps its number and can be recognised by its records.
    assert (ghost["key"], ghost["code"], ghost["subjects"], ghost["town"]) == (
        "K",
        "id_missing",
        '["residents:R1"]',
        "云龙镇",
    )


def test_cases_do_not_mix_and_are_sorted() -> None:
    events = pl.concat([frame([found("2026-09", 1)], "B"), frame([found("2026-09", 1), closed("2026-10", 2)], "A")])
    assert fold(events, set()).select("key", "state").rows() == [("A", "closed"), ("B", "new")]


# However events are booked, the cases are what all of them come to

KINDS = st.sampled_from(
    ["found", "changed", "closed", "reopened", "unseen", "dispatched", "answered", "late", "returned"]
)


@st.composite
def histories(draw: st.DrawFn) -> list[list[tuple[str, str]]]:
    """Bookings in order, each with what happens to which case; every case is found first."""
    steps = draw(st.lists(st.lists(st.tuples(st.sampled_from("ABC"), KINDS), max_size=4), min_size=1, max_size=5))
    return [[(key, "found") for key in "ABC"], *steps]


def event(key: str, kind: str, number: int, run: int, period: str) -> pl.DataFrame:
    other = f"E{number % 3}"
    code = {"code": ELSEWHERE if key == "C" else "id_missing"}
    told: dict[str, Event] = {
        "found": found(period, run, evidence=other, **code),
        "changed": changed(period, run, evidence=other, town=f"镇{number % 2}"),
        "closed": closed(period, run),
        "reopened": reopened(period, run, evidence=other, **code),
        "unseen": {"kind": "unseen", "period": period, "run": run},
        "returned": {"kind": "returned", "period": period, "run": run, "state": "returned"},
        "dispatched": {**sent(period, 1), "batch": None},
        "answered": answered(period, "confirmed", other),
        "late": answered(period, "confirmed", other, state=None),
    }
    return frame([told[kind]], key)


def new_run(ledger: Ledger, period: str, entry: int) -> int:
    ledger.connection.execute("UPDATE runs SET replaced = ? WHERE period = ? AND replaced IS NULL", (entry, period))
    added = ledger.connection.execute(
        "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES (?, 'm', 'i', '{}', ?) RETURNING run",
        (period, entry),
    )
    return int(added.fetchone()[0])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), months=st.lists(st.booleans(), min_size=6, max_size=6))
def test_cases_kept_step_by_step_are_those_of_all_events(
    tmp_path_factory: pytest.TempPathFactory, history: list[list[tuple[str, str]]], months: list[bool]
) -> None:
    """`months`: whether the step is a new month's run, or one in the place of the last."""
    workspace, month, number = Workspace(tmp_path_factory.mktemp("w")), 1, 0
    with workspace.lock(), open_ledger(workspace, create=True) as ledger:
        for step, forward in zip(history, months, strict=False):
            month += forward
            period = f"2026-{month:02d}"
            with ledger.booking("run") as booking:
                before = ledger.query("SELECT run FROM runs WHERE period = ? AND replaced IS NULL", period)
                run = new_run(ledger, period, booking.entry)
                parts = []
                closed_before = ledger.cases().filter(state="closed")["key"].to_list()
                for key, kind in step:
                    if kind == "late" and key not in closed_before:
                        continue  # an answer is booked for the record only where a run has closed the case
                    number += 1
                    parts.append(event(key, kind, number, run, period))
                ledger.append(pl.concat([frame([]), *parts]), booking)
                for row in before:
                    ledger.refold(ledger.keys_of_run(row["run"]))
            whole = fold(ledger.events(), ledger.replaced_runs())
            kept = ledger.cases()
            # `last_seen` is the ledger's own to keep, see month.py; it never goes back before what the events say.
            assert kept.drop("last_seen").equals(whole.drop("last_seen"))
            assert (kept["last_seen"] >= whole["last_seen"]).all()


def test_a_ledger_without_events_has_no_cases(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.lock(), open_ledger(workspace, create=True) as ledger:
        with ledger.booking("run") as booking:
            ledger.append(conform(frame([]), CASE_EVENTS), booking)
        assert ledger.cases().is_empty()
