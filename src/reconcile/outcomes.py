"""What became of every kept row: outcomes that add up."""

from __future__ import annotations

import polars as pl

from reconcile.children import LETTERS
from reconcile.rules import fields_differ
from reconcile.view import View

OUTCOMES = ("matched", "matched_fields_differ", "duplicate", "possible", "unmatched", "single")
BIRTH_OUTCOMES = ("H", "HR", "HP", "HRP")

# The register that a row is held against; any other layout against both of these.
_COUNTERPARTS = {"residents": ("household",), "household": ("residents",)}
_REGISTERS = ("residents", "household")


def outcomes(view: View) -> pl.DataFrame:
    """source, record_id, outcome: every record of the view exactly once, in the order of the view.

    A birth has its cell among BIRTH_OUTCOMES. Any other row has the first of these that is true: `duplicate`,
    an active row beside the one that stands for its person in this register; `matched_fields_differ` and
    `matched`, its person is in the other register; `possible`, a link to the other register waits for
    clerical review; `single`, there is no other register in the run; else `unmatched`. Cancelled rows are
    matched like all others, but are never duplicates.
    """
    differing = fields_differ.find(view)
    differs = pl.concat([differing["node_l"], differing["node_r"]])
    population = view.population.select("node", "source", "layout", "record_id", "active", "stands")
    layouts = dict.fromkeys(view.layouts[source] for source in view.records)
    return (
        pl.concat(
            _births(view, population) if layout == "births" else _register(view, population, layout, differs)
            for layout in layouts
        )
        .sort("node")
        .select(pl.col("source").cast(pl.String), "record_id", "outcome")
    )


def _births(view: View, population: pl.DataFrame) -> pl.DataFrame:
    held = {letter: view.holds(layout) for layout, letter in LETTERS.items()}
    cell = pl.concat_str(
        pl.when(persons).then(pl.lit(letter)).otherwise(pl.lit("")) for letter, persons in held.items()
    )
    return population.with_columns(outcome=cell).filter(pl.col("layout") == "births")


def _register(view: View, population: pl.DataFrame, layout: str, differs: pl.Series) -> pl.DataFrame:
    others = [other for other in _COUNTERPARTS.get(layout, _REGISTERS) if view.of_layout(other)]
    nowhere = pl.repeat(False, population.height, eager=True)
    matched, possible = nowhere, nowhere
    for other in others:
        matched, possible = matched | view.holds(other), possible | view.may_hold(other)
    outcome = (
        pl.when(pl.col("active") & ~pl.col("stands"))
        .then(pl.lit("duplicate"))
        .when(pl.col("node").is_in(differs.implode()))
        .then(pl.lit("matched_fields_differ"))
        .when(matched)
        .then(pl.lit("matched"))
        .when(possible)
        .then(pl.lit("possible"))
        .otherwise(pl.lit("unmatched" if others else "single"))
    )
    return population.with_columns(outcome=outcome).filter(pl.col("layout") == layout)
