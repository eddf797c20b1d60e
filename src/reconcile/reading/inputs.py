"""The files that a source names: paths, patterns and stdin, each with the name that reports
show."""

from __future__ import annotations

import errno
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.core.errors import InputError
from reconcile.reading.scratch import private_file

STDIN = "-"
_REFUSALS = {
    errno.EISDIR: "directory",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP), "missing_file"),
}


@dataclass(frozen=True)
class Input:
    """A file to read. `label` names it in every report: the base name, unless two files share
    it."""

    label: str
    path: Path


def expand(files: Sequence[str], folder: Path, scratch: Path) -> list[Input]:
    """The files meant by `files`, in their order; a pattern stands for its matches, sorted by name.

    Relative paths start at `folder`. A file reached twice is read once. `-` is copied to `scratch`.
    Raises InputError for what does not exist, matches nothing, is a folder or cannot be opened.
    """
    inputs: dict[Path, Input] = {}
    for name in files:
        for path in [Path(STDIN)] if name == STDIN else _matches(name, folder):
            inputs.setdefault(path.resolve(), Input(path.name, path))
    shared = Counter(found.label for found in inputs.values())
    return [_opened(found, shared[found.label] > 1, scratch) for found in inputs.values()]


def _opened(found: Input, shared: bool, scratch: Path) -> Input:
    if found.label == STDIN:
        return Input(STDIN, _spool_stdin(scratch))
    return Input(
        f"{found.path.resolve().parent.name}/{found.label}" if shared else found.label, found.path
    )


def _matches(name: str, folder: Path) -> list[Path]:
    path = folder / Path(name).expanduser()
    # A name such as 名单[1].csv is a file before it is a pattern.
    if _exists(path) or not any(sign in name for sign in "*?["):
        return [_readable(path)]
    anchor = Path(path.anchor)
    pattern = str(path.relative_to(anchor))
    found = sorted(
        p for p in anchor.glob(pattern) if p.is_file() and not p.name.startswith((".", "~$"))
    )
    if not found:
        raise InputError("reading.error.no_match", pattern=path)
    return [_readable(p) for p in found]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the system allows, a loop of links
        return False


def _readable(path: Path) -> Path:
    try:
        with path.open("rb"):
            return path
    except OSError as problem:
        key = _REFUSALS.get(problem.errno or 0, "unreadable")
        raise InputError(f"reading.error.{key}", file=path, problem=problem.strerror) from problem


def _spool_stdin(scratch: Path) -> Path:
    with private_file(scratch) as (spooled, target):
        shutil.copyfileobj(sys.stdin.buffer, target)
    return spooled
