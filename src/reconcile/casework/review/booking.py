"""Decisions into the ledger: from a sheet all at once, from the terminal one at a time; and what
was shown whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from reconcile.casework.review.answers import Answers, read_answers
from reconcile.casework.review.run import booked_last
from reconcile.core.errors import UsageError
from reconcile.core.masking import masked_text
from reconcile.ledger.judgements import Plan, book, plan, withdraw
from reconcile.ledger.store import Ledger, has_ledger, open_ledger
from reconcile.workspace import Workspace

_LONGEST_REASON = 200


@dataclass(frozen=True)
class Imported:
    """What an import came to. `booked`: new judgements; `unchanged`: decisions that were there
    already; `replaced`: judgements that gave way to another decision."""

    answers: Answers
    booked: int
    unchanged: int
    replaced: int


def import_answers(workspace: Workspace, files: Sequence[str], dry_run: bool = False) -> Imported:
    """Books what clerks filled in, in one transaction; what cannot be taken is left out and told.

    Booking a file twice changes nothing. InputError when a file cannot be used, or when the
    decisions contradict each other or the ledger: then nothing is booked.
    """
    with workspace.lock(), open_ledger(workspace) as ledger:
        period, _ = booked_last(ledger)
        booked_before = [row["sha256"] for row in ledger.query("SELECT sha256 FROM files")]
        answers = read_answers(files, workspace.run(period), booked_before)
        planned = plan(ledger, answers.decided)
        if planned.new.height and not dry_run:
            _book_sheets(ledger, planned, answers)
    return Imported(answers, planned.new.height, planned.unchanged, len(planned.withdrawn))


def _book_sheets(ledger: Ledger, planned: Plan, answers: Answers) -> None:
    with ledger.booking("review import") as booking:
        book(ledger, booking, planned)
        digests = {sheet.sha256: sheet.file for sheet in answers.sheets}
        for sha256, file in digests.items():
            row = (sha256, masked_text(file), booking.entry)
            ledger.connection.execute("INSERT INTO files VALUES (?, ?, ?)", row)
        booking.facts |= {
            "files": sorted(digests),
            "rows": sum(sheet.rows for sheet in answers.sheets),
            "refused": answers.refused.height,
            "unchanged": planned.unchanged,
        }


def book_one(ledger: Ledger, decided: pl.DataFrame) -> int | None:
    """Books one decision (as ledger.judgements.plan takes it); its number, None when it was there
    already."""
    planned = plan(ledger, decided)
    if planned.new.is_empty():
        return None
    with ledger.booking("review") as booking:
        return book(ledger, booking, planned)[0]


def take_back(ledger: Ledger, numbers: Sequence[int], command: str) -> None:
    """Withdraws judgements in an entry of its own. UsageError when one of them does not stand."""
    with ledger.booking(command) as booking:
        withdraw(ledger, booking, numbers)


def record_reveal(workspace: Workspace, reason: str, command: str) -> None:
    """Notes in the audit log that whole values were shown by this command, and why. UsageError
    without a reason or a ledger."""
    told = masked_text(" ".join(reason.split()))
    if not told:
        raise UsageError("review.error.no_reason")
    if len(told) > _LONGEST_REASON:
        raise UsageError("review.error.long_reason", length=len(told), most=_LONGEST_REASON)
    if not has_ledger(workspace):
        raise UsageError("review.error.no_ledger", folder=workspace.folder)
    with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("reveal") as booking:
        booking.facts |= {"reason": told, "of": command}
