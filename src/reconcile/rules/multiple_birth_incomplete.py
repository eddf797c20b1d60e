"""A delivery of several children whose certificates are not complete, or contradict each other."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import certificates, deliveries

SEVERITY: Severity = "medium"
RESTS_ON = ("children_delivered", "place_in_delivery")

_STATED = {"children_delivered_std": "delivered", "place_in_delivery_std": "place"}
_SHARED = ("mother_name_std", "father_name_std", "father_id_std", "phone_std")
_LONGEST_CHAIN = 3


def find(view: View) -> pl.DataFrame:
    """A case for each delivery of which a certificate states two children or more; the first on the
    left, every other one on the right.

    The variant: `missing`, the hospitals' files have fewer certificates than children; `more`, they
    have more; `counts`, the certificates state different numbers; `places`, two children have one
    place, or one has a place beyond the number. That a register lacks one of the children is told
    by birth_without_resident and birth_without_household, variant `twin`.
    """
    placed = pl.col("place").drop_nulls()
    told = (
        _together(view)
        .filter((pl.col("delivered").max() > 1).over("delivery"))
        .with_columns(
            stated=pl.col("delivered").max().over("delivery"),
            least=pl.col("delivered").min().over("delivery"),
            found=pl.len().over("delivery"),
            twice=(placed.len() > placed.n_unique()).over("delivery"),
            beyond=(pl.col("place").max() > pl.col("delivered").max())
            .over("delivery")
            .fill_null(False),
            first=pl.col("node").first().over("delivery"),
        )
    )
    variant = (
        pl.when(pl.col("found") < pl.col("stated"))
        .then(pl.lit("missing"))
        .when(pl.col("found") > pl.col("stated"))
        .then(pl.lit("more"))
        .when(pl.col("least") != pl.col("stated"))
        .then(pl.lit("counts"))
        .when(pl.col("twice") | pl.col("beyond"))
        .then(pl.lit("places"))
    )
    # The first has a row of its own only where it is alone.
    told = told.with_columns(variant=variant).filter(
        pl.col("variant").is_not_null()
        & ((pl.col("node") != pl.col("first")) | (pl.col("found") == 1))
    )
    by_place = pl.col("variant") == "places"
    return findings(
        told.select(
            node_l="first",
            node_r=pl.when(pl.col("node") != pl.col("first")).then("node"),
            fields=pl.when(by_place)
            .then(columns("place_in_delivery"))
            .otherwise(columns("children_delivered")),
            evidence=evidence(
                variant=pl.col("variant"), stated=pl.col("stated"), found=pl.col("found")
            ),
        )
    )


def _together(view: View) -> pl.DataFrame:
    """node, delivered, place, delivery of every child's certificate, sorted: of one delivery are
    those of one mother and day, or next day, and those of one day with the same parents by name,
    the same father's number or telephone."""
    said = certificates(view).filter("stands").drop_nulls("birth_date")
    of_mother = deliveries(view).select("node", mother_and_day=pl.struct("mother", "delivery"))
    born = said.select("node", "birth_date").join(
        of_mother, on="node", how="left", maintain_order="left"
    )
    values = view.values(born["node"], *_STATED, *_SHARED)
    stated = [pl.lit(values[column].cast(pl.Int32)).alias(name) for column, name in _STATED.items()]
    mother, father, number, phone = (values[column].cast(pl.String) for column in _SHARED)
    born = born.with_columns(*stated, parents=mother + "|" + father, father=number, phone=phone)
    born = born.with_columns(delivery=pl.col("node"))
    # The least node that a chain of shared keys leads to: a delivery has a handful of certificates.
    for _ in range(_LONGEST_CHAIN):
        for key in (
            ["mother_and_day"],
            ["parents", "birth_date"],
            ["father", "birth_date"],
            ["phone", "birth_date"],
        ):
            least = pl.col("delivery").min().over(key)
            born = born.with_columns(
                delivery=pl.when(pl.col(key[0]).is_not_null()).then(least).otherwise("delivery")
            )
    return born.select("node", "delivered", "place", "delivery").sort("delivery", "place", "node")
