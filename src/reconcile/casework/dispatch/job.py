"""A batch, from the ledger's open cases to a folder of workbooks: choose → address → write → book →
publish.

The order in which it is done, under the workspace's lock, leaves nothing half-done wherever it is
killed:

1. The batch's own copy (`dispatches/<number>/`: forms.SENT and the letter) is written all at once.
  It is not booked
   yet; the next batch takes the same number and replaces it.
2. The workbooks are written from this copy into a folder beside DIR, and brought to the disk.
3. One transaction books the batch, an event for each of its cases, and the digest of the copy.
4. The folder takes the name DIR.

Killed before 3, there is no batch, and the same command does it all again. Killed between 3 and 4,
the batch is booked, and `again` writes the same workbooks, byte for byte, from the copy.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from reconcile.casework.dispatch.batch import Letter, keep, kept
from reconcile.casework.dispatch.cover import counts_of
from reconcile.casework.dispatch.folder import BatchFolder
from reconcile.casework.dispatch.receiving import By, addressed, registered_outside
from reconcile.casework.dispatch.rows import rows_of, with_discrepancies
from reconcile.casework.dispatch.selection import CaseChoice, cases_to_send, check_wanted
from reconcile.casework.form import SENT
from reconcile.core.errors import UsageError, WorkspaceError
from reconcile.core.frames import CASE_EVENTS, conform, empty
from reconcile.core.machine import sync
from reconcile.core.progress import Progress
from reconcile.ledger.actor import today
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.lists.writers.xlsx import MAX_ROWS
from reconcile.workspace import Workspace, file_digest, storage_errors
from reconcile.workspace.folder import BatchCopy
from reconcile.workspace.storage import make_private_folder, seal

DAYS = 10  # in which towns answer, unless told otherwise


@dataclass(frozen=True)
class Order:
    """What is to be sent out, and how. `due`: the day by which to answer, 10 days from today when
    None. `password` locks the sheets; with `encrypted` each workbook is in a zip that it opens.
    `home_areas`: of the config."""

    by: By
    due: date | None = None
    language: str = "zh"
    masked: bool = False
    contact: str = ""
    password: str = ""
    encrypted: bool = False
    home_areas: Sequence[str] = ()
    wanted: CaseChoice = field(default_factory=CaseChoice)


@dataclass(frozen=True)
class Batch:
    """A batch that was made, or would be: `counts` of its workbooks (cover.counts_of; no rows:
    nothing to send), and `unseen`: open cases that are left out, since the last run could not see
    them."""

    letter: Letter
    counts: pl.DataFrame
    unseen: int = 0


def dispatch(workspace: Workspace, order: Order, target: Path, progress: Progress) -> Batch:
    """Sends out the open cases into the new folder `target` and books them; nothing when there are
    none.

    Raises UsageError when the order or the folder cannot be used, WorkspaceError when the workspace
    or disk cannot.
    """
    folder = BatchFolder(target)
    check_order(order)
    with workspace.lock(), open_ledger(workspace) as ledger:
        folder.check()
        letter, rows, unseen = _drawn_up(ledger, order)
        if rows.is_empty():
            return Batch(letter, counts_of(rows, letter.language), unseen)
        with _unbooked(ledger, letter, folder):
            copy = _keep(workspace, letter, rows)
            counts = folder.make(rows, letter, order.password, order.encrypted, progress)
            _book(ledger, letter, rows, counts.height, file_digest(copy))
        _publish(folder, letter)
    return Batch(letter, counts, unseen)


def planned(workspace: Workspace, order: Order) -> Batch:
    """The batch that `dispatch` would make now; nothing is written."""
    check_order(order)
    with open_ledger(workspace) as ledger:
        letter, rows, unseen = _drawn_up(ledger, order)
    return Batch(letter, counts_of(rows, letter.language), unseen)


def again(
    workspace: Workspace,
    number: str,
    target: Path,
    password: str,
    encrypted: bool,
    progress: Progress,
) -> Batch:
    """Writes the workbooks of a booked batch once more from its own copy; the ledger stays as it
    is.

    Raises UsageError when there is no such batch, when its password is missing, or when the folder
    holds other files.
    """
    with workspace.lock(), open_ledger(workspace) as ledger:
        booked = ledger.query("SELECT facts FROM batches WHERE number = ?", number)
        if not booked:
            raise UsageError("dispatch.error.no_batch", batch=number)
        letter, rows = kept(workspace, number)
        copy = workspace.batch(number)
        if file_digest(copy.sent) != json.loads(booked[0]["facts"])["sent"]:
            raise WorkspaceError("dispatch.error.copy_damaged", batch=number, folder=copy.folder)
        if letter.locked and not password:
            raise UsageError("dispatch.error.again_password", batch=number)
        folder = BatchFolder(target)
        try:
            counts = folder.make(rows, letter, password, encrypted, progress)
            with storage_errors(folder.target):
                folder.publish_again()
        finally:
            folder.discard()
    return Batch(letter, counts)


def check_order(order: Order) -> None:
    """UsageError when the day has passed, or when there is no such kind of case."""
    if order.due is not None and order.due < today():
        raise UsageError(
            "dispatch.error.due_past", due=order.due.isoformat(), today=today().isoformat()
        )
    if order.encrypted and not order.password:
        raise UsageError("dispatch.error.no_password")
    check_wanted(order.wanted)


def _drawn_up(ledger: Ledger, order: Order) -> tuple[Letter, pl.DataFrame, int]:
    """The letter of the next batch, its rows (forms.SENT), and how many cases are left out."""
    period = ledger.latest_period()
    if period is None:
        raise UsageError("dispatch.error.no_run")
    number = _next_number(ledger, period)
    letter = Letter(
        number, period, order.by, today().isoformat(),
        (order.due or today() + timedelta(days=DAYS)).isoformat(),
        order.language, order.masked, order.contact, bool(order.password),
    )  # fmt: skip
    chosen = cases_to_send(ledger, order.wanted, today(), order.language)
    run = ledger.workspace.run(period)
    cases = with_discrepancies(chosen, run)
    if cases.is_empty():
        return letter, empty(SENT), chosen.height
    outside = registered_outside(cases, run, order.home_areas)
    to_areas = addressed(cases, outside, order.by, number, order.language)
    rows = rows_of(to_areas, run, number, order.language, order.masked)
    _refuse_too_long(rows)
    return letter, rows, chosen.height - cases["key"].n_unique()


def _refuse_too_long(rows: pl.DataFrame) -> None:
    longest = rows.group_by("area").len().sort("len", "area", descending=[True, False]).head(1)
    for area, count in longest.iter_rows():
        if count > MAX_ROWS:
            raise UsageError("dispatch.error.too_many_rows", area=area, rows=count, most=MAX_ROWS)


def _next_number(ledger: Ledger, period: str) -> str:
    [found] = ledger.query("SELECT count(*) AS count FROM batches WHERE period = ?", period)
    return f"{period}-{found['count'] + 1:02}"


def _keep(workspace: Workspace, letter: Letter, rows: pl.DataFrame) -> Path:
    """Writes the batch's own copy all at once, in place of one that was never booked; the file of
    its rows."""
    copy = workspace.batch(letter.number)
    folder = copy.folder
    draft = folder.with_name(f".{folder.name}.new")
    with storage_errors(folder):
        for left_over in (draft, folder):
            shutil.rmtree(left_over, ignore_errors=True)
        make_private_folder(draft)
        keep(BatchCopy(draft), letter, rows)
        seal(draft)
        draft.rename(folder)
        sync(folder.parent)
    return copy.sent


def _book(ledger: Ledger, letter: Letter, rows: pl.DataFrame, workbooks: int, digest: str) -> None:
    keys = rows.select("key").unique().sort("key")
    facts = {
        "by": letter.by, "cases": keys.height, "rows": rows.height, "workbooks": workbooks,
        "sent": digest,
        "language": letter.language, "masked": letter.masked,
    }  # fmt: skip
    with ledger.booking("dispatch") as booking:
        batch = _new_batch(ledger, letter, facts, booking.entry)
        events = keys.with_columns(
            kind=pl.lit("dispatched"),
            state=pl.lit("dispatched"),
            period=pl.lit(letter.period),
            batch=pl.lit(batch, pl.Int64),
            due=pl.lit(letter.due),
        )
        ledger.append(conform(events, CASE_EVENTS), booking)
        booking.facts |= {
            "batch": letter.number,
            "period": letter.period,
            "due": letter.due,
            **facts,
        }


def _new_batch(ledger: Ledger, letter: Letter, facts: Mapping[str, object], entry: int) -> int:
    added = ledger.connection.execute(
        "INSERT INTO batches (number, period, due, facts, entry) VALUES (?, ?, ?, ?, ?) "
        "RETURNING batch",
        (letter.number, letter.period, letter.due, json.dumps(facts, sort_keys=True), entry),
    )
    return int(added.fetchone()[0])


@contextmanager
def _unbooked(ledger: Ledger, letter: Letter, folder: BatchFolder) -> Iterator[None]:
    """Removes what was written when the block fails before the batch is booked."""
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):  # then nobody knows, and the files stay
            if not ledger.query("SELECT 1 FROM batches WHERE number = ?", letter.number):
                folder.discard()
                shutil.rmtree(ledger.workspace.batch(letter.number).folder, ignore_errors=True)
        raise


def _publish(folder: BatchFolder, letter: Letter) -> None:
    try:
        folder.publish()
    except OSError as error:
        raise WorkspaceError(
            "dispatch.error.not_published",
            batch=letter.number,
            folder=folder.target,
            draft=folder.draft,
        ) from error
