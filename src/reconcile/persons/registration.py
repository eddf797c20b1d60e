"""Where people are registered, as far as the resident register says so: outside the city or in
it."""

from __future__ import annotations

import polars as pl

from reconcile.areas.outside_city import Home, home_of, lies_elsewhere
from reconcile.persons.view import View

_REGISTERS = ("residents", "household")


def home_of_city(view: View) -> Home:
    """Of the addresses where people live, by the resident register, and are registered, by the
    police's."""
    own = [view.records[source] for layout in _REGISTERS for source in view.of_layout(layout)]
    addresses, numbers = (
        [
            pl.Series(dtype=pl.String),
            *(frame[column].cast(pl.String) for frame in own if column in frame.columns),
        ]
        for column in ("address_std", "id_number_std")
    )
    return home_of(addresses, pl.concat(numbers), view.births.home_areas)


def registered_outside(view: View) -> pl.Series:
    """For each node, whether the resident register states a registered address outside the city."""
    return view.once(_registered_outside)


def _registered_outside(view: View) -> pl.Series:
    stated = (
        view.values(view.population["node"], "registered_address_std").to_series().cast(pl.String)
    )
    told = pl.DataFrame({"place": stated}).with_row_index("node").drop_nulls("place")
    distinct = told["place"].unique()
    outside = distinct.filter(lies_elsewhere(distinct, view.once(home_of_city)))
    nodes = told.filter(pl.col("place").is_in(outside.implode()))["node"]
    return view.population["node"].is_in(nodes.implode())
