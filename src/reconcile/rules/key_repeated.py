"""A record key that its source uses twice, for different rows."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings

SEVERITY: Severity = "high"
ALONE = True


def find(view: View) -> pl.DataFrame:
    """A case for each key: the first record on the left, every other one on the right."""
    repeated = (
        view.population.filter(
            pl.col("record_key_repeated").fill_null(False), pl.col("layout") != "births"
        )
        # The second use of a key is told apart by ~2, see standardise.
        .with_columns(key=pl.col("record_id").str.replace(r"~\d+$", ""))
        .sort("source", "key", pl.col("record_id").str.len_chars(), "record_id")
        .with_columns(
            node_l=pl.col("node").first().over("source", "key"), uses=pl.len().over("source", "key")
        )
    )
    return findings(
        repeated.filter(pl.col("node") != pl.col("node_l")).select(
            "node_l",
            node_r="node",
            fields=columns("record_key"),
            evidence=evidence(uses=pl.col("uses")),
        )
    )
