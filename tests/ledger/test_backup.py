"""Copies of the ledger, and the way back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reconcile.core.errors import ReconcileError, UsageError, WorkspaceError
from reconcile.ledger.backup import backup, backups, choose, problems, restore
from reconcile.ledger.store import open_ledger
from reconcile.ledger.verify import verify
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import CASES, answer, dispatch, on, run, workspace, year_end

DAMAGE = b"\xa5" * 4096


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return year_end(tmp_path / "w")


def states(place: Workspace) -> list[tuple[object, ...]]:
    with open_ledger(place) as ledger:
        return ledger.cases().rows()


def good(place: Workspace) -> bool:
    with on("2026-12-01"), open_ledger(place) as ledger:
        return verify(ledger) == []


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 6] = DAMAGE * 4
    file.write_bytes(content)


def test_a_backup_is_private_whole_and_named_by_its_last_entry(place: Workspace, tmp_path: Path) -> None:
    with on("2026-12-01"), open_ledger(place) as ledger:
        made = backup(ledger, tmp_path / "elsewhere")
    assert made.name == "ledger-20261201T080000-000005.sqlite"
    assert (made.stat().st_mode & 0o777, [p.name for p in made.parent.iterdir()]) == (0o600, [made.name])
    assert problems(place, made) == []


def test_a_backup_beside_a_writer_has_what_was_committed(place: Workspace) -> None:
    with closing(sqlite3.connect(place.folder / "ledger.sqlite", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM events")
        with on("2026-12-01"), open_ledger(place) as ledger:
            made = backup(ledger)
    assert problems(place, made) == []


def test_a_run_is_preceded_by_a_backup_and_the_last_three_are_kept(tmp_path: Path) -> None:
    place = workspace(tmp_path / "w")
    for month in range(1, 7):
        with on(f"2026-{month + 1:02d}-05"):
            run(place, f"2026-{month:02d}", dict.fromkeys(CASES, "one"))
    made = backups(place.folder / "backups")
    assert [path.name[-13:-7] for path in made] == ["000005", "000004", "000003"]
    assert [problems(place, path) for path in made] == [[], [], []]


def test_what_a_killed_backup_left_is_removed(place: Workspace) -> None:
    folder = place.folder / "backups"
    parent = os.getppid()
    gone, alive = folder / ".999999999.new", folder / f".{parent}.new"
    for draft in (gone, alive, folder / ".999999999.new-journal"):
        draft.write_bytes(b"x")
    with on("2026-12-01"), open_ledger(place) as ledger:
        backup(ledger)
    assert [path.name for path in folder.glob(".*")] == [alive.name]
    os.utime(alive, (0, 0))  # of a process before: its number has been given to another since
    with on("2026-12-01"), open_ledger(place) as ledger:
        backup(ledger)
    assert not list(folder.glob(".*"))


def test_a_damaged_ledger_is_neither_backed_up_nor_booked_in(place: Workspace) -> None:
    with closing(sqlite3.connect(place.folder / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE events SET state = 'closed' WHERE event = 2")
    before = backups(place.folder / "backups")
    with on("2026-12-01"), open_ledger(place) as ledger, pytest.raises(WorkspaceError) as error:
        backup(ledger)
    assert error.value.key == "ledger.error.not_backed_up"
    assert backups(place.folder / "backups") == before
    damage(place.folder / "ledger.sqlite")
    with on("2026-12-05"), pytest.raises(WorkspaceError) as error:
        run(place, "2026-12", {})
    assert error.value.key == "ledger.error.damaged"
    assert place.published() == ["2026-10", "2026-11"]


def test_restored_all_is_as_it_was_and_the_damaged_file_is_kept(place: Workspace) -> None:
    with on("2026-11-06"), open_ledger(place) as ledger:
        backup(ledger)
    before = states(place)
    ledger_file = place.folder / "ledger.sqlite"
    damage(ledger_file)
    damaged = ledger_file.read_bytes()
    with on("2026-12-01", who="李四"), place.lock():
        kept = restore(place, choose(place, None))
    assert kept is not None
    assert kept.read_bytes() == damaged
    assert states(place) == before
    assert good(place)
    with open_ledger(place) as ledger:
        [entry] = ledger.query("SELECT entry, who FROM audit WHERE command = 'restore'")
    assert entry == {"entry": 6, "who": "李四"}
    with on("2026-12-05"):  # and work goes on
        run(place, "2026-12", dict.fromkeys(CASES, "three"))
    assert good(place)


def test_what_came_after_the_backup_is_told(place: Workspace) -> None:
    with on("2026-11-06"), open_ledger(place) as ledger:
        backup(ledger)
    with on("2026-11-07"):
        dispatch(place, ["B00000000003"], "2026-11-10")
    with on("2026-11-08", who="王五"):
        answer(place, {"B00000000003": "confirmed"})
    with place.lock():
        choice = choose(place, None)
    assert [(lost.entry, lost.who, lost.command) for lost in choice.lost] == [
        (6, "张三", "dispatch"), (7, "王五", "feedback"),
    ]  # fmt: skip
    for file in place.folder.glob("ledger.sqlite*"):
        file.write_bytes(b"")  # nothing can be read any more: the note knows how many there were
    assert (choose(place, None).lost, choose(place, None).lost_count) == ((), 2)


def test_the_newest_good_backup_is_taken(place: Workspace, tmp_path: Path) -> None:
    made = []
    for day in ("2026-11-06", "2026-11-07"):
        with on(day), open_ledger(place) as ledger:
            made.append(backup(ledger))
    damage(made[1])
    choice = choose(place, None)
    assert (choice.file, choice.bad) == (made[0], (made[1],))
    assert choose(place, made[0]).file == made[0]


def test_a_ledger_that_is_gone_comes_back(place: Workspace) -> None:
    for file in place.folder.glob("ledger.sqlite*"):
        file.unlink()
    with on("2026-12-01"), place.lock():
        assert restore(place, choose(place, None)) is None
    assert (place.folder / "ledger.sqlite").stat().st_mode & 0o777 == 0o600
    # The one made before November's run: November has to be run again.
    with on("2026-12-01"), open_ledger(place) as ledger:
        assert [(found.kind, found.values) for found in verify(ledger)] == [("run_unknown", {"period": "2026-11"})]
    with on("2026-12-02"):
        run(place, "2026-11", dict.fromkeys(CASES, "one"))
    assert good(place)


def test_a_backup_of_another_workspace_is_refused(place: Workspace, tmp_path: Path) -> None:
    other = year_end(tmp_path / "other")
    with on("2026-11-06"), open_ledger(other) as ledger:
        made = backup(ledger)
    (place.folder / "key").write_bytes(bytes(range(1, 33)))
    with pytest.raises(UsageError) as error:
        choose(Workspace(place.folder), made)
    assert error.value.key == "ledger.error.bad_backup"


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_bytes(b""), lambda path: path.mkdir()])
def test_no_good_backup_is_an_error_and_changes_nothing(place: Workspace, tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    before = (place.folder / "ledger.sqlite").read_bytes()
    make(tmp_path / "x.sqlite")
    for file, key in ((tmp_path / "x.sqlite", "ledger.error.bad_backup"), (None, "ledger.error.no_backup")):
        for old in backups(place.folder / "backups"):
            old.unlink()
        with pytest.raises(ReconcileError) as error:
            choose(place, file)
        assert (error.value.key, error.value.exit_code) == (key, 2)
    assert (place.folder / "ledger.sqlite").read_bytes() == before
