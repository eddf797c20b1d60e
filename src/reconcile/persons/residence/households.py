"""Households that live together and are registered in several places."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import SPLIT_HOUSEHOLDS, conform
from reconcile.persons.residence.levels import AREA, residences
from reconcile.persons.view import View

_HOUSEHOLD = ("source", "household_no")
_HEAD = (1, 2)  # of GB/T 4761: self, head
_PLACE = ("registered", *(f"registered_{part}" for part in AREA), "outside")
_LEAST_SPLIT = 2


def split_households(view: View) -> pl.DataFrame:
    """frames.SPLIT_HOUSEHOLDS: the resident register's households whose members are registered in
    two or more villages (towns, districts), or in and outside the city; a row for each place,
    sorted by household, the most people first.

    `members`: active residents of that household number, each person once. `registered`: city,
    outside or unknown (of whom nobody says where; no place of its own). `head_name`: of the member
    who is the head, else as the members state it. What a register does not say of a place tells no
    two apart.
    """
    split = _members(view).filter(_places().over(_HOUSEHOLD) >= _LEAST_SPLIT)
    head = pl.col("name_std").filter(pl.col("relation_std").is_in(_HEAD)).drop_nulls()
    stated = pl.col("head_name_std").drop_nulls()
    about = split.group_by(_HOUSEHOLD).agg(
        head_name=pl.coalesce(head.min(), stated.mode().min()),
        town=pl.col("lives_town").drop_nulls().first(),
        village=pl.col("lives_village").drop_nulls().first(),
        members=pl.len(),
    )
    places = split.group_by(*_HOUSEHOLD, *_PLACE).agg(people=pl.len())
    told = places.join(about, on=list(_HOUSEHOLD))
    return conform(told, SPLIT_HOUSEHOLDS).sort(
        *_HOUSEHOLD,
        "people",
        *_PLACE,
        descending=[False, False, True, *[False] * len(_PLACE)],
        nulls_last=True,
    )


def _members(view: View) -> pl.DataFrame:
    """Every resident with a household number, by node: `_HOUSEHOLD`, `_PLACE`, lives_…, and who is
    the head."""
    found = residences(view)
    told = view.values(
        found["node"], "household_no_std", "name_std", "head_name_std", "relation_std"
    )
    source = view.population["source"].cast(pl.String).gather(found["node"])
    registered = (
        pl.when(
            pl.col("household").is_not_null()
            & pl.any_horizontal(pl.col(_PLACE[1:-1]).is_not_null())
        )
        .then(pl.lit("city"))
        .when(pl.col("outside").is_not_null())
        .then(pl.lit("outside"))
        .otherwise(pl.lit("unknown"))
    )
    people = pl.concat([found, told.with_columns(source=source)], how="horizontal")
    numbered = people.with_columns(
        registered=registered, household_no=pl.col("household_no_std").cast(pl.String)
    )
    return numbered.drop_nulls("household_no")


def _places() -> pl.Expr:
    """In how many places a household is registered for certain: as many as its members differ in at
    one level."""
    district, town, village = (pl.col(f"registered_{part}") for part in AREA)
    in_town = pl.when(town.is_not_null()).then(pl.concat_str(town, pl.lit("\x1f"), village))
    in_city = pl.max_horizontal(
        part.drop_nulls().n_unique() for part in (district, town, village, in_town)
    )
    return in_city + (pl.col("outside").is_not_null().any() & in_city.gt(0)).cast(pl.UInt32)
