"""How many cases there are, in which state: of the latest month from the cases, of earlier ones as it was kept.

It always balances: carried + new + reopened = closed + open. Whatever is open, or was closed in the month, was there
before (carried), was found in it (new) or came back in it (reopened).
"""

from __future__ import annotations

import json

import polars as pl

from reconcile.frames import Schema
from reconcile.ledger.actor import today
from reconcile.ledger.store import Ledger

AREA = ("town", "village", "code")
# Counts of a month by area and code. Of `closed`: why; of `open`: in which state. `overdue`: open, and its day is past.
# `dispatched`, `answered`, `confirmed`, `false_alarms`, `on_time`: of the month's cases, open or closed, those that
# were sent out, had an answer, had the answer that they are right or wrong, and were answered by their day; `stale`:
# answers about other evidence than there is now.
COUNTS = (
    "carried", "new", "reopened", "closed", "open",
    "closed_corrected", "closed_removed", "closed_false_alarm", "closed_judged", "closed_past",
    "open_new", "open_dispatched", "open_answered", "open_returned", "open_deferred", "open_corrected",
    "overdue", "dispatched", "answered", "confirmed", "false_alarms", "on_time", "stale",
)  # fmt: skip
TALLY: Schema = {**dict.fromkeys(AREA, pl.String), **dict.fromkeys(COUNTS, pl.Int64)}

_STATES = {"new": ("new", "reopened"), **{s: (s,) for s in ("dispatched", "answered", "returned", "deferred")}}
_STATES |= {"corrected": ("corrected",)}


def tally(ledger: Ledger, period: str) -> pl.DataFrame:
    """TALLY of a booked month, sorted by town, village and code; only what has cases is there."""
    if period == ledger.latest_period():
        return _of_cases(ledger, period)
    kept = ledger.query("SELECT town, village, code, counts FROM months WHERE period = ?", period)
    rows = [{**row, **json.loads(row["counts"])} for row in kept]
    return pl.DataFrame(rows, schema=dict(TALLY)).sort(AREA)


def keep_month(ledger: Ledger, period: str) -> None:
    """Before `period` is booked: keeps the tally of the month booked last, unless it is this very one."""
    latest = ledger.latest_period()
    if latest is None or latest >= period:
        return
    rows = [
        (latest, *row[:3], json.dumps(dict(zip(COUNTS, row[3:], strict=True)))) for row in tally(ledger, latest).rows()
    ]
    ledger.connection.executemany("INSERT OR REPLACE INTO months VALUES (?, ?, ?, ?, ?)", rows)


def _of_cases(ledger: Ledger, period: str) -> pl.DataFrame:
    sums = ", ".join(f"sum({condition}) AS {name}" for name, condition in _conditions().items())
    statement = f"""
        WITH answers AS (
          SELECT e.key, max(e.event), substr(a.at, 1, 10) AS on_day, b.due
          FROM events e JOIN audit a USING (entry) JOIN batches b USING (batch)
          WHERE e.kind = 'answered' GROUP BY e.key
        )
        SELECT c.town, c.village, c.code, {sums}
        FROM cases c LEFT JOIN batches b ON b.batch = c.batch LEFT JOIN answers s ON s.key = c.key
        WHERE (c.state <> 'closed' OR c.closed_in = :period) AND c.how <> 'withdrawn'
        GROUP BY c.town, c.village, c.code ORDER BY c.town, c.village, c.code"""
    rows = ledger.connection.execute(statement, {"period": period, "today": today().isoformat()}).fetchall()
    return pl.DataFrame(rows, schema=dict(TALLY), orient="row")


def _conditions() -> dict[str, str]:
    """What makes a case count, in SQL."""
    in_spell = "(b.period IS NOT NULL AND b.period >= c.opened_in)"
    answered = f"({in_spell} AND c.answer <> '')"
    return {
        "carried": "c.opened_in < :period",
        "new": "c.opened_in >= :period AND c.reopened = 0",
        "reopened": "c.opened_in >= :period AND c.reopened > 0",
        "closed": "c.state = 'closed'",
        "open": "c.state <> 'closed'",
        **{
            f"closed_{how}": f"c.state = 'closed' AND c.how = '{how}'"
            for how in ("corrected", "removed", "false_alarm", "judged", "past")
        },
        **{f"open_{name}": f"c.state IN ({', '.join(map(repr, states))})" for name, states in _STATES.items()},
        "overdue": "c.state NOT IN ('closed', 'answered', 'corrected') AND c.due <> '' AND c.due < :today",
        "dispatched": in_spell,
        "answered": answered,
        "confirmed": f"{answered} AND c.answer IN ('confirmed', 'corrected')",
        "false_alarms": f"{answered} AND c.answer = 'false_alarm'",
        "on_time": f"{answered} AND s.on_day IS NOT NULL AND s.on_day <= s.due",
        "stale": "c.state <> 'closed' AND c.stale = 1",
    }
