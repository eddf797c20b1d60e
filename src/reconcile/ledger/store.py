"""The file of the ledger: opened, brought up to date, and changed in transactions that leave an
audit entry."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.core.errors import WorkspaceError
from reconcile.core.frames import CASE_EVENTS, CASES
from reconcile.ledger import audit, sent
from reconcile.ledger.fold import fold
from reconcile.ledger.schema import MIGRATIONS, VERSION
from reconcile.workspace import Workspace, storage_errors
from reconcile.workspace.storage import PRIVATE_FILE

_WAIT = 5.0  # seconds for another process to finish its transaction


@dataclass
class Booking:
    """A transaction in the making: `entry` is its audit entry; `facts` (digests, counts, versions;
    never a person's values) may be added to until it ends."""

    entry: int
    facts: dict[str, Any] = field(default_factory=dict)


class Ledger:
    """The ledger of a workspace. Reading needs nothing; `booking` needs the workspace's lock."""

    def __init__(self, workspace: Workspace, connection: sqlite3.Connection) -> None:
        self.workspace = workspace
        self.connection = connection
        self._booking: Booking | None = None

    @contextmanager
    def booking(self, command: str) -> Iterator[Booking]:
        """One transaction with its audit entry: when the block ends without an error all of it is
        booked, else none.

        Needs the workspace's lock. Raises WorkspaceError when the disk refuses or another process
        is in the way.
        """
        if not self.workspace.locked:
            raise RuntimeError("booking needs the lock")
        with errors(self.workspace), storage_errors(self.workspace.folder):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                booking = Booking(audit.open_entry(self.connection, command))
                yield booking
                digest = audit.close_entry(
                    self.connection, booking.entry, booking.facts, self.workspace.key
                )
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            # It is booked; a note that could not be written is one entry behind until the next.
            with suppress(OSError):
                audit.write_head(self.workspace, booking.entry, digest)

    def append(self, events: pl.DataFrame, booking: Booking) -> None:
        """Adds frames.CASE_EVENTS in their order, and brings the cases that they are about up to
        date."""
        if events.is_empty():
            return
        columns = ", ".join(CASE_EVENTS)
        marks = ", ".join("?" * len(CASE_EVENTS))
        self.connection.executemany(
            f"INSERT INTO events ({columns}, entry) VALUES ({marks}, {booking.entry})",
            events.select(*CASE_EVENTS).rows(),
        )
        sent.note(self.connection, events, booking.entry)
        self.refold(events["key"].unique())

    def refold(self, keys: pl.Series) -> None:
        """Reckons these cases anew from their events. What no run stands by any more is no case."""
        before = self.cases(keys).select("key", seen_before="last_seen")
        folded = fold(self.events(keys), self.replaced_runs())
        latest = pl.max_horizontal("last_seen", pl.col("seen_before").fill_null(""))
        kept = folded.join(before, on="key", how="left", maintain_order="left").with_columns(
            last_seen=latest
        )
        gone = before.join(folded, on="key", how="anti")["key"]
        self.connection.executemany("DELETE FROM cases WHERE key = ?", [(key,) for key in gone])
        marks = ", ".join("?" * len(CASES))
        rows = kept.select(*CASES).rows()
        self.connection.executemany(
            f"INSERT OR REPLACE INTO cases ({', '.join(CASES)}) VALUES ({marks})", rows
        )

    def cases(self, keys: pl.Series | None = None) -> pl.DataFrame:
        """frames.CASES, sorted by key: all, or those with these keys."""
        return self._read("cases", CASES, keys, "key")

    def events(self, keys: pl.Series | None = None) -> pl.DataFrame:
        """frames.CASE_EVENTS in their order: all, or those of the cases with these keys."""
        return self._read("events", CASE_EVENTS, keys, "event")

    def query(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a SELECT as dicts, for what is asked for once."""
        found = self.connection.execute(statement, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    def keys_of_run(self, run: int) -> pl.Series:
        """The cases that this run said something of, sorted."""
        rows = self.connection.execute(
            "SELECT DISTINCT key FROM events WHERE run = ? ORDER BY key", (run,)
        ).fetchall()
        return pl.Series("key", [key for (key,) in rows], dtype=pl.String)

    def replaced_runs(self) -> set[int]:
        """The numbers of the runs in whose place there is another."""
        return {
            run
            for (run,) in self.connection.execute("SELECT run FROM runs WHERE replaced IS NOT NULL")
        }

    def latest_period(self) -> str | None:
        """The latest month that is booked."""
        found: str | None = self.connection.execute(
            "SELECT max(period) FROM runs WHERE replaced IS NULL"
        ).fetchone()[0]
        return found

    def _read(self, table: str, schema: Any, keys: pl.Series | None, order: str) -> pl.DataFrame:
        columns = ", ".join(schema)
        if keys is None:
            rows = self.connection.execute(
                f"SELECT {columns} FROM {table} ORDER BY {order}"
            ).fetchall()
        else:
            self.connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS asked (key TEXT PRIMARY KEY) WITHOUT ROWID"
            )
            self.connection.execute("DELETE FROM asked")
            self.connection.executemany(
                "INSERT OR IGNORE INTO asked VALUES (?)", [(key,) for key in keys.sort()]
            )
            # CROSS JOIN: asked first, then the index, whatever the planner believes about an empty
            # table.
            told = ", ".join(f"{table}.{name}" for name in schema)
            joined = (
                f"SELECT {told} FROM asked CROSS JOIN {table} USING (key) ORDER BY {table}.{order}"
            )
            rows = self.connection.execute(joined).fetchall()
        return pl.DataFrame(rows, schema=dict(schema), orient="row")


@contextmanager
def open_ledger(workspace: Workspace, *, create: bool = False) -> Iterator[Ledger]:
    """The ledger of a workspace, open until the block ends. `create`: make one where there is none
    (needs the lock).

    Raises WorkspaceError when there is none, when it is of a newer version, damaged, or locked, or
    when the disk refuses. It is never silently made anew: a file that is gone although runs were
    booked is an error.
    """
    path = workspace.ledger_file
    if (
        not path.exists() or not path.stat().st_size
    ):  # made and killed before anything was in it, or emptied
        _refuse_lost(workspace, path, create)
    with errors(workspace), storage_errors(workspace.folder):
        connection = connect(path)
        try:
            _bring_up_to_date(connection, workspace)
            yield Ledger(workspace, connection)
        finally:
            connection.close()


def has_ledger(workspace: Workspace) -> bool:
    """Whether the workspace has a ledger."""
    return workspace.ledger_file.exists()


def _refuse_lost(workspace: Workspace, path: Path, create: bool) -> None:
    if workspace.audit_head.exists():
        raise WorkspaceError("ledger.error.gone", path=path)
    if not create:
        raise WorkspaceError("ledger.error.none", path=path)


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a ledger's file, made private when there is none."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))  # private from the first byte
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, workspace: Workspace) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 and workspace.audit_head.exists():  # emptied: entries were noted in it
        raise WorkspaceError("ledger.error.damaged", path=workspace.ledger_file)
    if version > VERSION:
        raise WorkspaceError(
            "ledger.error.newer", path=workspace.ledger_file, version=version, known=VERSION
        )
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    for number in range(version, VERSION):
        script = (
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )
        connection.executescript(script)


_DAMAGED = (
    "malformed", "not a database", "disk image", "disk I/O", "no such table", "no such column",
    "corrupt", "decode",
)  # fmt: skip


@contextmanager
def errors(workspace: Workspace) -> Iterator[None]:
    """Raises what SQLite refuses as WorkspaceError."""
    path = workspace.ledger_file
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite quotes what it cannot make sense of
        raise WorkspaceError("ledger.error.damaged", path=path) from error
    except sqlite3.Error as error:
        told = str(error)
        if "locked" in told or "busy" in told:
            raise WorkspaceError("ledger.error.locked", path=path) from error
        if "readonly" in told or "read-only" in told or "unable to open" in told:
            raise WorkspaceError("ledger.error.read_only", path=path) from error
        # On a full disk even reading fails: SQLite cannot make the small file by which its readers
        # share the log.
        if "full" in told or getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR_SHM"):
            raise WorkspaceError("workspace.error.full", path=path) from error
        if isinstance(error, sqlite3.DatabaseError) and any(word in told for word in _DAMAGED):
            raise WorkspaceError("ledger.error.damaged", path=path) from error
        raise
