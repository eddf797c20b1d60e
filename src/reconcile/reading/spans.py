"""Records that run over several lines, found among the lines that are no records by themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.reading.grammar import Grammar

# A cell with more lines than this is taken for a quote that somebody forgot to close.
MOST_LINES = 50
# How often a run of doubtful lines is looked at again after one of them turned out to be broken.
MOST_ROUNDS = 50

Lines = NDArray[np.int64]


@dataclass(frozen=True)
class Doubtful:
    """Lines in doubt: their index in the file (rising), their text, and whether they could be whole
    records."""

    index: Lines
    text: pl.Series
    whole: NDArray[np.bool_]


@dataclass(frozen=True)
class Spans:
    """What the doubtful lines are, by their index in the file.

    first: the first lines of records that run over several, `cells` their numbers of cells;
    continued: the other lines of such records; literal: lines whose quotes are just characters,
    with delimiters to be taken as they are; broken: lines with a quote that does not fit.
    """

    first: Lines
    cells: NDArray[np.uint32]
    continued: Lines
    literal: Lines
    broken: Lines


def find_spans(lines: Doubtful, grammar: Grammar, width: int) -> Spans:
    """Put doubtful lines together to records about as long as the header's `width`, where quotes
    allow it.

    Within a run of neighbouring lines, quotes that are open at a line's end are closed by a later
    line. Where that gives no proper record, the line that opened them stands alone, and the rest of
    its run is looked at again from the next line on.
    """
    text = lines.text.to_frame("line")
    shape = text.select(
        odd=pl.col("line").str.count_matches('"', literal=True) % 2 == 1,
        opening=pl.col("line").str.contains(grammar.opening),
        closing=pl.col("line").str.contains(grammar.closing),
        literal=pl.col("line").str.contains(grammar.literal),
    )
    odd = shape["odd"].to_numpy()
    # A line with an odd number of quotes either opens or closes; else it can belong to nothing.
    alone = odd & ~(shape["opening"] | shape["closing"]).to_numpy()
    for _ in range(MOST_ROUNDS):
        groups = _group(lines, text, odd, alone, grammar, width)
        if groups.valid.all():
            break
        alone = alone | groups.first_invalid()
    else:
        alone = alone | ~groups.valid[groups.of_line]
        groups = _group(lines, text, odd, alone, grammar, width)
    several = groups.size[groups.of_line] > 1
    literal = shape["literal"].to_numpy()
    return Spans(
        first=lines.index[several & groups.starts],
        cells=groups.cells[groups.size > 1],
        continued=lines.index[several & ~groups.starts],
        literal=lines.index[alone & literal],
        broken=lines.index[alone & ~literal],
    )


@dataclass(frozen=True)
class _Groups:
    """Lines grouped to records. `starts`, `of_line`, `segment`: by line; `size`, `cells`, `valid`:
    by group."""

    starts: NDArray[np.bool_]
    of_line: Lines
    segment: Lines
    size: Lines
    cells: NDArray[np.uint32]
    valid: NDArray[np.bool_]

    def first_invalid(self) -> NDArray[np.bool_]:
        """The first line of the first invalid group in each segment: what follows it may be shifted
        by it."""
        invalid = self.starts & ~self.valid[self.of_line]
        _, first = np.unique(self.segment[invalid], return_index=True)
        chosen = np.zeros(invalid.size, dtype=np.bool_)
        chosen[np.flatnonzero(invalid)[first]] = True
        return chosen


def _group(
    lines: Doubtful,
    text: pl.DataFrame,
    odd: NDArray[np.bool_],
    alone: NDArray[np.bool_],
    grammar: Grammar,
    width: int,
) -> _Groups:
    """Group lines by open quotes. A segment is a run of neighbouring lines, ended by lines that
    stand alone."""
    breaks = np.ones(alone.size, dtype=np.bool_)
    breaks[1:] = (np.diff(lines.index) > 1) | alone[1:] | alone[:-1]
    segment = np.cumsum(breaks) - 1
    flips = np.cumsum(odd & ~alone)
    before: Lines = flips - (odd & ~alone)
    starts = (before - before[breaks][segment]) % 2 == 0
    of_line = np.cumsum(starts) - 1
    size = np.bincount(of_line)

    valid: NDArray[np.bool_] = (lines.whole | alone)[starts] & (size == 1)
    cells = np.zeros(size.size, dtype=np.uint32)
    several = (size > 1) & (size <= MOST_LINES)
    joined = (
        text.select("line", group=pl.Series(of_line))
        .filter(pl.Series(several[of_line]))
        .group_by("group", maintain_order=True)
        .agg(pl.col("line").str.join("\n"))
        .select(
            record=pl.col("line").str.contains(grammar.record),
            cells=grammar.delimiters(pl.col("line")) + 1,
        )
    )
    cells[several] = joined["cells"].to_numpy()
    near = np.abs(cells[several].astype(np.int64) - width) <= 1
    valid[several] = joined["record"].to_numpy() & near
    return _Groups(starts, of_line, segment, size, cells, valid)
