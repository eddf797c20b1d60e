"""What becomes of a case when a run does or does not find it: labelled situations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from reconcile.clearing.clear import Cleared, clear, known_cases
from reconcile.clearing.follow import Followed
from reconcile.clearing.scope import Scope
from reconcile.core.frames import ALIASES, CASE_EVENTS, CASES, DISCREPANCIES, VANISHED, conform, empty
from reconcile.rules import rule_codes

ALL = {"residents", "household", "births"}
RUNS = {"2026-09": ALL}
PLAIN = {
    "key": "K", "code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门",
    "subjects": '["household:H1","residents:R1"]', "evidence": "E1", "state": "new", "answer": "", "seen": "",
    "stale": 0, "due": "", "how": "", "first_seen": "2026-08", "last_seen": "2026-09", "opened_in": "2026-08",
    "closed_in": "", "reopened": 0,
}  # fmt: skip
FALSE_ALARM = {"state": "closed", "answer": "false_alarm", "how": "false_alarm", "seen": "E1"}
SETTLED = {"state": "closed", "answer": "confirmed", "how": "settled", "seen": "E1"}
ELSEWHERE = {"code": "registered_elsewhere"}
GHOST = {"first_seen": "", "opened_in": "", "last_seen": ""}  # only a run knew it that this one replaces
HERE = {"key": "K", "subjects": ["household:H1", "residents:R1"], "digest": "E1"}


@dataclass(frozen=True)
class Met:
    """What a run meets: which sources and rules it has, and which records are gone or go by another key."""

    sources: frozenset[str] = frozenset(ALL)
    before: Any = field(default_factory=lambda: RUNS)
    codes: tuple[str, ...] = tuple(rule_codes())
    aliases: Sequence[tuple[str, str, str]] = ()
    vanished: Sequence[tuple[str, str, bool]] = ()
    incomplete: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    lost: Mapping[str, set[tuple[str, str]]] = field(default_factory=dict)
    untold: tuple[str, ...] = ()


def cleared(case: dict[str, Any] | None, found: dict[str, Any] | None, met: Met) -> Cleared:
    """A ledger of one case or none meets a run that finds one or none."""
    cases = pl.DataFrame([{**PLAIN, **case}] if case is not None else [], schema=dict(CASES))
    aliases = pl.DataFrame([(*alias, "") for alias in met.aliases], schema=dict(ALIASES), orient="row")
    vanished = pl.DataFrame(list(met.vanished), schema=dict(VANISHED), orient="row")
    known = known_cases(cases, aliases)
    scope = Scope(
        "2026-10", set(met.sources), met.before, met.codes, Followed(aliases, vanished, met.incomplete),
        answered=met.answered, lost=met.lost, untold=pl.Series(met.untold, dtype=pl.String),
    )  # fmt: skip
    return clear(known, discrepancies(found), scope)


def discrepancies(found: dict[str, Any] | None) -> pl.DataFrame:
    if found is None:
        return empty(DISCREPANCIES)
    base = {"code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门", **HERE}
    return conform(pl.DataFrame([{**base, **found}]), DISCREPANCIES)


def events(told: Cleared) -> list[dict[str, Any]]:
    """The events without what they do not say."""
    assert told.events.columns == list(CASE_EVENTS)
    return [
        {k: v for k, v in row.items() if v is not None and k not in ("key", "period")} for row in told.events.to_dicts()
    ]


NOT_FOUND = None
OPEN_STATES = ("new", "dispatched", "answered", "returned", "deferred", "reopened", "corrected")

SITUATIONS: list[tuple[str, dict[str, Any] | None, dict[str, Any] | None, Met, list[dict[str, Any]]]] = [
    # found
    ("a new case", None, {}, Met(),
     [{"kind": "found", "code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门",
       "subjects": PLAIN["subjects"], "evidence": "E1", "state": "new"}]),
    ("there as it was", {}, {}, Met(), []),
    ("there, with other evidence", {}, {"digest": "E2"}, Met(), [{"kind": "changed", "evidence": "E2"}]),
    ("there, moved to another town", {}, {"town": "云龙镇"}, Met(), [{"kind": "changed", "town": "云龙镇"}]),
    ("there, taken more seriously", {}, {"severity": "high"}, Met(), [{"kind": "changed", "severity": "high"}]),
    ("there, with one more record", {}, {"subjects": ["household:H1", "residents:R1", "residents:R2"]}, Met(),
     [{"kind": "changed", "subjects": '["household:H1","residents:R1","residents:R2"]'}]),
    ("confirmed and still there", {"state": "answered", "answer": "confirmed", "seen": "E1"}, {}, Met(), []),
    ("confirmed, other evidence", {"state": "answered", "answer": "confirmed", "seen": "E1"}, {"digest": "E2"}, Met(),
     [{"kind": "changed", "evidence": "E2"}]),
    ("put off and still there", {"state": "deferred", "due": "2026-12-01"}, {}, Met(), []),
    # said to be corrected
    ("said to be corrected, still there", {"state": "corrected", "answer": "corrected", "seen": "E1"}, {}, Met(),
     [{"kind": "returned", "state": "returned"}]),
    ("said to be corrected, another mistake in its place", {"state": "corrected", "answer": "corrected", "seen": "E1"},
     {"digest": "E2"}, Met(), [{"kind": "returned", "state": "returned", "evidence": "E2"}]),
    ("said to be corrected this month, and the same month is run again",
     {"state": "corrected", "answer": "corrected", "seen": "E1"}, {}, Met(answered=("K",)), []),
    ("said to be corrected, and gone", {"state": "corrected", "answer": "corrected", "seen": "E1"}, NOT_FOUND, Met(),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    # closed ones
    ("closed and not there", {"state": "closed", "how": "corrected"}, NOT_FOUND, Met(), []),
    ("closed as corrected, comes back", {"state": "closed", "how": "corrected", "answer": "confirmed", "seen": "E1"}, {},
     Met(), [{"kind": "reopened", "state": "reopened", "answer": "", "how": "", "due": "", "severity": "medium",
              "town": "府城镇", "village": "东门", "subjects": PLAIN["subjects"], "evidence": "E1"}]),
    ("a false alarm, on the same evidence", FALSE_ALARM, {}, Met(), []),
    ("a false alarm, and there is other evidence", FALSE_ALARM, {"digest": "E2"}, Met(),
     [{"kind": "reopened", "state": "reopened", "answer": "", "how": "", "due": "", "severity": "medium",
       "town": "府城镇", "village": "东门", "subjects": PLAIN["subjects"], "evidence": "E2"}]),
    ("a false alarm that is no longer found", FALSE_ALARM, NOT_FOUND, Met(), []),
    ("confirmed and settled, on the same evidence", SETTLED, {}, Met(), []),
    ("confirmed and settled, and now he is registered somewhere else", SETTLED, {"digest": "E2"}, Met(),
     [{"kind": "reopened", "state": "reopened", "answer": "", "how": "", "due": "", "severity": "medium",
       "town": "府城镇", "village": "东门", "subjects": PLAIN["subjects"], "evidence": "E2"}]),
    ("settled, and no longer found", SETTLED, NOT_FOUND, Met(), []),
    # not found: why
    ("corrected", {}, NOT_FOUND, Met(), [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("its record is gone", {}, NOT_FOUND, Met(vanished=[("residents", "R1", True)]),
     [{"kind": "closed", "state": "closed", "how": "removed"}]),
    ("its record went with its town's file", {}, NOT_FOUND, Met(vanished=[("residents", "R1", False)]),
     [{"kind": "unseen"}]),
    ("another record is gone", {}, NOT_FOUND, Met(vanished=[("residents", "R7", True)]),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("it was of its month only", {"code": "registered_late"}, NOT_FOUND, Met(),
     [{"kind": "closed", "state": "closed", "how": "past"}]),
    ("its rule is switched off", {}, NOT_FOUND, Met(codes=("id_missing",)), [{"kind": "unseen"}]),
    ("a column that it rests on is lost", {}, NOT_FOUND, Met(lost={"2026-09": {("residents", "id_number")}}),
     [{"kind": "unseen"}]),
    ("a column was lost already when it was last seen", {}, NOT_FOUND,
     Met(lost={"2026-08": {("residents", "id_number")}}), [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("a column of another source is lost", {}, NOT_FOUND, Met(lost={"2026-09": {("births", "id_number")}}),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("another column is lost", {}, NOT_FOUND, Met(lost={"2026-09": {("residents", "weight")}}),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("the record alone decides, and a column of others is lost",
     {"code": "id_missing", "subjects": '["residents:R1"]'}, NOT_FOUND, Met(lost={"2026-09": {("residents", "name")}}),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("the table does not tell the area of its record", ELSEWHERE, NOT_FOUND, Met(untold=("household:H1",)),
     [{"kind": "unseen"}]),
    ("the table does not tell the area of another record", ELSEWHERE, NOT_FOUND, Met(untold=("household:H2",)),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("it does not rest on areas", {}, NOT_FOUND, Met(untold=("household:H1",)),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("a record is gone, and the table does not tell the area of the other", ELSEWHERE, NOT_FOUND,
     Met(untold=("household:H1",), vanished=[("residents", "R1", True)]),
     [{"kind": "closed", "state": "closed", "how": "removed"}]),
    ("settled, and now the table tells less of it", SETTLED | ELSEWHERE, {"code": "registered_elsewhere", "digest": "E2"},
     Met(untold=("residents:R1",)), []),
    ("its source is missing", {}, NOT_FOUND, Met(sources=frozenset({"residents", "births"})), [{"kind": "unseen"}]),
    ("its source is not whole", {}, NOT_FOUND, Met(incomplete=("residents",)), [{"kind": "unseen"}]),
    ("another source is missing that was there when it was seen", {}, NOT_FOUND,
     Met(sources=frozenset({"residents", "household"})), [{"kind": "unseen"}]),
    ("another source is not whole, such as births of one month only", {}, NOT_FOUND, Met(incomplete=("births",)),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("another source is missing, the record alone decides",
     {"code": "id_missing", "subjects": '["residents:R1"]'}, NOT_FOUND, Met(sources=frozenset({"residents"})),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("another source never was there", {}, NOT_FOUND,
     Met(sources=frozenset({"residents", "household"}), before={"2026-09": {"residents", "household"}}),
     [{"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("another source is missing for the second month", {"last_seen": "2026-08"}, NOT_FOUND,
     Met(sources=frozenset({"residents", "household"}),
         before={"2026-08": ALL, "2026-09": {"residents", "household"}}), [{"kind": "unseen"}]),
    # the same month again
    ("only the run before knew it, and nobody spoke of it", {**GHOST, "state": ""}, NOT_FOUND, Met(), []),
    ("only the run before knew it, and it was sent out", {**GHOST, "state": "dispatched"}, NOT_FOUND, Met(),
     [{"kind": "closed", "state": "closed", "how": "withdrawn"}]),
    ("only the run before knew it, and it is there again", {**GHOST, "state": ""}, {}, Met(),
     [{"kind": "found", "code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门",
       "subjects": PLAIN["subjects"], "evidence": "E1", "state": "new"}]),
    ("only the run before knew it; sent out, and there again", {**GHOST, "state": "dispatched"}, {}, Met(),
     [{"kind": "found", "code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门",
       "subjects": PLAIN["subjects"], "evidence": "E1"}]),
    ("only the run before knew it; a false alarm, and there again", {**GHOST, **FALSE_ALARM}, {}, Met(),
     [{"kind": "found", "code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门",
       "subjects": PLAIN["subjects"], "evidence": "E1"}]),
    ("only the run before knew it; a false alarm, and there with other evidence", {**GHOST, **FALSE_ALARM},
     {"digest": "E2"}, Met(),
     [{"kind": "found", "code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门",
       "subjects": PLAIN["subjects"], "evidence": "E2", "state": "new", "answer": "", "how": "", "due": ""}]),
    ("only the run before knew it, it was sent out, and its source is missing now", {**GHOST, "state": "dispatched"},
     NOT_FOUND, Met(sources=frozenset({"births"})), [{"kind": "closed", "state": "closed", "how": "withdrawn"}]),
    ("withdrawn, and found after all", {**GHOST, "state": "closed", "how": "withdrawn", "answer": "confirmed"}, {},
     Met(), [{"kind": "found", "code": "fields_differ", "severity": "medium", "town": "府城镇", "village": "东门",
              "subjects": PLAIN["subjects"], "evidence": "E1", "state": "new", "answer": "", "how": "", "due": ""}]),
    # new keys of records
    ("its record has a new key, it is there", {}, {"subjects": ["household:H1", "residents:R9"]},
     Met(aliases=[("residents", "R1", "R9")]), [{"kind": "changed", "subjects": '["household:H1","residents:R9"]'}]),
    ("its record has a new key, it is corrected", {}, NOT_FOUND, Met(aliases=[("residents", "R1", "R9")]),
     [{"kind": "changed", "subjects": '["household:H1","residents:R9"]'},
      {"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("its record has a new key, its rule is off", {}, NOT_FOUND,
     Met(aliases=[("residents", "R1", "R9")], codes=("id_missing",)),
     [{"kind": "changed", "subjects": '["household:H1","residents:R9"]'}, {"kind": "unseen"}]),
    ("closed, its record has a new key", {"state": "closed", "how": "corrected"}, NOT_FOUND,
     Met(aliases=[("residents", "R1", "R9")]), [{"kind": "changed", "subjects": '["household:H1","residents:R9"]'}]),
    ("a false alarm whose record has a new key, found again", FALSE_ALARM,
     {"subjects": ["household:H1", "residents:R9"]}, Met(aliases=[("residents", "R1", "R9")]),
     [{"kind": "changed", "subjects": '["household:H1","residents:R9"]'}]),
    # keys that others have now
    ("its record is gone, and its key is another's now", {}, NOT_FOUND,
     Met(aliases=[("residents", "R1", "R1†")], vanished=[("residents", "R1", True)]),
     [{"kind": "changed", "subjects": '["household:H1","residents:R1†"]'},
      {"kind": "closed", "state": "closed", "how": "removed"}]),
    ("its record has the key of one who is gone", {}, NOT_FOUND,
     Met(aliases=[("residents", "R1", "R2"), ("residents", "R2", "R2†")], vanished=[("residents", "R2", True)]),
     [{"kind": "changed", "subjects": '["household:H1","residents:R2"]'},
      {"kind": "closed", "state": "closed", "how": "corrected"}]),
    ("two swapped their keys", {"subjects": '["residents:R1"]'}, {"subjects": ["residents:R2"]},
     Met(aliases=[("residents", "R1", "R2"), ("residents", "R2", "R1")]),
     [{"kind": "changed", "subjects": '["residents:R2"]'}]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("situation", "case", "found", "met", "wanted"), SITUATIONS, ids=[situation[0] for situation in SITUATIONS]
)
def test_what_happens_to_a_case(
    situation: str, case: dict[str, Any] | None, found: dict[str, Any] | None, met: Met, wanted: list[dict[str, Any]]
) -> None:
    assert events(cleared(case, found, met)) == wanted, situation


@pytest.mark.parametrize("state", OPEN_STATES)
def test_whatever_is_open_is_closed_when_it_is_gone_and_kept_when_it_could_not_be_seen(state: str) -> None:
    assert [e["kind"] for e in events(cleared({"state": state}, NOT_FOUND, Met()))] == ["closed"]
    away = Met(sources=frozenset({"residents"}))
    assert [e["kind"] for e in events(cleared({"state": state}, NOT_FOUND, away))] == ["unseen"]


@pytest.mark.parametrize(
    ("case", "digest", "reported"),
    [
        ({}, "E1", True),
        ({"state": "answered", "answer": "confirmed", "seen": "E1"}, "E1", True),
        (FALSE_ALARM, "E1", False),
        (FALSE_ALARM, "E2", True),
        (SETTLED, "E1", False),
        (SETTLED, "E2", True),
        ({**GHOST, **SETTLED}, "E1", False),
        ({**GHOST, **FALSE_ALARM}, "E1", False),
        ({**GHOST, **FALSE_ALARM}, "E2", True),
        ({"state": "closed", "how": "corrected"}, "E1", True),
    ],
)
def test_what_an_answer_has_closed_is_not_reported_on_the_same_evidence(
    case: dict[str, Any], digest: str, reported: bool
) -> None:
    told = cleared(case, {"digest": digest}, Met())
    assert told.reported(discrepancies({"digest": digest})).height == reported
    assert told.at_rest["key"].to_list() == ([] if reported else ["K"])


@pytest.mark.parametrize(
    ("case", "state", "answer", "first_seen"),
    [
        (None, "new", "", "2026-10"),
        ({}, "new", "", "2026-08"),
        ({"state": "dispatched"}, "dispatched", "", "2026-08"),
        ({"state": "answered", "answer": "confirmed", "seen": "E1"}, "answered", "confirmed", "2026-08"),
        ({"state": "corrected", "answer": "corrected", "seen": "E1"}, "returned", "corrected", "2026-08"),
        ({"state": "closed", "how": "removed", "answer": "confirmed"}, "reopened", "", "2026-08"),
        ({**GHOST, "state": "dispatched"}, "dispatched", "", "2026-10"),
        ({**GHOST, "state": "answered", "answer": "confirmed", "seen": "E1"}, "answered", "confirmed", "2026-10"),
        ({**GHOST, **FALSE_ALARM, "seen": "E0"}, "new", "", "2026-10"),
    ],
)
def test_the_list_says_where_a_case_stands(
    case: dict[str, Any] | None, state: str, answer: str, first_seen: str
) -> None:
    [row] = cleared(case, {}, Met()).reported(discrepancies({})).to_dicts()
    assert (row["state"], row["answer"], row["first_seen"]) == (state, answer, first_seen)


@pytest.mark.parametrize(
    ("case", "found", "counts"),
    [
        (None, {}, {"new": 1, "open": 1}),
        ({}, {}, {"carried": 1, "open": 1}),
        ({}, NOT_FOUND, {"carried": 1, "closed": 1}),
        ({"state": "closed", "how": "corrected"}, {}, {"reopened": 1, "open": 1}),
        (FALSE_ALARM, {}, {}),
        ({**GHOST, "state": "dispatched"}, {}, {"new": 1, "open": 1}),
        ({**GHOST, "state": "dispatched"}, NOT_FOUND, {}),
        ({**GHOST, **FALSE_ALARM}, {}, {"new": 1, "closed": 1}),
    ],
)
def test_a_run_in_figures(case: dict[str, Any] | None, found: dict[str, Any] | None, counts: dict[str, int]) -> None:
    told = cleared(case, found, Met()).counts
    assert {name: count for name, count in told.items() if count} == counts


def test_every_row_of_a_case_is_reported_and_one_event_booked() -> None:
    rows = pl.concat([discrepancies({}), discrepancies({"record_id_r": "R2"})])
    told = clear(known_cases(empty(CASES), empty(ALIASES)), rows, Scope("2026-10", ALL))
    assert told.reported(rows).height == 2
    assert told.events["kind"].to_list() == ["found"]
    assert json.loads(told.events["subjects"].item()) == HERE["subjects"]
