"""What a published table must not show: counts under 5, and what gives them away by subtraction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from reconcile.crosschecks.school.cells import CITY, DISTRICT, KEY, TOWN
from reconcile.statistics.suppression import (
    GROUND,
    LEAST_PUBLISHED,
    TOTAL_COST,
    Arc,
    Node,
    held_back,
)

_COUNTS = ("births", "enrolled")
_SAID = (1, 2)
_UNSAID = 0  # the sex of rows that say none; it has no cell

# A cell by level, district, town and sex, with its row, its count, and what hiding it costs.
_Cell = tuple[str, str | None, str | None, int | None]
_Cells = Mapping[_Cell, tuple[int, int, int]]


def hidden(cells: pl.DataFrame) -> pl.Series:
    """Whether a cell (school.cells.CELLS) must be hidden: Boolean, in the rows' order.

    Hidden is a cell with fewer than 5 births or pupils, none included, and with it further cells so
    that neither count of a hidden cell can be derived: see statistics.suppression. A reader knows
    that the towns of a district, the districts of the city and the sexes of an area add up, but for
    rows that say no area or no sex. ValueError when parts are more than their total.
    """
    small = pl.any_horizontal(
        (pl.col(count) < LEAST_PUBLISHED).fill_null(False) for count in _COUNTS
    )
    held = set(cells.select(small.arg_true()).to_series())
    years = cells.with_row_index("row").partition_by("year", maintain_order=True)
    networks = [list(_network(_cells(rows, count))) for rows in years for count in _COUNTS]
    before = -1
    while len(held) > before:  # a cell is hidden with both counts
        before = len(held)
        for network in networks:
            primary = [at for at, (_, row) in enumerate(network) if row in held]
            found = held_back([arc for arc, _ in network], primary)
            held.update(row for at in found if (row := network[at][1]) is not None)
    return pl.Series("hidden", [row in held for row in range(cells.height)], dtype=pl.Boolean)


def _cells(rows: pl.DataFrame, count: str) -> _Cells:
    said = rows.drop_nulls(count)
    told = said.select("row", count, cost=pl.sum_horizontal(_COUNTS))
    return dict(zip(said.select(*KEY[1:]).rows(), told.rows(), strict=True))


def _network(cells: _Cells) -> Iterator[tuple[Arc, int | None]]:
    """One count of a school year: its arcs, and the row of each one's cell, None for what is not
    published.

    More of a town is a flow from the ground to its district, on to the district's sexes, to those
    of the city, to the city, to the ground. What the city has beyond its named districts stands
    beside them as the district None.
    """
    totals, sexes = _margins(cells)
    stated = {sex for level, _, _, sex in cells if level == DISTRICT}
    for district, total in totals.items():
        inside, by_sex = (
            ("?" if district is None else f"={district}", what) for what in ("towns", "sexes")
        )
        towns = [key for key in cells if key[:2] == (TOWN, district)]
        for town in towns:
            yield from _arc(cells, town, GROUND, inside)
        rest = total - sum(cells[town][1] for town in towns)
        yield from _arc(cells, None, GROUND, inside, rest, alone=not towns and district is not None)
        yield from _arc(
            cells, (DISTRICT, district, None, None), inside, by_sex, total, cost=2 * TOTAL_COST
        )
        own = any((DISTRICT, district, None, sex) in cells or sexes[district, sex] for sex in _SAID)
        for sex in (*_SAID, _UNSAID):
            alone = not own if sex == _UNSAID else district is None and sex not in stated
            of_sex = ("districts", str(sex))
            key = (DISTRICT, district, None, sex)
            yield from _arc(cells, key, by_sex, of_sex, sexes[district, sex], TOTAL_COST, alone)
    for sex in (*_SAID, _UNSAID):
        whole = sum(sexes[district, sex] for district in totals)
        yield from _arc(
            cells, (CITY, None, None, sex), ("districts", str(sex)), (CITY,), whole, TOTAL_COST
        )
    yield from _arc(
        cells, (CITY, None, None, None), (CITY,), GROUND, sum(totals.values()), 2 * TOTAL_COST
    )


def _arc(
    cells: _Cells,
    key: _Cell | None,
    tail: Node,
    head: Node,
    value: int = 0,
    cost: int = 0,
    alone: bool = True,
) -> Iterator[tuple[Arc, int | None]]:
    """The arc of a cell, else of `value`, which is not published: a reader knows that it is nothing
    where it is, unless it stands `alone`, with no other part of its sum published."""
    if key is not None and key in cells:
        row, value, size = cells[key]
        yield Arc(tail, head, value, size + cost, least=0), row
    elif value < 0:
        raise ValueError("parts of a count are more than their total")
    elif value > 0 or alone:
        yield Arc(tail, head, value, cost=0, least=0), None


def _margins(cells: _Cells) -> tuple[dict[str | None, int], dict[tuple[str | None, int], int]]:
    """The total of each named district, then of None; and of each its sexes."""

    def value(key: _Cell, otherwise: int) -> int:
        return cells[key][1] if key in cells else otherwise

    totals: dict[str | None, int] = {}
    sexes: dict[tuple[str | None, int], int] = {}
    for district in sorted(
        {district for level, district, _, _ in cells if level != CITY and district is not None}
    ):
        inside = sum(
            value
            for (level, of, _, _), (_, value, _) in cells.items()
            if (level, of) == (TOWN, district)
        )
        sexes |= {(district, sex): value((DISTRICT, district, None, sex), 0) for sex in _SAID}
        by_sex = sum(sexes[district, sex] for sex in _SAID)
        totals[district] = value((DISTRICT, district, None, None), max(inside, by_sex))
    for sex in _SAID:
        below = sum(sexes[district, sex] for district in totals)
        sexes[None, sex] = value((CITY, None, None, sex), below) - below
    below = sum(totals.values())
    totals[None] = value((CITY, None, None, None), below) - below
    sexes |= {
        (of, _UNSAID): total - sum(sexes[of, sex] for sex in _SAID) for of, total in totals.items()
    }
    return totals, sexes
