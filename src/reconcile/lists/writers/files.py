"""Files and folders for lists: private, and with names that every system accepts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
LONGEST_NAME = 60  # characters; three bytes each stay below the 255 bytes that file systems allow

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f]')
_ENDS = re.compile(r"^\s+|[\s.]+\Z")  # Windows drops what is blank at the end, and dots
_RESERVED = re.compile(
    r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[\d¹²³])\s*(\..*)?", re.IGNORECASE
)


@contextmanager
def opened(target: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The target as a binary stream: a path is made anew, readable by its owner only; a stream is
    flushed."""
    if isinstance(target, Path):
        with os.fdopen(
            os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb"
        ) as stream:
            target.chmod(PRIVATE)  # a file that was there before keeps its mode otherwise
            yield stream
    else:
        yield target
        target.flush()


def safe_name(name: str) -> str:
    """The name as a file or folder may be called on Windows too; `_` when nothing of it is left."""
    kept = _ENDS.sub("", _FORBIDDEN.sub("_", name)[:LONGEST_NAME])
    return f"_{kept}" if not kept or _RESERVED.fullmatch(kept) else kept


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """A safe name for each name, no two alike even where capitals are not told apart."""
    taken: set[str] = set()
    chosen = {}
    for name in dict.fromkeys(names):
        stem = candidate = safe_name(name)
        number = 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{stem}~{number}"
        taken.add(candidate.casefold())
        chosen[name] = candidate
    return chosen
