"""One valid ID number with two or more people."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.differences import with_differences
from reconcile.persons.view import View
from reconcile.rules import evidence, findings

SEVERITY: Severity = "high"
ENDED_BY = ("same",)


def find(view: View) -> pl.DataFrame:
    """A case for each number. On the left the likeliest holder's record: its number agrees with its
    own birth date and sex, the police's first; on the right every record of another person with the
    number.
    """
    # Numbers as 64-bit hashes: a group-by over millions of texts takes seconds.
    held = (
        view.active()
        .filter(pl.col("id_number_status") == "valid")
        .select(
            "node", "person", "layout", "record_id", "id_number_trusted",
            number=pl.col("id_number_std").hash(seed=0),
        )
        .collect()
    )  # fmt: skip
    shared = (
        held.group_by("number").agg(people=pl.col("person").n_unique()).filter(pl.col("people") > 1)
    )
    untrusted = ~pl.col("id_number_trusted").fill_null(False)
    holders = (
        held.join(shared, on="number")
        .sort(untrusted, pl.col("layout") != "household", "record_id", "node")
        .select("number", "person", "people", "node")
    )
    likeliest = holders.unique("number", keep="first", maintain_order=True).with_row_index("case")
    pairs = (
        likeliest.rename({"node": "node_l"})
        .join(holders.select("number", other="person", node_r="node"), on="number")
        .filter(pl.col("person") != pl.col("other"))
    )
    compared = with_differences(view, pairs.select("case", "people", "node_l", "node_r"))
    return findings(
        compared.with_columns(
            evidence=evidence(people=pl.col("people"), differences=pl.col("differences"))
        )
    )
