"""A resident and the household row of the same person that disagree in name, sex, ID number or birth date."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.differences import with_differences
from reconcile.persons.view import View
from reconcile.rules import evidence, findings

SEVERITY: Severity = "medium"
ENDED_BY = ("different",)


def find(view: View) -> pl.DataFrame:
    """The records that stand for their person in each register are compared, where both are active."""
    residents, household = (
        view.standing(layout).filter("active").select("person", "person_probability", "node").collect()
        for layout in ("residents", "household")
    )
    pairs = residents.rename({"node": "node_l"}).join(
        household.select("person", node_r="node"), on="person", maintain_order="left"
    )
    compared = with_differences(view, pairs).filter(pl.col("fields").list.len() > 0)
    return findings(
        compared.with_columns(
            evidence=evidence(differences=pl.col("differences")), match_probability="person_probability"
        )
    )
