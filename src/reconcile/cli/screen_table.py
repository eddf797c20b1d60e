"""A table for the terminal: as many columns as fit, the first rows, differing values marked.

It shows what it is given: whoever builds a list for a screen builds it masked.
"""

from __future__ import annotations

from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reconcile.core.messages import text
from reconcile.lists.writers.characters import readable
from reconcile.lists.writers.files import opened
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable

SUFFIX = ".txt"
MAX_ROWS: int | None = None
SHOWN_ROWS = 50

# What a clerk looks for first; the other columns follow in their order while there is room.
_FIRST = ("severity", "town", "village", "reason", "name_l", "name_r", "id_number_l", "id_number_r")
_MOST_WIDE = 30  # narrow characters; longer values are folded
_PADDING = 2  # narrow characters between two columns
_SAID_BY_TITLE = "code"


def write(table: ListTable, target: Path | BinaryIO) -> None:
    """Write the table as text, in colour when the target is a terminal."""
    with opened(target) as stream:
        lines = TextIOWrapper(stream, encoding="utf-8", write_through=True)
        print_list(table, Console(file=lines))
        lines.detach()  # the stream belongs to the caller


def print_list(table: ListTable, console: Console, rows: int = SHOWN_ROWS) -> None:
    """Print the first rows of the list, and how much of it that is."""
    shown = _columns_that_fit(table, console.width)
    view = Table(title=table.title, box=box.SIMPLE_HEAD, pad_edge=False)
    for column in shown:
        view.add_column(column.header, max_width=_MOST_WIDE, overflow="fold")
        if column.kind in ("number", "percent"):
            view.columns[-1].justify = "right"
    head = table.frame.head(rows)
    for *values, marked in head.select(
        *(readable(column) for column in shown), DIFFERS
    ).iter_rows():
        view.add_row(
            *(_cell(column, value, marked) for column, value in zip(shown, values, strict=True))
        )
    console.print(view)
    extent = {"rows": head.height, "all_rows": table.frame.height}
    extent |= {"columns": len(shown), "all_columns": len(table.columns)}
    console.print(text("lists.shown", table.language, **extent), style="dim", highlight=False)


def _columns_that_fit(table: ListTable, width: int) -> list[ListColumn]:
    """The columns of most use that the width has room for, in the list's order; at least one."""
    rank = {name: place for place, name in enumerate(_FIRST)}
    told = [column for column in table.columns if column.name != _SAID_BY_TITLE]
    chosen: set[str] = set()
    for column in sorted(told, key=lambda column: rank.get(column.name, len(rank))):
        width -= min(max(column.width, cell_len(column.header)), _MOST_WIDE) + _PADDING
        if width < 0 and chosen:
            break
        chosen.add(column.name)
    return [column for column in told if column.name in chosen]


def _cell(column: ListColumn, value: str | None, marked: list[str]) -> Text:
    return Text(value or "", style="bold yellow" if column.name in marked else "")
