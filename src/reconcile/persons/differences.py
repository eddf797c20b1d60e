"""What two records of one person say differently."""

from __future__ import annotations

import polars as pl

from reconcile.persons.view import View
from reconcile.standardising.documents import of_one_kind, other_document
from reconcile.standardising.names import in_other_order, in_two_hands

# The columns that identify a person, in the order in which a clerk reads them.
COMPARED = ("name", "sex", "id_number", "birth_date")
_FROM_ID = ("sex_from_id", "birth_date_from_id")


def with_differences(view: View, pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` (node_l, node_r, …) with `fields`, those of COMPARED and of own layouts that differ,
    and `differences`.

    Of a layout of one's own every column is compared. `differences` is a list of {column, left,
    right}. Only what a row itself states counts: no value taken from the ID number. A value that is
    missing or unreadable on either side is no difference, nor are documents of two kinds, as a
    passport and an ID number, a Latin name in another order, or the Chinese and the Latin name of
    somebody with such a document.
    """
    compared = (*COMPARED, *view.further)
    values = view.population.select(*(f"{column}_std" for column in compared), *_FROM_ID)
    left, right = (
        values[pairs[node]].select(
            **{column: _stated(column).cast(pl.String) for column in compared}
        )
        for node in ("node_l", "node_r")
    )
    foreign = pl.DataFrame({"l": left["id_number"], "r": right["id_number"]}).select(
        foreign=pl.any_horizontal(other_document(pl.col("l", "r"))).fill_null(False)
    )
    found = [
        pl.DataFrame({"left": left[column], "right": right[column], "foreign": foreign["foreign"]})
        .with_row_index("row")
        .filter(pl.col("left") != pl.col("right"), _comparable(column))
        .select(
            "row", pl.lit(place).alias("place"), pl.lit(column).alias("column"), "left", "right"
        )
        for place, column in enumerate(compared)
    ]
    by_row = (
        pl.concat(found)
        .sort("row", "place")
        .group_by("row", maintain_order=True)
        .agg(fields="column", differences=pl.struct("column", "left", "right"))
    )
    nothing = {name: pl.lit([], dtype=by_row.schema[name]) for name in ("fields", "differences")}
    return (
        pairs.with_row_index("row")
        .join(by_row, on="row", how="left", maintain_order="left")
        .with_columns(pl.col(name).fill_null(empty) for name, empty in nothing.items())
        .drop("row")
    )


def differing_registers(view: View) -> pl.DataFrame:
    """The active records that stand for one person in the resident and in the household register
    and differ: person, person_probability, node_l (of the residents), node_r, and what
    `with_differences` adds."""
    residents, household = (
        view.standing(layout)
        .filter("active")
        .select("person", "person_probability", "node")
        .collect()
        for layout in ("residents", "household")
    )
    pairs = residents.rename({"node": "node_l"}).join(
        household.select("person", node_r="node"), on="person", maintain_order="left"
    )
    return with_differences(view, pairs).filter(pl.col("fields").list.len() > 0)


def _comparable(column: str) -> pl.Expr:
    """Whether `left` and `right` can contradict each other."""
    left, right = pl.col("left"), pl.col("right")
    one_name = (
        pl.when("foreign").then(in_two_hands(left, right)).otherwise(in_other_order(left, right))
    )
    comparable = {"id_number": of_one_kind(left, right), "name": ~one_name}
    return comparable.get(column, pl.lit(True))


def _stated(column: str) -> pl.Expr:
    value = pl.col(f"{column}_std")
    if f"{column}_from_id" in _FROM_ID:
        return pl.when(~pl.col(f"{column}_from_id").fill_null(False)).then(value)
    return value
