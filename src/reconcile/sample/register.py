"""A register while it is being written down wrongly: its rows, and which errors each row has
got."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from reconcile.sample.naming import Flags, Floats, Integers, put

# What may be wrong with a record, or special about it, as `errors` in the truth files name it.
KINDS = (
    # rows
    "duplicate", "repeated_key", "repeated_row", "other_village", "reissued",
    # numbers
    "no_id", "other_id", "shared_id", "relatives_id", "id_digit", "id_swap", "id_15", "id_ruined",
    "relation_id",
    # names
    "homophone", "look_alike", "variant", "missing_character", "former_name", "lost_character",
    "pinyin", "parts", "spaced", "dots", "truncated", "relation_name",
    # dates, sex, order, text
    "lunar_date", "swapped_date", "default_date", "year_off", "date_form", "sex", "order_shifted",
    "hygiene",
    # newborns
    "unnamed", "mothers_surname", "born_elsewhere", "home_birth", "mother_elsewhere", "early_death",
    # where people are
    "moved", "not_registered", "registered_elsewhere", "died_not_cancelled", "cancelled",
)  # fmt: skip
_BIT = {kind: np.int64(1) << position for position, kind in enumerate(KINDS)}

Change = Callable[[pl.Series, np.random.Generator], pl.Series]


class Register:
    """Rows of one source, as text under canonical names, with `entity` and `who`, the place in the
    city.

    `rates` says how often each kind of error strikes a row; `carelessness` (mean 1) multiplies it
    row by row, because errors come in clusters: who gets the number wrong often gets the name wrong
    too.
    """

    def __init__(
        self,
        source: str,
        frame: pl.DataFrame,
        rates: Mapping[str, float],
        shape: float,
        rng: np.random.Generator,
    ) -> None:
        self.source = source
        self.frame = frame
        self.rates = rates
        self.rng = rng
        self.errors: Integers = np.zeros(frame.height, np.int64)
        self.carelessness: Floats = rng.gamma(shape, 1 / shape, frame.height)

    def mark(self, kind: str, rows: Integers | Flags) -> None:
        self.errors[rows] |= _BIT[kind]

    def has(self, kind: str) -> Flags:
        return np.asarray((self.errors & _BIT[kind]) != 0)

    def struck(self, kind: str, only: Flags | None = None, share: float | None = None) -> Integers:
        """Rows of `only` that an error of this kind strikes: at its rate, or at an even `share`."""
        chance = self.rates.get(kind, 0.0) * self.carelessness if share is None else share
        strikes = self.rng.random(self.frame.height) < chance
        return np.flatnonzero(strikes if only is None else strikes & only)

    def slip(
        self,
        kind: str,
        column: str,
        change: Change,
        only: Flags | None = None,
        share: float | None = None,
    ) -> None:
        """Change `column` in the rows struck."""
        rows = self.struck(kind, only, share)
        self._write(kind, column, rows, change(self.frame[column].gather(rows), self.rng))

    def replace(
        self,
        kind: str,
        column: str,
        values: pl.Series,
        only: Flags | None = None,
        share: float | None = None,
    ) -> None:
        """Put `values` (one for each row, null for none) into `column` in the rows struck."""
        given = values.is_not_null().to_numpy()
        rows = self.struck(kind, given if only is None else given & only, share)
        self._write(kind, column, rows, values.gather(rows))

    def _write(self, kind: str, column: str, rows: Integers, after: pl.Series) -> None:
        """The error is remembered only where the value has become another."""
        before = self.frame[column].gather(rows)
        self.frame = self.frame.with_columns(put(self.frame[column], rows, after))
        self.mark(kind, rows[before.ne_missing(after).to_numpy()])

    def blank(self, column: str, share: float) -> None:
        """Leave `column` empty in this share of rows: an office that never asked, not an error."""
        rows = np.flatnonzero(self.rng.random(self.frame.height) < share)
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        self.frame = self.frame.with_columns(put(self.frame[column], rows, nothing))

    def add_copies(self, rows: Integers, keys: pl.Series, times: float) -> Integers:
        """Append a second row for each of `rows` under `keys`, `times` as careless; gives their
        places."""
        before = self.frame.height
        copies = self.frame[rows].with_columns(keys.alias("record_key"))
        self.frame = pl.concat([self.frame, copies])
        self.errors = np.r_[self.errors, self.errors[rows]]
        careless = times * self.rng.gamma(2.0, 0.5, len(rows))
        self.carelessness = np.r_[self.carelessness, careless]
        return np.arange(before, self.frame.height)

    def sort(self, *columns: str) -> None:
        """Put rows in the order of these columns."""
        order = self.frame.select(pl.arg_sort_by(*columns)).to_series().to_numpy().astype(np.int64)
        self.frame, self.errors = self.frame[order], self.errors[order]

    def error_texts(self) -> pl.Series:
        """The kinds of each row, joined by `|`."""
        distinct, which = np.unique(self.errors, return_inverse=True)
        texts = ["|".join(kind for kind, bit in _BIT.items() if one & bit) for one in distinct]
        return pl.Series("errors", texts, dtype=pl.String).gather(which)
