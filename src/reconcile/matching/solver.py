"""Which records of one tangle are one person: the best grouping, its margin, and what stays undecided.

The objective. A group of records is worth

    Σ over its pairs min(0, evidence)  +  the best tree of (prior + max(0, evidence))  +  Σ repeats · price

and a grouping the sum over its groups; a single record is worth 0. Every pair's contradictions count, but what
agrees is counted along a tree, because the third record of a person says little that the first two have not
said. `price` is paid for each record beyond the first of one source. A pair that is `barred` makes its group
impossible. All in whole 1/1000 bit, so that sums have no rounding and ties are real.

Exact for tangles of up to `EXACT` records, by weighing every grouping; larger ones are merged greedily, best gain
first, then single records move while that gains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

EXACT = 7
IMPOSSIBLE = -(10**12)
# The evidence of a pair that people judged the same: above all that comparisons can say against it.
CERTAIN = 10**10
# Groupings this close (1/1000 bit) are a tie: an even chance and a bit.
TIE = 1_000
_BATCH = 4_000_000


@dataclass(frozen=True)
class Tangles:
    """Tangles of the same number of records n, one a row.

    `evidence`, `prior`: (tangles, n, n), symmetric; `barred` likewise; `price`: (tangles, n), of the record's
    source; `source`: (tangles, n).
    """

    evidence: Ints
    prior: Ints
    barred: npt.NDArray[np.bool_]
    source: Ints
    price: Ints


@dataclass(frozen=True)
class Solution:
    """`group`: (tangles, n), the position of the first record of each record's group. `margin`: (tangles, n), how
    much worse the best grouping is in which the record's group is another one."""

    group: Ints
    margin: Ints


def solve(tangles: Tangles) -> Solution:
    """The grouping that all best groupings agree on (those within `TIE` of the best)."""
    size = tangles.source.shape[1]
    if size > EXACT:
        return _solve_greedily(tangles)
    batch = max(1, _BATCH // len(partitions(size)[0]))
    parts = [_solve_exactly(_rows(tangles, i, i + batch)) for i in range(0, len(tangles.source), batch)]
    return Solution(np.concatenate([p.group for p in parts]), np.concatenate([p.margin for p in parts]))


def group_value(tangles: Tangles, members: tuple[int, ...]) -> Ints:
    """What the group of these members is worth in each tangle."""
    rows = np.ix_(range(len(tangles.source)), members, members)
    evidence, prior, barred = tangles.evidence[rows], tangles.prior[rows], tangles.barred[rows]
    contradictions = np.minimum(evidence, 0).sum(axis=(1, 2)) // 2
    value = contradictions + _best_tree(prior + np.maximum(evidence, 0)) + _repeats(tangles, members)
    return np.where(barred.any(axis=(1, 2)), IMPOSSIBLE, np.maximum(value, IMPOSSIBLE))


def _best_tree(weights: Ints) -> Ints:
    """The heaviest spanning tree of each matrix (Prim 1957)."""
    count, size, _ = weights.shape
    reach = weights[:, 0, :].copy()
    outside = np.ones((count, size), dtype=bool)
    outside[:, 0] = False
    total = np.zeros(count, dtype=np.int64)
    rows = np.arange(count)
    for _ in range(size - 1):
        nearest = np.where(outside, reach, 2 * IMPOSSIBLE).argmax(axis=1)
        total += reach[rows, nearest]
        outside[rows, nearest] = False
        reach = np.maximum(reach, weights[rows, nearest])
    return total


def _repeats(tangles: Tangles, members: tuple[int, ...]) -> Ints:
    total = np.zeros(len(tangles.source), dtype=np.int64)
    for position, member in enumerate(members):
        earlier = tangles.source[:, list(members[:position])]
        repeated = (earlier == tangles.source[:, [member]]).any(axis=1)
        total += np.where(repeated, tangles.price[:, member], 0)
    return total


@cache
def partitions(size: int) -> tuple[npt.NDArray[np.int64], tuple[tuple[int, ...], ...], Ints]:
    """Every grouping of `size` records: block of each record as a bit mask (groupings, size); the groups of two
    and more; and which groups each grouping has (groups, groupings)."""
    masks = np.array([_masks(labels) for labels in _labellings(size)], dtype=np.int64)
    groups = tuple(c for k in range(2, size + 1) for c in combinations(range(size), k))
    position = {sum(1 << i for i in group): row for row, group in enumerate(groups)}
    has = np.zeros((len(groups), len(masks)), dtype=np.int64)
    for column, row in enumerate(masks):
        for mask in set(row.tolist()) & position.keys():
            has[position[mask], column] = 1
    return masks, groups, has


def _labellings(size: int) -> Iterator[tuple[int, ...]]:
    """Restricted growth strings: each grouping once, the grouping of single records last."""

    def grow(prefix: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(prefix) == size:
            yield prefix
            return
        for label in range(max(prefix) + 2):
            yield from grow((*prefix, label))

    yield from grow((0,))


def _masks(labels: tuple[int, ...]) -> list[int]:
    return [sum(1 << j for j, other in enumerate(labels) if other == label) for label in labels]


def _solve_exactly(tangles: Tangles) -> Solution:
    size = tangles.source.shape[1]
    masks, groups, has = partitions(size)
    values = np.stack([group_value(tangles, group) for group in groups], axis=1)
    totals = values @ has
    best = totals.argmax(axis=1)
    top = totals[np.arange(len(totals)), best]
    margin = np.empty_like(tangles.source)
    for record in range(size):
        other = masks[:, record][None, :] != masks[best, record][:, None]
        margin[:, record] = top - np.where(other, totals, 2 * IMPOSSIBLE).max(axis=1)
    near = (totals >= (top - TIE)[:, None]).astype(np.int64)
    together = (masks[:, :, None] >> np.arange(size)[None, None, :]) & 1
    agreed = near @ together.reshape(len(masks), -1) == near.sum(axis=1, keepdims=True)
    return Solution(agreed.reshape(-1, size, size).argmax(axis=2), np.clip(margin, 0, 2**31 - 1))


def _rows(tangles: Tangles, start: int, stop: int) -> Tangles:
    part = slice(start, stop)
    return Tangles(
        tangles.evidence[part],
        tangles.prior[part],
        tangles.barred[part],
        tangles.source[part],
        tangles.price[part],
    )


def _solve_greedily(tangles: Tangles) -> Solution:
    solved = [_Greedy(_rows(tangles, i, i + 1)).solve() for i in range(len(tangles.source))]
    return Solution(np.stack([group for group, _ in solved]), np.stack([margin for _, margin in solved]))


class _Greedy:
    """One tangle too large to weigh every grouping."""

    def __init__(self, tangle: Tangles) -> None:
        self._tangle = tangle
        self._values: dict[tuple[int, ...], int] = {}
        size = tangle.source.shape[1]
        near = tangle.evidence[0] + tangle.prior[0] > 0
        self._near = [frozenset(np.flatnonzero(row).tolist()) for row in near]
        self._groups: list[tuple[int, ...]] = [(i,) for i in range(size)]

    def solve(self) -> tuple[Ints, Ints]:
        while self._merge_best():
            pass
        # Each move gains at least 1/1000 bit, so this ends; the bound keeps a tangle of 200 within a second.
        for _ in range(len(self._groups) + 10):
            if not self._move_best():
                break
        return self._result()

    def _value(self, group: tuple[int, ...]) -> int:
        if len(group) < 2:
            return 0
        if group not in self._values:
            self._values[group] = int(group_value(self._tangle, group)[0])
        return self._values[group]

    def _gain(self, first: tuple[int, ...], second: tuple[int, ...]) -> int:
        return self._value(tuple(sorted(first + second))) - self._value(first) - self._value(second)

    def _linked(self, first: tuple[int, ...], second: tuple[int, ...]) -> bool:
        return any(not self._near[i].isdisjoint(second) for i in first)

    def _merge_best(self) -> bool:
        gains = [(self._gain(a, b), a, b) for a, b in combinations(self._groups, 2) if self._linked(a, b)]
        gain, first, second = max(gains, default=(0, (), ()), key=lambda g: (g[0], g[1], g[2]))
        if gain <= 0:
            return False
        self._groups = sorted([g for g in self._groups if g not in (first, second)] + [tuple(sorted(first + second))])
        return True

    def _moves(self, record: int) -> list[tuple[int, tuple[int, ...]]]:
        """What it gains to take the record out of its group into each other one, or alone."""
        home = next(g for g in self._groups if record in g)
        rest = tuple(i for i in home if i != record)
        stay = self._value(home) - self._value(rest)
        others = [g for g in self._groups if g != home and self._linked((record,), g)]
        return [(self._gain((record,), g) - stay, g) for g in others] + ([(-stay, ())] if rest else [])

    def _move_best(self) -> bool:
        size = self._tangle.source.shape[1]
        moves = [(gain, record, target) for record in range(size) for gain, target in self._moves(record)]
        gain, record, target = max(moves, default=(0, 0, ()))
        if gain <= 0:
            return False
        home = next(g for g in self._groups if record in g)
        kept = [g for g in self._groups if g not in (home, target)]
        changed = [tuple(i for i in home if i != record), tuple(sorted((*target, record)))]
        self._groups = sorted(kept + [g for g in changed if g])
        return True

    def _result(self) -> tuple[Ints, Ints]:
        size = self._tangle.source.shape[1]
        best = [max((gain for gain, _ in self._moves(record)), default=-(2**31 - 1)) for record in range(size)]
        margin = np.clip(-np.array(best), 0, 2**31 - 1)
        group = np.arange(size)
        for members in self._groups:
            sure = [i for i in members if margin[i] > TIE]
            group[sure] = min(sure, default=0)
        return group, margin
