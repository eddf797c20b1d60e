"""Events of a day and a place, joined with the reported figures that they would be part of."""

from __future__ import annotations

import polars as pl

from reconcile.crosschecks.claimed.claims import CITY, DISTRICT, TOWN

_KEY = ["level", "district", "town", "sex", "month"]


def joined(
    claims: pl.DataFrame, events: pl.DataFrame, on: str, district: str, town: str, sex: str
) -> pl.DataFrame:
    """Each reported figure (claims.CLAIMS) with the events that fall into its months, area and sex.

    `on`, `district`, `town`, `sex`: the columns of `events` that say when, where and of which sex
    each one is. Gives the events' columns and, of the figure, claim, and start, end, level,
    district, town, sex with `claimed_` before. A figure whose area is not known has no events; one
    about both sexes has those without a sex too.
    """
    wanted = (
        claims.filter(pl.col("level").is_not_null())
        .with_columns(month=pl.date_ranges("start", "end", interval="1mo", closed="left"))
        .explode("month", empty_as_null=False, keep_nulls=False)
        .select("claim", *_KEY, *(pl.col(name).alias(f"claimed_{name}") for name in _CARRIED))
    )
    own = events.with_row_index("_event")
    found = []
    for level, by_sex in (
        (CITY, False),
        (CITY, True),
        (DISTRICT, False),
        (DISTRICT, True),
        (TOWN, False),
    ):
        keys = {
            "level": pl.lit(level, dtype=claims.schema["level"]),
            "district": pl.col(district) if level != CITY else pl.lit(None, dtype=pl.String),
            "town": pl.col(town) if level == TOWN else pl.lit(None, dtype=pl.String),
            "sex": pl.col(sex).cast(pl.Int8) if by_sex else pl.lit(None, dtype=pl.Int8),
            "month": pl.col(on).dt.truncate("1mo"),
        }
        needed = [
            on,
            *{TOWN: [town], DISTRICT: [district]}.get(level, []),
            *([sex] if by_sex else []),
        ]
        placed = own.drop_nulls(needed).select("_event", **keys)
        found.append(wanted.join(placed, on=_KEY, how="inner", nulls_equal=True))
    pairs = pl.concat(found).drop(_KEY).unique(["claim", "_event"]).sort("claim", "_event")
    return pairs.join(own, on="_event", how="left", maintain_order="left").drop("_event")


_CARRIED = ("start", "end", "level", "district", "town", "sex")


def outside_months(day: str) -> pl.Expr:
    """Whether this day is known and not in the figure's months."""
    inside = pl.col(day).is_between(pl.col("claimed_start"), pl.col("claimed_end"), closed="left")
    return (~inside).fill_null(False)


def outside_area(district: str, town: str) -> pl.Expr:
    """Whether this place is known and not in the figure's area; nothing is outside the city."""
    by_level = pl.col("claimed_level").cast(pl.String)
    other_district = pl.col(district) != pl.col("claimed_district")
    other_town = (pl.col(town) != pl.col("claimed_town")) | other_district.fill_null(False)
    return (
        pl.when(by_level == DISTRICT)
        .then(other_district)
        .when(by_level == TOWN)
        .then(other_town)
        .fill_null(False)
    )
