"""The workspace: one process at a time, one key for good, runs that appear all at once or not at all."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconcile.core.errors import UsageError, WorkspaceError
from reconcile.core.messages import speak
from reconcile.workspace import (
    ALL,
    InputFile,
    Workspace,
    disk_full,
    file_digest,
    storage_error,
    write_json,
    write_manifest,
)
from tests.systems import posix

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "city" / "work")


def publish(workspace: Workspace, period: str, content: str = "") -> Path:
    with workspace.lock(), workspace.run_folder(period) as folder:
        (folder / "lists").mkdir()
        (folder / "lists" / "duplicates.csv").write_text(content)
        (folder / "summary.json").write_text(content)
    return workspace.runs / period


# Publishing


def test_a_run_appears_when_it_is_whole_and_replaces_the_one_before(workspace: Workspace) -> None:
    with workspace.lock():
        with workspace.run_folder("2026-10") as folder:
            (folder / "summary.json").write_text("first")
            assert workspace.published() == []
        with workspace.run_folder("2026-10") as folder:
            (folder / "other.json").write_text("second")
            assert (workspace.runs / "2026-10" / "summary.json").read_text() == "first"
    assert [path.name for path in (workspace.runs / "2026-10").iterdir()] == ["other.json"]
    assert [path.name for path in workspace.runs.iterdir()] == ["2026-10"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_run_that_fails_leaves_the_last_one_and_nothing_else(
    workspace: Workspace, failure: type[BaseException]
) -> None:
    run = publish(workspace, "2026-10", "old")

    def fail() -> None:
        with workspace.lock(), workspace.run_folder("2026-10") as folder:
            (folder / "summary.json").write_text("half")
            raise failure

    with pytest.raises(failure):
        fail()
    assert (run / "summary.json").read_text() == "old"
    assert [path.name for path in workspace.runs.iterdir()] == ["2026-10"]


@posix
def test_everything_is_private(workspace: Workspace) -> None:
    umask = os.umask(0)
    try:
        assert workspace.key
        publish(workspace, "2026-10")
    finally:
        os.umask(umask)
    modes = {path: path.stat().st_mode & 0o777 for path in (workspace.folder, *workspace.folder.rglob("*"))}
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items()), modes
    assert len(modes) == 8


@posix
def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir(mode=0o755)
    publish(Workspace(tmp_path / "work"), ALL)
    assert (tmp_path / "work").stat().st_mode & 0o777 == 0o755


@pytest.mark.slow
@posix
@pytest.mark.parametrize(("way", "seen_after_kill"), [("exchange", {"old", "new"}), ("aside", {"old", "new", "none"})])
def test_killed_at_any_line_one_sees_the_old_run_or_the_new_and_the_next_run_works(
    way: str, seen_after_kill: set[str]
) -> None:
    done = subprocess.run([sys.executable, HERE / "killed_runs.py", way], capture_output=True, text=True, check=True)
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) > 150
    for before, line, after_kill, after_lock, litter, after_next in kills:
        assert after_kill in (seen_after_kill if before == "old" else {"none", "new"}), line
        assert after_lock in {before, "new"}, line
        assert litter == [], line
        assert after_next == "next", line
    assert {kill[3] for kill in kills} == {"old", "none", "new"}


def test_a_run_needs_the_lock(workspace: Workspace) -> None:
    with pytest.raises(RuntimeError), workspace.run_folder("2026-10"):
        pass


@pytest.mark.parametrize("period", ["2026-13", "", "../x", "all\n"])
def test_a_run_folder_is_called_by_its_month(workspace: Workspace, period: str) -> None:
    with workspace.lock(), pytest.raises(UsageError), workspace.run_folder(period):
        pass


def test_the_previous_run_is_the_latest_of_an_earlier_month(workspace: Workspace) -> None:
    assert workspace.previous_run("2026-10") is None
    for period in ("2026-08", "2025-12", "2026-11", ALL):
        publish(workspace, period)
    (workspace.runs / "notes").mkdir()
    assert workspace.published() == ["2025-12", "2026-08", "2026-11", ALL]
    assert workspace.previous_run("2026-10") == workspace.run("2026-08")
    assert workspace.previous_run("2026-08") == workspace.run("2025-12")
    assert workspace.previous_run("2025-12") is None


# The lock


def test_a_second_process_is_told_who_works_since_when(workspace: Workspace) -> None:
    with workspace.lock(), pytest.raises(WorkspaceError) as caught, Workspace(workspace.folder).lock():
        pass
    assert f"process {os.getpid()}, since 20" in str(caught.value)
    with Workspace(workspace.folder).lock():
        assert json.loads((workspace.folder / "lock.holder").read_text())["pid"] == os.getpid()


def test_a_lock_that_says_nothing_sensible_still_locks(workspace: Workspace) -> None:
    with workspace.lock():
        (workspace.folder / "lock.holder").write_text("[]")
        with pytest.raises(WorkspaceError, match=r"process \?"), Workspace(workspace.folder).lock():
            pass


# The key


def test_the_key_is_made_once_and_stays(workspace: Workspace) -> None:
    key = workspace.key
    assert len(key) == 32
    assert Workspace(workspace.folder).key == key
    with workspace.lock():
        assert workspace.key == key
    assert Workspace(workspace.folder.parent / "other").key != key


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_told_and_not_replaced(workspace: Workspace, content: bytes) -> None:
    assert workspace.key
    (workspace.folder / "key").write_bytes(content)
    with pytest.raises(WorkspaceError, match=f"{len(content)} bytes instead of 32"):
        _ = Workspace(workspace.folder).key
    assert (workspace.folder / "key").read_bytes() == content


def test_a_key_that_is_gone_is_not_replaced_when_runs_were_made_with_it(workspace: Workspace) -> None:
    publish(workspace, "2026-10")
    with pytest.raises(WorkspaceError, match=r"key .* is gone"):
        _ = workspace.key
    assert not (workspace.folder / "key").exists()


# Disks


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_the_way_of_the_workspace_is_told(tmp_path: Path, below: str) -> None:
    (tmp_path / "work").write_text("")
    with pytest.raises(WorkspaceError, match="is not a folder"), Workspace(tmp_path / "work" / below).lock():
        pass


@posix
def test_a_full_disk_is_told_and_the_last_run_stays(workspace: Workspace) -> None:
    run = publish(workspace, "2026-10", "old")
    full = pytest.raises(WorkspaceError, match="disk is full")
    with full, workspace.lock(), workspace.run_folder("2026-10"):
        Path("/dev/full").write_text("x")
    assert (run / "summary.json").read_text() == "old"


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Quota exceeded"), True),
        (OSError("No space left on device (os error 28)"), True),  # Polars
        (RuntimeError(OSError(errno.ENOSPC, "No space left on device")), True),  # XlsxWriter
        (OSError(errno.EACCES, "Permission denied"), False),
        pytest.param(OSError("Host is down (os error 112)"), False, marks=posix),  # on Windows it is the full disk
        (ValueError("28"), False),
    ],
)
def test_a_full_disk_is_known_in_every_wording(error: Exception, full: bool) -> None:
    assert disk_full(error) is full


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not write"),
        (errno.ENOTDIR, "is not a folder"),
        (errno.EIO, "cannot be written: Input/output error"),
    ],
)
def test_each_refusal_has_its_next_step(number: int, said: str) -> None:
    assert said in str(storage_error(OSError(number, os.strerror(number)), Path("work")))


# The manifest


def test_the_manifest_names_inputs_and_outputs_and_is_the_same_every_time(tmp_path: Path) -> None:
    inputs = [InputFile("residents", "b.csv", "22", 2), InputFile("births", "a.csv", "11", 1)]
    for name, order in (("one", inputs), ("two", inputs[::-1])):
        folder = tmp_path / name
        (folder / "lists").mkdir(parents=True)
        (folder / "lists" / "重复.csv").write_text("x")
        (folder / "summary.json").write_text("{}")
        (folder / "timings.json").write_text(name)
        write_manifest(folder, period="2026-10", inputs=order, config_digest="c", model_digest="m")
    written = (tmp_path / "one" / "manifest.json").read_bytes()
    assert written == (tmp_path / "two" / "manifest.json").read_bytes()
    manifest = json.loads(written)
    assert [(i["source"], i["file"], i["rows"]) for i in manifest["inputs"]] == [
        ("births", "a.csv", 1),
        ("residents", "b.csv", 2),
    ]
    assert list(manifest["outputs"]) == ["lists/重复.csv", "summary.json"]
    assert manifest["outputs"]["lists/重复.csv"] == file_digest(tmp_path / "one" / "lists" / "重复.csv")
    assert set(manifest["versions"]) == {"reconcile", "polars", "python"}


def test_json_is_written_as_people_read_it(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"镇街": 1, "a": [2]})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '{\n  "镇街": 1,\n  "a": [\n    2\n  ]\n}\n'
