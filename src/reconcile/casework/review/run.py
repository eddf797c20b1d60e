"""The run whose pairs are reviewed: the latest that the ledger has booked."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.casework.review.pairs import ReviewChoice, pairs_to_review
from reconcile.core.errors import InputError
from reconcile.ledger.judgements import judgements
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.workspace import RunFolder, Workspace


@dataclass(frozen=True)
class Reviewed:
    """`folder` of the run booked last; `run`: its number in the ledger; `pairs`: review.pairs.PAIRS
    to be decided; `judged`: frames.JUDGEMENTS that stood when it was opened."""

    workspace: Workspace
    folder: RunFolder
    period: str
    run: int
    pairs: pl.DataFrame
    judged: pl.DataFrame


def open_review(workspace: Workspace, wanted: ReviewChoice) -> Reviewed:
    """The pairs of the latest booked month that are still to be decided. WorkspaceError without a
    ledger, InputError without a booked month."""
    with open_ledger(workspace) as ledger:
        period, run = booked_last(ledger)
        open_cases = ledger.query("SELECT key FROM cases WHERE state <> 'closed'")
        judged = judgements(ledger)
    folder = workspace.run(period)
    pairs = pairs_to_review(folder, [case["key"] for case in open_cases], judged, wanted)
    return Reviewed(workspace, folder, period, run, pairs, judged)


def booked_last(ledger: Ledger) -> tuple[str, int]:
    """Period and number of the run booked last. InputError when no month is booked."""
    found = ledger.query(
        "SELECT period, run FROM runs WHERE replaced IS NULL ORDER BY period DESC LIMIT 1"
    )
    if not found:
        raise InputError("review.error.no_run", folder=ledger.workspace.folder)
    return found[0]["period"], found[0]["run"]
