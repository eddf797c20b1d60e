"""The records of a delimited text file by RFC 4180, and the lines that break its rules.

Polars parses records in parallel and trusts the quotes: one that is never closed swallows the rows
after it. So the lines are surveyed first, and Polars only sees what both it and RFC 4180 understand
alike:

- a cell in quotes is closed before the next delimiter, quotes inside are doubled, line ends may
  stand in it;
- a cell that does not begin with a quote takes quotes as they are (`="123"`, `5" pipe`), as
  spreadsheets do;
- a line that opens a quote without closing it is a record of its own, with a fault; reading goes on
  at the next line.

Records are numbered as a spreadsheet numbers rows: blank lines count, line ends inside a cell do
not.
"""

from __future__ import annotations

from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.reading.grammar import Grammar
from reconcile.reading.scratch import private_file
from reconcile.reading.spans import Doubtful, find_spans

UNCLOSED_QUOTE = "unclosed_quote"
NUL = "nul"
_FAULTS = pl.Series([None, NUL, UNCLOSED_QUOTE], dtype=pl.String)


@dataclass(frozen=True)
class Records:
    """What Polars should scan, and for each record its number of cells and its fault (null:
    none)."""

    path: Path
    quoted: bool
    cells: pl.Series  # UInt32
    fault: pl.Series  # String


def survey(path: Path, delimiter: str, width: int, scratch: Path) -> Records:
    """The records of the UTF-8 file at `path`, whose header has `width` cells.

    A mended copy is written to `scratch` where the file needs one.
    """
    line, grammar, quoted = pl.col("line"), Grammar(delimiter), _holds(path, b'"')
    wanted = {"cells": line.str.count_matches(delimiter, literal=True) + 1}
    if _holds(path, b"\0"):
        wanted["nul"] = line.str.contains("\0", literal=True)
    if quoted:
        wanted["whole"] = line.str.contains(grammar.record)
        wanted["plain"] = ~line.str.contains(grammar.delimiter_inside)
    shape = _lines(path).select(**wanted).collect(engine="streaming")
    nul = shape["nul"] if "nul" in shape.columns else pl.repeat(False, shape.height, eager=True)
    if quoted:
        return _quoted(path, grammar, width, shape, nul, scratch)
    return Records(path, False, shape["cells"], _FAULTS.gather(nul.cast(pl.UInt8)).alias("fault"))


def _holds(path: Path, byte: bytes) -> bool:
    if not path.stat().st_size:  # nothing to map
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(byte) >= 0


def _lines(path: Path) -> pl.LazyFrame:
    return pl.scan_lines(path, name="line", row_index_name="index", glob=False)


def _at(index: NDArray[np.int64]) -> pl.Expr:
    return pl.col("index").is_in(pl.Series(index, dtype=pl.UInt32).implode())


def _quoted(
    path: Path, grammar: Grammar, width: int, shape: pl.DataFrame, nul: pl.Series, scratch: Path
) -> Records:
    whole, plain = shape["whole"].to_numpy(), shape["plain"].to_numpy()
    cells = shape["cells"].to_numpy().copy()
    inside = np.flatnonzero(whole & ~plain)
    if inside.size:
        exact = _lines(path).filter(_at(inside)).select(grammar.delimiters(pl.col("line")) + 1)
        cells[inside] = exact.collect(engine="streaming").to_series()

    # A line as long as the header, or as most longer ones, is a record; only what lies between is
    # in doubt.
    usual = np.bincount(cells[whole & (cells >= width)], minlength=1).argmax()
    doubtful = np.flatnonzero(~(whole & ((cells == width) | (cells == usual))))
    lines = _lines(path).filter(_at(doubtful)).collect(engine="streaming")
    spans = find_spans(Doubtful(doubtful, lines["line"], whole[doubtful]), grammar, width)

    cells[spans.first] = spans.cells
    fault = nul.to_numpy().astype(np.uint8)
    fault[spans.broken] = 2
    starts = np.ones(cells.size, dtype=np.bool_)
    starts[spans.continued] = False
    record_fault = np.zeros(np.count_nonzero(starts), dtype=np.uint8)
    np.maximum.at(record_fault, np.cumsum(starts) - 1, fault)
    return Records(
        _mended(path, spans.literal, spans.broken, grammar, scratch),
        True,
        pl.Series("cells", cells[starts], dtype=pl.UInt32),
        _FAULTS.gather(record_fault).alias("fault"),
    )


def _mended(
    path: Path,
    literal: NDArray[np.int64],
    broken: NDArray[np.int64],
    grammar: Grammar,
    scratch: Path,
) -> Path:
    """A copy with literal quotes put in RFC form and an empty line for each broken one, if there
    are any."""
    if not literal.size and not broken.size:
        return path
    line, delimiter = pl.col("line"), grammar.delimiter
    doubled = line.str.strip_chars_end("\r").str.replace_all('"', '""', literal=True)
    requoted = pl.format('"{}"', doubled.str.replace_all(delimiter, f'"{delimiter}"', literal=True))
    mended = pl.when(_at(broken)).then(pl.lit("")).when(_at(literal)).then(requoted).otherwise(line)
    with private_file(scratch) as (copy, _):
        _lines(path).select(mended).sink_csv(copy, include_header=False, quote_style="never")
    return copy
