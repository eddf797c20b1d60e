"""The children of a run by city, district and town."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

LEVELS = ("city", "district", "town")

# The columns that name an area: `district` is that of a town too; it and `area` are null for the
# city.
AREA = ("level", "district", "area")


def by_area(
    children: pl.DataFrame, levels: Sequence[str] = LEVELS, unknown: bool = False
) -> pl.DataFrame:
    """The children with AREA, once for each level. Those whose district or town nobody knows are
    left out of that level, or, with `unknown`, stand under a null area there so that it adds up."""
    nothing = pl.lit(None, dtype=pl.String)
    names = {
        "city": (nothing, nothing, pl.lit(True)),
        "district": (pl.col("district"), pl.col("district"), pl.col("district").is_not_null()),
        "town": (pl.col("district"), pl.col("town"), pl.col("town").is_not_null()),
    }
    frames = []
    for level in levels:
        district, area, known = names[level]
        chosen = children if unknown else children.filter(known)
        frames.append(chosen.with_columns(level=pl.lit(level), district=district, area=area))
    return pl.concat(frames)


def in_order(frame: pl.DataFrame, *further: str) -> pl.DataFrame:
    """Sorted by level, district, area and the columns `further`, what is unknown last."""
    rank = pl.col("level").replace_strict(
        {level: rank for rank, level in enumerate(LEVELS)}, return_dtype=pl.Int8
    )
    return frame.sort(rank, "district", "area", *further, nulls_last=True)
