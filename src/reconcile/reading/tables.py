"""The tables of a file, seen from the top first and then read whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reconcile.config import SourceConfig
from reconcile.core.layouts import Layout, load_layout
from reconcile.reading.header_rows import Header

# How many rows are looked at before a table is read.
HEAD_ROWS = 60


@dataclass(frozen=True)
class TableChoice:
    """What is looked for: layouts (several when the layout is to be guessed) and the config's
    word."""

    layouts: Sequence[Layout]
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None

    @classmethod
    def by(cls, source: SourceConfig) -> TableChoice:
        return cls(
            [load_layout(source.layout)],
            source.columns,
            source.encoding,
            source.delimiter,
            source.sheet,
            source.header_row,
        )


@dataclass(frozen=True)
class Table:
    """A table read as text.

    `rows`: row (UInt32, as a spreadsheet counts), cells (UInt32, how many the row has), fault
    (String, null or a reason), then c0, c1 … (String, null where empty), one for each header text.
    Every row of the file is in it, the header, titles and blank rows too.
    """

    file: str
    header: Header
    rows: pl.DataFrame
    encoding: str
    delimiter: str | None = None
    sheet: str | None = None


def cell(place: int) -> str:
    """The name of a column of `Table.rows`."""
    return f"c{place}"
