"""The life of each error: since when the wrong value stands there, when it is corrected, when it
comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from reconcile.sample.naming import Flags, Integers
from reconcile.sample.year.calendar import Calendar
from reconcile.sample.year.rows import Rows
from reconcile.sample.year.written import Written

# Columns that are corrected on their own; all others of a row, relatives mostly, together.
_ALONE = ("id_number", "name", "birth_date", "sex", "order_of_child")
_NEW = 0.3  # of the errors of rows that were there: made during the year
_NEVER_CORRECTED = 0.3
_CORRECTED = 0.12  # a month
_CORRECTED_OF_NEWBORNS = 0.25  # who are named and numbered soon
_COMES_BACK = 0.03  # of the corrected
_LONGEST_REST = 3  # months
_CORRECTED_AGAIN = 0.25  # a month


@dataclass
class Slips:
    """Errors in `columns`, one entry a row: wrong in the months `begins` ≤ month < `ends`, and once
    more in `again` ≤ month < `again_ends`. Rows without such an error have *never* for all four."""

    columns: tuple[str, ...]
    begins: Integers
    ends: Integers
    again: Integers
    again_ends: Integers

    def wrong(self, month: int) -> Flags:
        once = (self.begins <= month) & (month < self.ends)
        return once | (self.again <= month) & (month < self.again_ends)

    def correct(self, rows: Integers, month: int) -> None:
        """End the error in those of `rows` that have it in this month."""
        once = rows[(self.begins[rows] <= month) & (month < self.ends[rows])]
        again = rows[(self.again[rows] <= month) & (month < self.again_ends[rows])]
        self.ends[once] = month
        self.again_ends[again] = month


def draw(
    written: Written, rows: Rows, newborn: Flags, calendar: Calendar, rng: np.random.Generator
) -> dict[str, Slips]:
    """The errors of a register by what is wrong: each column of _ALONE, and `others`."""
    return {
        name: _lives(
            columns,
            _differ(written, columns),
            _earliest(name, written, rows, calendar),
            newborn,
            calendar,
            rng,
        )
        for name, columns in _groups(written)
    }


def _earliest(name: str, written: Written, rows: Rows, calendar: Calendar) -> Integers:
    """The first month in which each row can have the error: a stranger's number is not given to
    anyone before the stranger is born."""
    if name != "id_number":
        return rows.arrives
    bearer_born = (
        written.content["id_number"]
        .str.extract(r"^\d{6}(\d{8})")
        .str.to_date("%Y%m%d", strict=False)
    )
    days = bearer_born.cast(pl.Int32).fill_null(0).to_numpy().astype(np.int64)
    return np.maximum(rows.arrives, calendar.month_of(days))


def _groups(written: Written) -> Iterator[tuple[str, tuple[str, ...]]]:
    exported = [column for column in written.columns if _differ(written, (column,)).any()]
    for name in _ALONE:
        if name in exported:
            yield name, (name,)
    yield "others", tuple(column for column in exported if column not in _ALONE)


def _differ(written: Written, columns: tuple[str, ...]) -> Flags:
    """Rows whose content is wrong in one of the columns."""
    wrong = np.zeros(written.size, bool)
    for column in columns:
        wrong |= written.clean[column].ne_missing(written.content[column]).to_numpy()
    return wrong


def _lives(
    columns: tuple[str, ...],
    wrong: Flags,
    earliest: Integers,
    newborn: Flags,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Slips:
    size, never = len(wrong), calendar.never
    made = np.where(
        (earliest == 0) & ~newborn & (rng.random(size) < _NEW), calendar.later(size, rng), earliest
    )
    stays = rng.random(size) < _NEVER_CORRECTED
    chance = np.where(newborn, _CORRECTED_OF_NEWBORNS, _CORRECTED)
    ends = np.where(stays, never, np.minimum(made + rng.geometric(chance), never))
    again = ends + rng.integers(1, _LONGEST_REST + 1, size)
    again = np.where((rng.random(size) < _COMES_BACK) & (again < never), again, never)
    again_ends = np.minimum(again + rng.geometric(_CORRECTED_AGAIN, size), never)
    lives = (made, ends, again, again_ends)
    return Slips(columns, *(np.where(wrong, month, never) for month in lives))
