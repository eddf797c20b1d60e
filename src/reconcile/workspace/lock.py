"""One process at a time in a folder: a lock that the system gives back however its holder dies.

<folder>/lock         locked, and empty: on Windows nobody can read what another process has locked
<folder>/lock.holder  who holds it and since when; there while it is held
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from reconcile.core.errors import WorkspaceError
from reconcile.workspace.storage import PRIVATE_FILE, make_private_folder, private, storage_errors


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps every other process out of `folder`, made where there is none, until the block ends.

    Raises WorkspaceError when another process is in, with its number and since when, or when the
    disk refuses.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "lock", mode=PRIVATE_FILE, thread_local=False)
    holder = folder / "lock.holder"
    with storage_errors(folder):
        make_private_folder(folder)
        try:
            lock.acquire(blocking=False)
        except Timeout as error:
            raise WorkspaceError("workspace.error.busy", folder=folder, **_noted(holder)) from error
    try:
        with storage_errors(folder):
            _note(holder)
        yield
    finally:
        with suppress(OSError):  # the next one writes it anew
            holder.unlink()
        lock.release()


def _note(holder: Path) -> None:
    since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
    with open(holder, "w", encoding="utf-8", opener=private) as file:
        file.write(json.dumps({"pid": os.getpid(), "since": since}))


def _noted(holder: Path) -> dict[str, object]:
    try:
        noted = json.loads(holder.read_text(encoding="utf-8"))
        return {"pid": noted["pid"], "since": noted["since"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {"pid": "?", "since": "?"}
