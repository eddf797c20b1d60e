"""Small counts held back from a table that is published, so that nobody can work them out (DOMAIN
§7.6)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.persons.children import CELLS

LEAST_PUBLISHED = 5

# A total is given up only where no other count will do.
TOTAL_COST = 10**9

Node = tuple[str, ...]
GROUND: Node = ("ground",)


@dataclass(frozen=True)
class Arc:
    """One count of the table as an arc between the two sums that it stands in: more of it is a flow
    from `tail` to `head`. `cost`: what is lost by holding it back, 0 for what is not published
    anyway. `least`: what a count that is not shown is at the least, as a reader knows."""

    tail: Node
    head: Node
    value: int
    cost: int
    least: int = 1


def held_back(arcs: Sequence[Arc], primary: Iterable[int]) -> set[int]:
    """The places of the arcs to hold back so that no one of `primary` can be derived, these
    included.

    Complementary counts are found as cheapest cycles in the network that such a table is (Cox, 1980
    and 1995): a count on a cycle of counts held back can be more or less by one with every
    published figure unchanged, and all of them at least their `least`. Exact: none of `primary` has
    but one possible value. Cheapest is the least sum of costs.
    """
    first = sorted(primary)
    hidden, around = set(first), _around(arcs)
    for at in first:
        hidden.update(_cheapest_cycle(arcs, around, hidden, at))
    return hidden


def suppress(
    table: pl.DataFrame, counts: Sequence[str] = CELLS, total: str = "total"
) -> pl.DataFrame:
    """The table with counts of 1 to 4 as null, and further counts so that none can be derived from
    the sums.

    `table`: level, district, area, `counts` and `total` as cells.cells_table gives them: cells add
    up to the row's total, towns to their district, districts to the city. Totals are counts too. A
    count of 0 stays: it is nobody's. See `held_back`; ValueError when the table does not add up.
    """
    columns = [*counts, total]
    keys = list(table.select("level", "district", "area").iter_rows())
    values = table.select(columns).fill_null(0).to_numpy().astype(np.int64)
    _check(keys, values)
    arcs = [
        _arc(key, column, total, int(value))
        for key, row in zip(keys, values, strict=True)
        for column, value in zip(columns, row, strict=True)
    ]
    hidden = held_back(arcs, [at for at, arc in enumerate(arcs) if 0 < arc.value < LEAST_PUBLISHED])
    kept = np.array([at not in hidden for at in range(len(arcs))], dtype=bool).reshape(values.shape)
    return table.with_columns(
        pl.when(pl.Series(kept[:, at])).then(pl.col(column)).alias(column)
        for at, column in enumerate(columns)
    )


def _check(
    keys: Sequence[tuple[str, str | None, str | None]], values: npt.NDArray[np.int64]
) -> None:
    sums: dict[Node, npt.NDArray[np.int64]] = {}
    own: dict[Node, npt.NDArray[np.int64]] = {}
    for key, row in zip(keys, values, strict=True):
        node, parent = _row_and_parent(key)
        own[node] = row
        sums[parent] = sums.get(parent, 0) + row
    sums.pop(GROUND, None)
    if (values[:, :-1].sum(axis=1) != values[:, -1]).any() or (values < 0).any():
        raise ValueError("a row's counts do not add up to its total")
    if any(parent not in own or (own[parent] != added).any() for parent, added in sums.items()):
        raise ValueError("the areas do not add up to the area above")


def _row_and_parent(key: tuple[str, str | None, str | None]) -> tuple[Node, Node]:
    """The row's own name, and that of the row that it is added up in."""
    level, district, area = key
    above = "?" if district is None else f"={district}"
    if level == "city":
        return ("city",), GROUND
    if level == "district":
        return ("district", above), ("city",)
    return ("town", above, "?" if area is None else f"={area}"), ("district", above)


def _arc(key: tuple[str, str | None, str | None], column: str, total: str, value: int) -> Arc:
    """A town's cell stands in its row's sum and in its district's; any other count in the sum of
    the parts that it is made of and in the sum above. The rows of districts and city add up because
    those of the towns do."""
    node, parent = _row_and_parent(key)
    above = (*parent, "|", column) if parent != GROUND else GROUND
    below = (*node, "row") if node[0] == "town" else (*node, "|", column)
    level_cost = 0 if node[0] == "town" else TOTAL_COST
    if column == total:
        return Arc(above, below, value, value + level_cost + TOTAL_COST)
    return Arc(below, above, value, value + level_cost)


def _around(arcs: Sequence[Arc]) -> Mapping[Node, list[tuple[int, Node]]]:
    """The steps from each sum: the arc taken, the sum reached. Against its direction only what can
    be one less and still its least."""
    steps: dict[Node, list[tuple[int, Node]]] = {}
    for at, arc in enumerate(arcs):
        if arc.value >= arc.least:
            steps.setdefault(arc.tail, []).append((at, arc.head))
        if arc.value > arc.least:
            steps.setdefault(arc.head, []).append((at, arc.tail))
    return steps


def _cheapest_cycle(
    arcs: Sequence[Arc], around: Mapping[Node, list[tuple[int, Node]]], hidden: set[int], at: int
) -> list[int]:
    """The arcs of the cheapest cycle through this one, in the direction that costs less; hidden
    ones cost nothing."""
    arc = arcs[at]
    ways = [_cheapest_way(arcs, around, hidden, at, arc.head, arc.tail)]
    if arc.value > arc.least:
        ways.append(_cheapest_way(arcs, around, hidden, at, arc.tail, arc.head))
    # There is one: more of a count can always go with more of every total that it is in.
    return min(way for way in ways if way is not None)[1]


def _cheapest_way(
    arcs: Sequence[Arc],
    around: Mapping[Node, list[tuple[int, Node]]],
    hidden: set[int],
    without: int,
    start: Node,
    goal: Node,
) -> tuple[int, list[int]] | None:
    """Dijkstra's shortest path (1959), its cost and arcs; ties go to the path of lesser names."""
    queue: list[tuple[int, Node, list[int]]] = [(0, start, [])]
    done: set[Node] = set()
    while queue:
        cost, node, way = heapq.heappop(queue)
        if node == goal:
            return cost, way
        if node in done:
            continue
        done.add(node)
        for at, reached in around.get(node, []):
            if at != without and reached not in done:
                heapq.heappush(
                    queue, (cost + (0 if at in hidden else arcs[at].cost), reached, [*way, at])
                )
    return None
