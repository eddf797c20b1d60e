"""Columns that are lost as a whole: ruined by a spreadsheet or left empty, where they were filled
before.

A case that rests on such a column is not corrected because it is no longer found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from reconcile.areas.from_addresses import FROM_ADDRESS
from reconcile.areas.names import COLUMNS as AREA
from reconcile.workspace import Workspace

# A column is lost when less than this of its values is left, by number and by share; of fewer
# values nothing is said.
_LEFT = 0.5
_LEAST = 20


def lost_columns(
    workspace: Workspace, periods: Iterable[str], now: Mapping[str, pl.DataFrame]
) -> dict[str, set[tuple[str, str]]]:
    """By period the source and canonical column of all that its run could use and this one cannot;
    periods that lost nothing are left out.

    A run whose folder is gone says nothing. `now`: standardised records by source.
    """
    filled = {source: _usable(frame.lazy()) for source, frame in now.items()}
    lost: dict[str, set[tuple[str, str]]] = {}
    for period in sorted(set(periods)):
        for source, counts in filled.items():
            run = workspace.run(period)
            if run.has_records(source):
                with run.scan_records(source) as rows:
                    gone = _gone(_usable(rows), counts)
                lost.setdefault(period, set()).update((source, column) for column in gone)
    return {period: columns for period, columns in lost.items() if columns}


def _usable(records: pl.LazyFrame) -> dict[str, int]:
    """How many values of each canonical column can be used, and under `` how many rows there
    are."""
    names = records.collect_schema().names()
    columns = [name.removesuffix("_std") for name in names if name.endswith("_std")]
    counted = records.select(_is_usable(column, names).sum().alias(column) for column in columns)
    rows = records.select(pl.len().alias(""))
    return pl.concat([counted, rows], how="horizontal").collect().row(0, named=True)


def _is_usable(column: str, names: list[str]) -> pl.Expr:
    """A value that the row itself states, and that is what the column is for."""
    usable = pl.col(f"{column}_std").is_not_null()
    if f"{column}_status" in names:
        usable &= pl.col(f"{column}_status") == "valid"
    if f"{column}_flag" in names:
        usable &= pl.col(f"{column}_flag") == ""
    if f"{column}_from_id" in names:
        usable &= ~pl.col(f"{column}_from_id").fill_null(False)
    if column in AREA and FROM_ADDRESS in names:
        usable &= ~pl.col(FROM_ADDRESS).fill_null(False)
    return usable


def _gone(before: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    had = {column: count for column, count in before.items() if column and count >= _LEAST}
    left = {column: now.get(column, 0) for column in had}
    # Shares as products: a / b < c / d.
    return [
        column
        for column, count in had.items()
        if left[column] < _LEFT * count and left[column] * before[""] < _LEFT * count * now[""]
    ]
