"""Who gets which errors: every pair of kinds as often as any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from benchmarks.errors.families import Columns
from benchmarks.errors.kinds import Kind
from benchmarks.errors.slips import Ints, Random

Cells = Sequence[tuple[int, ...]]  # kinds that come together, by their places
_ROUNDS, _TINY = 100, 1e-12  # of raking


def cells_of(kinds: Sequence[Kind]) -> Cells:
    """Every two kinds that may meet in one row, and each kind alone; by their places."""
    numbered = list(enumerate(kinds))
    meeting = [
        (i, j) for (i, one), (j, other) in combinations(numbered, 2) if one.field != other.field
    ]
    return [*meeting, *((at,) for at in range(len(kinds)))]


def assigned(
    random: Random, possible: np.ndarray, cells: Cells, share: Mapping[int, float]
) -> Ints:
    """The place of the cell that each row gets, -1 for none.

    `possible`: rows × kinds; `share`: of the rows, by the number of kinds; the others get none.
    Cells of as many kinds are equally large, but for chance, and as far as there are rows for them.
    """
    rows = random.permutation(len(possible))
    found = np.full(len(rows), -1)
    begun = 0
    for size, part in share.items():
        ours = rows[begun : begun + round(part * len(rows))]
        places = np.array([at for at, cell in enumerate(cells) if len(cell) == size])
        drawn = _drawn(random, possible[ours], [cells[at] for at in places])
        found[ours] = np.where(drawn < 0, -1, places[drawn])
        begun += len(ours)
    return found


def _drawn(random: Random, possible: np.ndarray, cells: Cells) -> Ints:
    """A cell for each row by chance, -1 where none is possible.

    A row takes a cell by the cells' weights, among those that are possible for it; the weights are
    raked until every cell expects as many rows. So the rows of a cell are like all that it is
    possible for, as nearly as can be.
    """
    patterns, which, counts = np.unique(possible, axis=0, return_inverse=True, return_counts=True)
    can = np.column_stack([patterns[:, list(cell)].all(axis=1) for cell in cells]).astype(float)
    weights = can.any(axis=0).astype(float)
    target = len(possible) / max(1.0, weights.sum())
    for _ in range(_ROUNDS):
        expected = weights * (can.T @ (counts / np.maximum(can @ weights, _TINY)))
        weights *= target / np.maximum(expected, _TINY)
    reached = np.cumsum(can * weights, axis=1)
    some = reached[:, -1] > 0
    reached[some] /= reached[some, -1:]
    steps = (
        np.arange(len(patterns))[:, None] + reached
    ).ravel()  # one rising line through all patterns
    drawn = np.searchsorted(steps, which + random.random(len(which)), side="right") - which * len(
        cells
    )
    return np.where(some[which], drawn, -1)


def spoil(
    random: Random, rows: Columns, kinds: Sequence[Kind], cells: Cells, cell: Ints
) -> list[str]:
    """Spoils the rows by the cells they got; the names of their errors, `|` between two."""
    for at, kind in enumerate(kinds):
        having = [number for number, members in enumerate(cells) if at in members]
        hit = np.flatnonzero(np.isin(cell, having))
        if len(hit):
            kind.slip(random, rows, hit)
    heads = np.flatnonzero(rows["relation"] == "户主")  # who is head is typed once
    rows["head_name"][heads] = (rows["surname"] + rows["given"])[heads]
    rows["head_id"][heads] = rows["id_number"][heads]
    written = ["|".join(kinds[at].name for at in members) for members in cells]
    return [written[one] if one >= 0 else "" for one in cell]
