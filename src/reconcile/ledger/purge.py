"""Old things removed: run folders, copies of what was sent out, backups, damaged ledgers that were
put aside, and remarks on cases long closed.

Never the latest run, nor what an open case needs. What was done is noted in the audit log first and
removed then: a purge that is killed leaves things over, which the next one takes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reconcile.core.errors import UsageError
from reconcile.core.machine import sync
from reconcile.core.period import Period
from reconcile.ledger.actor import now, today, who
from reconcile.ledger.backup import backups
from reconcile.ledger.store import Ledger
from reconcile.workspace import ALL, Workspace, file_digest, storage_errors
from reconcile.workspace.storage import PRIVATE_FILE, make_private_folder

_AGE = re.compile(r"(\d{1,4})\s*(months?|m|个?月|years?|y|年)", re.IGNORECASE)
_OF_CLOSED = (
    "remark IS NOT NULL AND key IN (SELECT key FROM cases WHERE state = 'closed' AND closed_in < ?)"
)


@dataclass(frozen=True)
class Item:
    """A folder or file that goes: its name, the SHA-256 of what tells it, how many files and bytes
    it has."""

    name: str
    sha256: str
    files: int
    bytes: int


# What is removed.
KINDS = ("runs", "dispatches", "backups", "damaged")


@dataclass(frozen=True)
class Plan:
    """What goes that is older than the month `before`: by KINDS (`damaged`: ledgers that were put
    aside), and how many `remarks`."""

    before: str
    runs: tuple[Item, ...]
    dispatches: tuple[Item, ...]
    backups: tuple[Item, ...]
    damaged: tuple[Item, ...]
    remarks: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.remarks or any(getattr(self, kind) for kind in KINDS))


def months(age: str) -> int:
    """`24months`, `2 years`, `24个月`, `2年` as months. UsageError for anything else, and for none
    at all."""
    found = _AGE.fullmatch(age.strip())
    number = int(found[1]) * (12 if found[2][0].lower() in "y年" else 1) if found else 0
    if not number:
        raise UsageError("ledger.error.age", age=age)
    return number


def plan(ledger: Ledger, age: int) -> Plan:
    """What a purge of everything older than `age` months would remove."""
    before = str(Period.of(today()).plus(-age))
    remarks = ledger.connection.execute(
        f"SELECT count(*) FROM events WHERE {_OF_CLOSED}", (before,)
    ).fetchone()[0]
    return Plan(
        before,
        _runs(ledger, before),
        _dispatches(ledger, before),
        _backups(ledger, before),
        _damaged(ledger, before),
        remarks,
    )


def purge(ledger: Ledger, chosen: Plan) -> Path:
    """Does what the plan says; the receipt, which holds counts and digests. Needs the workspace's
    lock."""
    workspace = ledger.workspace
    ledger.connection.execute("PRAGMA secure_delete = ON")  # what is blanked is overwritten
    with storage_errors(workspace.folder):
        _clear_discarded(workspace)
        with ledger.booking("purge") as booking:
            ledger.connection.execute(
                f"UPDATE events SET remark = NULL WHERE {_OF_CLOSED}", (chosen.before,)
            )
            receipt = _write_receipt(workspace, booking.entry, chosen)
            booking.facts |= {
                "before": chosen.before,
                "remarks": chosen.remarks,
                "receipt": file_digest(receipt),
            }
            for kind in KINDS:
                booking.facts[kind] = [item.name for item in getattr(chosen, kind)]
        for kind in KINDS:
            for item in getattr(chosen, kind):
                _discard(workspace, _place(workspace, kind) / item.name)
        _clear_discarded(workspace)
    ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return receipt


def _place(workspace: Workspace, kind: str) -> Path:
    """The folder that what is removed lies in."""
    places = {
        "runs": workspace.runs,
        "dispatches": workspace.dispatches,
        "backups": workspace.backups,
        "damaged": workspace.folder,
    }
    return places[kind]


def _runs(ledger: Ledger, before: str) -> tuple[Item, ...]:
    """Not the latest, nor one in which an open case was seen last: its values are looked up
    there."""
    needed = {
        row["last_seen"]
        for row in ledger.query("SELECT DISTINCT last_seen FROM cases WHERE state <> 'closed'")
    }
    published = [period for period in ledger.workspace.published() if period != ALL]
    return tuple(
        _item(run.path, run.manifest_file.name)
        for period, run in ((period, ledger.workspace.run(period)) for period in published[:-1])
        if period < before and period not in needed
    )


def _dispatches(ledger: Ledger, before: str) -> tuple[Item, ...]:
    """Not those of a batch in which an open case was sent out: its answer may still come."""
    old = "SELECT number FROM batches WHERE period < ? ORDER BY number"
    needed = """SELECT DISTINCT number FROM batches JOIN events USING (batch) JOIN cases USING (key)
        WHERE cases.state <> 'closed'"""
    kept = {row["number"] for row in ledger.query(needed)}
    numbers = [row["number"] for row in ledger.query(old, before) if row["number"] not in kept]
    copies = [ledger.workspace.batch(number) for number in numbers]
    return tuple(_item(copy.folder, copy.sent.name) for copy in copies if copy.folder.is_dir())


def _backups(ledger: Ledger, before: str) -> tuple[Item, ...]:
    """Never the newest."""
    return _made_before(backups(ledger.workspace.backups)[1:], before)


def _damaged(ledger: Ledger, before: str) -> tuple[Item, ...]:
    return _made_before(
        ledger.workspace.folder.glob(f"{ledger.workspace.ledger_file.name}.damaged-*"), before
    )


def _made_before(paths: Iterable[Path], before: str) -> tuple[Item, ...]:
    """The files whose names say that they were made before this month."""
    made = re.compile(r"-(\d{4})(\d{2})\d{2}T")
    days = {path: made.search(path.name) for path in paths}
    old = [path for path, day in days.items() if day and f"{day[1]}-{day[2]}" < before]
    return tuple(_item(path) for path in sorted(old, key=lambda path: path.name))


def _item(path: Path, told_by: str = "") -> Item:
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    told = path / told_by if told_by else path
    digest = file_digest(told) if told.is_file() else ""
    return Item(path.name, digest, len(files), sum(file.stat().st_size for file in files))


def _write_receipt(workspace: Workspace, entry: int, chosen: Plan) -> Path:
    folder = workspace.purges
    make_private_folder(folder)
    content: dict[str, Any] = {
        "entry": entry,
        "at": now().isoformat(),
        "who": who(),
        **asdict(chosen),
    }
    path = folder / f"purge-{entry:06d}.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync(folder)
    return path


def _discard(workspace: Workspace, path: Path) -> None:
    """Out of its place in one step, so that no half of a run is ever there."""
    folder = workspace.purged
    make_private_folder(folder)
    path.replace(folder / f"{path.parent.name}-{path.name}")


def _clear_discarded(workspace: Workspace) -> None:
    shutil.rmtree(workspace.purged, ignore_errors=True)
