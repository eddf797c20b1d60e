"""The seven cells of the births by area, and the reasons why a child is not in all three
registers."""

from __future__ import annotations

import polars as pl

from reconcile.areas.by_area import AREA, by_area, in_order
from reconcile.persons.children import CELLS


def cells_table(children: pl.DataFrame) -> pl.DataFrame:
    """AREA, the number of children in each of CELLS, and total (UInt32): the city, each district,
    each town.

    The cells of a row add up to its total, the towns to their district and the districts to the
    city: children whose district or town is unknown have rows of their own with a null area. May be
    published only through `suppression.suppress`.
    """
    counts = (pl.col("cell") == cell for cell in CELLS)
    counted = by_area(children, unknown=True).group_by(AREA).agg(
        *(count.sum().cast(pl.UInt32).alias(cell) for cell, count in zip(CELLS, counts,
        strict=True)),
        total=pl.len().cast(pl.UInt32),
    )  # fmt: skip
    return in_order(counted).select(*AREA, *CELLS, "total")


def reasons_table(children: pl.DataFrame) -> pl.DataFrame:
    """cell, reason, births (UInt32): why the children of each cell are not in all three registers;
    a null reason where there is none. They add up to the cells of the city."""
    order = pl.col("cell").replace_strict(
        {cell: rank for rank, cell in enumerate(CELLS)}, return_dtype=pl.Int8
    )
    counted = children.group_by("cell", "reason").agg(births=pl.len().cast(pl.UInt32))
    return counted.sort(order, "reason", nulls_last=True)
