"""Copies of the ledger, and the way back from one. What is damaged is put aside, never deleted.

<workspace>/backups/auto-<time>-<entry>.sqlite      made before each run is booked; the last three
are kept <workspace>/backups/ledger-<time>-<entry>.sqlite    made by `ledger backup`; kept until
they are purged
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from reconcile.core.errors import UsageError, WorkspaceError
from reconcile.core.machine import may_live, sync
from reconcile.ledger import audit, store
from reconcile.ledger.actor import now
from reconcile.ledger.schema import VERSION
from reconcile.ledger.store import Ledger
from reconcile.ledger.verify import verify_content
from reconcile.workspace import Workspace, file_digest, storage_errors
from reconcile.workspace.storage import PRIVATE_FILE, make_private_folder

_KEPT = 3
_NAME = re.compile(r"(auto|ledger)-(\d{8}T\d{6})-(\d{6,})\.sqlite")


@dataclass(frozen=True)
class LostEntry:
    """An entry of the audit log that the backup does not have."""

    entry: int
    at: str
    who: str
    command: str


@dataclass(frozen=True)
class Choice:
    """A backup that is good: `entry` and `at` of its last entry. `lost`: entries of the present
    ledger after that, as far as it can still be read; `lost_count`: how many there were by the note
    beside it. `bad`: newer backups that were passed over."""

    file: Path
    entry: int
    at: str
    lost: tuple[LostEntry, ...]
    lost_count: int
    bad: tuple[Path, ...]


def backup(ledger: Ledger, folder: Path | None = None) -> Path:
    """A copy of the ledger in `folder` (else in the workspace's backups), consistent beside a
    writer, private, and verified; the file. Raises WorkspaceError when the ledger is damaged, or
    the disk refuses."""
    with _copied(ledger, folder or ledger.workspace.backups) as draft:
        if problems(ledger.workspace, draft):
            raise WorkspaceError("ledger.error.not_backed_up", path=ledger.workspace.ledger_file)
        return _settle(draft, "ledger")


def backup_before_run(ledger: Ledger) -> Path | None:
    """The copy that is made before a run is booked; None of a ledger in which nothing is booked.
    Only the last few are kept. Raises WorkspaceError when the ledger is damaged: nothing must be
    booked in it then."""
    if not audit.last_entry(ledger.connection)[0]:
        return None
    folder = ledger.workspace.backups
    with _copied(ledger, folder) as draft:
        with closing(_read_only(draft)) as copy, store.errors(ledger.workspace):
            if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise WorkspaceError("ledger.error.damaged", path=ledger.workspace.ledger_file)
        made = _settle(draft, "auto")
    for old in [path for path in backups(folder) if path.name.startswith("auto-")][_KEPT:]:
        old.unlink()
    return made


def backups(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first."""
    named = [
        (match, path) for path in folder.glob("*.sqlite") if (match := _NAME.fullmatch(path.name))
    ]
    return [
        path
        for _, path in sorted(
            named, key=lambda found: (found[0][2], int(found[0][3])), reverse=True
        )
    ]


def problems(workspace: Workspace, file: Path) -> list[str]:
    """What is wrong with a copy of the ledger, in words; none when it is good."""
    try:
        with closing(_read_only(file)) as copy:
            version = copy.execute("PRAGMA user_version").fetchone()[0]
            if version != VERSION:
                return [f"version {version}"]
            return [str(finding) for finding in verify_content(Ledger(workspace, copy))]
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        return [str(error)]


def choose(workspace: Workspace, file: Path | None) -> Choice:
    """The backup to restore: `file`, else the newest good one. UsageError when there is none that
    is good."""
    candidates = [file] if file else backups(workspace.backups)
    bad: list[Path] = []
    for candidate in candidates:
        if candidate.is_file() and not problems(workspace, candidate):
            return _choice(workspace, candidate, tuple(bad))
        bad.append(candidate)
    if file:
        raise UsageError("ledger.error.bad_backup", file=file)
    raise UsageError("ledger.error.no_backup", folder=workspace.backups, bad=len(bad))


def restore(workspace: Workspace, choice: Choice) -> Path | None:
    """Puts the backup in the place of the ledger, with an audit entry that says so; where the
    ledger that was there is kept now, None when there was none. Needs the workspace's lock."""
    path = workspace.ledger_file
    draft = path.with_name(f".{path.name}.new")
    with storage_errors(workspace.folder), store.errors(workspace):
        _remove(draft)
        _copy(choice.file, draft)
        with closing(store.connect(draft)) as connection:
            with Ledger(workspace, connection).booking("restore") as booking:
                digest = file_digest(choice.file)
                booking.facts |= {
                    "backup": choice.file.name,
                    "sha256": digest,
                    "entry": choice.entry,
                }
                booking.facts |= {"lost": choice.lost_count}
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sync(draft)
        kept = _put_aside(path)
        draft.rename(path)
        sync(workspace.folder)
    return kept


def _choice(workspace: Workspace, file: Path, bad: tuple[Path, ...]) -> Choice:
    with closing(_read_only(file)) as copy:
        entry, _ = audit.last_entry(copy)
        at = copy.execute("SELECT at FROM audit WHERE entry = ?", (entry,)).fetchone()
    lost = _entries_after(workspace.ledger_file, entry)
    noted = audit.read_head(workspace)
    count = max(len(lost), noted[0] - entry if noted else 0)
    return Choice(file, entry, at[0] if at else "", lost, count, bad)


def _entries_after(ledger: Path, entry: int) -> tuple[LostEntry, ...]:
    """As many as a ledger that may be damaged still tells."""
    found: list[LostEntry] = []
    try:
        with closing(
            sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            asked = "SELECT entry, at, who, command FROM audit WHERE entry > ? ORDER BY entry"
            for row in connection.execute(asked, (entry,)):
                found.append(LostEntry(*row))
    except (sqlite3.Error, UnicodeDecodeError):
        pass  # what could be read is told
    return tuple(found)


@contextmanager
def _copied(ledger: Ledger, folder: Path) -> Iterator[Path]:
    """A private copy under a name of its own, removed unless it was settled."""
    with storage_errors(folder), store.errors(ledger.workspace):
        make_private_folder(folder)
        _remove_left_over(folder)
        draft = folder / f".{os.getpid()}.new"
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
        try:
            with closing(sqlite3.connect(draft)) as copy:
                ledger.connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without one beside it
            sync(draft)
            yield draft
        finally:
            _remove(draft)


def _settle(draft: Path, kind: str) -> Path:
    """Gives a copy its name."""
    with closing(_read_only(draft)) as copy:
        entry, _ = audit.last_entry(copy)
    target = draft.with_name(f"{kind}-{now().astimezone(UTC):%Y%m%dT%H%M%S}-{entry:06d}.sqlite")
    draft.replace(target)  # of the same second and entry, so the same
    sync(target.parent)
    return target


def _read_only(file: Path) -> sqlite3.Connection:
    # immutable: a backup on a read-only disk can be read too
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _copy(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with source.open("rb") as found, os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(found, file)


def _put_aside(ledger: Path) -> Path | None:
    """Renames a ledger with what SQLite keeps beside it."""
    if not ledger.exists():
        for suffix in (
            "-wal",
            "-shm",
        ):  # of a ledger that is gone; they must not be taken for the new one's
            beside = ledger.with_name(ledger.name + suffix)
            if beside.exists():
                beside.rename(_free(beside.with_name(f"{beside.name}.damaged")))
        return None
    kept = _free(ledger.with_name(f"{ledger.name}.damaged-{now().astimezone(UTC):%Y%m%dT%H%M%S}"))
    for suffix in ("-wal", "-shm", ""):
        beside = ledger.with_name(ledger.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
    return kept


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _remove_left_over(folder: Path) -> None:
    """Drafts of processes that were killed."""
    for draft in folder.glob(".*.new"):
        if _left_over(draft):
            _remove(draft)


def _left_over(draft: Path) -> bool:
    number = draft.name[1 : -len(".new")]
    if not number.isdigit():
        return False
    try:
        return int(number) == os.getpid() or not may_live(int(number), draft.stat().st_mtime)
    except FileNotFoundError:  # settled by whoever made it
        return False


def _remove(draft: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)
