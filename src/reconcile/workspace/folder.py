"""One workspace: its lock, its key, its run folders. One sees a run as it was or as it is, never a mixture.

<workspace>/lock              held while a run works
<workspace>/key               32 random bytes for keyed digests, made once
<workspace>/runs/<period>/    the published run
<workspace>/runs/.<period>.new, .<period>.old   a run in the making; what a killed one left behind
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO

import polars as pl

from reconcile.core.errors import WorkspaceError
from reconcile.core.period import Period, is_period
from reconcile.workspace.booked import HEAD, LEDGER, is_booked
from reconcile.workspace.storage import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    disk_full,
    exchange,
    make_private_folder,
    seal,
    storage_error,
    storage_errors,
    sync,
)

KEY_BYTES = 32
ALL = "all"  # the run folder of a run that is not bounded by a period


@contextmanager
def run_file(path: Path) -> Iterator[Path]:
    """A file of a published run to be read in the block; WorkspaceError when it is missing or damaged."""
    try:
        yield path
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise WorkspaceError("workspace.error.run_damaged", file=path.name, run=path.parent) from error


class Workspace:
    """The folder that runs are kept in. It is made by the first thing that needs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        self._locked = False

    @property
    def locked(self) -> bool:
        """Whether this process holds the lock."""
        return self._locked

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps every other process out until the block ends, however it ends.

        Raises WorkspaceError when another process is in, with its number and since when.
        """
        with self._lock_file() as file:
            self._take(file)
            self._locked = True
            try:
                with storage_errors(self.runs):
                    make_private_folder(self.runs)
                    self._recover()
                yield
            finally:
                self._locked = False
                file.truncate(0)

    def _lock_file(self) -> IO[str]:
        with storage_errors(self.folder):
            make_private_folder(self.folder)
            return open(self.folder / "lock", "a+", encoding="utf-8", opener=_private)

    def _take(self, file: IO[str]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WorkspaceError("workspace.error.busy", folder=self.folder, **_holder(file)) from error
        except OSError as error:
            raise storage_error(error, self.folder) from error
        with storage_errors(self.folder):
            file.truncate(0)
            since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
            file.write(json.dumps({"pid": os.getpid(), "since": since}))
            file.flush()

    @cached_property
    def key(self) -> bytes:
        """The key of all keyed digests of this workspace, made when there is none.

        Raises WorkspaceError when it is damaged, or gone although runs were made with it: another key would
        turn every known case into a new one.
        """
        path = self.folder / "key"
        if not path.exists():
            with nullcontext() if self._locked else self.lock(), storage_errors(self.folder):
                if not path.exists():
                    self._make_key(path)
        with storage_errors(path):
            key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise WorkspaceError("workspace.error.key_damaged", path=path, size=len(key), expected=KEY_BYTES)
        return key

    def _make_key(self, path: Path) -> None:
        if self.published() or (self.folder / HEAD).exists():
            raise WorkspaceError("workspace.error.key_gone", path=path, runs=self.runs)
        draft = path.with_name(".key.new")
        draft.unlink(missing_ok=True)
        with open(draft, "xb", opener=_private) as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        sync(self.folder)

    @contextmanager
    def run_folder(self, period: str) -> Iterator[Path]:
        """A new folder to write a run into; when the block ends without an error it becomes `runs/<period>`.

        `period`: YYYY-MM or `ALL`. Needs `lock`. A run of this period that is there stays until the new one
        takes its place. Raises WorkspaceError when the disk is full or refuses.
        """
        if not self._locked:
            raise RuntimeError("run_folder needs the lock")
        target = self.runs / (period if period == ALL else str(Period.parse(period)))
        new = _beside(target, "new")
        if target.exists() and not target.is_dir():
            raise WorkspaceError("workspace.error.not_folder", path=target)
        with storage_errors(self.runs):
            new.mkdir(mode=PRIVATE_FOLDER)
        published = False
        try:
            yield new
            with storage_errors(self.runs):
                seal(new)
                _publish(new, target)
                published = True
        except Exception as error:
            if disk_full(error):
                raise storage_error(error, self.runs) from error
            raise
        finally:
            # One that is booked but not yet in its place is put there by whoever takes the lock next. Once it is, what
            # is left here is the run before, which may be the same to the byte.
            if published or not is_booked(self.folder / LEDGER, target.name, new):
                shutil.rmtree(new, ignore_errors=True)

    def published(self) -> list[str]:
        """The periods of the published runs, sorted; `ALL` last."""
        if not self.runs.is_dir():
            return []
        return sorted(p.name for p in self.runs.iterdir() if p.name == ALL or is_period(p.name))

    def previous_run(self, period: str) -> Path | None:
        """The published run of the latest month before `period`."""
        earlier = [p for p in self.published() if p != ALL and p < period]
        return self.runs / earlier[-1] if earlier else None

    def _recover(self) -> None:
        """Puts back a run that was moved aside and not replaced, publishes one that is booked in the ledger, and
        removes what killed runs left."""
        for new in self.runs.glob(".*.new"):
            period = new.name.removeprefix(".").removesuffix(".new")
            if is_booked(self.folder / LEDGER, period, new):
                _publish(new, self.runs / period)
            shutil.rmtree(new, ignore_errors=True)
        for old in self.runs.glob(".*.old"):
            target = old.with_name(old.name.removeprefix(".").removesuffix(".old"))
            old.rename(_beside(target, "new") if target.exists() else target)
            shutil.rmtree(_beside(target, "new"), ignore_errors=True)


def _beside(target: Path, suffix: str) -> Path:
    return target.with_name(f".{target.name}.{suffix}")


def _publish(new: Path, target: Path) -> None:
    """Puts `new` in the place of `target`; what was there is under the name of `new` afterwards."""
    if not target.exists():
        new.rename(target)
    elif not exchange(new, target):
        # For a moment there is neither: a kill right here is mended by `_recover`.
        old = _beside(target, "old")
        target.rename(old)
        new.rename(target)
        old.rename(new)
    sync(target.parent)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_FILE)


def _holder(file: IO[str]) -> dict[str, object]:
    """Who holds the lock, as noted in it."""
    file.seek(0)
    try:
        noted = json.loads(file.read())
        return {"pid": noted["pid"], "since": noted["since"]}
    except (ValueError, KeyError, TypeError):
        return {"pid": "?", "since": "?"}
