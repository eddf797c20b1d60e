"""The truth beside the months: who each row is, what is wrong in which month, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from reconcile.sample.year.calendar import Calendar
from reconcile.sample.year.history import History

RECORDS, PROBLEMS, EVENTS = "records.csv", "problems.csv", "events.csv"


class Records:
    """`records.csv`: month, source, record_id, row_id, entity_id: a line for each row of each
    month's exports.

    row_id names the row for good, whatever its key. Of two rows of one person under one key the
    second is `key~2`; which is which does not matter. A row that the file holds twice is one line.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / RECORDS
        self.path.unlink(missing_ok=True)

    def add(self, month: str, history: History, rows: pl.DataFrame) -> None:
        again = pl.when(pl.col("again") > 1).then(pl.format("~{}", "again")).otherwise(pl.lit(""))
        told = rows.select(
            month=pl.lit(month),
            source=pl.lit(history.written.source),
            record_id=pl.col("record_key") + again,
            row_id=history.written.row_ids.gather(rows["place"]),
            entity_id="entity",
        ).sort("record_id")
        header = not self.path.exists()
        with self.path.open("ab") as file:
            told.write_csv(file, include_header=header)


def write_problems(table: pl.DataFrame, folder: Path) -> Path:
    """`problems.csv`: problem_id; code of the rule; source; row_id (two joined by `|`); entity_id;
    first_month; last_month: the last of the months in a row that show it, empty when it is open
    still; returns_month: when it comes back, empty when it does not; seen: for every month 1 when
    its exports show it, else 0; ended: corrected, cancelled or removed, empty when the last month
    shows it; certain: 1 when the finding does not depend on linkage; answer.
    """
    path = folder / PROBLEMS
    numbered = table.with_columns(
        problem_id=pl.format("Q{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
    )
    numbered.select(
        "problem_id", "code", "source", "row_id", "entity_id", "first_month", "last_month",
        "returns_month",
        "answer", "certain", "ended", "seen",
    ).write_csv(path)  # fmt: skip
    return path


def write_events(histories: Mapping[str, History], calendar: Calendar, folder: Path) -> Path:
    """`events.csv`: month, kind, source, row_id; sorted."""
    path = folder / EVENTS
    told = [_events(history, calendar) for history in histories.values()]
    pl.concat(told).sort("month", "kind", "source", "row_id").write_csv(path)
    return path


def _events(history: History, calendar: Calendar) -> pl.DataFrame:
    if not history.events:
        return pl.DataFrame(schema=dict.fromkeys(("month", "kind", "source", "row_id"), pl.String))
    events = pl.concat(history.events)
    return events.select(
        month=pl.Series(list(calendar.names)).gather(events["month"]),
        kind="kind",
        source=pl.lit(history.written.source),
        row_id=history.written.row_ids.gather(events["row"]),
    )
