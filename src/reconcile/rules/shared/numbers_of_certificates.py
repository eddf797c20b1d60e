"""The numbers of birth certificates: a letter and nine digits."""

from __future__ import annotations

import polars as pl

from reconcile.persons.view import View
from reconcile.standardising.text import standard_text

FORM = r"^[A-Z]\d{9}$"
_LEAST_SHARE = (
    0.5  # of a source's numbers, for a source that has certificates' numbers for its keys
)


def numbers(view: View, nodes: pl.Series) -> pl.DataFrame:
    """node, source, number (null where blank), certified of these hospital records.

    `certified`: the source's keys are the numbers of certificates, for most have the form; a
    hospital's own running numbers have not, and say nothing beyond their source.
    """
    raw = view.values(nodes, "record_key").to_series().cast(pl.String)
    number = standard_text(raw).str.replace_all(r"[\s\-]", "").str.to_uppercase()
    told = pl.DataFrame(
        {"node": nodes, "source": view.population["source"].gather(nodes), "number": number}
    )
    usual = pl.col("number").str.contains(FORM).mean().over("source") >= _LEAST_SHARE
    return told.with_columns(certified=usual.fill_null(False))
