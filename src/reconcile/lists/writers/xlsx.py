"""Excel workbooks that open in Excel and WPS with nothing to fix.

XlsxWriter makes the workbook, with its styles, filter, widths and print setup; the rows are put
into it as XML made by Polars expressions: 200,000 rows of 35 columns in 7 s, where cell by cell
50,000 take 23 s.

Every text is an inline string in the format 'text': never a formula, a link or a number.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from reconcile.core.errors import UsageError
from reconcile.core.messages import text
from reconcile.lists.writers.characters import CONTROLS
from reconcile.lists.writers.files import opened
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable

SUFFIX = ".xlsx"
# A sheet may have 1,048,576 rows; this many of 40 columns an office computer still opens, and their
# XML stays under the 2 GiB above which Excel wants to repair the file.
MAX_ROWS = 300_000
LONGEST_CELL = 32_767  # UTF-16 units, Excel's limit
CUT_CELL = 16_000  # characters of two units each fit as well, with a notice behind them
LONGEST_SHEET_NAME = 31

_CHUNK = 5_000  # rows turned into XML at a time
_ZIP64_FROM = 2**31 - 1
_XML_PER_CELL = 60  # bytes around a value, for the estimate of the sheet's size
_COMPRESSION = 3  # less than half the time of 6, for a file a fifth larger
_SHEET = "xl/worksheets/sheet1.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CREATED = datetime(2000, 1, 1)  # the same bytes in every run

_REPLACED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r\n": "\n", "\r": "\n"}
_REPLACED |= {control: "" for control in CONTROLS if control != "\r"}
_ESCAPED, _ESCAPES = pl.Series(_REPLACED.keys()).implode(), pl.Series(_REPLACED.values()).implode()
_OF_TWO_UNITS = r"[\x{10000}-\x{10FFFF}]"
FONTS = {"zh": "宋体", "en": "Calibri"}
_HEADER_FILLS = {
    "_l": "#DDEBF7",
    "_r": "#E2EFDA",
    "": "#EDEDED",
}  # left record blue, right record green
_MARK = {"bg_color": "#FFEB9C", "font_color": "#9C5700"}
_ALIGNED: dict[str, str | int] = {
    "align": "right",
    "indent": 1,
}  # else numbers touch the text of the next column
_NUMBER_FORMATS = {"text": "@", "id": "@", "date": "@", "number": "0", "percent": "0.0%"}

Finish = Callable[[Any, Any], None]  # is given XlsxWriter's workbook and its sheet
Styles = Mapping[
    tuple[str, bool], str
]  # (kind of column, marked) → number of the style in the workbook


def write(table: ListTable, target: Path | BinaryIO, finish: Finish | None = None) -> None:
    """Write the list as one sheet; differing cells are marked.

    `finish` may add to the workbook: further sheets, validation, protection; columns without values
    take the format that it gives them. Raises UsageError when it has more rows than MAX_ROWS.
    """
    if table.frame.height > MAX_ROWS:
        rows = table.frame.height
        raise UsageError("lists.error.too_many_rows", list=table.title, rows=rows, most=MAX_ROWS)
    with opened(target) as stream, zipfile.ZipFile(_workbook(table, finish)) as workbook:
        _copy_with_rows(workbook, stream, table)


def sheet_name(title: str) -> str:
    """The title as a sheet may be called: one that is too long ends with a whole word, where it has
    words."""
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", title)
    words = re.match(rf"\S.{{0,{LONGEST_SHEET_NAME - 1}}}(?= )", name)
    cut = words[0] if words and len(name) > LONGEST_SHEET_NAME else name[:LONGEST_SHEET_NAME]
    name = cut.strip("' ")
    return f"{name}_" if name.casefold() in ("", "history") else name


def _workbook(table: ListTable, finish: Finish | None) -> BytesIO:
    """The workbook with its header, and below it one row with a blank cell in each style."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": table.title, "created": _CREATED})
        sheet = book.add_worksheet(sheet_name(table.title))
        font = {"font_name": FONTS[table.language], "font_size": 11, "valign": "top"}
        header = {"bold": True, "text_wrap": True, "border": 1}
        headers = {
            side: book.add_format(font | header | {"bg_color": fill})
            for side, fill in _HEADER_FILLS.items()
        }
        for position, column in enumerate(table.columns):
            sheet.set_column(position, position, column.width)
            sheet.write_string(
                0, position, column.header, headers.get(column.name[-2:], headers[""])
            )
        for position, (kind, marked) in enumerate(_style_keys()):
            look = {"num_format": _NUMBER_FORMATS[kind]} | (_MARK if marked else {})
            aligned = _ALIGNED if kind in ("number", "percent") else {}
            sheet.write_blank(1, position, None, book.add_format(font | look | aligned))
        _set_up(sheet, table)
        if finish:
            finish(book, sheet)
    buffer.seek(0)
    return buffer


def _style_keys() -> list[tuple[str, bool]]:
    return [(kind, marked) for kind in _NUMBER_FORMATS for marked in (False, True)]


def _set_up(sheet: Any, table: ListTable) -> None:
    last_row, last_column = table.frame.height, len(table.columns) - 1
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last_row, last_column)
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{xl_col_to_name(last_column)}{last_row + 1}"}
    )
    for position, column in enumerate(table.columns):
        if column.choices and last_row:
            choices = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(1, position, last_row, position, choices)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(3, 0)  # fifty columns on one A4 page could not be read
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    page = text("lists.page", table.language)
    # The space keeps a title's first digit from being read as a font size.
    sheet.set_footer(f"&L {table.title.replace('&', '&&')}&R{page}")


def _copy_with_rows(workbook: zipfile.ZipFile, stream: BinaryIO, table: ListTable) -> None:
    """Copy the workbook into the stream, the row of styles replaced by the rows of the list."""
    sheet = workbook.read(_SHEET).decode()
    before, styles, after = re.split(r'(<row r="2".*?</row>)', sheet, maxsplit=1)
    numbers = dict(zip(_style_keys(), re.findall(r' s="(\d+)"', styles), strict=True))
    last = f"{xl_col_to_name(len(table.columns) - 1)}{table.frame.height + 1}"
    before = re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>', before)
    size = table.frame.estimated_size() + table.frame.height * len(table.columns) * _XML_PER_CELL
    with zipfile.ZipFile(stream, "w") as copy:
        for name in workbook.namelist():
            entry = _zip_entry(name)
            with copy.open(entry, "w", force_zip64=name == _SHEET and size > _ZIP64_FROM) as part:
                if name != _SHEET:
                    part.write(workbook.read(name))
                    continue
                part.write(before.encode())
                for rows in _rows(table, numbers):
                    part.write(rows)
                part.write(after.encode())


def _zip_entry(name: str) -> zipfile.ZipInfo:
    """An entry that has the same bytes on every day and system."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 0
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = _COMPRESSION  # type: ignore[attr-defined]  # public from Python 3.13 only
    return entry


def _rows(table: ListTable, styles: Styles) -> Iterator[bytes]:
    """The XML of the rows, a chunk at a time."""
    marked = table.marked_names()
    cells = [
        _cell(column, xl_col_to_name(position), styles, column.name in marked)
        for position, column in enumerate(table.columns)
    ]
    row = pl.concat_str(pl.lit('<row r="'), pl.col("_row"), pl.lit('">'), *cells, pl.lit("</row>"))
    numbered = table.frame.with_row_index("_row", offset=2).with_columns(
        pl.col("_row").cast(pl.String)
    )
    for chunk in numbered.iter_slices(_CHUNK):
        escaped = _cut(chunk, table.language).with_columns(_escaped(pl.col(pl.String)))
        yield b"".join(escaped.select(row.cast(pl.Binary)).to_series())


def _cell(column: ListColumn, letters: str, styles: Styles, may_differ: bool) -> pl.Expr:
    """The XML of one cell of the column; a cell without value is there only when it is marked."""
    style = pl.lit(styles[column.kind, False])
    blank = pl.lit("")
    reference = pl.concat_str(pl.lit(f'<c r="{letters}'), pl.col("_row"), pl.lit('" s="'))
    if may_differ:
        differs = pl.col(DIFFERS).list.contains(pl.lit(column.name))
        style = pl.when(differs).then(pl.lit(styles[column.kind, True])).otherwise(style)
        blank = (
            pl.when(differs).then(pl.concat_str(reference, style, pl.lit('"/>'))).otherwise(blank)
        )
    if column.kind in ("number", "percent"):
        opening, closing = pl.lit('"><v>'), pl.lit("</v></c>")
    else:
        opening, closing = pl.lit('" t="inlineStr"><is><t>'), pl.lit("</t></is></c>")
    filled = pl.concat_str(reference, style, opening, pl.col(column.name).cast(pl.String), closing)
    return filled.fill_null(blank)


def _escaped(value: pl.Expr) -> pl.Expr:
    """Text as it stands in XML."""
    escaped = value.str.replace_many(_ESCAPED, _ESCAPES, leftmost=True)
    return escaped.str.replace_all(
        r"_x([0-9A-Fa-f]{4}_)", "_x005F_x$1"
    )  # Excel reads _x0041_ as a code


def _cut(chunk: pl.DataFrame, language: str) -> pl.DataFrame:
    """The rows with texts longer than a cell may hold cut, a notice of their length behind them."""
    longest = chunk.select(pl.col(pl.String).str.len_bytes().max()).row(0, named=True)
    before, after = text("lists.cut", language).split("{length}")
    cut = []
    for value in (pl.col(name) for name, size in longest.items() if (size or 0) > LONGEST_CELL):
        length = value.str.len_chars()
        too_long = length + value.str.count_matches(_OF_TWO_UNITS) > LONGEST_CELL
        short = pl.concat_str(
            value.str.head(CUT_CELL), pl.lit(before), length.cast(pl.String), pl.lit(after)
        )
        cut.append(pl.when(~too_long).then(value).otherwise(short))
    return chunk.with_columns(cut)
