"""One JSON object a line, UTF-8, under canonical names; `differs` names the values that
disagree."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from reconcile.lists.writers.files import opened
from reconcile.lists.writers.list_table import DIFFERS, ListTable

SUFFIX = ".ndjson"
MAX_ROWS = None


def write(table: ListTable, target: Path | BinaryIO) -> None:
    """Write the list, its columns in their order."""
    with opened(target) as stream:
        table.values().with_columns(table.frame[DIFFERS].alias("differs")).write_ndjson(stream)
