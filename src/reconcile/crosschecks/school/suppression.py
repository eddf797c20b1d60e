"""What a published table must not show: counts under 5, and what gives them away by subtraction."""

from __future__ import annotations

import polars as pl

from reconcile.crosschecks.school.cells import CITY, DISTRICT, KEY, TOWN

LEAST_SHOWN = 5


def hidden(cells: pl.DataFrame) -> pl.Series:
    """Whether a cell (school.cells.CELLS) must be hidden: Boolean, in the rows' order.

    Hidden is a cell with fewer than 5 births or pupils. Since a total tells the only part that it hides, one more
    is hidden then: the smallest other part. Parts are the towns of a district, the districts of the city, the two
    sexes of an area, and the districts' sexes of the city's.
    """
    small = (pl.col("births") < LEAST_SHOWN).fill_null(False) | (pl.col("enrolled") < LEAST_SHOWN).fill_null(False)
    size = pl.col("births").fill_null(0) + pl.col("enrolled").fill_null(0)
    frame = cells.with_columns(hidden=small, size=size)
    both = pl.col("sex").is_null()
    city = frame.filter(both, pl.col("level") == CITY)
    districts = _with_complement(frame.filter(both, pl.col("level") == DISTRICT), ["year"])
    towns = _towns(frame.filter(both, pl.col("level") == TOWN), districts)
    found = pl.concat([city, districts, towns, _sexes(frame.filter(~both), districts)])
    order = cells.select(KEY).join(found.select(*KEY, "hidden"), on=KEY, how="left", nulls_equal=True)
    return cells.select(KEY).join(order, on=KEY, how="left", nulls_equal=True, maintain_order="left")["hidden"]


def _with_complement(parts: pl.DataFrame, by: list[str], forced: pl.Expr | None = None) -> pl.DataFrame:
    """One more part hidden where one alone is, or where none is though it is `forced`."""
    alone = pl.col("hidden").sum().over(by)
    needed = alone == 1
    if forced is not None:
        needed = needed | ((alone == 0) & forced)
    shown_size = pl.when(~pl.col("hidden")).then("size")
    ordered = parts.sort(*by, "district", "town", nulls_last=True)
    smallest = (shown_size.rank("ordinal").over(by) == 1).fill_null(False)
    return ordered.with_columns(hidden=pl.col("hidden") | (needed & smallest))


def _towns(towns: pl.DataFrame, districts: pl.DataFrame) -> pl.DataFrame:
    """A hidden district must not be the sum of towns that are all shown."""
    above = districts.select("year", "district", above="hidden")
    joined = towns.join(above, on=["year", "district"], how="left", maintain_order="left")
    return _with_complement(joined, ["year", "district"], pl.col("above").fill_null(False)).drop("above")


def _sexes(cells: pl.DataFrame, districts: pl.DataFrame) -> pl.DataFrame:
    """Both sexes of an area are hidden or shown together."""
    area = ["year", "level", "district"]
    above = districts.select(*area, above="hidden")
    joined = cells.join(above, on=area, how="left", nulls_equal=True, maintain_order="left")
    pairs = joined.group_by(area).agg(
        hidden=pl.col("hidden").any() | pl.col("above").any().fill_null(False),
        size=pl.col("size").sum(),
        town=pl.lit(None, dtype=pl.String),
    )
    of_areas = _with_complement(pairs, ["year", "level"]).select(*area, pair="hidden")
    found = joined.join(of_areas, on=area, how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(hidden="pair").drop("above", "pair")
