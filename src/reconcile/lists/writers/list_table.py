"""A list that is ready to be written: what the writers take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

ColumnKind = Literal["text", "id", "date", "number", "percent"]

# The column of the frame that names, row by row, the columns to be marked as differing.
DIFFERS = "_differs"


@dataclass(frozen=True)
class ListColumn:
    """One column of a list.

    `name` is for machines (`name_l`), `header` for people (姓名（全员人口）). `kind`: text, id and
    date hold String as it stands in the source, number Int64, percent Float64 from 0 to 1. `width`
    counts narrow characters; a Chinese one takes two. `choices`: what may be filled in, if the
    column is there to be filled in.
    """

    name: str
    header: str
    kind: ColumnKind = "text"
    width: int = 12
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListTable:
    """One list, of discrepancies or of other things that the office asks for, in one language.

    `frame` holds a row for each row of the list: `columns` by name, and DIFFERS as List[String].
    `by_area`: its rows belong to a town and a village, which `frame` has as `town` and `village`,
    shown or not; where lists are split, each area gets its own.
    """

    code: str
    title: str
    language: str
    columns: tuple[ListColumn, ...]
    frame: pl.DataFrame
    by_area: bool = False

    def values(self) -> pl.DataFrame:
        """The columns of the list in their order, without the marks."""
        return self.frame.select(column.name for column in self.columns)

    def with_frame(self, frame: pl.DataFrame) -> ListTable:
        """The same list with other rows."""
        return replace(self, frame=frame)

    def marked_names(self) -> set[str]:
        """The columns that are marked in at least one row."""
        return set(self.frame[DIFFERS].explode().drop_nulls().unique().to_list())
