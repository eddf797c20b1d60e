"""CSV (RFC 4180): on disk for spreadsheet programs, in a pipe for other tools.

On disk: a byte order mark, `\\r\\n`, formula characters neutralised, control characters removed,
percentages as people read them. In a pipe: UTF-8 as it is, `\\n`, numbers as numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from reconcile.lists.writers.characters import neutralised, readable
from reconcile.lists.writers.files import opened
from reconcile.lists.writers.list_table import ListTable

SUFFIX = ".csv"
MAX_ROWS = 1_048_575  # a spreadsheet program drops what comes after, silently


def write(table: ListTable, target: Path | BinaryIO) -> None:
    """Write the list; a path gets the form for spreadsheet programs, a stream the plain one."""
    for_spreadsheet = isinstance(target, Path)
    frame = table.values()
    if for_spreadsheet:
        frame = frame.select(neutralised(readable(column)) for column in table.columns)
    frame.columns = [column.header for column in table.columns]
    line_end = "\r\n" if for_spreadsheet else "\n"
    with opened(target) as stream:
        frame.write_csv(stream, include_bom=for_spreadsheet, line_terminator=line_end)
