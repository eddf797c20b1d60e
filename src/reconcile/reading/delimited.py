"""CSV, TSV and their relatives: delimiter and header from the first lines, then the whole file by
Polars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from reconcile.core.errors import ConfigError, InputError
from reconcile.reading.encodings import as_utf8
from reconcile.reading.grammar import Grammar
from reconcile.reading.header_rows import Header, find_header
from reconcile.reading.inputs import Input
from reconcile.reading.quoting import Records, survey
from reconcile.reading.tables import HEAD_ROWS, Table, TableChoice, cell

DELIMITERS = (",", "\t", ";", "|")
# A header line is shorter than this; one cell of ten megabytes near the top is not worth splitting.
LONGEST_HEADER = 1 << 16
LINES_IN_A_HEADER = 10
# Columns beyond the header that are looked into, to tell empty ones from misplaced values.
EXTRA_COLUMNS = 16


def read_delimited(source: Input, wanted: TableChoice, scratch: Path) -> Table:
    """The table in the text file `source`. Raises InputError where it has no header or cannot be
    parsed."""
    if wanted.delimiter and (len(wanted.delimiter.encode()) != 1 or wanted.delimiter in '"\r\n'):
        raise ConfigError("reading.error.bad_delimiter", delimiter=wanted.delimiter)
    text = as_utf8(source.path, source.label, scratch, wanted.encoding)
    delimiter, header = _find_header(text.path, source.label, wanted)
    width = len(header.texts)
    try:
        records = survey(text.path, delimiter, width, scratch)
        rows = _rows(records, delimiter, width)
    except pl.exceptions.ComputeError as problem:
        raise InputError("reading.error.unparseable", file=source.label) from problem
    return Table(source.label, header, rows, text.encoding, delimiter if width > 1 else None)


def _find_header(path: Path, label: str, wanted: TableChoice) -> tuple[str, Header]:
    """The delimiter under which the first lines show the best header, and that header."""
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        lines = [line.rstrip("\r\n") for line in islice(file, 2 * HEAD_ROWS)]
    if wanted.header_row and wanted.header_row > len(lines):
        raise InputError(
            "reading.error.header_row_outside", file=label, row=wanted.header_row, rows=len(lines)
        )
    # A file of one column has none of them; any will do.
    seen = [
        delimiter for delimiter in DELIMITERS if any(delimiter in line for line in lines)
    ] or DELIMITERS[:1]
    found = []
    for delimiter in [wanted.delimiter] if wanted.delimiter else seen:
        head = list(islice(_split_head(lines, delimiter), HEAD_ROWS))
        header = find_header(head, wanted.layouts, wanted.columns, wanted.header_row)
        if header:
            found.append((delimiter, header))
    if not found:
        raise InputError("reading.error.no_header", file=label)
    return max(found, key=lambda pair: (pair[1].score, len(pair[1].texts)))


def _split_head(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    """The records at the top, split into cells; a header cell may have line ends inside its
    quotes."""
    grammar = Grammar(delimiter)
    opening, closing = re.compile(grammar.opening), re.compile(grammar.closing)
    place = 0
    while place < len(lines):
        end = place + 1
        if opening.search(lines[place][:LONGEST_HEADER]):
            near = range(place + 1, min(place + LINES_IN_A_HEADER, len(lines)))
            end = next((i + 1 for i in near if closing.search(lines[i][:LONGEST_HEADER])), end)
        yield _split("\n".join(lines[place:end])[:LONGEST_HEADER], grammar)
        place = end


def _split(record: str, grammar: Grammar) -> list[str]:
    cells = re.findall(
        rf'("[^"]*(?:""[^"]*)*"|[^{grammar.escaped}]*)(?:{grammar.escaped}|$)', record
    )
    if not record.endswith(grammar.delimiter):
        cells.pop()  # the empty match at the end
    return [
        text[1:-1].replace('""', '"') if text[:1] == '"' == text[-1:] else text for text in cells
    ]


def _rows(records: Records, delimiter: str, width: int) -> pl.DataFrame:
    """All records with their cells as text, their numbers, how many cells they have, and their
    faults."""
    most = records.cells.max()
    extra = min(max(int(most) - width, 0), EXTRA_COLUMNS) if isinstance(most, int) else 0
    columns = [cell(place) for place in range(width + extra)]
    rows = pl.scan_csv(
        records.path,
        separator=delimiter,
        has_header=False,
        quote_char='"' if records.quoted else None,
        schema=dict.fromkeys(columns, pl.String),
        extra_columns="ignore",
        missing_columns="insert",
        truncate_ragged_lines=True,
        row_index_name="row",
        row_index_offset=1,
        glob=False,
    ).collect(engine="streaming")
    if rows.height != records.cells.len():
        raise pl.exceptions.ComputeError("records and lines do not add up")
    rows = rows.select(pl.col("row").cast(pl.UInt32), records.cells, records.fault, *columns)
    if records.quoted:  # an empty pair of quotes is an empty cell too
        rows = rows.with_columns(pl.when(pl.col(columns) != "").then(pl.col(columns)))
    return _without_empty_extras(rows, columns[width:], width)


def _without_empty_extras(rows: pl.DataFrame, extras: list[str], width: int) -> pl.DataFrame:
    """Delimiters at the end of a row add nothing when no value follows them."""
    if not extras:
        return rows
    beyond = pl.col("cells") > width + len(extras)
    filled = pl.any_horizontal(pl.col(extras).is_not_null())
    cells = (
        pl.when(beyond | filled).then("cells").otherwise(pl.min_horizontal("cells", pl.lit(width)))
    )
    return rows.with_columns(cells.cast(pl.UInt32).alias("cells")).drop(extras)
