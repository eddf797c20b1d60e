"""What was sent: the batches of the ledger, and their own copies of it."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from reconcile.casework.form import HELD_AGAINST, sent_file
from reconcile.core.errors import WorkspaceError
from reconcile.core.frames import Schema, conform, empty
from reconcile.ledger.store import Ledger

# `on`: the day on which the batch was booked.
BATCHES: Schema = {"batch": pl.Int64, "number": pl.String, "period": pl.String, "on": pl.Date}
# One row for each row that was sent. `order`: its place in the batch.
SENT_ROWS: Schema = {
    "batch": pl.Int64,
    "key": pl.String,
    "order": pl.UInt32,
    "evidence": pl.String,
    **dict.fromkeys(HELD_AGAINST, pl.String),
}


def batches(ledger: Ledger) -> pl.DataFrame:
    """BATCHES, all that were booked, in their order."""
    statement = "SELECT batch, number, period, substr(at, 1, 10) FROM batches JOIN audit USING (entry) ORDER BY batch"  # noqa: E501
    rows = ledger.connection.execute(statement).fetchall()
    found = pl.DataFrame(rows, schema={**BATCHES, "on": pl.String}, orient="row")
    return found.with_columns(pl.col("on").str.to_date())


def sent_rows(ledger: Ledger, numbers: Collection[tuple[int, str]]) -> pl.DataFrame:
    """SENT_ROWS of these batches (batch, number). WorkspaceError when a batch's copy is missing or
    damaged."""
    return pl.concat(
        [empty(SENT_ROWS), *(_of_batch(ledger, batch, number) for batch, number in sorted(numbers))]
    )


def _of_batch(ledger: Ledger, batch: int, number: str) -> pl.DataFrame:
    path = sent_file(ledger.workspace, number)
    try:
        found = pl.read_parquet(path, columns=["key", "evidence", *HELD_AGAINST], memory_map=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise WorkspaceError("feedback.error.sent_damaged", batch=number, path=path) from error
    return conform(
        found.with_row_index("order").with_columns(batch=pl.lit(batch, pl.Int64)), SENT_ROWS
    )
