"""Publishes a run in a child that is killed at the n-th line of the workspace's code, for every n.

Prints, for each kill, what stood in the run folder right afterwards, and what stood there once the next
process had taken the lock: "old", "new", "none", or "mixed". Argument: `exchange`, or `aside` for a system
that cannot exchange folders.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from reconcile.workspace import Workspace, folder, storage

PERIOD = "2026-10"
FILES = ("summary.json", "lists/a.xlsx")


def publish(workspace: Workspace, content: str) -> None:
    with workspace.lock(), workspace.run_folder(PERIOD) as run:
        for name in FILES:
            path = run / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")


def visible(workspace: Workspace) -> str:
    run = workspace.runs / PERIOD
    if not run.exists():
        return "none"
    found = {(run / name).read_text() if (run / name).exists() else "missing" for name in FILES}
    return found.pop() if len(found) == 1 else "mixed"


def killer(at: int) -> Callable[[FrameType, str, Any], Any]:
    """A trace function that ends the process, as kill -9 does, before the line number `at` is run."""
    ours = {folder.__file__, storage.__file__}
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in ours:
            return None
        lines += event == "line"
        if lines == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def killed(workspace: Workspace, at: int) -> bool:
    """Whether the child was killed before it had finished."""
    child = os.fork()
    if child == 0:
        sys.settrace(killer(at))
        publish(workspace, "new")
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main() -> None:
    os.fsync = lambda fd: None  # slow, and of no matter to a process that dies
    if sys.argv[1] == "aside":
        setattr(folder, "exchange", lambda one, other: False)  # noqa: B010
    for before in ("old", "none"):
        at = 1
        going = True
        while going:
            with tempfile.TemporaryDirectory() as place:
                workspace = Workspace(Path(place) / "work")
                if before == "old":
                    publish(workspace, "old")
                going = killed(workspace, at)
                after_kill = visible(workspace)
                with workspace.lock():
                    after_lock = visible(workspace)
                    litter = [path.name for path in workspace.runs.iterdir() if path.name != PERIOD]
                publish(workspace, "next")
                print(json.dumps([before, at, after_kill, after_lock, litter, visible(workspace)]))
            at += 1


main()
