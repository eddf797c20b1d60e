"""Rows of rosters with a name only: who has that name in the place, and how many have it in the
registers."""

from __future__ import annotations

import polars as pl

_PLACE = ("village_std", "town_std")


def name_only() -> pl.Expr:
    """Rows that have neither a usable number nor a birth date."""
    return pl.all_horizontal(pl.col("id_number_std", "id_number_core", "birth_date_std").is_null())


def namesakes(rows: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """node, namesakes (how many persons of the registers have the name), person_id, near, in_place:
    of the rows with a name only that have any, sorted by node.

    `rows`, `records`: node, person_id, name_std, village_std, town_std, and of rows what
    `name_only` reads. `person_id` and `near` (the node of that person's first record) are null
    unless it is the only person of that name in the village or else in the town (`in_place`), or in
    all registers.
    """
    alone = rows.filter(name_only()).drop_nulls("name_std").drop("person_id")
    others = records.join(alone.select("name_std").unique(), on="name_std", how="semi").rename(
        {"node": "near"}
    )
    known = (
        alone.select("node", "name_std")
        .join(_counted(others, ["name_std"]), on="name_std")
        .sort("node")
    )
    there = _in_place(alone, others)
    told = known.join(there, on="node", how="left", maintain_order="left", suffix="_there")
    in_place, only = pl.col("person_id_there").is_not_null(), pl.col("namesakes") == 1
    return told.select(
        "node",
        "namesakes",
        *(
            pl.coalesce(f"{name}_there", pl.when(only).then(name)).alias(name)
            for name in ("person_id", "near")
        ),
        in_place=in_place,
    )


def _in_place(alone: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """node, person_id, near: of rows for which there is one person of the name in the place that
    they tell."""
    found = []
    for place in (list(_PLACE), [_PLACE[0]], [_PLACE[1]]):
        untold = [pl.col(name).is_null() for name in _PLACE if name not in place]
        asked = alone.filter(pl.col(place[0]).is_not_null(), *untold).drop_nulls(place)
        key = ["name_std", *place]
        only = _counted(others.drop_nulls(place), key).filter(pl.col("namesakes") == 1)
        found.append(
            asked.select("node", *key).join(only, on=key).select("node", "person_id", "near")
        )
    return pl.concat(found)


def _counted(records: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """By key: namesakes, and person_id and near of the first record."""
    return (
        records.sort("near")
        .group_by(key, maintain_order=True)
        .agg(pl.col("person_id").n_unique().alias("namesakes"), pl.col("person_id", "near").first())
    )
