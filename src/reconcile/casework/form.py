"""The form on which towns answer: which columns it has, so that what is sent out can be read back.

One row for each row of a case (a case of three records has two). Columns are found again by their
headers, in either language and wherever they have been moved to.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from reconcile.core.frames import Schema
from reconcile.core.messages import text
from reconcile.workspace import Workspace

# Which row is meant; locked. `batch` is the batch's number (2026-10-01), `key` the case's.
IDENTIFYING = ("batch", "key")
# What the case is; locked.
TOLD = ("problem", "severity", "state", "first_seen", "note", "town", "village", "reason", "action")
# The record, or both records, that it is about; locked. `source` in words; the mother where the
# person has no number of its own, or where she differs.
_OF_A_RECORD = (
    "source", "record_id", "name", "sex", "id_number", "birth_date", "household_no", "relation",
    "mother_name",
    "mother_id", "address", "registered_address", "phone",
)  # fmt: skip
RECORD = tuple(f"{column}_{side}" for side in ("l", "r") for column in _OF_A_RECORD)
# What people fill in.
FILLED_IN = ("result", "done_on", "remark")
FORM = (*IDENTIFYING, *TOLD, *RECORD, *FILLED_IN)
# A row that comes back with others of these than were sent is another row: half of a sheet was
# sorted, say.
HELD_AGAINST = ("record_id_l", "name_l", "id_number_l", "record_id_r", "name_r", "id_number_r")

# The batch's own copy of what it sent.
SENT: Schema = {
    "file": pl.String,  # the workbook, below the folder that it was written to
    "area": pl.String,  # whom it is for
    "evidence": pl.String,  # keyed digest of what the case rested on
    **dict.fromkeys(FORM[: -len(FILLED_IN)], pl.String),
    "differs": pl.List(
        pl.String
    ),  # the columns that are marked, since the two records differ there
}


def header(column: str, language: str) -> str:
    """What people call a column of the form."""
    name, _, side = column.rpartition("_")
    if side in ("l", "r"):
        return text(
            "lists.side",
            language,
            column=text(f"forms.column.{name}", language),
            label=text(f"forms.{side}", language),
        )
    return text(f"forms.column.{column}", language)


def sent_file(workspace: Workspace, batch: str) -> Path:
    """Where the copy of what a batch sent is kept: Parquet, SENT, in the order of the workbooks."""
    return workspace.batch(batch).sent
