"""Temporary files: they hold people's data, so only their owner can read them, and they go in the
end."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reconcile.core.errors import InputError


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for temporary files, deleted at the end. A full disk on the way is an InputError."""
    with tempfile.TemporaryDirectory(prefix="reconcile-") as folder:
        try:
            yield Path(folder)
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise InputError("reading.error.disk_full", folder=tempfile.gettempdir()) from problem


@contextmanager
def private_file(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file of mode 0600 in `folder`, open for writing; gone again when the writing fails."""
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            yield Path(name), file
    except BaseException:
        os.unlink(name)
        raise
