"""The areas that records name in words or codes → the areas of today, as far as words alone can
tell."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.areas.names import COLUMNS, How
from reconcile.areas.written import candidates, taken_apart

_BOUNDS = ("district", "town")  # a village bounds nothing that is written


@dataclass(frozen=True)
class Meanings:
    """`told`: triple, how, area (the code of the smallest area that is certain, or null), open
    (whether the context of a record may tell more). `choices`: triple, now, best: the areas that an
    ambiguous or open triple may mean, and whether each is as likely as any by its words."""

    told: pl.DataFrame
    choices: pl.DataFrame


def meanings(triples: pl.DataFrame, names: pl.DataFrame) -> Meanings:
    """What each of the triples (areas.written.distinct_words) means.

    The smallest area that is written decides. It must lie, or have lain, in the larger ones that
    are written beside it; where none of its name does, or a larger one is not in the table, nothing
    is concluded from its name alone.
    """
    parts = taken_apart(triples, names)
    scopes: dict[str, pl.DataFrame] = {}
    levels: dict[str, pl.DataFrame] = {}
    choices: dict[str, pl.DataFrame] = {}
    for column in COLUMNS:
        found = _inside(candidates(parts, names, column), scopes)
        scopes[column] = _scope(found, column)
        choices[column] = _choices(found)
        levels[column] = _state(parts, column, found, choices[column].filter("best"))
    told = parts.select("triple")
    for column in COLUMNS:
        told = told.join(levels[column], on="triple", maintain_order="left")
    told = told.with_columns(finest=_finest()).with_columns(how=_how(), area=_area())
    told = told.with_columns(open=_open(told, choices["village"]))
    of_finest = [
        told.filter(pl.col("finest") == c).select("triple").join(choices[c], on="triple")
        for c in COLUMNS
    ]
    asked = told.filter(pl.col("open") | (pl.col("how") == "ambiguous"))["triple"]
    listed = (
        pl.concat(of_finest).filter(pl.col("triple").is_in(asked.implode())).sort("triple", "now")
    )
    return Meanings(
        told.select("triple", pl.col("how").cast(How), "area", "open"), listed.drop("kind")
    )


def _open(told: pl.DataFrame, villages: pl.DataFrame) -> pl.Series:
    """Where several areas are as likely; or where a village stands without its town, and a less
    likely one of another town (it was once called so) may be meant after all."""
    many = villages.filter(pl.len().over("triple") > 1)["triple"]
    alone = (
        (pl.col("town_state") == "none")
        & (pl.col("village_state") == "one")
        & pl.col("triple").is_in(many.implode())
    )
    sound = ~pl.col("how").is_in(["unknown", "absent"])
    several = pl.coalesce(
        pl.when(pl.col("finest") == c).then(pl.col(f"{c}_state") == "several") for c in COLUMNS
    )
    outside = pl.any_horizontal(pl.col(f"{c}_state") == "outside" for c in COLUMNS)
    return told.select(open=(sound & ~outside & (several | alone)).fill_null(False)).to_series()


def _inside(found: pl.DataFrame, scopes: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The candidates that are in force, with `inside`: whether each lies or lay in the larger areas
    written beside."""
    found = found.filter(pl.col("now").is_not_null()).with_row_index("line")
    inside = pl.repeat(True, found.height, eager=True)
    for column, scope in scopes.items():
        sides = [found.select("line", "triple", code=f"{side}_{column}") for side in ("own", "now")]
        hit = pl.concat(sides).join(scope, on=["triple", "code"], how="semi")["line"]
        bound = found["triple"].is_in(scope["triple"].implode())
        inside = inside & (found["line"].is_in(hit.implode()) | ~bound)
    return found.with_columns(inside=inside).drop("line")


def _scope(found: pl.DataFrame, column: str) -> pl.DataFrame:
    """triple, code: the codes at this level, then and now, of the areas that are written; of those
    inside, where there are any. Nothing where something larger is written: in the column of the
    district, the city."""
    kept = found.filter(pl.col("inside") | ~pl.col("inside").any().over("triple"))
    if column not in _BOUNDS:
        return kept.select("triple", code="own").clear()
    sides = [kept.select("triple", code=f"{side}_{column}") for side in ("own", "now")]
    return pl.concat(sides).drop_nulls().unique()


def _choices(found: pl.DataFrame) -> pl.DataFrame:
    """triple, now, kind, and `best`: whether it is of the surest kind; of those inside, where there
    are any."""
    kept = found.filter(pl.col("inside") | ~pl.col("inside").any().over("triple"))
    once = kept.sort("triple", "now", "kind").unique(
        ["triple", "now"], keep="first", maintain_order=True
    )
    kind = pl.col("kind").to_physical()
    return once.select("triple", "now", "kind", best=kind == kind.min().over("triple"))


def _state(
    parts: pl.DataFrame, column: str, found: pl.DataFrame, best: pl.DataFrame
) -> pl.DataFrame:
    """triple, and of this column: `_state` (none, unknown, outside, several, one), `_now` and
    `_kind`."""
    counted = best.group_by("triple").agg(
        pl.len().alias("areas"), pl.col("now").first(), pl.col("kind").first()
    )
    inside = found.group_by("triple").agg(pl.col("inside").any())
    one = pl.col("areas") == 1
    state = (
        pl.when(pl.col(column).is_null())
        .then(pl.lit("none"))
        .when(pl.col("areas").is_null())
        .then(pl.lit("unknown"))
        .when(~pl.col("inside"))
        .then(pl.lit("outside"))
        .when(one)
        .then(pl.lit("one"))
        .otherwise(pl.lit("several"))
    )
    joined = parts.join(counted, on="triple", how="left", maintain_order="left").join(
        inside, on="triple", how="left", maintain_order="left"
    )
    return joined.select(
        "triple",
        state.alias(f"{column}_state"),
        pl.when(state == "one").then("now").alias(f"{column}_now"),
        pl.col("kind").cast(pl.String).alias(f"{column}_kind"),
    )


def _finest() -> pl.Expr:
    """The smallest column that says something, null where none does."""
    said = [
        pl.when(pl.col(f"{column}_state") != "none").then(pl.lit(column))
        for column in reversed(COLUMNS)
    ]
    return pl.coalesce(said)


def _how() -> pl.Expr:
    states = [pl.col(f"{column}_state") for column in COLUMNS]
    of_finest = pl.coalesce(
        pl.when(pl.col("finest") == column).then(
            pl.when(pl.col(f"{column}_state") == "one")
            .then(f"{column}_kind")
            .otherwise(pl.lit("ambiguous"))
        )
        for column in COLUMNS
    )
    return (
        pl.when(pl.col("finest").is_null())
        .then(pl.lit("absent"))
        .when(pl.any_horizontal(state == "unknown" for state in states))
        .then(pl.lit("unknown"))
        .when(pl.any_horizontal(state == "outside" for state in states))
        .then(pl.lit("ambiguous"))
        .otherwise(of_finest)
    )


def _area() -> pl.Expr:
    """The smallest written area that is certain: no larger one is unknown, and none contradicts
    another."""
    sound = ~pl.any_horizontal(pl.col(f"{column}_state") == "outside" for column in COLUMNS)
    area = pl.lit(None, dtype=pl.String)
    for column in COLUMNS:
        state = pl.col(f"{column}_state")
        sound = sound & (state != "unknown")
        area = pl.when(sound & (state == "one")).then(f"{column}_now").otherwise(area)
    return area
