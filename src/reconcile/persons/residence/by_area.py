"""How many residents are registered where they live, and how many elsewhere, by the area in which
they live."""

from __future__ import annotations

import polars as pl

from reconcile.areas.by_area import AREA, by_area, in_order
from reconcile.persons.residence.levels import residences
from reconcile.persons.view import View

# The columns of counts, and the level of residence.levels that each counts.
COUNTS = {
    "here": "here", "other_village": "village", "other_town": "town", "other_district": "district",
    "outside": "city", "unknown": "unknown",
}  # fmt: skip
TOTAL = "residents"


def residence_table(view: View) -> pl.DataFrame:
    """AREA, the number of residents of each of COUNTS, and `residents` (UInt32): the city, each
    district, each town.

    The counts of a row add up to its residents, the towns to their district and the districts to
    the city: residents of whom the register says no district or town have rows of their own with a
    null area. May be published only through statistics.suppression.suppress.
    """
    people = residences(view).select(apart="level", district="lives_district", town="lives_town")
    counts = (
        (pl.col("apart") == level).sum().cast(pl.UInt32).alias(name)
        for name, level in COUNTS.items()
    )
    counted = (
        by_area(people, unknown=True)
        .group_by(AREA)
        .agg(*counts, pl.len().cast(pl.UInt32).alias(TOTAL))
    )
    return in_order(counted).select(*AREA, *COUNTS, TOTAL)
