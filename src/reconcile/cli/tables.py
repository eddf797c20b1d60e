"""Tables that single jobs make themselves, sent to a screen, a pipe or a file like the lists of
`output`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from reconcile.cli.output import FORMATS, STDOUT, all_at_once
from reconcile.core.errors import UsageError

if TYPE_CHECKING:
    from reconcile.lists.writers import Writer
    from reconcile.lists.writers.list_table import ListTable
    from reconcile.pipeline.jobs import Job

    # Makes a table, masked or not.
    Build = Callable[[bool], ListTable]
    from reconcile.reading.read import ReadResult

_BINARY = ("xlsx", "parquet")
SCREEN = "table"


def deliver(job: Job, output: str, form: str | None, language: Literal["zh", "en"]) -> None:
    """Writes the job's list, as `deliver_table`: masked on a screen, whole elsewhere."""
    from reconcile.lists.build import build_list

    records, layouts = job.view.records, job.prepared.layouts

    def build(masked: bool) -> ListTable:
        return build_list(job.code, job.discrepancies, records, layouts, language, None, masked)

    deliver_table(build, output, form)


def deliver_table(build: Build, output: str, form: str | None) -> None:
    """Writes a table to the file `output`, in the format of its ending unless `form` says
    otherwise, or to stdout for `-`: a table on a screen, CSV in a pipe. `build` makes it, masked
    when it is for a screen."""
    from reconcile.workspace import storage_errors

    if output == STDOUT:
        sys.stdout.flush()
        send_table(build, sys.stdout.buffer, form)
        return
    target = Path(output)
    with storage_errors(target), all_at_once(target) as draft:
        writer_of(form or FORMATS[target.suffix.lower()]).write(build(False), draft)


def send_table(build: Build, stream: BinaryIO, form: str | None) -> None:
    """Sends a table to a screen, as a table, or a pipe, as CSV, unless `form` says otherwise.
    Raises UsageError when a screen is asked to show a format that is not text."""
    on_screen = stream.isatty()
    if on_screen and form in _BINARY:
        raise UsageError("lists.error.binary_to_terminal", format=form)
    writer_of(form or (SCREEN if on_screen else "csv")).write(build(on_screen), stream)


def writer_of(form: str) -> Writer:
    """The writer of a format; that of `table` is a screen's."""
    from reconcile.lists.writers import load_writer

    if form == SCREEN:
        from reconcile.cli import screen_table

        return screen_table
    return load_writer(form)


def tell(lines: Iterable[object]) -> None:
    """Says on stderr what there is to know beside a table, a line each."""
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True)
    for line in lines:
        console.print(str(line), markup=False, highlight=False)


def tell_unread(read: ReadResult, refused: Iterable[str] = ()) -> None:
    """Says on stderr which rows of the files the readers set aside or rejected, by reason, and
    dropped columns.

    `refused`: the reasons of rows that were read and could not be used.
    """
    from collections import Counter

    from reconcile.core.messages import text
    from reconcile.crosschecks.figures import remark
    from reconcile.reading.reasons import reasons_text

    files = "、".join(file.file for file in read.files)
    rows: Sequence[str] = [*refused, *read.rejects["reason"], *read.set_aside["reason"]]
    if rows:
        tell(
            [
                remark(
                    "figures.not_used",
                    file=files,
                    count=len(rows),
                    reason=reasons_text(Counter(rows)),
                )
            ]
        )
    for file in read.files:
        headers = [column.header for column in file.columns if column.why == "out_of_bounds"]
        if headers:
            tell([text("notices.out_of_bounds", file=file.file, headers="、".join(headers))])
