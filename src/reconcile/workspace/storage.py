"""Folders on a real disk: full, read-only, in the way; written for good, and swapped in one
step."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconcile.core.errors import WorkspaceError
from reconcile.core.machine import DISK_FULL, sync

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600

_FULL = {errno.ENOSPC, errno.EDQUOT}
_KEYS = {
    errno.EROFS: "workspace.error.read_only",
    errno.EACCES: "workspace.error.forbidden",
    errno.EPERM: "workspace.error.forbidden",
    errno.ENOTDIR: "workspace.error.not_folder",
    errno.EEXIST: "workspace.error.not_folder",
    errno.ENOENT: "workspace.error.gone",
    errno.ENAMETOOLONG: "workspace.error.name_too_long",
}
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def disk_full(error: BaseException) -> bool:
    """Whether `error` says that the disk or the quota is full.

    Polars and XlsxWriter tell it in words only.
    """
    full = isinstance(error, OSError) and error.errno in _FULL
    said = [f"os error {number}" for number in DISK_FULL] + [f"Errno {number}" for number in _FULL]
    return full or any(words in str(error) for words in said)


def storage_error(error: Exception, path: Path | str) -> WorkspaceError:
    """A failure to write at `path` as an error that says what to do."""
    if disk_full(error):
        return WorkspaceError("workspace.error.full", path=path)
    number = error.errno if isinstance(error, OSError) else None
    return WorkspaceError(
        _KEYS.get(number or 0, "workspace.error.storage"), path=path, reason=_reason(error)
    )


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raises what the disk refuses as WorkspaceError."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) or disk_full(error):
            raise storage_error(error, path) from error
        raise


def make_private_folder(path: Path) -> None:
    """Makes `path` and what is missing above it, for the owner only; one that is there stays as it
    is."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


def private(path: str, flags: int) -> int:
    """An opener for `open`: a file that it makes is for the owner only."""
    return os.open(path, flags, PRIVATE_FILE)


def seal(folder: Path) -> None:
    """Makes everything in `folder` private and brings it to the disk, the folder itself
    included."""
    for place, _, files in os.walk(folder, topdown=False):
        for name in files:
            path = os.path.join(place, name)
            os.chmod(path, PRIVATE_FILE)
            sync(path)
        os.chmod(place, PRIVATE_FOLDER)
        sync(place)


def exchange(one: Path, other: Path) -> bool:
    """Swaps two folders in one step, so that no one ever sees neither; False where the system
    cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (
        AttributeError,
        OSError,
        TypeError,
    ):  # macOS has none; Windows wants the name of a library
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return bool(done == 0)
