"""Which records of one tangle are one person: the best grouping, its margin, and what stays
undecided.

The objective. A group of records is worth

    the best tree of its pairs' agreement  −  the worst trees of contradictions  +  Σ repeats · price

and a grouping the sum over its groups; a single record is worth 0. `agreement` is the prior and
what speaks for a pair; it is counted along a tree, because the third record of a person says little
that the first two have not said. What speaks against is counted in each comparison once for every
further value, at the worst that it contradicts: one error is one error in however many rows it
stands, and however many rows have what it should be. `price` is paid for each record beyond the
first of one source. A pair that is `barred` makes its group impossible. All in whole 1/1000 bit, so
that sums have no rounding and ties are real.

Exact for tangles of up to `EXACT` records, by weighing every grouping; larger ones are merged
greedily, best gain first, then single records move while that gains (see `greedy`).
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from reconcile.matching.greedy import grouped_greedily
from reconcile.matching.tangles import IMPOSSIBLE, Ints, Tangles, best_trees, levelled

EXACT = 7
# Groupings this close (1/1000 bit) are a tie: an even chance and a bit.
TIE = 1_000
_BATCH = 4_000_000


@dataclass(frozen=True)
class Solution:
    """`group`: (tangles, n), the position of the first record of each record's group. `margin`:
    (tangles, n), how much worse the best grouping is in which the record's group is another one."""

    group: Ints
    margin: Ints


def solve(tangles: Tangles) -> Solution:
    """The grouping that all best groupings agree on (those within `TIE` of the best)."""
    exact, size = tangles.size <= EXACT, tangles.size
    cells = max(len(partitions(size)[0]), size**2 * tangles.against.shape[3]) if exact else size**3
    solver, batch = (_solve_exactly if exact else _solve_greedily), max(1, _BATCH // cells)
    parts = [solver(tangles.some(slice(i, i + batch))) for i in range(0, len(tangles), batch)]
    return Solution(
        np.concatenate([p.group for p in parts]), np.concatenate([p.margin for p in parts])
    )


def group_value(tangles: Tangles, members: tuple[int, ...]) -> Ints:
    """What the group of these members is worth in each tangle."""
    rows = np.ix_(range(len(tangles)), members, members)
    agreement = best_trees(tangles.agreement[rows])
    value = agreement + _contradictions(tangles, members) + _repeats(tangles, members)
    return np.where(
        tangles.barred[rows].any(axis=(1, 2)), IMPOSSIBLE, np.maximum(value, IMPOSSIBLE)
    )


def _contradictions(tangles: Tangles, members: tuple[int, ...]) -> Ints:
    """The tree of the worst contradictions between the members' values, over all comparisons."""
    rows = np.ix_(range(len(tangles)), members, members)
    against = tangles.against[rows].transpose(0, 3, 1, 2)
    tangle, comparison = np.nonzero(against.any(axis=(2, 3)))
    value = tangles.value[:, members].transpose(0, 2, 1)[tangle, comparison]
    repeated = (
        (value[:, :, None] == value[:, None, :]) & np.tri(len(members), k=-1, dtype=bool)
    ).any(axis=2)
    worst = best_trees(-levelled(against[tangle, comparison], value), ~repeated & (value >= 0))
    total = np.zeros(len(tangles), dtype=np.int64)
    np.subtract.at(total, tangle, worst)
    return total


def _repeats(tangles: Tangles, members: tuple[int, ...]) -> Ints:
    total = np.zeros(len(tangles), dtype=np.int64)
    for position, member in enumerate(members):
        earlier = tangles.source[:, list(members[:position])]
        repeated = (earlier == tangles.source[:, [member]]).any(axis=1)
        total += np.where(repeated, tangles.price[:, member], 0)
    return total


@cache
def partitions(size: int) -> tuple[npt.NDArray[np.int64], tuple[tuple[int, ...], ...], Ints]:
    """Every grouping of `size` records: block of each record as a bit mask (groupings, size); the
    groups of two and more; and which groups each grouping has (groups, groupings)."""
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


def _solve_greedily(tangles: Tangles) -> Solution:
    home, margin = grouped_greedily(tangles)
    margin = np.clip(margin, 0, 2**31 - 1)
    sure = margin > TIE
    size = tangles.size
    together = (home[:, :, None] == home[:, None, :]) & sure[:, :, None] & sure[
        :, None, :
    ] | np.eye(size, dtype=bool)
    return Solution(together.argmax(axis=2), margin)
