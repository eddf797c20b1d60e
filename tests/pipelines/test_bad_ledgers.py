"""Two at once, and ledgers and disks that cannot be used: refused, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.pipelines.small_months import SEX, City
from tests.systems import refused

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace after `City.begin`, made once."""
    city = City(tmp_path_factory.mktemp("begun"))
    city.begin()
    return city.work


@pytest.fixture
def city(tmp_path: Path, begun: Path) -> City:
    return City(tmp_path, begun)


_HOLDER = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another(city: City) -> Iterator[None]:
    """Another process holds the workspace's lock until the block ends."""
    words = [sys.executable, "-c", _HOLDER, str(city.work / "lock")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.communicate()


def test_the_second_of_two_processes_is_refused(city: City) -> None:
    city.begin()
    before = city.cases("key", "state")
    with held_by_another(city):
        assert city.run("2026-09") == 4
        assert city.cases("key", "state") == before  # reading needs no lock
    assert city.run("2026-09") == 0


def test_two_runs_at_once_end_with_one_booked(city: City) -> None:
    city.run("2026-08")
    words = city.export("residents")
    command = [sys.executable, "-m", "reconcile", "--quiet", "run", *words, "-o", str(city.work), "--period", "2026-09"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    both = [subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) for _ in range(2)]
    codes = sorted(process.wait() for process in both)
    assert codes in ([0, 4], [0, 0])  # the second may have come when the first was done
    with open_ledger(Workspace(city.work)) as ledger:
        [row] = ledger.query("SELECT count(*) AS runs FROM runs WHERE period = '2026-09' AND replaced IS NULL")
    assert row["runs"] == 1


def test_a_transaction_of_another_program_is_waited_for_and_then_refused(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.run("2026-08")
    monkeypatch.setattr("reconcile.ledger.store._WAIT", 0.2)
    other = sqlite3.connect(city.work / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert city.run("2026-09") == 4
    finally:
        other.close()
    assert not (city.work / "runs" / "2026-09").exists()
    assert city.run("2026-09") == 0


def deleted(ledger: Path) -> None:
    for path in ledger.parent.glob("ledger.sqlite*"):
        path.unlink()


def emptied(ledger: Path) -> None:
    ledger.write_bytes(b"")


def scrambled(ledger: Path) -> None:
    ledger.write_bytes(b"not a database at all" * 300)


def torn(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[:5000])


def newer(ledger: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def without_a_table(ledger: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TABLE aliases")
    connection.close()


@pytest.mark.parametrize("harm", [deleted, emptied, scrambled, torn, newer, without_a_table])
def test_a_ledger_that_cannot_be_used_is_left_alone(
    city: City, harm: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    city.begin()
    ledger = city.work / "ledger.sqlite"
    whole = city.folder / "whole.sqlite"
    shutil.copy(ledger, whole)
    harm(ledger)
    left = ledger.read_bytes() if ledger.exists() else None
    manifest = (city.work / "runs" / "2026-08" / "manifest.json").read_bytes()
    for period in ("2026-09", "2026-08"):
        assert city.run(period) == 4
        assert "ledger.sqlite" in capsys.readouterr().err
    assert (ledger.read_bytes() if ledger.exists() else None) == left
    assert (city.work / "runs" / "2026-08" / "manifest.json").read_bytes() == manifest
    assert not (city.work / "runs" / "2026-09").exists()
    # Put back, everything is there.
    for path in city.work.glob("ledger.sqlite-*"):
        path.unlink()
    shutil.copy(whole, ledger)
    assert city.case(SEX)["first_seen"] == "2026-08"


def test_a_run_that_fails_after_it_was_booked_half_leaves_nothing(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.begin()
    before = city.cases("key", "state", "last_seen")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr("reconcile.clearing.ledger_month._mark_seen", fails)
        city.resident("R003", 性别="男")
        assert city.run("2026-09") == 4
    assert city.cases("key", "state", "last_seen") == before
    assert not (city.work / "runs" / "2026-09").exists()
    assert city.run("2026-09") == 0
    assert city.case(SEX)["state"] == "closed"


@refused
def test_a_disk_that_cannot_be_written(city: City) -> None:
    city.run("2026-08")
    city.work.chmod(0o500)
    try:
        assert city.run("2026-09") == 4
    finally:
        city.work.chmod(0o700)
    assert city.run("2026-09") == 0


def test_a_ledger_that_is_read_only_is_said(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root sees a disk that is mounted read-only: SQLite says so when it is asked to write."""
    city.run("2026-08")

    def read_only(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)

    with monkeypatch.context() as context:
        context.setattr("reconcile.ledger.store.connect", read_only)
        assert city.run("2026-09") == 4
    assert not (city.work / "runs" / "2026-09").exists()


def test_the_lock_is_given_back(city: City) -> None:
    city.run("2026-08")
    assert city.run("2026-07") == 2
    with FileLock(city.work / "lock", timeout=0):
        assert not (city.work / "lock.holder").exists()
