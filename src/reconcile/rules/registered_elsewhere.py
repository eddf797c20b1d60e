"""A resident who is registered elsewhere than he lives: in another village, town or district, or
outside the city."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.residence.levels import APART, AREA, has_both_registers, residences
from reconcile.persons.view import View
from reconcile.rules import evidence, findings

SEVERITY: Severity = "low"
STATED = True
BY_AREA = True
ENDED_BY = ("different",)
# It is no mistake: once the area of registration has said that it is so, nothing is left to be
# done.
SETTLED_BY = ("confirmed", "moved_out")


def find(view: View) -> pl.DataFrame:
    """The variant is the level (`city_unnamed` where the address says no more than that it is
    outside); `lives` and `registered` name both areas.

    The left record is that of the place of registration, the household row, so that the case is of
    its town; a person registered outside has the resident record alone.
    """
    if not has_both_registers(view):
        return findings(pl.DataFrame(schema={"node_l": pl.UInt32}))
    apart = residences(view).filter(pl.col("level").is_in(APART))
    in_city = pl.col("household").is_not_null()
    variant = pl.when(pl.col("outside") == "").then(pl.lit("city_unnamed")).otherwise("level")
    told = apart.with_columns(
        match_probability=view.population["person_probability"].gather(apart["node"])
    )
    return findings(
        told.select(
            node_l=pl.coalesce("household", "node"),
            node_r=pl.when(in_city).then("node"),
            fields="differs",
            evidence=evidence(
                variant=variant,
                lives=_named("lives"),
                registered=pl.coalesce("outside", _named("registered")),
            ),
            match_probability=pl.when(in_city).then("match_probability"),
        )
    )


def _named(word: str) -> pl.Expr:
    return pl.concat_str([f"{word}_{part}" for part in AREA], separator=" ", ignore_nulls=True)
