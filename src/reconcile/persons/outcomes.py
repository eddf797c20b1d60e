"""What became of every kept row: outcomes that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from reconcile.persons.children import LETTERS
from reconcile.persons.differences import differing_registers, with_differences
from reconcile.persons.unmatched_reasons import REASONS, reasons_of
from reconcile.persons.view import View

OUTCOMES = ("matched", "matched_fields_differ", "possible", "unmatched", "single")
BIRTH_OUTCOMES = ("H", "HR", "HP", "HRP")

# The register that a row is held against; any other layout against both of these.
_COUNTERPARTS: Mapping[str, Sequence[str]] = {
    "residents": ("household",),
    "household": ("residents",),
}
_REGISTERS = ("residents", "household")
_NO_REASON = pl.lit(None, pl.Enum(REASONS))


def outcomes(view: View) -> pl.DataFrame:
    """source, record_id, outcome, duplicate (Boolean), reason (Enum of unmatched_reasons.REASONS):
    every record of the view exactly once, in the order of the view.

    A birth has its cell among BIRTH_OUTCOMES. Any other row has the first of these that is true:
    `matched_fields_differ` and `matched`, its person is in the other register; `possible`, a link
    to the other register waits for clerical review; `single`, there is no other register in the
    run; else `unmatched`, with a `reason`. A cancelled row of the other register is no match for an
    active one; a cancelled row is matched by any. `duplicate`: an active row beside the one that
    stands for its person in this register. It ends as its person does, by what it says itself.
    """
    population = view.population.select(
        "node", "source", "layout", "record_id", "person", "active", "stands"
    )
    differs = _differing(view, population)
    layouts = dict.fromkeys(view.layouts[source] for source in view.records)
    return (
        pl.concat(
            _births(view, population)
            if layout == "births"
            else _register(view, population, layout, differs)
            for layout in layouts
        )
        .sort("node")
        .select(
            pl.col("source").cast(pl.String),
            "record_id",
            "outcome",
            duplicate=pl.col("active") & ~pl.col("stands"),
            reason="reason",
        )
    )


def _differing(view: View, population: pl.DataFrame) -> pl.Series:
    """The nodes whose own fields differ from those of the row that stands for their person in the
    other register."""
    standing = view.once(differing_registers)
    found = [standing["node_l"], standing["node_r"]]
    further = population.filter(pl.col("active") & ~pl.col("stands"))
    for layout, (other,) in _COUNTERPARTS.items():
        pairs = (
            further.filter(pl.col("layout") == layout)
            .select("person", node_l="node")
            .join(
                view.standing(other).filter("active").select("person", node_r="node").collect(),
                on="person",
            )
        )
        found.append(
            with_differences(view, pairs).filter(pl.col("fields").list.len() > 0)["node_l"]
        )
    return pl.concat(found)


def _births(view: View, population: pl.DataFrame) -> pl.DataFrame:
    held = {letter: view.holds(layout) for layout, letter in LETTERS.items()}
    cell = pl.concat_str(
        pl.when(persons).then(pl.lit(letter)).otherwise(pl.lit(""))
        for letter, persons in held.items()
    )
    told = population.with_columns(outcome=cell, reason=_NO_REASON)
    return told.filter(pl.col("layout") == "births")


def _register(
    view: View, population: pl.DataFrame, layout: str, differs: pl.Series
) -> pl.DataFrame:
    others = [other for other in _COUNTERPARTS.get(layout, _REGISTERS) if view.of_layout(other)]
    nowhere = pl.repeat(False, population.height, eager=True)
    matched, possible = nowhere, nowhere
    for other in others:
        of_active, of_any = view.holds(other, active=True), view.holds(other)
        matched = matched | of_active | of_any & ~population["active"]
        possible = possible | view.may_hold(other)
    outcome = (
        pl.when(pl.col("node").is_in(differs.implode()))
        .then(pl.lit("matched_fields_differ"))
        .when(matched)
        .then(pl.lit("matched"))
        .when(possible)
        .then(pl.lit("possible"))
        .otherwise(pl.lit("unmatched" if others else "single"))
    )
    return _with_reasons(
        view, population.with_columns(outcome=outcome).filter(pl.col("layout") == layout), others
    )


def _with_reasons(view: View, rows: pl.DataFrame, others: Sequence[str]) -> pl.DataFrame:
    """`rows` of one layout with `reason`: of a further row of a person, that of the row which
    stands for it."""
    alone = rows.filter(pl.col("outcome") == "unmatched")
    if alone.is_empty():
        return rows.with_columns(reason=_NO_REASON)
    standing = alone.filter("active", "stands").select("person", standing="node")
    asked = alone.join(standing, on="person", how="left", maintain_order="left").select(
        "node", about=pl.when("active").then("standing").otherwise("node")
    )
    layout = str(rows["layout"][0])
    reasons = asked.select("node").with_columns(reasons_of(view, asked["about"], layout, others))
    return rows.join(reasons, on="node", how="left", maintain_order="left")
