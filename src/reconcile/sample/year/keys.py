"""Record keys: each month some rows get a new one."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.sample.naming import Flags, Integers, put
from reconcile.sample.year.written import Written

SHARE = 0.02  # of the keys, a month
_DIGITS = {"residents": 8, "household": 9}


class Keys:
    """`now`: the key of each row. A row that changes it has the new one for good; no key is given
    out twice.

    Two rows under one key, and rows that the file holds twice, keep theirs: nobody could tell what
    had changed.
    """

    def __init__(self, written: Written) -> None:
        self.now = written.clean["record_key"]
        self._may = ~(written.has("repeated_key") | written.twice)
        self._digits = _DIGITS.get(written.source, 0)
        self._next = 2 * written.size + 1  # beyond all keys of the start

    def change(self, present: Flags, before: Flags, rng: np.random.Generator) -> Integers:
        """Give a new key to the month's share of the `present` rows, out of those there `before`;
        which, sorted."""
        may = np.flatnonzero(before & self._may)
        count = min(round(SHARE * int(present.sum())), len(may))
        rows = np.sort(rng.choice(may, count, replace=False))
        old = self.now.gather(rows)
        serial = (
            pl.Series(self._next + rng.permutation(count)).cast(pl.String).str.zfill(self._digits)
        )
        self._next += count
        self.now = put(
            self.now, rows, old.str.slice(0, old.str.len_chars() - self._digits) + serial
        )
        return rows
