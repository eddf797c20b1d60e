"""One register through the months: which rows an export holds, under which keys, and what they
say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from reconcile.sample.naming import Flags, Integers, put
from reconcile.sample.registers import dates
from reconcile.sample.year.calendar import Calendar
from reconcile.sample.year.keys import Keys
from reconcile.sample.year.moves import Moves
from reconcile.sample.year.rows import Rows
from reconcile.sample.year.slips import Slips
from reconcile.sample.year.written import Written

# What a row says of its end, with what stands there before.
_OF_THE_END = ("cancelled_on", "cancelled_reason", "moved_out_on", "moved_out_reason")
_NOT_CANCELLED = {"residents": "否", "household": "0"}


class History:
    """Walks through the months in order; `go` to the next, then ask.

    `events`: month, kind, row (its place) of everything that happened up to now.
    """

    def __init__(
        self,
        written: Written,
        rows: Rows,
        slips: Mapping[str, Slips],
        moves: Moves | None,
        calendar: Calendar,
        rng: np.random.Generator,
    ) -> None:
        self.written, self.rows, self.slips, self.calendar, self.rng = (
            written,
            rows,
            slips,
            calendar,
            rng,
        )
        self.right = _right(written).with_columns(
            column.alias(name) for name, column in rows.values.items()
        )
        self.keys, self.moves = Keys(written), moves
        self.month = -1
        self.events: list[pl.DataFrame] = []

    def go(self) -> None:
        """One month further: keys and values change, and what happened is noted."""
        self.month += 1
        if not self.month:
            return
        touched = np.zeros(self.written.size, bool)
        if self.written.source != "births":
            touched[self._change_keys()] = True
        if self.moves:
            touched[self._move(self.moves)] = True
        for kind, happened in self._happenings():
            touched |= happened
            self._note(kind, np.flatnonzero(happened))
        self._touch(touched)

    @property
    def present(self) -> Flags:
        return self.rows.present(self.month)

    @property
    def active(self) -> Flags:
        return self.rows.active(self.month)

    def wrong(self, name: str) -> Flags:
        """Which rows have the error called `name` now."""
        slips = self.slips.get(name)
        return np.zeros(self.written.size, bool) if slips is None else slips.wrong(self.month)

    def rows_of_month(self) -> pl.DataFrame:
        """The rows of this month's export in the order of their places: its columns, place, entity,
        again.

        `again`: 1, for the second row under one key 2.
        """
        frame = self.right.with_columns(
            record_key=self.keys.now, place=pl.int_range(self.written.size)
        )
        frame = frame.with_columns(*self._slipped(), *self._before_the_end())
        shown = frame.filter(pl.Series(self.present))
        again = pl.int_range(1, pl.len() + 1).over("record_key")
        return shown.select(*self.written.columns, "place", "entity", again=again)

    def _slipped(self) -> Iterator[pl.Series]:
        for name, slips in self.slips.items():
            wrong = pl.Series(self.wrong(name))
            for column in slips.columns:
                yield self.written.written[column].zip_with(wrong, self.right[column])

    def _before_the_end(self) -> Iterator[pl.Series]:
        """Nobody knows yet who will be cancelled."""
        if self.written.source == "births":
            return
        ended = pl.Series(self.rows.ends <= self.month)
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, self.written.size)
        for column in _OF_THE_END:
            if column in self.right.columns:
                yield self.right[column].zip_with(ended, nothing).alias(column)
        no = pl.Series([_NOT_CANCELLED[self.written.source]]).new_from_index(0, self.written.size)
        flag = self.right["cancelled"]
        yield flag.zip_with(ended | flag.is_null(), no).alias("cancelled")

    def _change_keys(self) -> Integers:
        before = self.rows.present(self.month - 1) & self.present
        drawn = self.keys.change(self.present, before, self.rng)
        with_values = drawn[self.rng.random(len(drawn)).argsort()[: len(drawn) // 2]]
        self._note("key_changed_with_values", np.sort(with_values))
        self._note("key_changed", np.setdiff1d(drawn, with_values))
        self._change_values(with_values)
        return drawn

    def _move(self, moves: Moves) -> Integers:
        rows, village = moves.of_month(self.rows.active(self.month - 1) & self.active, self.rng)
        for column, values in moves.values(
            rows, village, self.right["household_no"].gather(rows)
        ).items():
            self._put(column, rows, values)
        self._note("moved", rows)
        return rows

    def _change_values(self, rows: Integers) -> None:
        """Half of those with a wrong number or name have it put right; the others give a new
        address or telephone."""
        wrong = np.zeros(self.written.size, bool)
        for slips in self._own():
            wrong |= slips.wrong(self.month - 1) & slips.wrong(self.month)
        corrected = wrong[rows] & (self.rng.random(len(rows)) < 0.5)
        self._correct(rows[corrected])
        others = rows[~corrected]
        calls = self.rng.random(len(others)) < (0.5 if self.written.source == "residents" else 0.0)
        self._put(
            "address",
            others[~calls],
            _other_house(self.right["address"].gather(others[~calls]), self.rng),
        )
        if calls.any():
            self._put("phone", others[calls], _other_phone(int(calls.sum()), self.rng))

    def _own(self) -> list[Slips]:
        return [self.slips[name] for name in ("id_number", "name") if name in self.slips]

    def _correct(self, rows: Integers) -> None:
        for slips in self._own():
            slips.correct(rows, self.month)

    def _happenings(self) -> Iterator[tuple[str, Flags]]:
        """kind, rows: what this month's export has otherwise than the last one, beside keys."""
        before, now = self.rows.present(self.month - 1), self.present
        yield from _by_kind(now & ~before, self.rows.why_arrives)
        yield from _by_kind(before & ~now, self.rows.why_leaves)
        both = before & now
        yield from _by_kind(both & (self.rows.ends == self.month), self.rows.why_ends)
        for slips in self.slips.values():
            was, is_wrong = slips.wrong(self.month - 1), slips.wrong(self.month)
            back = both & ~was & is_wrong & (slips.again == self.month)
            yield "corrected", both & was & ~is_wrong
            yield "came_back", back
            yield "new_error", both & ~was & is_wrong & ~back

    def _touch(self, rows: Flags) -> None:
        """Residents have a day on which the row was last changed."""
        if "updated_on" in self.written.columns:
            places = np.flatnonzero(rows)
            day = dates(self.calendar.ends[[self.month]], "%Y-%m-%d 00:00:00")
            self._put("updated_on", places, day.new_from_index(0, len(places)))

    def _put(self, column: str, rows: Integers, values: pl.Series) -> None:
        self.right = self.right.with_columns(put(self.right[column], rows, values))

    def _note(self, kind: str, rows: Integers) -> None:
        if len(rows):
            noted = pl.DataFrame({"row": rows})
            self.events.append(noted.select(month=pl.lit(self.month), kind=pl.lit(kind), row="row"))


def _right(written: Written) -> pl.DataFrame:
    """What stands in the file when nothing is wrong: where content and clean agree, as it was
    written."""
    return written.clean.with_columns(
        written.written[column].zip_with(
            written.content[column].eq_missing(written.clean[column]), written.clean[column]
        )
        for column in written.columns
    )


def _by_kind(rows: Flags, kinds: pl.Series) -> Iterator[tuple[str, Flags]]:
    for kind in sorted(kinds.filter(pl.Series(rows)).unique()):
        yield kind, rows & (kinds == kind).to_numpy()


def _other_house(addresses: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Another number in the same street or village."""
    frame = pl.DataFrame({"address": addresses, "further": rng.integers(1, 188, len(addresses))})
    number = (
        pl.col("address").str.extract(r"(\d+)号").cast(pl.Int64) - 1 + pl.col("further")
    ) % 188 + 1
    parts = pl.col("address").str.extract_groups(r"^(.*?)\d+(号.*)$").struct
    return frame.select(parts.field("1") + number.cast(pl.String) + parts.field("2")).to_series()


def _other_phone(size: int, rng: np.random.Generator) -> pl.Series:
    """Numbers that start with 12, see registers.phones."""
    return pl.Series(12_000_000_000 + rng.integers(0, 1_000_000_000, size)).cast(pl.String)
