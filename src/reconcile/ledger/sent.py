"""When each case was sent out last, and whether it has been answered since: kept beside the events
for quick rates.

Nothing here is known here only: `recounted` reckons it anew from the events, and `ledger verify`
compares.
"""

from __future__ import annotations

import sqlite3

import polars as pl

from reconcile.core.frames import Schema

# `period`: the month in which it was sent out last; `answered`: the day on which the first answer
# since was booked.
SENT: Schema = {"key": pl.String, "period": pl.String, "due": pl.String, "answered": pl.String}


def note(connection: sqlite3.Connection, events: pl.DataFrame, entry: int) -> None:
    """Takes in frames.CASE_EVENTS that this audit entry books: first what was sent out, then what
    was answered."""
    out = events.filter(kind="dispatched").unique("key", keep="last", maintain_order=True)
    rows = out.select("key", "period", pl.col("due").fill_null(""), answered=pl.lit("")).rows()
    connection.executemany("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)", rows)
    answered = events.filter(kind="answered")["key"].unique().sort()
    if len(answered):
        found = connection.execute(
            "SELECT substr(at, 1, 10) FROM audit WHERE entry = ?", (entry,)
        ).fetchone()
        answers = [(found[0], key) for key in answered]
        connection.executemany(
            "UPDATE sent SET answered = ? WHERE key = ? AND answered = ''", answers
        )


def recounted(connection: sqlite3.Connection) -> pl.DataFrame:
    """SENT as the events have it, sorted by key."""
    statement = """
        WITH last AS (
          SELECT key, max(event) AS event, period, coalesce(due, '') AS due FROM events
          WHERE kind = 'dispatched' GROUP BY key
        ), first AS (
          SELECT e.key, min(e.event), substr(a.at, 1, 10) AS answered
          FROM events e JOIN last USING (key) JOIN audit a ON a.entry = e.entry
          WHERE e.kind = 'answered' AND e.event > last.event GROUP BY e.key
        )
        SELECT key, period, due, coalesce(answered, '') FROM last LEFT JOIN first USING (key) ORDER BY key"""  # noqa: E501
    return pl.DataFrame(connection.execute(statement).fetchall(), schema=dict(SENT), orient="row")
