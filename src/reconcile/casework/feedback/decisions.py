"""What the office decides about single cases: an answer goes back, a case is put off."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from reconcile.casework.feedback.keys import keys_typed
from reconcile.core.errors import UsageError
from reconcile.core.frames import CASE_EVENTS, CLOSED_BY_ANSWER, conform
from reconcile.ledger.actor import today
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.standardising.dates import standard_dates
from reconcile.workspace import Workspace

LONGEST_WHY = 500


def send_back(workspace: Workspace, keys: Sequence[str], why: str) -> tuple[list[str], list[str]]:
    """Sends the answers of these cases back to whoever gave them: the keys booked, and those
    returned for this reason already. All or none.

    Raises UsageError for a case that is not known, has no answer, or was closed by a run, and for
    an empty reason.
    """
    reason = checked_reason(why)
    with workspace.lock(), open_ledger(workspace) as ledger:
        cases = _known(ledger, keys_typed(keys))
        closed = pl.col("state") == "closed"
        by_answer = closed & pl.col("how").is_in(CLOSED_BY_ANSWER)
        _refuse(cases.filter(closed & ~by_answer), "closed")
        _refuse(cases.filter(pl.col("answer") == ""), "no_answer")
        cases = cases.with_columns(
            done=(pl.col("state") == "returned")
            & (pl.col("key").is_in(_remarked(ledger, cases, "returned", reason)))
        )
        due, period = cases.filter(~pl.col("done")), ledger.latest_period() or ""
        back = due.filter(by_answer & (pl.col("closed_in") < period)).select(
            "key", kind=pl.lit("reopened")
        )
        returned = due.select(
            "key",
            kind=pl.lit("returned"),
            state=pl.lit("returned"),
            how=pl.when(by_answer).then(pl.lit("")),
            remark=pl.lit(reason),
        )
        _book(ledger, "return", [back.with_columns(state=pl.lit("reopened")), returned], period)
    return _told(cases)


def put_off(
    workspace: Workspace, keys: Sequence[str], until: str, why: str
) -> tuple[list[str], list[str]]:
    """Puts these open cases off until a day: the keys booked, and those that are put off just so
    already. All or none.

    Raises UsageError for a case that is not known or closed, for a day that is none or past, and
    for an empty reason.
    """
    reason, due = checked_reason(why), checked_day(until)
    with workspace.lock(), open_ledger(workspace) as ledger:
        cases = _known(ledger, keys_typed(keys))
        _refuse(cases.filter(pl.col("state") == "closed"), "closed")
        same = (pl.col("state") == "deferred") & (pl.col("due") == due)
        cases = cases.with_columns(
            done=same & pl.col("key").is_in(_remarked(ledger, cases, "deferred", reason))
        )
        deferred = cases.filter(~pl.col("done")).select(
            "key",
            kind=pl.lit("deferred"),
            state=pl.lit("deferred"),
            due=pl.lit(due),
            remark=pl.lit(reason),
        )
        _book(ledger, "defer", [deferred], ledger.latest_period() or "")
    return _told(cases)


def checked_reason(why: str) -> str:
    """The reason without blanks around it; UsageError when it says nothing or is too long."""
    reason = " ".join(why.split())
    if not re.search(r"\w", reason):
        raise UsageError("feedback.error.no_reason")
    if len(reason) > LONGEST_WHY:
        raise UsageError("feedback.error.long_reason", length=len(reason), most=LONGEST_WHY)
    return reason


def checked_day(until: str) -> str:
    """The day as YYYY-MM-DD; UsageError when it is none, or past."""
    read = standard_dates(pl.Series([until], dtype=pl.String)).row(0, named=True)
    if read["std"] is None or read["flag"] == "partial":
        raise UsageError("feedback.error.no_day", day=until)
    if read["std"] < today():
        raise UsageError("feedback.error.past_day", day=read["std"], today=today())
    return str(read["std"])


def _known(ledger: Ledger, keys: list[str]) -> pl.DataFrame:
    cases = ledger.cases(pl.Series("key", keys, dtype=pl.String))
    unknown = sorted(set(keys) - set(cases["key"]))
    if unknown:
        raise UsageError("feedback.error.unknown_key", keys=", ".join(unknown))
    return cases


def _refuse(cases: pl.DataFrame, why: str) -> None:
    if cases.height:
        raise UsageError(f"feedback.error.{why}", keys=", ".join(cases["key"]))


def _remarked(ledger: Ledger, cases: pl.DataFrame, kind: str, reason: str) -> list[str]:
    """Of these cases those whose last event of this kind gives this reason."""
    events = ledger.events(cases["key"]).filter(pl.col("kind") == kind)
    last = events.group_by("key", maintain_order=True).last()
    return last.filter(pl.col("remark") == reason)["key"].to_list()


def _book(ledger: Ledger, command: str, parts: list[pl.DataFrame], period: str) -> None:
    events = pl.concat(
        [conform(part.with_columns(period=pl.lit(period)), CASE_EVENTS) for part in parts]
    )
    if events.is_empty():
        return
    with ledger.booking(command) as booking:
        ledger.append(events, booking)
        booking.facts |= {"cases": parts[-1].height, "period": period}


def _told(cases: pl.DataFrame) -> tuple[list[str], list[str]]:
    done = cases["done"]
    return cases.filter(~done)["key"].to_list(), cases.filter(done)["key"].to_list()
