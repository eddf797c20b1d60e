"""A birth certificate without a number, or with one that cannot be right."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import certificates
from reconcile.rules.shared.numbers_of_certificates import FORM, numbers

SEVERITY: Severity = "medium"
ALONE = True


def find(view: View) -> pl.DataFrame:
    """The variant: `absent`; `no_letter`, nine digits alone; `length`, a letter with more or fewer
    than nine digits; none for any other form."""
    told = numbers(view, certificates(view)["node"]).filter("certified")
    number = pl.col("number")
    variant = (
        pl.when(number.is_null())
        .then(pl.lit("absent"))
        .when(number.str.contains(r"^\d{9}$"))
        .then(pl.lit("no_letter"))
        .when(number.str.contains(r"^[A-Z]\d+$"))
        .then(pl.lit("length"))
    )
    wrong = told.filter(~number.str.contains(FORM).fill_null(False))
    return findings(
        wrong.select(
            node_l="node", fields=columns("record_key"), evidence=evidence(variant=variant)
        )
    )
