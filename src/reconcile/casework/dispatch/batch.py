"""What is known of a batch beside its rows: enough to write its workbooks again, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import polars as pl

from reconcile.casework.dispatch.receiving import By
from reconcile.casework.form import SENT
from reconcile.core.errors import UsageError, WorkspaceError
from reconcile.workspace import Workspace, write_json
from reconcile.workspace.folder import BatchCopy


@dataclass(frozen=True)
class Letter:
    """What a batch says of itself in every workbook. `number`: 2026-10-01; `sent_on` and `due`:
    YYYY-MM-DD; `contact`: whom to ask; `locked`: the sheets are protected with a password."""

    number: str
    period: str
    by: By
    sent_on: str
    due: str
    language: str
    masked: bool
    contact: str
    locked: bool


def keep(copy: BatchCopy, letter: Letter, rows: pl.DataFrame) -> None:
    """Writes the batch's own copy of itself: its rows (forms.SENT) and its letter."""
    rows.write_parquet(copy.sent, compression="zstd", statistics=False)
    write_json(copy.letter, asdict(letter))


def kept(
    workspace: Workspace, number: str, columns: Iterable[str] = tuple(SENT)
) -> tuple[Letter, pl.DataFrame]:
    """The letter of a batch and these columns of its rows (forms.SENT). UsageError when there is
    none of this number; WorkspaceError when its copy is damaged."""
    copy = workspace.batch(number)
    if not copy.sent.is_file():
        raise UsageError("dispatch.error.no_batch", batch=number)
    try:
        letter = Letter(**json.loads(copy.letter.read_text(encoding="utf-8")))
        return letter, pl.read_parquet(copy.sent, columns=list(columns)).select(*columns)
    except (OSError, ValueError, TypeError, pl.exceptions.PolarsError) as error:
        raise WorkspaceError(
            "dispatch.error.copy_damaged", batch=number, folder=copy.folder
        ) from error
