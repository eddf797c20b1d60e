"""What Linux, macOS and Windows each do in a way of their own; no other module asks which it is."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path

CLOCKS_APART = 60.0  # seconds by which a disk elsewhere may date a file before its process began

# The numbers by which the system tells a full disk or quota, and a pipe whose reader has left;
# Polars quotes them.
if sys.platform == "win32":
    DISK_FULL = frozenset({39, 112, 1295})
    READER_GONE = frozenset({109, 232})
else:
    DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
    READER_GONE = frozenset({errno.EPIPE})

_STOPS = ("SIGTERM", "SIGHUP", "SIGBREAK")  # Windows has no hangup, the others no Ctrl-Break


def stop_signals() -> list[signal.Signals]:
    """The signals by which this system tells a process to stop."""
    return [getattr(signal, name) for name in _STOPS if hasattr(signal, name)]


def peak_memory() -> float:
    """The most memory that this process has held so far, in MiB."""
    if sys.platform == "win32":
        import psutil

        return _mib(psutil.Process().memory_info().peak_wset)
    # On Linux `ru_maxrss` would hold the parent's peak too, from before this process became another
    # program.
    status = Path("/proc/self/status")
    told = status.read_text(encoding="ascii") if status.exists() else ""
    if found := re.search(r"VmHWM:\s*(\d+) kB", told):
        return _mib(int(found[1]) * 2**10)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _mib(
        peak if sys.platform == "darwin" else peak * 2**10
    )  # macOS counts bytes, others KiB


def _mib(count: float) -> float:
    return round(count / 2**20, 1)


def may_live(process: int, written: float) -> bool:
    """Whether the process of this number that wrote a file at `written` (seconds of the epoch) may
    still be at work: not when there is none of that number, nor when the one that has it now began
    afterwards."""
    import psutil

    try:
        return psutil.Process(process).create_time() <= written + CLOCKS_APART
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:  # somebody else's, of which nothing is told
        return True


def account() -> str:
    """The name of the account that this process runs under; its number where it has no name."""
    import getpass

    with suppress(
        KeyError, OSError, ImportError
    ):  # by the version of Python, when there is no name
        return getpass.getuser()
    if sys.platform == "win32":
        import psutil

        return psutil.Process().username()
    return str(os.getuid())


def sync(path: Path | str) -> None:
    """Brings a file or folder to the disk. Windows has no such thing for folders, and asks for
    files that may be written to."""
    windows = sys.platform == "win32"
    if windows and os.path.isdir(path):
        return
    descriptor = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
