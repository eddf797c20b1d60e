"""What the ledger should say, told once more: plain Python over the script of a year, knowing rows
and not their keys.

A row of a register keeps its `row_id` whatever key the export gives it. A case is its code and its
rows; so the model needs none of the ways in which the ledger recognises a record again, and shows
where these went wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Rows = frozenset[str]

OPEN_TO_SEND = ("new", "reopened", "returned")
# What an answer makes of a case, until a run says otherwise.
AFTER_ANSWER = {
    "confirmed": "answered",
    "moved_out": "answered",
    "unverifiable": "answered",
    "corrected": "corrected",
    "false_alarm": "closed",
}
ONE_MONTH_ONLY = ("registered_late",)
# No mistake: the place of registration says that it is so, and the case is settled.
SETTLED = {"registered_elsewhere": ("confirmed", "moved_out")}


@dataclass(frozen=True)
class Finding:
    """A case as a run reports it; `evidence` is the run's own digest, the only thing that is taken
    on trust."""

    code: str
    rows: Rows
    evidence: str
    key: str


@dataclass
class Case:
    """A case in the model. `key`: the number under which it was reported first."""

    code: str
    rows: Rows
    evidence: str
    key: str
    state: str = "new"
    answer: str = ""
    seen: str = ""

    @property
    def stale(self) -> bool:
        return self.answer != "" and self.seen != self.evidence


class Office:
    """All cases, month by month."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def run(self, findings: Iterable[Finding]) -> dict[str, Case]:
        """A month's run: what it reports is new, still there or back; what it does not report is
        closed. The case of each finding, by the key that the run gave it."""
        found = list(findings)
        told = self._recognised(found)
        for finding in found:
            case = told.get(finding.key)
            if case is None:
                case = told[finding.key] = Case(
                    finding.code, finding.rows, finding.evidence, finding.key
                )
                self.cases.append(case)
            elif case.state == "closed":
                case.state, case.answer, case.seen = "reopened", "", ""
            elif case.state == "corrected":
                case.state = "returned"
            case.rows, case.evidence = finding.rows, finding.evidence
        seen = {id(case) for case in told.values()}
        for case in self.cases:
            if id(case) not in seen and case.state != "closed":
                case.state = "closed"
        return told

    def _recognised(self, found: list[Finding]) -> dict[str, Case]:
        """Which case each finding is of: the one that shares most rows with it, both of two rows at
        least; a closed one only when either has all rows of the other."""
        by_row: dict[tuple[str, str], list[Case]] = {}
        for case in self.cases:
            for row in case.rows:
                by_row.setdefault((case.code, row), []).append(case)
        claims = []
        for finding in found:
            rivals = {id(c): c for row in finding.rows for c in by_row.get((finding.code, row), ())}
            for case in rivals.values():
                shared, smaller = (
                    len(case.rows & finding.rows),
                    min(len(case.rows), len(finding.rows)),
                )
                is_open = case.state != "closed"
                if shared >= (min(2, smaller) if is_open else smaller):
                    claims.append(
                        (not is_open, -shared, case.key, sorted(finding.rows), finding.key, case)
                    )
        told: dict[str, Case] = {}
        taken: set[int] = set()
        for *_, key, case in sorted(claims, key=lambda claim: claim[:4]):
            if key not in told and id(case) not in taken:
                told[key] = case
                taken.add(id(case))
        return told

    def to_send(self) -> list[Case]:
        """What goes out to the towns now."""
        waiting = [case for case in self.cases if case.state in OPEN_TO_SEND]
        return waiting + [case for case in self.cases if case.state == "answered" and case.stale]

    @staticmethod
    def send(cases: Iterable[Case]) -> None:
        for case in cases:
            case.state = "dispatched"

    @staticmethod
    def answer(answers: Iterable[tuple[Case, str, str]]) -> None:
        """Books answers: the case, the answer, and the evidence that was sent. One that came too
        late is noted only."""
        for case, answer, sent in answers:
            case.answer, case.seen = answer, sent
            if case.state != "closed":
                case.state = (
                    "closed" if answer in SETTLED.get(case.code, ()) else AFTER_ANSWER[answer]
                )


def differences(office: Office, ledger: Mapping[str, str]) -> dict[str, int]:
    """How the model and the ledger (key → state) differ: `wrong_state`, `wrong_number` (a case that
    the ledger has under another number than at first, or not at all), `unknown` (one that only the
    ledger has); and `cases`."""
    model = {case.key: case.state for case in office.cases}
    shared = model.keys() & ledger.keys()
    return {
        "cases": len(model),
        "wrong_state": sum(model[key] != ledger[key] for key in shared),
        "wrong_number": len(model.keys() - ledger.keys()),
        "unknown": len(ledger.keys() - model.keys()),
    }
