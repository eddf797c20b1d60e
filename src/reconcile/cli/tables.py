"""Tables that single jobs make themselves, sent to a screen, a pipe or a file like the lists of `output`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.cli.output import FORMATS, STDOUT, all_at_once
from reconcile.core.errors import UsageError

if TYPE_CHECKING:
    from reconcile.lists.writers.list_table import ListTable
    from reconcile.reading.read import ReadResult

_BINARY = ("xlsx", "parquet")


def deliver_table(build: Callable[[bool], ListTable], output: str, form: str | None) -> None:
    """Writes a table to the file `output`, in the format of its ending unless `form` says otherwise, or to stdout
    for `-`: a table on a screen, CSV in a pipe. `build` makes it, masked when it is for a screen."""
    from reconcile.lists.writers import load_writer
    from reconcile.workspace import storage_errors

    if output == STDOUT:
        on_screen = sys.stdout.buffer.isatty()
        if on_screen and form in _BINARY:
            raise UsageError("lists.error.binary_to_terminal", format=form)
        sys.stdout.flush()
        load_writer(form or ("table" if on_screen else "csv")).write(build(on_screen), sys.stdout.buffer)
        return
    target = Path(output)
    with storage_errors(target), all_at_once(target) as draft:
        load_writer(form or FORMATS[target.suffix.lower()]).write(build(False), draft)


def tell(lines: Iterable[object]) -> None:
    """Says on stderr what there is to know beside a table, a line each."""
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True)
    for line in lines:
        console.print(str(line), markup=False, highlight=False)


def tell_unread(read: ReadResult, refused: Iterable[str] = ()) -> None:
    """Says on stderr which rows of the files the readers set aside or rejected, by reason, and dropped columns.

    `refused`: the reasons of rows that were read and could not be used.
    """
    from collections import Counter

    from reconcile.core.messages import text
    from reconcile.crosschecks.figures import remark
    from reconcile.pipeline.summary import told_reasons

    files = "、".join(file.file for file in read.files)
    rows: Sequence[str] = [*refused, *read.rejects["reason"], *read.set_aside["reason"]]
    if rows:
        tell([remark("figures.not_used", file=files, count=len(rows), reason=told_reasons(Counter(rows)))])
    for file in read.files:
        headers = [column.header for column in file.columns if column.why == "out_of_bounds"]
        if headers:
            tell([text("notices.out_of_bounds", file=file.file, headers="、".join(headers))])
