"""A delivery of several children whose certificates are not complete, or contradict each other."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.rules import columns, evidence, findings
from reconcile.rules._mothers import births_of_mothers, certificates, deliveries
from reconcile.view import View

SEVERITY: Severity = "medium"


def find(view: View) -> pl.DataFrame:
    """A case for each delivery of which a certificate states two children or more; the first on the left, every
    other one on the right.

    The variant: `missing`, the hospitals' files have fewer certificates than children; `more`, they have more;
    `counts`, the certificates state different numbers; `places`, two children have one place, or one has a place
    beyond the number. That a register lacks one of the children is told by birth_without_resident and
    birth_without_household, variant `twin`.
    """
    together = pl.concat([deliveries(view).with_columns(mother=pl.col("mother")), _motherless(view)])
    of_one = ["mother", "delivery"]
    placed = pl.col("place").drop_nulls()
    told = together.filter((pl.col("delivered").max() > 1).over(of_one)).with_columns(
        stated=pl.col("delivered").max().over(of_one),
        least=pl.col("delivered").min().over(of_one),
        found=pl.len().over(of_one),
        twice=(placed.len() > placed.n_unique()).over(of_one),
        beyond=(pl.col("place").max() > pl.col("delivered").max()).over(of_one).fill_null(False),
        first=pl.col("node").first().over(of_one),
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
        pl.col("variant").is_not_null() & ((pl.col("node") != pl.col("first")) | (pl.col("found") == 1))
    )
    by_place = pl.col("variant") == "places"
    return findings(
        told.select(
            node_l="first",
            node_r=pl.when(pl.col("node") != pl.col("first")).then("node"),
            fields=pl.when(by_place).then(columns("place_in_delivery")).otherwise(columns("children_delivered")),
            evidence=evidence(variant=pl.col("variant"), stated=pl.col("stated"), found=pl.col("found")),
        )
    )


def _motherless(view: View) -> pl.DataFrame:
    """Certificates without a mother's number, as `deliveries`: one delivery where mother's name, date and hospital are
    the same."""
    columns_of = deliveries(view).columns
    rest = certificates(view).filter("stands").join(births_of_mothers(view).select("node"), on="node", how="anti")
    said = view.values(
        rest["node"], "mother_name_std", "institution_std", "order_of_child_std", "place_in_delivery_std",
        "children_delivered_std",
    )  # fmt: skip
    text, number = (pl.String(), pl.Int32())
    return (
        rest.hstack(
            said.select(
                name=pl.col("mother_name_std").cast(text),
                hospital=pl.col("institution_std").cast(text).fill_null(""),
                order=pl.col("order_of_child_std").cast(number),
                place=pl.col("place_in_delivery_std").cast(number),
                delivered=pl.col("children_delivered_std").cast(number),
            )
        )
        .drop_nulls(["name", "birth_date"])
        .with_columns(
            mother=pl.concat_str(pl.lit("name:"), "name", pl.lit("|"), "hospital"),
            delivery=pl.col("birth_date").to_physical(),
        )
        .sort("mother", "birth_date", "place", "node")
        .select(columns_of)
    )
