"""Groups in tangles too large to weigh every grouping: merged best gain first, then single records
move.

All tangles of one size are worked on together, a merge or a move of each at a time. Trees are not
grown anew: what a merge or a joining record brings is its heaviest edge, and what speaks against it
the worst contradiction in each comparison in which the two have no value in common. Neither is ever
more than the tree would change by. Where two groups make one of `MANY` and more different records,
their pairs must carry each other: what they weigh on average, the prior included, is taken off
where it is below 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reconcile.matching.tangles import IMPOSSIBLE, Ints, Mask, Tangles, best_trees

# From so many different records on a group must be no chain.
MANY = 10
_NONE = 4 * IMPOSSIBLE


def grouped_greedily(tangles: Tangles) -> tuple[Ints, Ints]:
    """`home`: (tangles, n), a number of each record's group. `margin`: what its best move would
    lose."""
    home = _merged(tangles)
    moving = np.arange(len(tangles))
    for _ in range(tangles.size):  # a bound that keeps a large tangle quick: moves are few
        gain, target = _moves(tangles.some(moving), home[moving])
        record = gain.argmax(axis=1)
        at = (np.arange(len(moving)), record)
        gains = gain[at] > 0
        moving, record, target = moving[gains], record[gains], target[at][gains]
        if not len(moving):
            break
        home[moving, record] = target
    return home, -_moves(tangles, home)[0]


@dataclass(frozen=True)
class _Between:
    """What stands between two groups of a tangle: (tangles, group, group, …), at first of single
    records.

    `edge`: the heaviest agreement; `near`: whether a pair of theirs is likely by itself; `barred`;
    `worst`: by comparison, what speaks most against; `shared`: by comparison, whether they have a
    value in common.
    """

    edge: Ints
    near: Mask
    barred: Mask
    worst: Ints
    shared: Mask

    @classmethod
    def records(cls, tangles: Tangles) -> _Between:
        near = (tangles.weight > 0) & ~tangles.barred & ~np.eye(tangles.size, dtype=bool)
        same = tangles.value[:, :, None, :] == tangles.value[:, None, :, :]
        shared = same & (tangles.value >= 0)[:, :, None, :]
        return cls(
            tangles.agreement.copy(), near, tangles.barred.copy(), tangles.against.copy(), shared
        )

    def unite(self, tangle: Ints, into: Ints, gone: Ints) -> None:
        """Puts one group of each of these tangles into another; what is left of it stands for
        nothing."""
        for values, better in (
            (self.edge, np.maximum),
            (self.near, np.logical_or),
            (self.barred, np.logical_or),
            (self.worst, np.minimum),
            (self.shared, np.logical_or),
        ):
            row = better(values[tangle, into], values[tangle, gone])
            values[tangle, into] = values[tangle, :, into] = row
        self.near[tangle, into, into] = False
        self.near[tangle, gone] = self.near[tangle, :, gone] = False

    def gain(self, at: tuple[Ints | slice, ...]) -> Ints:
        """What it gains to unite two groups, sources and support left aside; `_NONE` where it
        cannot be."""
        gain = self.edge[at] + np.where(self.shared[at], 0, self.worst[at]).sum(axis=-1)
        return np.where(self.near[at] & ~self.barred[at], gain, _NONE)


def _merged(tangles: Tangles) -> Ints:
    """The groups after merging the two that gain most, in each tangle, until none gains."""
    count, size = tangles.source.shape
    home = np.tile(np.arange(size), (count, 1))
    between, support = _Between.records(tangles), _Support(tangles)
    has, price = _sources(tangles)
    repeats = (has[:, :, None, :] & has[:, None, :, :]) @ price[:, None, :, None]
    gain = between.gain((slice(None),)) + repeats[:, :, :, 0]
    alive = np.arange(count)
    while True:
        flat = gain[alive].reshape(len(alive), -1)
        best = flat.argmax(axis=1)
        gains = flat[np.arange(len(alive)), best] > 0
        alive, best = alive[gains], best[gains]
        if not len(alive):
            return home
        into, gone = np.divmod(best, size)  # symmetric: the first of the two is the smaller
        home[alive] = np.where(home[alive] == gone[:, None], into[:, None], home[alive])
        between.unite(alive, into, gone)
        has[alive, into] |= has[alive, gone]
        row = between.gain((alive, into))
        row += ((has[alive, into][:, None, :] & has[alive]) @ price[alive][:, :, None])[:, :, 0]
        row += support.of_merges(alive, home[alive], into)
        gain[alive, gone] = gain[alive, :, gone] = _NONE
        gain[alive, into] = gain[alive, :, into] = row


def _sources(tangles: Tangles) -> tuple[Mask, Ints]:
    """(tangles, record, source): whether the record is of it, and (tangles, source) its price."""
    of_source = tangles.source[:, :, None] == np.unique(tangles.source)
    return of_source, np.where(of_source, tangles.price[:, :, None], 0).min(axis=1)


class _Support:
    """Whether two groups that make a large one weigh together on average; copies of a record are
    counted once."""

    def __init__(self, tangles: Tangles) -> None:
        first, other = tangles.first_copy, ~np.eye(tangles.size, dtype=bool)
        pairs = other & (tangles.agreement > IMPOSSIBLE) & first[:, :, None] & first[:, None, :]
        self._first = first
        self._weight = np.where(pairs, tangles.weight, 0).astype(np.float64)
        self._pairs = pairs.astype(np.float64)

    def of_merges(self, tangle: Ints, home: Ints, group: Ints) -> Ints:
        """(tangles, group): the average weight of the pairs between a group of each tangle and each
        other one, where the two have `MANY` records and it is below 0."""
        members = (_members(home) & self._first[tangle][:, None, :]).astype(np.float64)
        mine = members[np.arange(len(tangle)), group][:, None, :]
        large = members.sum(axis=2) + mine.sum(axis=2) >= MANY
        if not large.any():
            return np.zeros_like(home)
        turned = members.transpose(0, 2, 1)
        total, number = (
            (mine @ between[tangle] @ turned)[:, 0] for between in (self._weight, self._pairs)
        )
        average = np.floor(total / np.maximum(number, 1)).astype(np.int64)
        return np.where(large, np.minimum(average, 0), 0)


def _members(home: Ints) -> Mask:
    """(tangles, group, record)."""
    return np.asarray(home[:, None, :] == np.arange(home.shape[1])[None, :, None])


def _moves(tangles: Tangles, home: Ints) -> tuple[Ints, Ints]:
    """(tangles, record): what the record's best move gains, and into which group."""
    between = _Between.records(tangles)
    has, price = _sources(tangles)
    number = _by_group(has.astype(np.int64), home, np.add, 0)
    against = _against(between, home)
    join = against + _by_group(between.edge, home, np.maximum, _NONE).transpose(0, 2, 1)
    join += has.astype(np.int64) @ ((number > 0) * price[:, None, :]).transpose(0, 2, 1)
    near, barred = (
        _by_group(pairs, home, np.logical_or, False).transpose(0, 2, 1)
        for pairs in (between.near, between.barred)
    )
    join = np.where(near & ~barred & (home[:, :, None] != np.arange(tangles.size)), join, _NONE)
    leave = _of_own(against, home) + _tree_losses(tangles, home)
    repeated = np.take_along_axis(number, home[:, :, None], axis=1) > 1
    leave += ((has & repeated) @ price[:, :, None])[:, :, 0]
    return _best(join, leave, home)


def _against(between: _Between, home: Ints) -> Ints:
    """(tangles, record, group): the worst that the others of a group say against the record, in
    comparisons in which none of them has its value."""
    others = ~np.eye(home.shape[1], dtype=bool)[:, :, None]
    shared = _by_group(between.shared & others, home, np.logical_or, False)
    worst = _by_group(between.worst, home, np.minimum, 0)
    return np.asarray(np.where(shared, 0, worst).sum(axis=3).transpose(0, 2, 1))


def _by_group(values: npt.NDArray[Any], home: Ints, fold: np.ufunc, empty: int) -> npt.NDArray[Any]:
    """(tangles, record, …) folded over the records of each group: (tangles, group, …)."""
    order = np.argsort(home, axis=1, kind="stable")
    rows = np.arange(len(home))[:, None]
    ordered = values[rows, order].reshape(-1, *values.shape[2:])
    group = (rows * home.shape[1] + home[rows, order]).ravel()
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    found = np.full_like(ordered, empty)
    found[group[starts]] = fold.reduceat(ordered, starts, axis=0)
    return found.reshape(values.shape)


def _of_own(values: Ints, home: Ints) -> Ints:
    """(tangles, record, group) → (tangles, record): of the group that the record is in."""
    return np.take_along_axis(values, home[:, :, None], axis=2)[:, :, 0]


def _tree_losses(tangles: Tangles, home: Ints) -> Ints:
    """(tangles, record): what the best tree of the record's group loses without it."""
    together = home[:, :, None] == home[:, None, :]
    rest = together & ~np.eye(home.shape[1], dtype=bool)
    tangle, record = np.nonzero(rest.any(axis=2))
    edges = tangles.agreement[tangle]
    loss = np.zeros_like(home)
    loss[tangle, record] = best_trees(edges, together[tangle, record]) - best_trees(
        edges, rest[tangle, record]
    )
    return loss


def _best(join: Ints, leave: Ints, home: Ints) -> tuple[Ints, Ints]:
    """The best of all moves, to stand alone included."""
    sizes = _members(home).sum(axis=2)
    rows, empty = np.arange(len(home)), (sizes == 0).argmax(axis=1)
    # As many groups as records: where one is empty, some record is not alone and may be.
    alone = (sizes == 0).any(axis=1)[:, None] & (np.take_along_axis(sizes, home, axis=1) > 1)
    join[rows, :, empty] = np.where(alone, 0, join[rows, :, empty])
    target = join.argmax(axis=2)
    return np.maximum(join.max(axis=2) - leave, _NONE), target
