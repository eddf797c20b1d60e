"""One file for each format that a list is written in; the config's name of a format is its module's
name.

A writer module has `SUFFIX`, `MAX_ROWS` (of one file; None when there is no limit) and
`write(table, target)`, where the target is the path of a file or an open binary stream.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from reconcile.lists.writers.list_table import ListTable


class Writer(Protocol):
    """What a module of this folder offers."""

    SUFFIX: str
    MAX_ROWS: int | None

    def write(self, table: ListTable, target: Path | BinaryIO) -> None:
        """Write the whole list. A file is made 0600; a stream is left open."""


def load_writer(name: str) -> Writer:
    """The writer of the format `name`: csv, ndjson, parquet or xlsx."""
    return cast(Writer, import_module(f"reconcile.lists.writers.{name}"))
