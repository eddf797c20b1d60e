"""What each system does in a way of its own, and the way of Windows where it can be tried elsewhere."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from reconcile.core import machine
from tests.systems import posix


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "sys", SimpleNamespace(platform="win32"))


@pytest.mark.parametrize(
    ("process", "after", "may_live"),
    [
        (os.getpid, 0.5, True),
        (os.getpid, -1, True),  # clocks differ a little
        (os.getpid, -3600, False),  # the number was another's then
        (lambda: 999_999_999, 0.5, False),  # no system counts that far
        (lambda: 10**30, 0.5, False),
    ],
    ids=["written by it", "clocks apart", "written before it began", "none", "no number"],
)
def test_the_maker_of_a_file_may_live(process: Callable[[], int], after: float, may_live: bool) -> None:
    """`after`: seconds from the beginning of this process to the writing of the file."""
    assert machine.may_live(process(), psutil.Process().create_time() + after) is may_live


def test_a_process_that_tells_nothing_may_live(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: int) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "Process", refused)
    assert machine.may_live(1, 0)


def test_a_process_is_told_to_stop_by_what_its_system_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.stop_signals() == [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    monkeypatch.setattr(machine, "signal", SimpleNamespace(SIGTERM=15, SIGBREAK=21, SIGINT=2))
    assert machine.stop_signals() == [15, 21]


def test_memory_is_counted_in_mib() -> None:
    held = bytearray(64 * 2**20)
    peak = machine.peak_memory()
    assert psutil.Process().memory_info().rss / 2**20 - 1 < peak < psutil.virtual_memory().total / 2**20
    assert len(held) / 2**20 < peak


def test_memory_on_windows(windows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    info = SimpleNamespace(peak_wset=3 * 2**20, rss=2**20)
    monkeypatch.setattr(psutil, "Process", lambda: SimpleNamespace(memory_info=lambda: info))
    assert machine.peak_memory() == 3.0


@pytest.mark.parametrize("missing", [KeyError, OSError, ImportError])
def test_an_account_without_a_name(missing: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise missing

    monkeypatch.setattr(getpass, "getuser", nameless)
    monkeypatch.setattr(psutil, "Process", lambda: SimpleNamespace(username=lambda: r"CITY\li"))
    if sys.platform != "win32":
        assert machine.account() == str(os.getuid())
    monkeypatch.setattr(machine, "sys", SimpleNamespace(platform="win32"))
    assert machine.account() == r"CITY\li"


@posix
@pytest.mark.parametrize(("platform", "opened"), [("linux", [os.O_RDONLY] * 2), ("win32", [os.O_RDWR])])
def test_what_is_brought_to_the_disk(
    platform: str, opened: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to open a folder, and to sync a file that is open for reading only."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    asked: list[int] = []
    opening = os.open

    def noted(path: str, flags: int) -> int:
        asked.append(flags)
        return opening(path, flags)

    monkeypatch.setattr(machine, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(os, "open", noted)
    machine.sync(tmp_path / "file")
    machine.sync(tmp_path)
    assert asked == opened
