"""Tangles as the solver weighs them: what speaks for each pair, and what against, by the values
that contradict."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

IMPOSSIBLE = -(10**12)
# What speaks for a pair that people judged the same: above all that comparisons can say against it.
CERTAIN = 10**10


@dataclass(frozen=True)
class Tangles:
    """Tangles of the same number of records n, one a row; whole 1/1000 bits.

    `agreement`: (tangles, n, n), symmetric: the prior and what speaks for a pair, `IMPOSSIBLE`
    where the two are not compared. `against`: (tangles, n, n, comparisons), symmetric, never above
    0: what each comparison says against a pair, of pairs against which more speaks than for them.
    `value`: (tangles, n, comparisons): the first record of the tangle with the same value, -1
    without one. `barred`: as `agreement`; `source`: (tangles, n); `price`: (tangles, n), of a
    second record of its source.
    """

    agreement: Ints
    against: Ints
    value: Ints
    barred: Mask
    source: Ints
    price: Ints

    def __len__(self) -> int:
        return len(self.source)

    @property
    def size(self) -> int:
        return self.source.shape[1]

    def some(self, rows: slice | Ints) -> Tangles:
        """These tangles alone."""
        return Tangles(
            self.agreement[rows],
            self.against[rows],
            self.value[rows],
            self.barred[rows],
            self.source[rows],
            self.price[rows],
        )

    @property
    def weight(self) -> Ints:
        """What each pair weighs by itself, the prior included."""
        return self.agreement + self.against.sum(axis=3)

    @property
    def first_copy(self) -> Mask:
        """(tangles, n): whether no earlier record has the same value in every comparison."""
        copies = (self.value[:, :, None, :] == self.value[:, None, :, :]).all(axis=3)
        return np.asarray(copies.argmax(axis=2) == np.arange(self.size))


def first_places(codes: npt.NDArray[np.uint64]) -> Ints:
    """(tangles, n, comparisons) of codes of values, 0 for none → the place of the first record of
    the tangle with each value, -1 for none."""
    places = (codes[:, :, None, :] == codes[:, None, :, :]).argmax(axis=2)
    return np.where(codes == 0, -1, places)


def levelled(against: Ints, value: Ints) -> Ints:
    """`against` (rows, n, n) with two values contradicting each other alike in whichever records
    they stand: the worst that is said. `value`: (rows, n)."""
    for _ in range(2):  # one side, then the other
        for i, j in combinations(range(value.shape[1]), 2):
            same = np.flatnonzero((value[:, i] == value[:, j]) & (value[:, i] >= 0))
            if len(same):
                against[same, i] = against[same, j] = np.minimum(against[same, i], against[same, j])
        against = against.transpose(0, 2, 1)
    return against


def best_trees(weights: Ints, members: Mask | None = None) -> Ints:
    """The heaviest spanning tree of each matrix (tangles, n, n), of these `members` (tangles, n)
    only (Prim 1957)."""
    count, size, _ = weights.shape
    rows = np.arange(count)
    outside = np.ones((count, size), dtype=bool) if members is None else members.copy()
    start = outside.argmax(axis=1)
    outside[rows, start] = False
    reach = weights[rows, start].copy()
    total = np.zeros(count, dtype=np.int64)
    for _ in range(int(outside.sum(axis=1).max(initial=0))):
        nearest = np.where(outside, reach, 8 * IMPOSSIBLE).argmax(axis=1)
        total += np.where(outside[rows, nearest], reach[rows, nearest], 0)
        outside[rows, nearest] = False
        np.maximum(reach, weights[rows, nearest], out=reach)
    return total
