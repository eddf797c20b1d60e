"""The status of a month, put together: figures by area and code, runs, and batches with what is
outstanding."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from reconcile.core.errors import UsageError
from reconcile.core.period import Period
from reconcile.ledger.actor import today
from reconcile.ledger.rates import LEVELS, RANKED, RATES, Level, compared, ranked, summed
from reconcile.ledger.status import COUNTS, booked_months, tally
from reconcile.ledger.store import Ledger


@dataclass(frozen=True)
class Report:
    """The status of the booked month `period`. `before`: the booked month before it, None for the
    first.

    `runs`: run, at, who, replaced (whether another is in its place), sources (JSON). `batches`:
    number, due, sent, waiting (sent in it last and not answered), days_over (since its day is past;
    0 before).
    """

    period: str
    before: str | None
    as_of: str
    least: int
    runs: pl.DataFrame
    batches: pl.DataFrame
    _now: pl.DataFrame
    _before: pl.DataFrame | None

    def figures(self, level: Level) -> pl.DataFrame:
        """rates.summed with `rank` (null where nothing is ranked), `open_change` and
        `clearance_change`."""
        earlier = None if self._before is None else summed(self._before, level)
        found = compared(summed(self._now, level), earlier, level)
        return (
            ranked(found, self.least)
            if level in RANKED
            else found.with_columns(rank=pl.lit(None, pl.Int64))
        )

    def as_json(self, level: Level) -> dict[str, Any]:
        """The report with keys that stay: the city, and the areas of `level`."""
        areas = (
            []
            if level == "city"
            else [_rendered(row, level) for row in self.figures(level).to_dicts()]
        )
        return {
            "period": self.period,
            "before": self.before,
            "as_of": self.as_of,
            "city": _rendered(self.figures("city").row(0, named=True), "city"),
            "by": level,
            "least": self.least,
            "areas": areas,
            "runs": [
                {**run, "sources": json.loads(run["sources"])} for run in self.runs.to_dicts()
            ],
            "batches": self.batches.to_dicts(),
        }


def report(ledger: Ledger, asked: Period | None = None, least: int = 5) -> Report:
    """The report of a booked month, the latest when not given. UsageError, naming the booked ones,
    for another."""
    booked = booked_months(ledger)
    if not booked:
        raise UsageError("status.error.nothing_booked", folder=ledger.workspace.folder)
    period = str(asked) if asked else booked[-1]
    if period not in booked:
        raise UsageError("status.error.not_booked", period=period, booked=_named(booked))
    place = booked.index(period)
    before = booked[place - 1] if place else None
    return Report(
        period,
        before,
        today().isoformat(),
        least,
        _runs(ledger, period),
        _batches(ledger, period, latest=period == booked[-1]),
        tally(ledger, period),
        tally(ledger, before) if before else None,
    )


def _named(months: list[str], most: int = 12) -> str:
    return ", ".join([*(["…"] if len(months) > most else []), *months[-most:]])


def _rendered(row: dict[str, Any], level: Level) -> dict[str, Any]:
    rates = {
        name: {
            "numerator": row[numerator],
            "denominator": row[denominator],
            "rate": row[f"rate_{name}"],
        }
        for name, (numerator, denominator) in RATES.items()
    }
    return {
        **{name: row[name] for name in LEVELS[level]},
        "rank": row["rank"],
        "counts": {name: row[name] for name in ("cases", *COUNTS)},
        "rates": rates,
        "change": {"open": row["open_change"], "clearance": row["clearance_change"]},
    }


def _runs(ledger: Ledger, period: str) -> pl.DataFrame:
    statement = """
        SELECT r.run, a.at, a.who, r.replaced IS NOT NULL, r.sources FROM runs r JOIN audit a USING (entry)
        WHERE r.period = ? ORDER BY r.run"""  # noqa: E501
    schema = {
        "run": pl.Int64,
        "at": pl.String,
        "who": pl.String,
        "replaced": pl.Int64,
        "sources": pl.String,
    }
    rows = ledger.connection.execute(statement, (period,)).fetchall()
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("replaced").cast(pl.Boolean)
    )


def _batches(ledger: Ledger, period: str, latest: bool) -> pl.DataFrame:
    """The month's batches as they stand now; with the latest month's, earlier ones that are not all
    answered."""
    # The + keeps SQLite from going through the index of batches: reading the events in order is ten
    # times faster.
    statement = """
        WITH sent AS (SELECT +batch AS batch, count(*) AS sent FROM events WHERE kind = 'dispatched' GROUP BY +batch),
          waiting AS (SELECT batch, count(*) AS waiting FROM cases WHERE state = 'dispatched' GROUP BY batch)
        SELECT b.number, b.due, coalesce(s.sent, 0), coalesce(w.waiting, 0) FROM batches b
        LEFT JOIN sent s USING (batch) LEFT JOIN waiting w USING (batch)
        WHERE b.period = :period OR (:latest AND w.waiting > 0) ORDER BY b.number"""  # noqa: E501
    rows = ledger.connection.execute(statement, {"period": period, "latest": latest}).fetchall()
    schema = {"number": pl.String, "due": pl.String, "sent": pl.Int64, "waiting": pl.Int64}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    over = (pl.lit(today()) - pl.col("due").str.to_date(strict=False)).dt.total_days()
    return found.with_columns(days_over=over.clip(0).fill_null(0))
