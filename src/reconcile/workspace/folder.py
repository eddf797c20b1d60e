"""One workspace: its lock, its key, its run folders. One sees a run as it was or as it is, never a
mixture.

<workspace>/lock              held while a run works (see lock.py); who holds it is in lock.holder
<workspace>/key               32 random bytes for keyed digests, made once
<workspace>/ledger.sqlite     the months' memory, and audit.head beside it
<workspace>/backups/, dispatches/, purges/   copies of the ledger, of what was sent out; receipts
<workspace>/runs/<period>/    the published run
<workspace>/runs/.<period>.new, .<period>.old   a run in the making; what a killed one left behind
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reconcile.core.errors import InputError, WorkspaceError
from reconcile.core.machine import sync
from reconcile.core.period import Period, is_period
from reconcile.workspace.booked import HEAD, LEDGER, is_booked
from reconcile.workspace.lock import locked
from reconcile.workspace.run_folder import RunFolder
from reconcile.workspace.storage import (
    PRIVATE_FOLDER,
    disk_full,
    exchange,
    make_private_folder,
    private,
    seal,
    storage_error,
    storage_errors,
)

KEY_BYTES = 32
ALL = "all"  # the run folder of a run that is not bounded by a period


@dataclass(frozen=True)
class BatchCopy:
    """The workspace's own copy of a batch that was sent out."""

    folder: Path

    @property
    def sent(self) -> Path:
        """The rows that were sent."""
        return self.folder / "sent.parquet"

    @property
    def letter(self) -> Path:
        """What the batch says of itself."""
        return self.folder / "letter.json"


class Workspace:
    """The folder that runs are kept in. It is made by the first thing that needs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        self._locked = False

    @property
    def ledger_file(self) -> Path:
        """The ledger."""
        return self.folder / LEDGER

    @property
    def audit_head(self) -> Path:
        """The note of the last entry of the ledger's audit log."""
        return self.folder / HEAD

    @property
    def backups(self) -> Path:
        """The folder of the copies of the ledger."""
        return self.folder / "backups"

    @property
    def dispatches(self) -> Path:
        """The folder of the batches that were sent out, each under its number."""
        return self.folder / "dispatches"

    @property
    def purges(self) -> Path:
        """The folder of the receipts of purges."""
        return self.folder / "purges"

    @property
    def purged(self) -> Path:
        """The folder in which a purge puts what it is about to remove."""
        return self.folder / ".purged"

    def batch(self, number: str) -> BatchCopy:
        """The copy of this batch, which may not be there."""
        return BatchCopy(self.dispatches / number)

    def run(self, period: str) -> RunFolder:
        """The run of this period (YYYY-MM or `ALL`), which may not be there."""
        return RunFolder(self.runs / period)

    @property
    def locked(self) -> bool:
        """Whether this process holds the lock."""
        return self._locked

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps every other process out until the block ends, however it ends.

        Raises WorkspaceError when another process is in, with its number and since when.
        """
        with locked(self.folder):
            self._locked = True
            try:
                with storage_errors(self.runs):
                    make_private_folder(self.runs)
                    self._recover()
                yield
            finally:
                self._locked = False

    @cached_property
    def key(self) -> bytes:
        """The key of all keyed digests of this workspace, made when there is none.

        Raises WorkspaceError when it is damaged, or gone although runs were made with it: another
        key would turn every known case into a new one.
        """
        path = self.folder / "key"
        if not path.exists():
            with nullcontext() if self._locked else self.lock(), storage_errors(self.folder):
                if not path.exists():
                    self._make_key(path)
        with storage_errors(path):
            key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise WorkspaceError(
                "workspace.error.key_damaged", path=path, size=len(key), expected=KEY_BYTES
            )
        return key

    def _make_key(self, path: Path) -> None:
        if self.published() or self.audit_head.exists():
            raise WorkspaceError("workspace.error.key_gone", path=path, runs=self.runs)
        draft = path.with_name(".key.new")
        draft.unlink(missing_ok=True)
        with open(draft, "xb", opener=private) as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        sync(self.folder)

    @contextmanager
    def run_folder(self, period: str) -> Iterator[Path]:
        """A new folder to write a run into; when the block ends without an error it becomes
        `runs/<period>`.

        `period`: YYYY-MM or `ALL`. Needs `lock`. A run of this period that is there stays until the
        new one takes its place. Raises WorkspaceError when the disk is full or refuses.
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
            # One that is booked but not yet in its place is put there by whoever takes the lock
            # next. Once it is, what is left here is the run before, which may be the same to the
            # byte.
            if published or not is_booked(self.ledger_file, target.name, new):
                shutil.rmtree(new, ignore_errors=True)

    def published(self) -> list[str]:
        """The periods of the published runs, sorted; `ALL` last."""
        if not self.runs.is_dir():
            return []
        return sorted(p.name for p in self.runs.iterdir() if p.name == ALL or is_period(p.name))

    def previous_run(self, period: str) -> RunFolder | None:
        """The published run of the latest month before `period`."""
        earlier = [p for p in self.published() if p != ALL and p < period]
        return self.run(earlier[-1]) if earlier else None

    def latest_run(self) -> RunFolder:
        """The run that was published last, of whichever period. InputError when there is none."""
        finished = [run for run in map(self.run, self.published()) if run.summary_file.is_file()]
        if not finished:
            raise InputError("workspace.error.no_run", folder=self.folder)
        return max(finished, key=lambda run: (run.summary_file.stat().st_mtime_ns, run.path.name))

    def _recover(self) -> None:
        """Puts back a run that was moved aside and not replaced, publishes one that is booked in
        the ledger, and removes what killed runs left."""
        for new in self.runs.glob(".*.new"):
            period = new.name.removeprefix(".").removesuffix(".new")
            if is_booked(self.ledger_file, period, new):
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
