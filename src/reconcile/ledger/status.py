"""How many cases there are, in which state: of the latest month from the cases, of earlier ones as
it was kept.

It always balances: carried + new + reopened = closed + open. Whatever is open, or was closed in the
month, was open before (carried), was found in it (new) or came back in it (reopened). A case counts
once a month.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import polars as pl

from reconcile.core.errors import WorkspaceError
from reconcile.core.frames import Schema
from reconcile.ledger.actor import today
from reconcile.ledger.store import Ledger

AREA = ("town", "village", "code")
REASONS = ("corrected", "removed", "false_alarm", "settled", "judged", "past")
_STATES = {"new": ("new", "reopened")} | {
    name: (name,) for name in ("dispatched", "answered", "returned", "deferred", "corrected")
}
# Counts of a month by area and code. Of `closed`: why; of `open`: in which state. `overdue`: sent
# out or deferred, and its day is past. `dispatched`: of the month's cases, open or closed, those
# sent out since they were opened; of these `answered` since they were last sent out, `confirmed`
# and `false_alarms` by what was answered, `due` those whose day is past, `on_time` those of them
# that were answered by it. `stale`: open, answered on other evidence than now.
COUNTS = (
    "carried", "new", "reopened", "closed", "open",
    *(f"closed_{how}" for how in REASONS), *(f"open_{name}" for name in _STATES),
    "overdue", "dispatched", "answered", "confirmed", "false_alarms", "due", "on_time", "stale",
)  # fmt: skip
TALLY: Schema = {**dict.fromkeys(AREA, pl.String), **dict.fromkeys(COUNTS, pl.Int64)}


def tally(ledger: Ledger, period: str) -> pl.DataFrame:
    """TALLY of a booked month, sorted by town, village and code; only what has cases is there.

    Raises UnbalancedError when it does not balance: a bug; WorkspaceError when what was kept cannot
    be read.
    """
    if period == ledger.latest_period():
        return balanced(_of_cases(ledger, period))
    kept = ledger.query("SELECT town, village, code, counts FROM months WHERE period = ?", period)
    try:
        # A month that was kept before there was one of the counts had none of it.
        rows = [{**dict.fromkeys(COUNTS, 0), **row, **json.loads(row["counts"])} for row in kept]
        return balanced(pl.DataFrame(rows, schema=dict(TALLY)).sort(AREA))
    except (ValueError, TypeError) as error:  # nobody but this program wrote it
        raise WorkspaceError("ledger.error.damaged", path=ledger.workspace.ledger_file) from error


def balanced(counts: pl.DataFrame) -> pl.DataFrame:
    """The same counts; UnbalancedError unless every row adds up, by why it was closed and in which
    state it is too."""
    sums = {
        "closed": pl.sum_horizontal(f"closed_{how}" for how in REASONS),
        "open": pl.sum_horizontal(f"open_{name}" for name in _STATES),
    }
    wrong = (pl.col("carried") + pl.col("new") + pl.col("reopened")) != (
        pl.col("closed") + pl.col("open")
    )
    off = counts.filter(
        pl.any_horizontal(wrong, *(pl.col(name) != parts for name, parts in sums.items()))
    )
    if off.height:
        from reconcile.core.errors import UnbalancedError

        raise UnbalancedError("status.error.unbalanced", rows=off.height)
    return counts


def booked_months(ledger: Ledger) -> list[str]:
    """The months that are booked, sorted."""
    return [
        row["period"]
        for row in ledger.query("SELECT period FROM runs WHERE replaced IS NULL ORDER BY period")
    ]


def keep_month(ledger: Ledger, period: str) -> list[str] | None:
    """Before `period` is booked: keeps the tally of the month booked last, unless it is this very
    one; that month and the digest of what was kept."""
    latest = ledger.latest_period()
    if latest is None or latest >= period:
        return None
    rows = [
        (latest, *row[:3], json.dumps(dict(zip(COUNTS, row[3:], strict=True))))
        for row in tally(ledger, latest).rows()
    ]
    ledger.connection.executemany("INSERT OR REPLACE INTO months VALUES (?, ?, ?, ?, ?)", rows)
    return [latest, month_digest(ledger, latest)]


def month_digest(ledger: Ledger, period: str) -> str:
    """SHA-256 of a month as it was kept."""
    kept = ledger.query(
        "SELECT town, village, code, counts FROM months WHERE period = ? ORDER BY 1, 2, 3", period
    )
    return hashlib.sha256(json.dumps([list(row.values()) for row in kept]).encode()).hexdigest()


def _of_cases(ledger: Ledger, period: str) -> pl.DataFrame:
    sums = ", ".join(f"sum({condition}) AS {name}" for name, condition in _conditions().items())
    statement = f"""
        SELECT c.town, c.village, c.code, {sums} FROM cases c LEFT JOIN sent s ON s.key = c.key
        WHERE (c.state <> 'closed' OR c.closed_in = :period) AND c.how <> 'withdrawn' AND c.first_seen <> ''
        GROUP BY c.town, c.village, c.code ORDER BY c.town, c.village, c.code"""  # noqa: E501
    rows = ledger.connection.execute(
        statement, {"period": period, "today": today().isoformat()}
    ).fetchall()
    return pl.DataFrame(rows, schema=dict(TALLY), orient="row")


def _conditions() -> dict[str, str]:
    """What makes a case count, in SQL."""
    back = "(c.reopened > 0 AND c.opened_in >= :period)"
    # Closed by a person in this month and found again in it: if it was open when the month before
    # ended, it is carried. CASE, because SQLite would look this up for every row of an AND.
    was_open = f"""CASE WHEN {back} THEN coalesce((
        SELECT e.state FROM events e LEFT JOIN runs r ON r.run = e.run
        WHERE e.key = c.key AND e.period < :period AND e.state IS NOT NULL AND r.replaced IS NULL
        ORDER BY e.event DESC LIMIT 1), 'closed') <> 'closed' ELSE 0 END"""
    sent = "(s.key IS NOT NULL AND s.period >= c.opened_in)"
    answered = f"({sent} AND s.answered <> '' AND c.answer <> '')"
    due = f"({sent} AND s.due <> '' AND s.due < :today)"
    opens = "c.state <> 'closed'"
    return {
        "carried": f"c.opened_in < :period OR {was_open}",
        "new": "c.opened_in >= :period AND c.reopened = 0",
        "reopened": f"{back} AND NOT {was_open}",
        "closed": "c.state = 'closed'",
        "open": opens,
        **{f"closed_{how}": f"c.state = 'closed' AND c.how = '{how}'" for how in REASONS},
        **{f"open_{name}": f"c.state IN ({_quoted(states)})" for name, states in _STATES.items()},
        "overdue": "c.state IN ('dispatched', 'deferred') AND c.due < :today",
        "dispatched": sent,
        "answered": answered,
        "confirmed": f"{answered} AND c.answer IN ('confirmed', 'corrected')",
        "false_alarms": f"{answered} AND c.answer = 'false_alarm'",
        "due": due,
        "on_time": f"{answered} AND {due} AND s.answered <= s.due",
        "stale": f"{opens} AND c.stale = 1",
    }


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
