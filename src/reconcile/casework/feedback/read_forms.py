"""The workbooks that came back, read as text: every row that names a case or has an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

import polars as pl

from reconcile.casework.feedback.decrypt import Password, opened
from reconcile.casework.feedback.headers import (
    folded,
    form_layout,
    is_form,
    is_of_rejects,
    label_of,
)
from reconcile.casework.feedback.keys import normal_keys
from reconcile.casework.form import FILLED_IN, HELD_AGAINST, IDENTIFYING
from reconcile.core.errors import InputError
from reconcile.core.frames import Schema, conform, empty
from reconcile.core.messages import LANGUAGES, text
from reconcile.lists.writers.files import safe_name
from reconcile.reading.archives import unpack
from reconcile.reading.content import Content, content_of
from reconcile.reading.inputs import Input, expand
from reconcile.reading.opening import digest, read_tables
from reconcile.reading.rows import RAGGED, REJECTED, sort_rows
from reconcile.reading.scratch import scratch_folder
from reconcile.reading.tables import Table, TableChoice, cell
from reconcile.reading.workbooks import ALL_SHEETS

# One row of a workbook. `table`: its place in Returned.tables. `fault`: why the readers could not
# read it (`reading.reason.*`), or null. `at_file`, `at_sheet`, `at_row`: where the row stands, or,
# when it is in a workbook of rejects, where it stood first. The rest is text as it was typed; `key`
# in the form in which keys are given out.
RETURNED: Schema = {
    "table": pl.UInt32,
    "file": pl.String,
    "row": pl.UInt32,
    "fault": pl.String,
    "at_file": pl.String,
    "at_sheet": pl.String,
    "at_row": pl.String,
    **dict.fromkeys((*IDENTIFYING, *FILLED_IN, *HELD_AGAINST), pl.String),
}


@dataclass(frozen=True)
class ReturnedFile:
    """A file of the call: what reports call it, and the SHA-256 of its bytes."""

    label: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Returned:
    """`rows`: RETURNED, in the order of files, sheets and rows. `tables`: the sheets that they are
    of, as they are. `ignored`: labels of what was no form beside forms. `superseded`: how many rows
    are left out since they stand in a workbook of rejects of the same call, perhaps mended, that
    was saved later."""

    files: tuple[ReturnedFile, ...]
    rows: pl.DataFrame
    tables: tuple[Table, ...]
    ignored: tuple[str, ...]
    superseded: int


def read_returned(files: Sequence[str], password: Password) -> Returned:
    """Reads the files, patterns among them. Raises InputError for a file that cannot be read, that
    is no form (it lacks the case's key or the result), or that does not open with the password."""
    parts: list[pl.DataFrame] = []
    tables: list[Table] = []
    saved: list[int] = []
    ignored: list[str] = []
    read: list[ReturnedFile] = []
    with scratch_folder() as scratch:
        for source in expand(files, Path(), scratch):
            if _is_cover(source.label):
                ignored.append(source.label)
                continue
            read.append(ReturnedFile(source.label, source.path, digest(source.path)))
            forms = [*_forms(opened(source, password, scratch), scratch, ignored.append)]
            if not forms:
                raise InputError("feedback.error.no_form", file=source.label)
            for table in forms:
                parts.append(_rows(folded(table), source.label, len(tables)))
                tables.append(table)
                saved.append(source.path.stat().st_mtime_ns)
    rows = pl.concat([empty(RETURNED), *parts])
    left = _without_superseded(rows, tables, saved)
    return Returned(tuple(read), left, tuple(tables), tuple(ignored), rows.height - left.height)


def _is_cover(label: str) -> bool:
    """Whether this is the office's own table of a batch, which lies beside the forms that were sent
    out."""
    stem = PurePath(label).stem
    return any(
        stem.endswith(f"_{safe_name(text('dispatch.cover.name', language))}")
        for language in LANGUAGES
    )


def _without_superseded(
    rows: pl.DataFrame, tables: Sequence[Table], saved: Sequence[int]
) -> pl.DataFrame:
    """`rows` without those that are in a workbook of rejects too; of several such workbooks the one
    saved last counts. `saved`: when the file of each table was."""
    ranks = [
        when if is_of_rejects(table) else -1 for table, when in zip(tables, saved, strict=True)
    ]
    rank = (
        pl.col("table").cast(pl.Int64).replace_strict(dict(enumerate(ranks)), return_dtype=pl.Int64)
    )
    at = ("at_file", "at_sheet", "at_row")
    nowhere = pl.any_horizontal(
        pl.col("at_file", "at_row").fill_null("") == ""
    )  # somebody added it
    return rows.filter(nowhere | (rank == rank.max().over(*at)))


def _forms(source: Input, scratch: Path, ignore: Callable[[str], None]) -> Iterator[Table]:
    """The sheets of a file, or of the files in an archive, that are forms."""
    content = content_of(source.path, source.label)
    packed = content in (Content.ZIP, Content.GZIP)
    members = unpack(source, content, scratch) if packed else iter([source])
    for member in members:
        found = []
        with _without_header(member.label, ignore if packed else None):
            found = [*read_tables(member, TableChoice([form_layout()], sheet=ALL_SHEETS), scratch)]
        forms = [table for table in found if is_form(table)]
        if packed and found and not forms:
            ignore(member.label)
        yield from forms


@contextmanager
def _without_header(label: str, ignore: Callable[[str], None] | None) -> Iterator[None]:
    """A file without a header that is known is no form: among others it is ignored, alone it is
    refused."""
    try:
        yield
    except InputError as error:
        if error.key != "reading.error.no_header":
            raise
        if ignore is None:
            raise InputError("feedback.error.no_form", file=label) from error
        ignore(label)


def _rows(table: Table, file: str, number: int) -> pl.DataFrame:
    """RETURNED of one sheet: titles, totals, notes and rows without a case and an answer are left
    out."""
    read = {
        cell(place): match.column
        for place, match in enumerate(table.header.matches)
        if match.column
    }
    rows = table.rows.slice(table.header.last_row).select("row", "cells", *read).rename(read)
    others = sort_rows(table).others
    damaged = others.filter(pl.col("reason").is_in(REJECTED)).select("row", fault="reason")
    aside = others.filter(~pl.col("reason").is_in(REJECTED))["row"]
    # Spreadsheets leave off the empty cells at the end of a line of CSV.
    cut_short = (pl.col("fault") == RAGGED) & (pl.col("cells") < len(table.header.texts))
    key = normal_keys(pl.col("key"))
    answered = (pl.col("result").str.strip_chars() != "") & ~pl.col("row").is_in(aside.implode())
    # Whatever a row begins with: one that names a case is no note.
    meant = (
        key.is_not_null() | answered.fill_null(False) | (pl.col("fault") != RAGGED).fill_null(False)
    )
    found = (
        rows.join(damaged, on="row", how="left", maintain_order="left")
        .filter(meant)
        .with_columns(fault=pl.when(~cut_short).then("fault"), key=pl.coalesce(key, "key"))
        .with_columns(*([] if is_of_rejects(table) else _place(table)))
        .with_columns(table=pl.lit(number, pl.UInt32), file=pl.lit(file))
    )
    return conform(found.with_columns(pl.col("at_sheet").fill_null("")), RETURNED)


def _place(table: Table) -> list[pl.Expr]:
    """Where each row of the table stands."""
    return [
        pl.lit(label_of(table)).alias("at_file"),
        pl.lit(table.sheet or "").alias("at_sheet"),
        pl.col("row").cast(pl.String).alias("at_row"),
    ]
