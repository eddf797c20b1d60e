"""`reconcile feedback`: read, judge, write what is rejected, book the rest.

All files of a call are one transaction. The workbook of rejects is written before it: a call that
is killed in between has booked nothing, and the next one writes the same workbook again. A call
that has nothing new to book leaves no entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from reconcile.casework.feedback.booked_before import BOOK, events_of, is_stale
from reconcile.casework.feedback.decrypt import Password
from reconcile.casework.feedback.judging import JudgedAnswers, judge
from reconcile.casework.feedback.read_forms import Returned, ReturnedFile, read_returned
from reconcile.casework.feedback.rejects import default_target, rejects_table, write_rejects
from reconcile.ledger.actor import today
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.reading.inputs import STDIN
from reconcile.workspace import Workspace, storage_errors


@dataclass(frozen=True)
class Options:
    """`replace`: take an answer in place of another one to the same batch. `strict`: book nothing
    when a row is rejected. `dry_run`: book nothing. `rejects`: where rejected rows go; None: beside
    the first file, and in a dry run nowhere."""

    replace: bool = False
    strict: bool = False
    dry_run: bool = False
    rejects: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """`booked`: whether what is to be booked was. `before`: files of which something was booked in
    an earlier call, with the day. `rejects`: where the rejected rows are."""

    returned: Returned
    judged: JudgedAnswers
    booked: bool
    rejects: Path | None
    before: dict[str, str] = field(default_factory=dict)

    def to_book(self) -> pl.DataFrame:
        """The answers that are booked, or would be."""
        return self.judged.answers.filter(pl.col("fate") == BOOK)


def feed_back(
    files: Sequence[str], workspace: Workspace, options: Options, password: Password
) -> Outcome:
    """Takes the answers in these files.

    Raises InputError when a file as a whole cannot be used: nothing is booked then; WorkspaceError
    when the ledger is not there, busy or damaged, or when the rejects cannot be written.
    """
    returned = read_returned(files, password)
    with nullcontext() if options.dry_run else workspace.lock(), open_ledger(workspace) as ledger:
        judged = judge(returned.rows, ledger, today(), replace=options.replace)
        before = _booked_before(ledger, returned.files)
        target = _write(judged, returned, options)
        book = not options.dry_run and not (options.strict and judged.rejected().height)
        if book and (judged.answers["fate"] == BOOK).any():
            _book(ledger, returned, judged)
        return Outcome(returned, judged, book, target, before)


def _write(judged: JudgedAnswers, returned: Returned, options: Options) -> Path | None:
    rejected = judged.rejected()
    if rejected.is_empty() or (options.dry_run and options.rejects is None):
        return None
    first = returned.files[0]
    target = options.rejects or default_target(None if first.label == STDIN else first.path)
    with storage_errors(target):
        return write_rejects(
            rejects_table(rejected, returned.tables), target, overwrite=options.rejects is not None
        )


def _booked_before(ledger: Ledger, files: Sequence[ReturnedFile]) -> dict[str, str]:
    """The files that were booked before, by label, and when."""
    statement = (
        "SELECT substr(at, 1, 10) AS day FROM files JOIN audit USING (entry) WHERE sha256 = ?"
    )
    found = {file.label: ledger.query(statement, file.sha256) for file in files}
    return {label: rows[0]["day"] for label, rows in found.items() if rows}


def _book(ledger: Ledger, returned: Returned, judged: JudgedAnswers) -> None:
    booked = judged.answers.filter(pl.col("fate") == BOOK)
    rows = judged.rows
    sources = set(rows.filter(pl.col("outcome") == BOOK)["file"])
    period = ledger.latest_period() or ""
    with ledger.booking("feedback") as booking:
        ledger.append(events_of(judged.answers, period), booking)
        used = [file for file in returned.files if file.label in sources]
        ledger.connection.executemany(
            "INSERT OR IGNORE INTO files VALUES (?, ?, ?)",
            [(file.sha256, file.label, booking.entry) for file in used],
        )
        booking.facts |= {
            "files": sorted(file.sha256 for file in used),
            "answers": _counts(booked["answer"]),
            "batches": _counts(rows.filter(pl.col("outcome") == BOOK)["number"]),
            "rows": _counts(rows["outcome"]),
            "rejected": _counts(judged.rejected()["reason"]),
            "stale": judged.answers.filter(is_stale()).height,
            "for_the_record": booked.filter("gone").height,
        }


def _counts(values: pl.Series) -> dict[str, int]:
    return dict(sorted(values.value_counts().iter_rows()))
