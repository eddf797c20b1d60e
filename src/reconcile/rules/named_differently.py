"""A child whose name in a register is not the one on the birth record."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.children import known_children
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.standardising.names import in_two_hands

SEVERITY: Severity = "low"
RESTS_ON = ("former_name",)

_NAMES = ("name_std", "surname", "given")


def find(view: View) -> pl.DataFrame:
    """Named later is no difference, nor is a former name that the register has noted, or a Latin
    name for a Chinese one.

    The variant says what differs: `mothers_surname` (the register has the mother's surname: no
    error), `surname`, `given`, or `whole`.
    """
    born = known_children(view).filter(pl.col("births").is_not_null())
    pairs = pl.concat(
        born.select("carried", case="births", node_l="births", node_r=layout).drop_nulls()
        for layout in ("residents", "household")
    )
    population = view.population
    left = population.select(*_NAMES, "mother_name_std")[pairs["node_l"]]
    right = population.select(
        *(pl.col(name).alias(f"{name}_r") for name in _NAMES), "former_name_std"
    )[pairs["node_r"]]
    renamed = (pl.col("former_name_std") == pl.col("name_std")).fill_null(False)
    own, other = pl.col("name_std"), pl.col("name_std_r")
    differing = pl.concat([pairs, left, right], how="horizontal").filter(
        (own != other) & ~renamed & ~in_two_hands(own, other)
    )
    told = evidence(variant=_variant(), carried=pl.col("carried"))
    return findings(differing.with_columns(fields=columns("name"), evidence=told))


def _variant() -> pl.Expr:
    same_given = pl.col("given") == pl.col("given_r")
    mothers = pl.col("mother_name_std").str.starts_with(pl.col("surname_r"))
    return (
        pl.when(same_given & mothers)
        .then(pl.lit("mothers_surname"))
        .when(same_given)
        .then(pl.lit("surname"))
        .when(pl.col("surname") == pl.col("surname_r"))
        .then(pl.lit("given"))
        .otherwise(pl.lit("whole"))
    )
