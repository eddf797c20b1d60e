"""The ledger's file: booked whole or not at all, private, and never made anew in silence."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reconcile.core.errors import WorkspaceError
from reconcile.core.frames import CASE_EVENTS, conform, empty
from reconcile.ledger import audit, store
from reconcile.ledger.schema import VERSION
from reconcile.ledger.store import Ledger, has_ledger, open_ledger
from reconcile.workspace import Workspace


def found(*keys: str, **other: Any) -> pl.DataFrame:
    base = {
        "kind": "found", "period": "2026-10", "code": "id_missing", "severity": "high", "town": "府城镇", "village": "东门",
        "subjects": '["residents:R1"]', "evidence": "E1", "state": "new",
    }  # fmt: skip
    rows = [{"key": key, **base, **other} for key in keys]
    return conform(pl.DataFrame(rows), CASE_EVENTS) if rows else empty(CASE_EVENTS)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


@contextmanager
def opened(workspace: Workspace) -> Iterator[Ledger]:
    with workspace.lock(), open_ledger(workspace, create=True) as ledger:
        yield ledger


def book(workspace: Workspace, *keys: str) -> None:
    with opened(workspace) as ledger, ledger.booking("run") as booking:
        booking.facts |= {"cases": len(keys)}
        ledger.append(found(*keys), booking)


def keys_of(workspace: Workspace) -> list[str]:
    with open_ledger(workspace) as ledger:
        return ledger.cases()["key"].to_list()


def test_what_is_booked_is_there_and_in_the_log(workspace: Workspace) -> None:
    book(workspace, "B", "A")
    with open_ledger(workspace) as ledger:
        assert ledger.cases()["key"].to_list() == ["A", "B"]
        assert ledger.events()["key"].to_list() == ["B", "A"]
        [entry] = audit.entries(ledger.connection).to_dicts()
        assert (entry["command"], json.loads(entry["facts"])) == ("run", {"cases": 2})
        number, digest = audit.last_entry(ledger.connection)
    assert audit.read_head(workspace) == (number, digest)


def book_and_fail(ledger: Ledger, error: type[BaseException]) -> None:
    with ledger.booking("feedback") as booking:
        ledger.append(found("B"), booking)
        assert ledger.cases()["key"].to_list() == ["A", "B"]  # inside it is there
        raise error


def test_an_error_takes_everything_back(workspace: Workspace) -> None:
    book(workspace, "A")
    head = audit.read_head(workspace)
    with opened(workspace) as ledger:
        for error in (ZeroDivisionError, KeyboardInterrupt):
            with pytest.raises(error):
                book_and_fail(ledger, error)
        assert ledger.cases()["key"].to_list() == ["A"]
        assert audit.entries(ledger.connection).height == 1
        with ledger.booking("feedback") as booking:  # and the next one works
            ledger.append(found("D"), booking)
    assert keys_of(workspace) == ["A", "D"]
    assert audit.read_head(workspace) != head


def test_booking_needs_the_lock(workspace: Workspace) -> None:
    book(workspace, "A")
    with open_ledger(workspace) as ledger, pytest.raises(RuntimeError), ledger.booking("run"):
        pass


def test_the_files_are_private(workspace: Workspace) -> None:
    book(workspace, "A")
    with opened(workspace) as ledger, ledger.booking("run") as booking:
        ledger.append(found("B"), booking)
        files = sorted(workspace.folder.glob("ledger.sqlite*"))  # the log and its index are there while it is open
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert len(files) == 3
    assert stat.S_IMODE((workspace.folder / "audit.head").stat().st_mode) == 0o600


def test_asked_for_some_cases_it_tells_those(workspace: Workspace) -> None:
    book(workspace, "A", "B", "C")
    with open_ledger(workspace) as ledger:
        asked = pl.Series("key", ["C", "A", "A", "Z"])
        assert ledger.cases(asked)["key"].to_list() == ["A", "C"]
        assert ledger.events(asked)["key"].to_list() == ["A", "C"]
        assert ledger.cases(pl.Series("key", [], dtype=pl.String)).is_empty()


def test_readers_see_the_last_whole_state(workspace: Workspace) -> None:
    book(workspace, "A")
    with opened(workspace) as ledger, ledger.booking("run") as booking:
        ledger.append(found("B"), booking)
        assert keys_of(workspace) == ["A"]
    assert keys_of(workspace) == ["A", "B"]


def test_a_second_writer_waits_and_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    book(workspace, "A")
    monkeypatch.setattr(store, "_WAIT", 0.1)
    other = sqlite3.connect(workspace.folder / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(workspace) as ledger:
        with pytest.raises(WorkspaceError) as refused, ledger.booking("run"):
            pass
        assert refused.value.key == "ledger.error.locked"
        other.close()
        with ledger.booking("run") as booking:
            ledger.append(found("B"), booking)
    assert keys_of(workspace) == ["A", "B"]


def read(workspace: Workspace, *, create: bool) -> None:
    with workspace.lock(), open_ledger(workspace, create=create) as ledger:
        ledger.cases()
        ledger.events()


def refused(workspace: Workspace, *, create: bool = True) -> str:
    """What opening the ledger says."""
    with pytest.raises(WorkspaceError) as told:
        read(workspace, create=create)
    assert told.value.exit_code == 4
    return told.value.key


def test_where_there_is_none(workspace: Workspace) -> None:
    assert not has_ledger(workspace)
    assert refused(workspace, create=False) == "ledger.error.none"
    assert not has_ledger(workspace)  # asking makes none
    book(workspace)
    assert has_ledger(workspace)


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("deleted", "gone"),
        ("emptied", "gone"),
        ("no database", "damaged"),
        ("cut off", "damaged"),
        ("newer", "newer"),
        ("a table is gone", "damaged"),
    ],
)
def test_a_ledger_that_cannot_be_used(workspace: Workspace, harm: str, said: str, create: bool) -> None:
    book(workspace, *(f"K{n:03d}" for n in range(300)))
    path = workspace.folder / "ledger.sqlite"
    if harm == "deleted":
        path.unlink()
    elif harm == "emptied":
        path.write_bytes(b"")
    elif harm == "no database":
        path.write_bytes(b"no database " * 1000)
    elif harm == "cut off":
        path.write_bytes(path.read_bytes()[:20_000])
    else:
        statement = "PRAGMA user_version = 99" if harm == "newer" else "DROP TABLE cases"
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.close()
    before = path.read_bytes() if path.exists() else None
    assert refused(workspace, create=create) == f"ledger.error.{said}"
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_ledger_that_was_never_booked_in_may_be_made_anew(workspace: Workspace) -> None:
    """A first run that was killed between making the file and filling it."""
    workspace.folder.mkdir()
    (workspace.folder / "ledger.sqlite").touch()
    book(workspace, "A")
    assert keys_of(workspace) == ["A"]
    with open_ledger(workspace) as ledger:
        assert ledger.query("PRAGMA user_version") == [{"user_version": VERSION}]


def test_events_name_runs_and_entries_that_are_there(workspace: Workspace) -> None:
    with opened(workspace) as ledger:
        with pytest.raises(sqlite3.IntegrityError), ledger.booking("run") as booking:
            ledger.append(found("A", run=7), booking)
        assert ledger.events().is_empty()


def test_an_error_of_the_disk_is_said(workspace: Workspace) -> None:
    book(workspace, "A")
    with opened(workspace) as ledger:
        for message, key in (
            ("database or disk is full", "workspace.error.full"),
            ("attempt to write a readonly database", "ledger.error.read_only"),
            ("database is locked", "ledger.error.locked"),
            ("database disk image is malformed", "ledger.error.damaged"),
        ):
            with pytest.raises(WorkspaceError) as told, ledger.booking("run"):
                raise sqlite3.OperationalError(message)
            assert told.value.key == key
        unshared = sqlite3.OperationalError("disk I/O error")
        unshared.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
        with pytest.raises(WorkspaceError) as told, ledger.booking("run"):
            raise unshared
        assert told.value.key == "workspace.error.full"
        with pytest.raises(WorkspaceError) as told, ledger.booking("run"):
            raise OSError(28, "No space left on device")
        assert told.value.key == "workspace.error.full"
    assert keys_of(workspace) == ["A"]
