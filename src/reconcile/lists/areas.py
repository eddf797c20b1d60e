"""The columns that name the area of a table's rows: city, districts, towns."""

from __future__ import annotations

import polars as pl

from reconcile.areas.by_area import LEVELS
from reconcile.core.messages import text
from reconcile.lists.writers.list_table import ListColumn

_NAMES = ("level", "district", "town")


def area_columns(language: str) -> list[ListColumn]:
    """level, district, town."""
    return [
        ListColumn(name, text(f"lists.{'level.name' if name == 'level' else name}", language))
        for name in _NAMES
    ]


def area_names(language: str) -> list[pl.Expr]:
    """These columns out of statistics.areas.AREA, in words."""
    unknown = text("lists.unknown_area", language)
    levels = {name: text(f"lists.level.{name}", language) for name in LEVELS}
    return [
        pl.col("level").replace_strict(levels),
        pl.when(pl.col("level") == "city")
        .then(None)
        .when(pl.col("level") == "district")
        .then(pl.col("area").fill_null(unknown))
        .otherwise(pl.col("district").fill_null(unknown))
        .alias("district"),
        pl.when(pl.col("level") == "town").then(pl.col("area").fill_null(unknown)).alias("town"),
    ]
