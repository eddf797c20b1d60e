"""Sheets of .xlsx and .xls files as text, with what spreadsheets do to numbers and dates made
visible.

- A number comes as its digits, without `.0`. Beyond 15 digits a spreadsheet has lost the rest: such
  a number comes in the notation `4.60105199001011E+17`, so that nobody takes it for a whole ID
  number.
- A date cell comes as `2012-03-05`; with its time when any cell of the column has one.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import fastexcel
import polars as pl

from reconcile.core.errors import InputError
from reconcile.reading.archives import damage_named, refuse_large
from reconcile.reading.header_rows import Header, find_header
from reconcile.reading.inputs import Input
from reconcile.reading.tables import HEAD_ROWS, Table, TableChoice, cell

ALL_SHEETS = "*"

# Rows times columns up to the last corner in use; a million rows of a hundred columns.
MOST_CELLS = 100_000_000
_EXTENT = re.compile(rb'<dimension ref="[A-Z]+\d+:(?P<column>[A-Z]+)(?P<row>\d+)"')
_SHEET_HEAD = 4096

_MIDNIGHT = " 00:00:00"
_TIMESTAMP = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"
# Spreadsheets keep 15 digits of a number; with more than 18 it is no ID number anyway.
_INEXACT = r"^[1-9]\d{15,17}$"


def read_workbook(source: Input, wanted: TableChoice) -> Iterator[Table]:
    """The table in the workbook `source`: on the sheet named, else on the only visible one with a
    header.

    `sheet: "*"` reads every visible sheet that has a header. Raises InputError for a workbook that
    is damaged or under a password, a sheet that is not there, no header, or several sheets that
    fit.
    """
    with _problems_named(source):
        book = _open(source)
        sheets = _sheets(book, source, wanted)
    found = [
        (name, rows, header) for name, rows in sheets if (header := _header(rows, source, wanted))
    ]
    if not found:
        raise InputError("reading.error.no_header", file=source.label)
    if len(found) > 1 and wanted.sheet != ALL_SHEETS:
        names = "、".join(name for name, _, _ in found)
        raise InputError("reading.error.several_sheets", file=source.label, sheets=names)
    for name, rows, header in found:
        with _problems_named(source):
            rows = _with_ruined_numbers(book, name, rows)
        label = f"{source.label}[{name}]" if len(found) > 1 else source.label
        yield Table(label, header, _numbered(_with_plain_dates(rows)), "", sheet=name)


@contextmanager
def _problems_named(source: Input) -> Iterator[None]:
    """What the parser says of a workbook that it cannot read, as an InputError."""
    try:
        with _without_stderr():
            yield
    except BaseException as problem:
        # On some damaged files the parser panics, with an exception that is no Exception.
        if (
            not isinstance(problem, fastexcel.FastExcelError)
            and type(problem).__name__ != "PanicException"
        ):
            raise
        key = "password" if "password" in str(problem).lower() else "corrupt_workbook"
        raise InputError(f"reading.error.{key}", file=source.label) from problem


@contextmanager
def _without_stderr() -> Iterator[None]:
    """A panic is printed where Python cannot stop it; the user is told in our own words."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _open(source: Input) -> fastexcel.ExcelReader:
    data = source.path.read_bytes()
    if data.startswith(b"PK"):
        with damage_named(source, "corrupt_workbook"), zipfile.ZipFile(source.path) as parts:
            refuse_large(source, len(data), sum(part.file_size for part in parts.infolist()))
            _refuse_sprawling(source, parts)
    # From bytes the kind of workbook is told by its content; from a path it would be told by its
    # extension.
    return fastexcel.read_excel(data)


def _refuse_sprawling(source: Input, parts: zipfile.ZipFile) -> None:
    """A value in a far corner makes a sheet of billions of empty cells, and the parser makes room
    for each."""
    for name in parts.namelist():
        if name.startswith("xl/worksheets/"):
            with parts.open(name) as sheet:
                extent = _EXTENT.search(sheet.read(_SHEET_HEAD))
            if extent and _column_number(extent["column"]) * int(extent["row"]) > MOST_CELLS:
                corner = (extent["column"] + extent["row"]).decode()
                raise InputError("reading.error.sprawling_sheet", file=source.label, corner=corner)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheets(
    book: fastexcel.ExcelReader, source: Input, wanted: TableChoice
) -> list[tuple[str, pl.DataFrame]]:
    """Names and cells of the sheets to look at: the one named, or all that are visible and not
    empty."""
    named = None if wanted.sheet == ALL_SHEETS else wanted.sheet
    if named is not None and named not in book.sheet_names:
        names = "、".join(book.sheet_names)
        raise InputError("reading.error.no_sheet", file=source.label, sheet=named, sheets=names)
    loaded = [(name, _load(book, name)) for name in book.sheet_names if named in (None, name)]
    sheets = [
        (name, _cells(sheet))
        for name, sheet in loaded
        if sheet.height and (named or sheet.visible == "visible")
    ]
    if not sheets:
        raise InputError("reading.error.empty", file=source.label)
    return sheets


def _load(book: fastexcel.ExcelReader, name: str) -> fastexcel.ExcelSheet:
    # Without `skip_rows` the empty rows at the top would be missing and every row number wrong.
    return book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")


def _cells(sheet: fastexcel.ExcelSheet) -> pl.DataFrame:
    cells: pl.DataFrame = sheet.to_polars()
    cells.columns = [cell(place) for place in range(cells.width)]
    return cells.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))


def _header(cells: pl.DataFrame, source: Input, wanted: TableChoice) -> Header | None:
    if wanted.header_row and wanted.header_row > cells.height:
        raise InputError(
            "reading.error.header_row_outside",
            file=source.label,
            row=wanted.header_row,
            rows=cells.height,
        )
    top = max(HEAD_ROWS, (wanted.header_row or 0) + 1)
    head = [[text or "" for text in row] for row in cells.head(top).iter_rows()]
    return find_header(head, wanted.layouts, wanted.columns, wanted.header_row)


def _with_ruined_numbers(
    book: fastexcel.ExcelReader, name: str, cells: pl.DataFrame
) -> pl.DataFrame:
    """Numbers of 16 to 18 digits in the notation that shows their loss; text cells stay as they
    are."""
    long = [
        place
        for place, column in enumerate(cells.columns)
        if cells[column].str.contains(_INEXACT).any()
    ]
    if not long:
        return cells
    # Read as truth values, number cells are true and text cells are null: that tells them apart.
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="boolean")
    is_number = sheet.to_polars()
    return cells.with_columns(
        pl.when(
            is_number.to_series(place).fill_null(False) & cells[cell(place)].str.contains(_INEXACT)
        )
        .then(_scientific(pl.col(cell(place))))
        .otherwise(cell(place))
        .alias(cell(place))
        for place in long
    )


def _scientific(digits: pl.Expr) -> pl.Expr:
    """`460105199001011008` (the double that a spreadsheet held) → `4.60105199001011E+17`."""
    excess = digits.str.len_chars() - 15
    unit = pl.lit(10, pl.Int64).pow(excess)
    kept = ((digits.cast(pl.Int64, strict=False) + unit // 2) // unit).cast(pl.String)
    return pl.format("{}.{}E+{}", kept.str.head(1), kept.str.slice(1, 14), excess + 14)


def _with_plain_dates(cells: pl.DataFrame) -> pl.DataFrame:
    """Date cells come with a time; where a whole column has only midnights it is a column of
    days."""
    days = [
        column
        for column in cells.columns
        if (stamps := cells[column].filter(cells[column].str.contains(_TIMESTAMP))).len()
        and stamps.str.ends_with(_MIDNIGHT).all()
    ]
    return cells.with_columns(pl.col(days).str.strip_suffix(_MIDNIGHT))


def _numbered(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("row"),
        pl.lit(cells.width, pl.UInt32).alias("cells"),
        pl.lit(None, pl.String).alias("fault"),
        pl.all(),
    )
