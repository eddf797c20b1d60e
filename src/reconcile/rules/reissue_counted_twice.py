"""One child with two certificates of different numbers: a reissue, or issued twice."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import evidence, findings
from reconcile.rules.shared.mothers import certificates
from reconcile.rules.shared.numbers_of_certificates import numbers

SEVERITY: Severity = "medium"
RESTS_ON = ("issue_type", "issued_on")

_REISSUED = "换|补|再|重"


def find(view: View) -> pl.DataFrame:
    """A case for each child: the certificate in force on the left, the latest; every one that it
    replaced on the right.

    The variant: `reissue`, one is stated to be 换发 or 补发; `both_first`, both are first issues;
    none where the files do not say. Two records with one number are in certificate_repeated.
    """
    records = certificates(view).select("node", "person").filter((pl.len() > 1).over("person"))
    said = view.values(records["node"], "issue_type_std", "issued_on_std")
    told = (
        records.with_columns(
            type=said["issue_type_std"].cast(pl.String),
            on=said["issued_on_std"].cast(pl.Date),
            record_id=view.population["record_id"].gather(records["node"]),
        )
        .join(
            numbers(view, records["node"]).select("node", "number"),
            on="node",
            how="left",
            maintain_order="left",
        )
        .with_columns(again=pl.col("type").str.contains(_REISSUED))
        .sort(
            "person",
            "on",
            "again",
            "record_id",
            "node",
            descending=[False, True, True, True, True],
            nulls_last=True,
        )
    )
    of_child = {
        f"{name}_l": pl.col(name).first().over("person")
        for name in ("node", "number", "again", "on")
    }
    pairs = told.with_columns(**of_child, certificates=pl.len().over("person")).filter(
        pl.col("node") != pl.col("node_l"), (pl.col("number") != pl.col("number_l")).fill_null(True)
    )
    variant = (
        pl.when((pl.col("again") | pl.col("again_l")).fill_null(False))
        .then(pl.lit("reissue"))
        .when((~pl.col("again") & ~pl.col("again_l")).fill_null(False))
        .then(pl.lit("both_first"))
    )
    return findings(
        pairs.select(
            "node_l",
            node_r="node",
            case="node_l",
            evidence=evidence(
                variant=variant,
                certificates=pl.col("certificates"),
                days=(pl.col("on_l") - pl.col("on")).dt.total_days(),
            ),
        )
    )
