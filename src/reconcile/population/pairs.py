"""Candidate pairs as matchers see them: two columns of values, never records."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.population.homes import Homes
from reconcile.population.population import MISSING, Codes, Nodes, Population

Levels = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Comparer = Callable[[pl.Series, pl.Series], Levels]
# One row of numbers for each text.
Spelling = Callable[[pl.Series], npt.NDArray[np.uint32]]


class Pairs:
    """The values of both sides of many pairs, by column; compared as numbers wherever that is
    enough."""

    def __init__(self, population: Population, left: Nodes, right: Nodes, homes: Homes) -> None:
        self.population = population
        self.left = left
        self.right = right
        self._homes = homes
        self._equal: dict[tuple[str, str], tuple[Mask, Mask]] = {}

    def __len__(self) -> int:
        return len(self.left)

    def of(self, positions: npt.NDArray[np.intp]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.population, self.left[positions], self.right[positions], self._homes)

    def known(self, column: str, other: str | None = None) -> Mask:
        """Where both sides have a value (`other`: the right side's column when it has another
        name)."""
        return self._agreement(column, other or column)[0]

    def equal(self, column: str, other: str | None = None) -> Mask:
        """Where both sides have a value and it is the same."""
        return self._agreement(column, other or column)[1]

    def numbers(self, column: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Mask]:
        """Both sides' numbers (days for dates), and where both are known."""
        values = self.population.numbers(column)
        left, right = values[self.left], values[self.right]
        return left, right, (left != MISSING) & (right != MISSING)

    def flags(self, column: str) -> tuple[Mask, Mask]:
        """Both sides of a column of yes and no; null is no."""
        values = self.population.flags(column)
        return values[self.left], values[self.right]

    def rarity(self, column: str) -> npt.NDArray[np.float32]:
        """Bits: how rare the left side's value is among all records; 0 where it is null."""
        return self.population.rarity(column)[self.left]

    def share_home(self) -> tuple[Mask, Mask]:
        """Where the two sides have a home in common, and where both have one at all (see
        `homes`)."""
        return self._homes.shared(self.left, self.right)

    def compare(
        self, column: str, comparer: Comparer, where: Mask, other: str | None = None
    ) -> Levels:
        """`comparer` on the values of the pairs in `where`, each distinct pair of values once; 0
        elsewhere."""
        levels = np.zeros(len(self), dtype=np.int8)
        chosen = np.flatnonzero(where)
        if not len(chosen):
            return levels
        codes_l, codes_r = self._codes(column, other or column)
        distinct = (
            pl.DataFrame({"l": codes_l[chosen], "r": codes_r[chosen], "position": chosen})
            .with_columns(first=pl.col("position").first().over("l", "r"))
            .select("position", "first")
        )
        firsts = distinct["first"].unique().sort().to_numpy()
        answers = comparer(
            self.population.values(column, self.left[firsts]),
            self.population.values(other or column, self.right[firsts]),
        )
        levels[chosen] = answers[np.searchsorted(firsts, distinct["first"].to_numpy())]
        return levels

    def spelt(
        self, column: str, spelling: Spelling, where: Mask
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """Both sides' values of the pairs in `where`, spelt as rows of numbers, each record's
        once."""
        left, right = self.left[where], self.right[where]
        nodes = np.flatnonzero(np.bincount(np.concatenate([left, right]), minlength=1)).astype(
            np.uint32
        )
        rows = spelling(self.population.values(column, nodes))
        return rows[np.searchsorted(nodes, left)], rows[np.searchsorted(nodes, right)]

    def _agreement(self, column: str, other: str) -> tuple[Mask, Mask]:
        if (column, other) not in self._equal:
            codes_l, codes_r = self._codes(column, other)
            known = (codes_l != 0) & (codes_r != 0)
            self._equal[column, other] = known, known & (codes_l == codes_r)
        return self._equal[column, other]

    def _codes(self, column: str, other: str) -> tuple[Codes, Codes]:
        return self.population.codes(column)[self.left], self.population.codes(other)[self.right]
