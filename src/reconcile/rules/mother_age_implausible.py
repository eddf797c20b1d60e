"""A birth certificate whose mother, by her birth date, was a child under ten or over sixty."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import certificates
from reconcile.standardising.id_numbers import birth_of, check_digit_ok

SEVERITY: Severity = "high"

# Beyond these a number or a date is wrong, or somebody else stands for the mother.
YOUNGEST, OLDEST = 10, 60


def find(view: View) -> pl.DataFrame:
    """The mother's birth date is that of her ID number, else of the person that she is. The
    variant: `young`, `old`; nothing is said of any age between."""
    born = certificates(view).drop_nulls("birth_date")
    number = view.values(born["node"], "mother_id_std").to_series().cast(pl.String)
    told = born.with_columns(number=number).join(
        _of_persons(view), on="node", how="left", maintain_order="left"
    )
    by_number = pl.when(check_digit_ok(pl.col("number"))).then(birth_of(pl.col("number")))
    hers = pl.coalesce(by_number, "mothers_date")
    return findings(
        told.with_columns(hers=hers)
        .with_columns(
            variant=pl.when(pl.col("birth_date") < pl.col("hers").dt.offset_by(f"{YOUNGEST}y"))
            .then(pl.lit("young"))
            .when(pl.col("birth_date") >= pl.col("hers").dt.offset_by(f"{OLDEST + 1}y"))
            .then(pl.lit("old"))
        )
        .filter(pl.col("variant").is_not_null())
        .select(
            node_l="node",
            fields=columns("mother_id", "birth_date"),
            evidence=evidence(variant=pl.col("variant")),
        )
    )


def _of_persons(view: View) -> pl.DataFrame:
    """node, mothers_date: the birth date of the person that a certificate's mother is, the police's
    first."""
    of_births = pl.col("source").is_in(view.of_layout("births")) & (pl.col("role") == "mother")
    said = (
        view.mentions.lazy()
        .filter(of_births)
        .select("source", "record_id", "person_id")
        .drop_nulls()
        .collect()
    )
    named = (
        view.nodes(said, "source", "record_id")
        .drop_nulls("node")
        .select("node", "person_id")
        .unique("node")
    )
    dates = (
        view.population.lazy()
        .filter(
            pl.col("person_id").is_in(named["person_id"].implode()),
            pl.col("birth_date_std").is_not_null(),
        )
        .sort(pl.col("layout") != "household", "node")
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", mothers_date="birth_date_std")
        .collect()
    )
    return named.join(dates, on="person_id").select("node", "mothers_date")
