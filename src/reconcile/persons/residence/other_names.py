"""Without a table of areas: the names by which one register calls what the other mostly calls
otherwise.

A former name, a short name, an old code or a misspelling is no other area. Who lives in an area is
mostly registered in it; a name whose people the other register nearly all has under one and the
same other name is that area's own.
"""

from __future__ import annotations

import polars as pl

# Of the people whom either register has under a name, those whom both do: below it may be another
# name of an area, and above it is an area's own.
_LEAST_ALIKE, _MOSTLY = 0.2, 0.5
# How many people both registers have under a name that others may be other names of.
_LEAST_KNOWN = 100
# Two names of which neither register knows both: one was changed into the other when so many people
# have the pair.
_LEAST_RENAMED = 10


def other_names(lives: pl.Series, registered: pl.Series) -> pl.Series:
    """The names, sorted, that say nothing beside another one. `lives`, `registered`: what the two
    registers say of each person, both told and comparable."""
    pairs = pl.DataFrame({"lives": lives, "registered": registered}).drop_nulls()
    counted = pairs.group_by("lives", "registered").agg(count=pl.len().cast(pl.Int64))
    same = pl.col("lives") == pl.col("registered")
    unlike = counted.filter(~same)
    sides = [
        unlike.select(name="lives", other="registered", count="count"),
        unlike.select(name="registered", other="lives", count="count"),
    ]
    apart = pl.concat(sides).group_by("name", "other").agg(pl.col("count").sum())
    alike = counted.filter(same).select(name="lives", alike="count")
    total = apart.group_by("name").agg(apart=pl.col("count").sum())
    names = total.join(alike, on="name", how="full", coalesce=True).with_columns(
        pl.col("apart", "alike").fill_null(0)
    )
    people = pl.col("apart") + pl.col("alike")
    names = names.with_columns(share=pl.col("alike") / people, people=people)
    doubtful = names.filter(pl.col("share") < _LEAST_ALIKE)
    mostly = apart.join(doubtful, on="name").filter(pl.col("count") > _MOSTLY * pl.col("people"))
    known = names.select(
        other="name", known=(pl.col("share") > _MOSTLY) & (pl.col("alike") >= _LEAST_KNOWN)
    )
    mutual = mostly.select(name="other", other="name", mutual=pl.lit(True))
    told = mostly.join(known, on="other", how="left").join(mutual, on=["name", "other"], how="left")
    renamed = pl.col("mutual").fill_null(False) & (pl.col("count") >= _LEAST_RENAMED)
    return told.filter(pl.col("known").fill_null(False) | renamed)["name"].unique().sort()
