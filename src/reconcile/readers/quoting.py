r"""The records of a delimited text file by RFC 4180, and the lines that break its rules.

Polars parses records in parallel and trusts the quotes: one that is never closed swallows the rows after it.
So the lines are surveyed first, and Polars only sees what both it and RFC 4180 understand alike:

- a cell in quotes is closed before the next delimiter, quotes inside are doubled, line ends may stand in it;
- a cell that does not begin with a quote takes quotes as they are (`="123"`, `5" pipe`), as spreadsheets do;
- a line that opens a quote without closing it is a record of its own, with a fault; reading goes on at the
  next line.

Records are numbered as a spreadsheet numbers rows: blank lines count, line ends inside a cell do not.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.readers.scratch import private_file

UNCLOSED_QUOTE = "unclosed_quote"
NUL = "nul"
# A cell with more lines than this is taken for a quote that somebody forgot to close.
MOST_LINES_IN_A_CELL = 50


@dataclass(frozen=True)
class Records:
    """What Polars should scan, and for each record its number of cells and its fault (null: none)."""

    path: Path
    quoted: bool
    cells: pl.Series  # UInt32
    fault: pl.Series  # String


@dataclass(frozen=True)
class Grammar:
    """Regular expressions for the lines of a file, in a dialect that both Rust and Python understand."""

    delimiter: str

    @property
    def escaped(self) -> str:
        """The delimiter as it is written in an expression."""
        return f"\\{self.delimiter}" if self.delimiter in string.punctuation else self.delimiter

    @property
    def bare(self) -> str:
        """A cell without quotes around it. Quotes inside come in pairs, with no delimiter between."""
        return rf'(?:[^"{self.escaped}](?:[^"{self.escaped}]|"[^"{self.escaped}]*")*|)'

    @property
    def cell(self) -> str:
        return rf'(?:"[^"]*(?:""[^"]*)*"|{self.bare})'

    @property
    def record(self) -> str:
        """A line that is a whole record."""
        return rf"^{self.cell}(?:{self.escaped}{self.cell})*\r*$"

    @property
    def delimiter_inside(self) -> str:
        """Found wherever a delimiter stands inside quotes, and hardly anywhere else."""
        return rf'(?:^|{self.escaped})"[^"]*(?:""[^"]*)*{self.escaped}'

    @property
    def quoted(self) -> str:
        """A cell in quotes, with what comes before it as its first group."""
        return rf'(^|{self.escaped})"[^"]*(?:""[^"]*)*"'

    @property
    def opening(self) -> str:
        """A line whose last cell opens a quote and leaves it open."""
        return rf"^(?:{self.cell}{self.escaped})*{self.opened}"

    @property
    def closing(self) -> str:
        """A line that closes a quote opened before."""
        return rf"{self.closed}(?:{self.escaped}{self.cell})*\r*$"

    @property
    def opened(self) -> str:
        """The open end of an opening line."""
        return r'"[^"]*(?:""[^"]*)*$'

    @property
    def closed(self) -> str:
        """The start of a closing line, up to the quote that closes."""
        return r'^[^"]*(?:""[^"]*)*"'

    @property
    def literal(self) -> str:
        """A line none of whose cells begins with a quote: its quotes are just characters."""
        cell = rf'(?:[^"{self.escaped}][^{self.escaped}]*|)'
        return rf"^{cell}(?:{self.escaped}{cell})*$"


def survey(path: Path, delimiter: str, width: int, scratch: Path) -> Records:
    """The records of the UTF-8 file at `path`, whose header has `width` cells.

    A mended copy is written to `scratch` where the file needs one.
    """
    lines = _lines(path)
    line = pl.col("line")
    counts = lines.select(
        cells=line.str.count_matches(delimiter, literal=True) + 1,
        quotes=line.str.count_matches('"', literal=True),
        nul=line.str.contains("\0", literal=True),
    ).collect(engine="streaming")
    if not counts["quotes"].sum():
        fault = pl.when(pl.col("nul")).then(pl.lit(NUL))
        return Records(path, False, counts["cells"], counts.select(fault=fault).to_series())
    return _quoted(path, Grammar(delimiter), width, counts, scratch)


def _lines(path: Path) -> pl.LazyFrame:
    """The lines with their index. A byte order mark would hide a quote behind it."""
    return pl.scan_lines(path, name="line", row_index_name="index", glob=False).with_columns(
        pl.col("line").str.strip_prefix("\ufeff")
    )


def _quoted(path: Path, grammar: Grammar, width: int, counts: pl.DataFrame, scratch: Path) -> Records:
    line = pl.col("line")
    shape = (
        _lines(path)
        .select(whole=line.str.contains(grammar.record), plain=~line.str.contains(grammar.delimiter_inside))
        .collect(engine="streaming")
    )
    # What takes longer is done for the few lines that need it.
    special = np.flatnonzero(~(shape["whole"] & shape["plain"]).to_numpy())
    lines = (
        _lines(path)
        .filter(pl.col("index").is_in(pl.Series(special, dtype=pl.UInt32).implode()))
        .select(
            "index",
            opening=line.str.contains(grammar.opening),
            closing=line.str.contains(grammar.closing),
            literal=line.str.contains(grammar.literal),
            cells=_delimiters(line, grammar) + 1,
            bare_cells=line.str.count_matches(grammar.delimiter, literal=True) + 1,
            before=_delimiters(line.str.replace(grammar.opened, ""), grammar),
            after=_delimiters(line.str.replace(grammar.closed, ""), grammar),
        )
        .collect(engine="streaming")
        .with_columns(whole=shape["whole"].gather(special))
    )
    strange = lines.filter(~pl.col("whole"))
    cells = counts["cells"].to_numpy().copy()
    cells[special] = lines["cells"]
    spans = _spans(counts["quotes"], strange, width)
    return _assemble(path, grammar, counts["nul"], cells, strange, spans, scratch)


def _delimiters(line: pl.Expr, grammar: Grammar) -> pl.Expr:
    """How many delimiters stand outside quotes."""
    return line.str.replace_all(grammar.quoted, "${1}").str.count_matches(grammar.delimiter, literal=True)


@dataclass(frozen=True)
class _Spans:
    """Records with line ends inside quotes: their first and last lines, and how many cells they have."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    cells: NDArray[np.uint32]


def _spans(quotes: pl.Series, strange: pl.DataFrame, width: int) -> _Spans:
    """The records that run over several lines.

    An opening line belongs with the next line that has a quote, if that one closes, is near, and the two make
    up a record about as wide as the header.
    """
    index = strange["index"].to_numpy().astype(np.int64)
    bearing = np.flatnonzero(quotes.to_numpy() > 0)
    place = np.searchsorted(bearing, index)
    cells = strange["before"].to_numpy()[:-1] + strange["after"].to_numpy()[1:] + 1
    fits = (
        strange["opening"].to_numpy()[:-1]
        & strange["closing"].to_numpy()[1:]
        & (np.diff(place) == 1)
        & (np.diff(index) < MOST_LINES_IN_A_CELL)
        & (np.abs(cells.astype(np.int64) - width) <= 1)
    )
    # In a chain of fits every second one is meant: a line that has just closed a quote opens none.
    position = np.arange(fits.size)
    last_misfit = np.maximum.accumulate(np.where(fits, -1, position))
    meant = fits & ((position - last_misfit) % 2 == 1)
    return _Spans(index[:-1][meant], index[1:][meant], cells[meant])


def _assemble(
    path: Path,
    grammar: Grammar,
    nul: pl.Series,
    cells: NDArray[np.uint32],
    strange: pl.DataFrame,
    spans: _Spans,
    scratch: Path,
) -> Records:
    """Put the lines together to records: their cells, their faults, and the lines to mend."""
    index = strange["index"].to_numpy()
    loose = ~np.isin(index, np.concatenate([spans.first, spans.last]))
    is_literal = strange["literal"].to_numpy()
    literal, broken = index[loose & is_literal], index[loose & ~is_literal]

    cells[literal] = strange["bare_cells"].to_numpy()[loose & is_literal]
    cells[spans.first] = spans.cells
    fault = nul.to_numpy().astype(np.uint8)
    fault[broken] = 2

    steps = np.zeros(cells.size + 1, dtype=np.int8)
    steps[spans.first + 1] += 1
    steps[spans.last + 1] -= 1
    starts = np.cumsum(steps[:-1]) == 0
    record_fault = np.zeros(np.count_nonzero(starts), dtype=np.uint8)
    np.maximum.at(record_fault, np.cumsum(starts) - 1, fault)
    names = pl.Series([None, NUL, UNCLOSED_QUOTE], dtype=pl.String)
    return Records(
        _mended(path, literal, broken, grammar, scratch) if literal.size or broken.size else path,
        True,
        pl.Series("cells", cells[starts]),
        names.gather(record_fault).alias("fault"),
    )


def _mended(
    path: Path,
    literal: NDArray[np.int64],
    broken: NDArray[np.int64],
    grammar: Grammar,
    scratch: Path,
) -> Path:
    """A copy with literal quotes put in RFC form, and an empty line for each broken one."""
    line, index, delimiter = pl.col("line"), pl.col("index"), grammar.delimiter
    doubled = line.str.strip_chars_end("\r").str.replace_all('"', '""', literal=True)
    requoted = pl.format('"{}"', doubled.str.replace_all(delimiter, f'"{delimiter}"', literal=True))
    mended = (
        pl.when(index.is_in(pl.Series(broken, dtype=pl.UInt32).implode()))
        .then(pl.lit(""))
        .when(index.is_in(pl.Series(literal, dtype=pl.UInt32).implode()))
        .then(requoted)
        .otherwise(line)
    )
    with private_file(scratch) as (copy, _):
        _lines(path).select(mended).sink_csv(copy, include_header=False, quote_style="never")
    return copy
