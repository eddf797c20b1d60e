"""Every way in which a command can fail, as a message on stderr and an exit code."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path

import typer

from reconcile.cli.usage import usage_message
from reconcile.core import logs
from reconcile.core.errors import ReconcileError, WorkspaceError
from reconcile.core.machine import READER_GONE
from reconcile.core.messages import text

BUG = 1
INTERRUPTED = 130
BROKEN_PIPE = 141
_PACKAGE = Path(__file__).parents[1]


def tell(error: BaseException, *, verbose: bool) -> int:
    """Says on stderr what `error` means and what to do next; the exit code.

    A bug is told by its kind and place only, since its text may hold personal values; the whole
    traceback goes to a private file with `verbose` or RECONCILE_DEBUG.
    """
    match error:
        case _ if _is_broken_pipe(error):
            return _leave_quietly()
        case SystemExit(code=int(code)) if code > 128:  # told to stop by a signal
            return _say(text("cli.error.interrupted"), code, "cli.error.interrupted")
        case SystemExit():
            return error.code if isinstance(error.code, int) else BUG
        case KeyboardInterrupt() | typer.Abort():
            return interrupted()
        case ReconcileError():
            return _say(str(error), error.exit_code, error.key)
        case typer.TyperException():
            message = usage_message(error)
            return _say(message, error.exit_code, "cli.usage") if message else error.exit_code
        case MemoryError():
            return _say(text("cli.error.memory"), WorkspaceError.exit_code, "cli.error.memory")
        case Exception() if (storage := _storage_error(error)) is not None:
            return _say(str(storage), storage.exit_code, storage.key)
        case _:
            return _tell_bug(error, verbose)


def interrupted() -> int:
    """Says that someone pressed Ctrl-C; the exit code."""
    return _say(text("cli.error.interrupted"), INTERRUPTED, "cli.error.interrupted")


def _is_broken_pipe(error: BaseException) -> bool:
    # Typer turns a broken pipe into SystemExit; Polars tells it in words only
    told = isinstance(error, OSError) and any(
        f"os error {number}" in str(error) for number in READER_GONE
    )
    return (
        told or isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError)
    )


def _leave_quietly() -> int:
    """The reader of stdout has seen enough, as `head` has; nothing must be written to it at
    exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _storage_error(error: Exception) -> WorkspaceError | None:
    """`error` as what it is when a disk refused; None when it is anything else."""
    from reconcile.workspace import disk_full, storage_error

    if isinstance(error, OSError) or disk_full(error):
        path = error.filename if isinstance(error, OSError) else None
        return storage_error(error, path or text("cli.error.output"))
    return None


def _tell_bug(error: BaseException, verbose: bool) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    last = (own or frames)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    message = text("cli.error.bug", kind=type(error).__name__, place=place)
    if verbose or os.environ.get("RECONCILE_DEBUG"):
        message += "\n" + text("cli.error.traceback", file=_keep_traceback(error))
    return _say(message, BUG, "cli.error.bug")


def _keep_traceback(error: BaseException) -> str:
    descriptor, name = tempfile.mkstemp(prefix="reconcile-", suffix=".txt")  # made 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return name


def _say(message: str, code: int, key: str) -> int:
    if logs.enabled():
        logs.event("failed", "error", key=key, exit_code=code, message=message)
        return code
    from rich.console import Console
    from rich.text import Text

    label = Text(text("cli.error.label"), style="bold red")
    Console(stderr=True, soft_wrap=True).print(label + Text(message))
    return code
