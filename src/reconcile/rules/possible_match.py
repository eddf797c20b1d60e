"""Two records that may be one person: the data do not decide, a person has to."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.differences import with_differences
from reconcile.persons.view import View
from reconcile.rules import evidence, findings

SEVERITY: Severity = "low"
ENDED_BY = ("same", "different")


def find(view: View) -> pl.DataFrame:
    """Every pair is a case of its own; the variant `one_register` is a possible duplicate."""
    pairs = with_differences(view, view.possible.with_row_index("case"))
    layout = view.population["layout"]
    same = layout.gather(pairs["node_l"]) == layout.gather(pairs["node_r"])
    variant = pl.when(same).then(pl.lit("one_register"))
    return findings(
        pairs.with_columns(evidence=evidence(variant=variant, differences=pl.col("differences")))
    )
