"""Children of a small city, for the tests of the statistics."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from reconcile.persons.children import CELLS, LETTERS

CHANCES = (0.03, 0.01, 0.01, 0.05, 0.05, 0.05, 0.8)


def children(size: int, seed: int = 1, towns: int = 4) -> pl.DataFrame:
    """So many children of October in two districts, as children.children gives them; some of unknown town or area."""
    generator = np.random.default_rng(seed)
    days, to_issue, to_register = (generator.integers(low, high, size) for low, high in ((0, 31), (0, 10), (-2, 120)))
    place = pl.Series(generator.integers(0, 2 * towns, size))
    unknown = pl.Series(generator.integers(0, 40, size))
    held = {
        layout: pl.when(pl.col("cell").str.contains(letter)).then(pl.int_range(size))
        for layout, letter in LETTERS.items()
    }
    born = pl.lit(date(2026, 10, 1)) + pl.duration(days=pl.Series(days))
    registered = born + pl.duration(days=pl.Series(to_register))
    return pl.select(
        district=pl.when(unknown > 0).then("D" + (place % 2).cast(pl.String)),
        town=pl.when(unknown > 1).then("T" + place.cast(pl.String)),
        cell=pl.Series(generator.choice(CELLS, size, p=CHANCES).tolist(), dtype=pl.String),
        sex=pl.Series(generator.integers(1, 3, size), dtype=pl.Int8),
        reason=pl.lit(None, dtype=pl.String),
        birth_date=born,
    ).with_columns(
        **held,
        reason=pl.when(pl.col("cell") != "HRP").then(pl.lit("open")),
        issued_on=born + pl.duration(days=pl.Series(to_issue)),
        residents_on=registered,
        household_on=pl.when(unknown > 5).then(registered),
    )
