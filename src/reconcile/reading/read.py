"""read: the files of a source → records as raw text, and every other row with the reason why it is
none."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from reconcile.config import SourceConfig
from reconcile.core.errors import InputError
from reconcile.core.frames import REJECTS, conform
from reconcile.core.layouts import Layout, load_layout
from reconcile.reading.header_checks import check_chosen, check_header
from reconcile.reading.headers import ColumnMatch
from reconcile.reading.inputs import expand
from reconcile.reading.opening import digest, read_tables
from reconcile.reading.rows import REJECTED, TITLE, sort_rows
from reconcile.reading.scratch import scratch_folder
from reconcile.reading.tables import Table, TableChoice

__all__ = ["ColumnMatch", "FileReport", "ReadResult", "read_source"]

REPEATED_ROW = "repeated_row"


@dataclass(frozen=True)
class FileReport:
    """How one table was read. `file` is the base name, with `!member` in an archive; `header_row`
    is from 1.

    rows_read counts every row but the header and blank ones: rows kept, rejected and set aside.
    """

    file: str
    encoding: str
    delimiter: str | None
    sheet: str | None
    header_row: int
    columns: tuple[ColumnMatch, ...]
    rows_read: int
    rows_kept: int
    digest: str


@dataclass(frozen=True)
class ReadResult:
    """A source as read.

    records: frames.PROVENANCE and the canonical columns found, raw text, null where empty; by file
    and row. rejects, set_aside: frames.REJECTS; their reasons are texts `reading.reason.*`.
    """

    records: pl.DataFrame
    rejects: pl.DataFrame
    set_aside: pl.DataFrame
    files: tuple[FileReport, ...]


def read_source(name: str, source: SourceConfig, folder: Path) -> ReadResult:
    """Read all files of the source called `name`; relative paths start at `folder`.

    Raises InputError for a file that cannot be used and ConfigError for settings that cannot be
    meant.
    """
    layout = load_layout(source.layout)
    check_chosen(source.columns, layout)
    with scratch_folder() as scratch, ThreadPoolExecutor(1) as aside:
        parts = [
            _part(table, source, digested)
            for given in expand(source.files, folder, scratch)
            for digested in [aside.submit(digest, given.path)]
            for table in read_tables(given, TableChoice.by(source), scratch)
        ]
    if not any(part.records.height or (part.others["reason"] != TITLE).any() for part in parts):
        raise InputError(
            "reading.error.no_rows", file="、".join(part.report.file for part in parts)
        )
    return _result(name, parts, layout)


@dataclass(frozen=True)
class _Part:
    """One table: its report (rows kept not yet known), its records, and its other rows with their
    reasons."""

    report: FileReport
    records: pl.DataFrame
    others: pl.DataFrame


def _part(table: Table, source: SourceConfig, digested: Future[str]) -> _Part:
    check_header(table.header, source.columns, table.file)
    rows = sort_rows(table)
    file = pl.lit(table.file).alias("file")
    report = FileReport(
        file=table.file,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        header_row=table.header.first_row,
        columns=table.header.matches,
        rows_read=rows.records.height + rows.others.height,
        rows_kept=0,
        digest=digested.result(),
    )
    return _Part(report, rows.records.select(file, pl.all()), rows.others.select(file, pl.all()))


def _result(name: str, parts: list[_Part], layout: Layout) -> ReadResult:
    source = pl.lit(name).alias("source")
    rows = pl.concat([part.records for part in parts], how="diagonal")
    columns = [column.name for column in layout.columns if column.name in rows.columns]
    repeated = (
        _repeated(rows.select(columns))
        if layout.register
        else pl.repeat(False, rows.height, eager=True)
    )
    kept_rows = rows.filter(~repeated) if repeated.any() else rows
    records = kept_rows.select(source, "file", "row", *columns)
    others = [part.others for part in parts]
    again = rows.filter(repeated).select("file", "row", reason=pl.lit(REPEATED_ROW))
    frame = pl.concat([*others, again], how="diagonal").select(source, pl.all().fill_null(""))
    frame = _in_order(conform(frame, REJECTS), [part.report.file for part in parts])
    rejected = pl.col("reason").is_in(REJECTED)
    kept = dict(records.group_by("file").len().iter_rows())
    return ReadResult(
        records,
        frame.filter(rejected),
        frame.filter(~rejected),
        tuple(replace(part.report, rows_kept=kept.get(part.report.file, 0)) for part in parts),
    )


def _repeated(values: pl.DataFrame) -> pl.Series:
    """Which rows repeat an earlier one in every column."""
    suspect = _suspects(values)
    # Rows that share a hash are few; only they are compared in full.
    again = ~values.filter(suspect).select(pl.struct(pl.all()).is_first_distinct()).to_series()
    places = suspect.arg_true().filter(again)
    return suspect.clear(suspect.len()).fill_null(False).scatter(places, True)


def _suspects(values: pl.DataFrame) -> pl.Series:
    """The rows that may repeat another: they share a hash, and if there is one, their own key."""
    if "record_key" not in values.columns:
        return values.hash_rows().is_duplicated()
    suspect = values["record_key"].hash().is_duplicated()
    among = values.filter(suspect)
    return (
        suspect.scatter(suspect.arg_true(), among.hash_rows().is_duplicated())
        if among.height
        else suspect
    )


def _in_order(frame: pl.DataFrame, files: list[str]) -> pl.DataFrame:
    return frame.sort(pl.col("file").cast(pl.Enum(files)), "row")
