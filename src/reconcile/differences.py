"""What two records of one person say differently."""

from __future__ import annotations

import polars as pl

from reconcile.view import View

# The columns that identify a person, in the order in which a clerk reads them.
COMPARED = ("name", "sex", "id_number", "birth_date")
_FROM_ID = ("sex_from_id", "birth_date_from_id")


def with_differences(view: View, pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` (node_l, node_r, …) with `fields`, those of COMPARED and of own layouts that differ, and `differences`.

    Of a layout of one's own every column is compared. `differences` is a list of {column, left, right}. Only what
    a row itself states counts: no value taken from the ID number. A value that is missing or unreadable on either
    side is no difference.
    """
    compared = (*COMPARED, *view.further)
    values = view.population.select(*(f"{column}_std" for column in compared), *_FROM_ID)
    left, right = (
        values[pairs[node]].select(**{column: _stated(column).cast(pl.String) for column in compared})
        for node in ("node_l", "node_r")
    )
    found = [
        pl.DataFrame({"left": left[column], "right": right[column]})
        .with_row_index("row")
        .filter(pl.col("left") != pl.col("right"))
        .select("row", pl.lit(place).alias("place"), pl.lit(column).alias("column"), "left", "right")
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


def _stated(column: str) -> pl.Expr:
    value = pl.col(f"{column}_std")
    if f"{column}_from_id" in _FROM_ID:
        return pl.when(~pl.col(f"{column}_from_id").fill_null(False)).then(value)
    return value
