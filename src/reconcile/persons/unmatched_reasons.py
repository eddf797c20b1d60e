"""Why a row has no counterpart in the other register: the most likely reason, as far as the data
tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from reconcile.persons.reasons import LEFT, exported_on
from reconcile.persons.registration import registered_outside
from reconcile.persons.view import View

# In the order in which they are given, the most telling first: the first that is true counts.
REASONS = (
    "cancelled_here",  # the row itself is cancelled
    "moved_out",  # the row states that the person has left
    "cancelled_there",  # the other register has the person, but only as cancelled
    "registered_outside",  # the police lack it: it states a registered address outside the city
    # born so lately, or as a child entered so lately, that the other register need not have it yet
    "newborn",
    "moved_in",  # came, or was entered, so lately that the other register need not have it yet
    "area_missing",  # nobody of its town or village is in the other register
    "number_of_another",  # the other register has its number, for somebody else
    "weak_candidate",  # the other register has somebody like it, but too unlike to be asked about
    "no_id_common_name",  # no usable number, and several there have its name and birth year
    "no_id",  # no usable number
    "id_not_there",  # a valid number, which the other register does not have
    "unknown",
)

# An entry of the last three months before the other register's export may be missing there.
_LATELY = timedelta(days=92)
_YEAR = timedelta(days=365)
# Of a smaller place it may be chance that the other register has nobody.
_LEAST_OF_PLACE = 10
_SEVERAL = 2
_PLACE = ("town_std", "village_std")


def reasons_of(view: View, nodes: pl.Series, layout: str, others: Sequence[str]) -> pl.Series:
    """The reason (Enum of REASONS, never null) for each of `nodes`, rows of `layout` without an
    active counterpart in any register of the layouts `others`; in their order."""
    rows = view.population[nodes]
    there = view.population.lazy().filter(pl.col("layout").is_in(list(others)))
    usable = (rows["id_number_status"] == "valid").fill_null(False)
    numbers = there.select("id_number_std").drop_nulls().unique().collect().to_series()
    told = {
        "cancelled_here": ~rows["active"],
        "moved_out": _left(view, nodes),
        "cancelled_there": rows["active"] & _holds(view, nodes, others),
        "registered_outside": _outside(view, nodes, others),
        **_lately(view, nodes, others),
        "area_missing": _of_missing_place(view, rows, layout, others),
        "number_of_another": usable & rows["id_number_std"].is_in(numbers.implode()),
        "weak_candidate": _like_somebody(view, nodes, others),
        "no_id_common_name": ~usable & _namesakes(rows, there),
        "no_id": ~usable,
        "id_not_there": usable & (numbers.len() > 0),
    }
    first = [pl.when(told[name]).then(pl.lit(name)) for name in REASONS if name in told]
    return pl.select(
        pl.coalesce(*first, pl.lit("unknown")).cast(pl.Enum(REASONS)).alias("reason")
    ).to_series()


def _holds(view: View, nodes: pl.Series, others: Sequence[str]) -> pl.Series:
    held = pl.repeat(False, nodes.len(), eager=True)
    for other in others:
        held |= view.holds(other).gather(nodes)
    return held


def _outside(view: View, nodes: pl.Series, others: Sequence[str]) -> pl.Series:
    """Only the police need not have who is registered outside."""
    return registered_outside(view).gather(nodes) & ("household" in others)


def _left(view: View, nodes: pl.Series) -> pl.Series:
    said = view.values(nodes, "moved_out_on_std", "moved_out_reason_std")
    reason = said["moved_out_reason_std"].cast(pl.String).str.contains(LEFT).fill_null(False)
    return said["moved_out_on_std"].is_not_null() | reason


def _lately(view: View, nodes: pl.Series, others: Sequence[str]) -> dict[str, pl.Series]:
    """newborn: the time allowed for registering was not over when the others were exported, or a
    child of the year before was entered late; moved_in: came, or was entered, in the last months
    before."""
    exported = max(exported_on(view, other) for other in others)
    said = view.values(nodes, "birth_date_std", "moved_in_on_std", "registered_on_std")
    born, *entered = (said[column].cast(pl.Date) for column in said.columns)
    lately = pl.repeat(False, nodes.len(), eager=True)
    for day in entered:
        lately |= (day >= exported - _LATELY).fill_null(False)
    allowed = timedelta(days=view.births.registration_days)
    newborn = (born >= exported - allowed) | (born >= exported - _YEAR) & lately
    return {"newborn": newborn.fill_null(False), "moved_in": lately}


def _of_missing_place(
    view: View, rows: pl.DataFrame, layout: str, others: Sequence[str]
) -> pl.Series:
    """Whether of the row's town or village, as this register writes it, nobody has a counterpart
    and the other register has no row that names it; one that is written differently there has
    counterparts."""
    population = view.population
    held = _holds(view, population["node"], others)
    own = population.lazy().with_columns(held=held).filter(pl.col("layout") == layout)
    named = population.lazy().filter(pl.col("layout").is_in(list(others)))
    missing = pl.repeat(False, rows.height, eager=True)
    for place in (_PLACE[:1], _PLACE):
        absent = (
            own.drop_nulls(place)
            .group_by(place)
            .agg(rows=pl.len(), held=pl.col("held").any())
            .filter(pl.col("rows") >= _LEAST_OF_PLACE, ~pl.col("held"))
            .join(named, on=place, how="anti")
            .select(*place, missing=pl.lit(True))
        )
        told = (
            rows.lazy()
            .select(place)
            .join(absent, on=place, how="left", maintain_order="left")
            .select("missing")
        )
        missing |= told.collect().to_series().fill_null(False)
    return missing


def _like_somebody(view: View, nodes: pl.Series, others: Sequence[str]) -> pl.Series:
    layout = view.population["layout"]
    ends = (("node_l", "node_r"), ("node_r", "node_l"))
    contended = [
        view.weak[one].filter(layout.gather(view.weak[other]).cast(pl.String).is_in(list(others)))
        for one, other in ends
    ]
    return nodes.is_in(pl.concat(contended).implode())


def _namesakes(rows: pl.DataFrame, there: pl.LazyFrame) -> pl.Series:
    """Whether several people there have the row's name and, if it states a birth date, its birth
    year."""
    by_name, by_year = ("name_std",), ("name_std", "year")
    year = pl.col("birth_date_std").dt.year().alias("year")
    asked = rows.lazy().select("name_std", year)
    names = asked.select("name_std").drop_nulls().unique()
    persons = (
        there.filter("active")
        .select("name_std", "person", year)
        .join(names, on="name_std", how="semi")
    )
    counts = []
    for keys in (by_year, by_name):
        several = persons.group_by(keys).agg(namesakes=pl.col("person").n_unique())
        joined = asked.join(several, on=keys, how="left", maintain_order="left")
        counts.append(joined.select("namesakes", "year").collect())
    of_year, of_name = counts
    known = pl.select(
        pl.when(of_year["year"].is_null())
        .then(of_name["namesakes"])
        .otherwise(of_year["namesakes"])
    )
    return (known.to_series() >= _SEVERAL).fill_null(False)
