"""One birth certificate's number on two records."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import certificates
from reconcile.rules.shared.numbers_of_certificates import numbers

SEVERITY: Severity = "high"

_NUMBER = ("number", "of_source")


def find(view: View) -> pl.DataFrame:
    """A case for each number: the first record on the left, every other one on the right; of all
    hospitals together, unless these have keys of their own.

    The variant: `one_child`, the same child was entered twice; `two_children`, the number stands
    for two. Births are not in key_repeated.
    """
    told = numbers(view, certificates(view)["node"]).drop_nulls("number")
    used = (
        told.with_columns(
            of_source=pl.when(~pl.col("certified")).then(pl.col("source").cast(pl.String))
        )
        .join(view.population.select("node", "person", "record_id"), on="node")
        .filter((pl.len() > 1).over(*_NUMBER))
        .sort(*_NUMBER, pl.col("record_id").str.len_chars(), "record_id", "node")
        .with_columns(
            node_l=pl.col("node").first().over(*_NUMBER),
            of=pl.col("person").first().over(*_NUMBER),
            uses=pl.len().over(*_NUMBER),
        )
        .filter(pl.col("node") != pl.col("node_l"))
    )
    one = (
        pl.when(pl.col("person") == pl.col("of"))
        .then(pl.lit("one_child"))
        .otherwise(pl.lit("two_children"))
    )
    return findings(
        used.select(
            "node_l",
            node_r="node",
            fields=columns("record_key"),
            evidence=evidence(variant=one, uses=pl.col("uses")),
        )
    )
