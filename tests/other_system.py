"""Runs `reconcile` as if on a system without what only POSIX has: words of the command line as arguments.

The modules are missing for everybody. The functions are missing for our own code only: other packages choose their way
by the name of the system, which stays.
"""

from __future__ import annotations

import os
import signal
import sys
from types import ModuleType
from typing import Any

MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "readline")
FUNCTIONS = {
    "chown", "fchmod", "fchown", "fork", "getegid", "geteuid", "getgid", "getgroups", "getloadavg", "getuid", "killpg",
    "mkfifo", "nice", "pread", "sched_getaffinity", "setsid", "statvfs", "sysconf", "uname", "wait4", "waitid",
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK",
    "SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "alarm", "pause", "setitimer",
}  # fmt: skip


class Poorer(ModuleType):
    """A module whose `FUNCTIONS` are not there for `reconcile`."""

    def __getattribute__(self, name: str) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if name in FUNCTIONS and caller.split(".")[0] == "reconcile":
            raise AttributeError(f"not on this system: {name}")
        return super().__getattribute__(name)


for name in MODULES:
    sys.modules[name] = None  # type: ignore[assignment]  # as the import system has it: there is none
os.__class__ = Poorer
signal.__class__ = Poorer

from reconcile.cli.main import run  # noqa: E402

sys.exit(run(sys.argv[1:]))
