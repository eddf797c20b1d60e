"""Who types carelessly, and what goes wrong then: several slips meet in one row."""

from __future__ import annotations

import numpy as np
import polars as pl
from benchmarks.second_maker import lunar, names
from benchmarks.second_maker.days import days_of, parts
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Digits = NDArray[np.uint8]

ROW, CLERK, TOWN = 0.25, 3.0, 8.0  # shapes of the gamma factors: the smaller, the more uneven
NAME_KINDS = ("homophone", "lookalike", "variant", "missing", "former", "other", "turned", "sign")
NAME_SHARES = (0.36, 0.15, 0.13, 0.13, 0.08, 0.05, 0.04, 0.06)
DATE_KINDS = ("lunar", "swapped", "new_year", "day_1", "next_day", "year")
DATE_SHARES = (0.34, 0.10, 0.12, 0.12, 0.17, 0.15)


class Typist:
    """Those who typed one register: `care` of each row is how much more than usual goes wrong in
    it (1 on average). Every slip is noted under its kind."""

    def __init__(self, rng: Generator, level: float, town: Ints) -> None:
        size = len(town)
        self.rng = rng
        self.level = level
        clerk = town * 4 + rng.integers(0, 4, size)
        towns, clerks = int(town.max()) + 1, int(town.max()) * 4 + 4
        self.care = rng.gamma(ROW, 1 / ROW, size)
        self.care *= rng.gamma(CLERK, 1 / CLERK, clerks)[clerk]
        self.care *= rng.gamma(TOWN, 1 / TOWN, towns)[town]
        self.care /= self.care.mean()
        self.notes: dict[str, Flags] = {}

    def slips(self, rate: float) -> Flags:
        """Rows in which something that usually goes wrong at this rate does."""
        return self.rng.random(len(self.care)) < 1 - np.exp(-rate * self.level * self.care)

    def note(self, kind: str, rows: Flags | Ints) -> None:
        flags = self.notes.setdefault(kind, np.zeros(len(self.care), bool))
        flags[rows] = True

    def errors(self) -> pl.Series:
        """The kinds of each row, parted by |."""
        kinds = [
            pl.when(pl.Series(flags)).then(pl.lit(kind)).otherwise(None).alias(kind)
            for kind, flags in sorted(self.notes.items())
        ]
        return pl.select(pl.concat_str(*kinds, separator="|", ignore_nulls=True)).to_series()

    def name(
        self, values: names.Text, rate: float, about: str, former: names.Text | None = None
    ) -> names.Text:
        """Names as typed; `former`: earlier names, where there are any."""
        rng, values = self.rng, values.copy()
        rows = np.flatnonzero(self.slips(rate) & (values != ""))
        kind = rng.choice(len(NAME_KINDS), len(rows), p=NAME_SHARES)
        dotted = np.char.find(values[rows], "·") >= 0
        kind[dotted & (rng.random(len(rows)) < 0.6)] = -1
        latin = points(values[rows])[:, 0] < 0x80
        kind[latin] = NAME_KINDS.index("missing")
        for number in range(-1, len(NAME_KINDS)):
            chosen = rows[kind == number]
            if not len(chosen):
                continue
            label = "dot" if number < 0 else NAME_KINDS[number]
            old = values[chosen]
            earlier = old if former is None else former[chosen]
            values[chosen] = self._typed(label, old, earlier)
            changed = chosen[values[chosen] != old]
            self.note(f"{about}_{label}", changed)
        return values

    def _typed(self, kind: str, old: names.Text, former: names.Text) -> names.Text:
        rng = self.rng
        if kind == "dot":
            return names.another_dot(rng, old)
        if kind == "missing":
            return names.drop_character(rng, old)
        if kind == "turned":
            return names.turn_given(old)
        if kind == "sign":
            return names.unreadable(rng, old)
        if kind == "other":
            turned = rng.permutation(len(old))
            return names.join(old.astype("<U1").astype(old.dtype), _given(old[turned]))
        if kind == "former":
            known = (former != "") & (former != old)
            return np.where(known, former, names.swap_character(rng, old, "homophone"))
        return names.swap_character(rng, old, kind)

    def number(self, values: Digits, relative: Digits, rates: dict[str, float]) -> Digits:
        """Identity numbers as typed: `digit`, `relative` (that of another in the row), `ruined`
        and `old` (15 digits)."""
        rng, values = self.rng, values.copy()
        whole = values[:, 17] > 0
        rows = np.flatnonzero(self.slips(rates["digit"]) & whole)
        place = rng.integers(0, 17, len(rows))
        place = np.where(rng.random(len(rows)) < 0.4, rng.integers(6, 17, len(rows)), place)
        swap = rng.random(len(rows)) < 0.3
        one, other = values[rows, place], values[rows, place + 1]
        last = other == ord("X")
        fresh = ord("0") + (one - ord("0") + rng.integers(1, 10, len(rows))) % 10
        values[rows, place] = np.where(swap & ~last & (one != other), other, fresh)
        values[rows, place + 1] = np.where(swap & ~last & (one != other), one, other)
        self.note("id_digit", rows)
        rows = np.flatnonzero(self.slips(rates["relative"]) & whole & (relative[:, 17] > 0))
        values[rows] = relative[rows]
        self.note("id_relative", rows)
        rows = np.flatnonzero(self.slips(rates["ruined"]) & whole)
        zero = rng.random(len(rows)) < 0.5
        values[rows[zero], 15:] = ord("0")
        values[rows[~zero]] = _scientific(values[rows[~zero]])
        self.note("id_ruined", rows)
        old = np.flatnonzero((values[:, 6] == ord("1")) & (values[:, 8] < ord("6")) & whole)
        old = old[rng.random(len(old)) < rates["old"]]
        values[old] = _of_15(values[old])
        return values

    def day(self, values: Ints, rate: float, about: str = "date") -> Ints:
        """Birth dates as typed."""
        rng, values = self.rng, values.copy()
        rows = np.flatnonzero(self.slips(rate))
        kind = rng.choice(len(DATE_KINDS), len(rows), p=DATE_SHARES)
        old = values[rows]
        year, month, date = parts(old)
        slip = np.where(rng.random(len(rows)) < 0.75, rng.choice((-1, 1), len(rows)), 10)
        values[rows] = np.select(
            [kind == 0, (kind == 1) & (date <= 12), kind == 2, kind == 3, kind == 5],
            [
                lunar.as_written(old),
                days_of(year, np.minimum(date, 12), month),
                days_of(year, np.ones_like(year), np.ones_like(year)),
                days_of(year, month, np.ones_like(year)),
                days_of(year - slip, month, date),
            ],
            old + rng.choice((-1, 1, 2, 10), len(rows), p=(0.4, 0.4, 0.1, 0.1)),
        )
        for number, label in enumerate(DATE_KINDS):
            self.note(f"{about}_{label}", rows[(kind == number) & (values[rows] != old)])
        return values


def points(values: names.Text) -> NDArray[np.uint32]:
    return names.points(np.ascontiguousarray(values))


def _given(full: names.Text) -> names.Text:
    """Names without their first character."""
    shifted = np.zeros_like(full)
    points(shifted)[:, :-1] = points(full)[:, 1:]
    return shifted


def _scientific(values: Digits) -> Digits:
    """As a spreadsheet shows a long number: 3.61702E+17."""
    found = np.zeros_like(values)
    found[:, 0], found[:, 1] = values[:, 0], ord(".")
    found[:, 2:7] = values[:, 1:6]
    found[:, 7:11] = np.frombuffer(b"E+17", np.uint8)
    return found


def _of_15(values: Digits) -> Digits:
    found = np.zeros_like(values)
    found[:, :6], found[:, 6:15] = values[:, :6], values[:, 8:17]
    return found


def written(digits: Digits) -> pl.Series:
    """Numbers as text; empty ones are empty."""
    return pl.Series(np.ascontiguousarray(digits).view("S18").ravel().astype("<U18"))
