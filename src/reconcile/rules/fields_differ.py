"""A resident and the household row of the same person that disagree in name, sex, ID number or
birth date."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.differences import differing_registers
from reconcile.persons.view import View
from reconcile.rules import evidence, findings

SEVERITY: Severity = "medium"
ENDED_BY = ("different",)


def find(view: View) -> pl.DataFrame:
    """Active records that stand for one person in each register, where they differ."""
    compared = view.once(differing_registers)
    return findings(
        compared.with_columns(
            evidence=evidence(differences=pl.col("differences")),
            match_probability="person_probability",
        )
    )
