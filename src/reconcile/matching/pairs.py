"""Candidate pairs as matchers see them: two columns of values, never records."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matching.population import MISSING, Nodes, Population

Levels = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Comparer = Callable[[pl.Series, pl.Series], Levels]


class Pairs:
    """The values of both sides of many pairs, by column; compared as numbers wherever that is enough."""

    def __init__(self, population: Population, left: Nodes, right: Nodes, homes: pl.DataFrame) -> None:
        self.population = population
        self.left = left
        self.right = right
        self._homes = homes

    def __len__(self) -> int:
        return len(self.left)

    def known(self, column: str, other: str | None = None) -> Mask:
        """Where both sides have a value (`other`: the right side's column when it has another name)."""
        codes_l, codes_r = self._codes(column, other)
        return (codes_l != 0) & (codes_r != 0)

    def equal(self, column: str, other: str | None = None) -> Mask:
        """Where both sides have a value and it is the same."""
        codes_l, codes_r = self._codes(column, other)
        return (codes_l == codes_r) & (codes_l != 0)

    def numbers(self, column: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Mask]:
        """Both sides' numbers (days for dates), and where both are known."""
        values = self.population.numbers(column)
        left, right = values[self.left], values[self.right]
        return left, right, (left != MISSING) & (right != MISSING)

    def flags(self, column: str) -> tuple[Mask, Mask]:
        """Both sides of a column of yes and no; null is no."""
        values = self.population.frame[column].fill_null(False).to_numpy()
        return values[self.left], values[self.right]

    def share_home(self) -> tuple[Mask, Mask]:
        """Where the two sides have a home in common, and where both have one at all (see `homes`)."""
        pairs = pl.DataFrame({"node": self.left, "other": self.right}).with_row_index("pair")
        shared = (
            pairs.join(self._homes, on="node")
            .join(self._homes.rename({"node": "other"}), on=["other", "home"], how="semi")["pair"]
            .to_numpy()
        )
        mask = np.zeros(len(self), dtype=bool)
        mask[shared] = True
        has_home = np.zeros(len(self.population), dtype=bool)
        has_home[self._homes["node"].to_numpy()] = True
        return mask, has_home[self.left] & has_home[self.right]

    def compare(self, column: str, comparer: Comparer, where: Mask, other: str | None = None) -> Levels:
        """`comparer` on the values of the pairs in `where`, each distinct pair of values once; 0 elsewhere."""
        levels = np.zeros(len(self), dtype=np.int8)
        chosen = np.flatnonzero(where)
        if not len(chosen):
            return levels
        codes_l, codes_r = self._codes(column, other)
        distinct = (
            pl.DataFrame({"l": codes_l[chosen], "r": codes_r[chosen], "position": chosen})
            .with_columns(first=pl.col("position").first().over("l", "r"))
            .select("position", "first")
        )
        firsts = distinct["first"].unique().sort().to_numpy()
        values_l = self.population.frame[column].gather(self.left[firsts])
        values_r = self.population.frame[other or column].gather(self.right[firsts])
        answers = comparer(values_l, values_r)
        levels[chosen] = answers[np.searchsorted(firsts, distinct["first"].to_numpy())]
        return levels

    def _codes(self, column: str, other: str | None) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        codes = self.population.codes
        return codes(column)[self.left], codes(other or column)[self.right]
