"""Who is whose child: the records of one mother, and the children of one delivery."""

from __future__ import annotations

import polars as pl

from reconcile.persons.view import View

# No two deliveries of one mother are closer: 38 weeks from conception to birth. Children born early
# may be.
DELIVERY_DAYS = 266
_SAID_BY = ("births", "household", "residents")  # whose birth date counts first
_STATED = ("order", "place", "delivered")


def certificates(view: View) -> pl.DataFrame:
    """node, person, stands, birth_date of every hospital record that is not dated after the
    period."""
    known = view.population.filter(pl.col("layout") == "births")
    if view.bounds:
        known = known.filter((pl.col("birth_date_std") < view.bounds[1]).fill_null(True))
    return known.select("node", "person", "stands", birth_date="birth_date_std")


def mothers(view: View) -> pl.DataFrame:
    """node, mother: the records, in any register, whose mother has a hospital record too; sorted.

    The mother is the person that her number leads to, else her number. A record that does not give
    her number itself is not here: neither a name nor a place in a household makes one mother of
    two.
    """
    return view.once(_mothers)


def children_of_mothers(view: View) -> pl.DataFrame:
    """mother, person, node, birth_date: the children of those mothers, once each, by their
    certificate, else by the police's row, else by the resident register's; sorted."""
    return view.once(_children)


def births_of_mothers(view: View) -> pl.DataFrame:
    """mother, person, node, birth_date, order, place, delivered: the children with a certificate,
    by the one that stands for each; sorted by mother, birth_date, place and node."""
    born = certificates(view).filter("stands").join(mothers(view), on="node")
    said = view.values(
        born["node"], "order_of_child_std", "place_in_delivery_std", "children_delivered_std"
    )
    stated = {
        name: said[column].cast(pl.Int32)
        for name, column in zip(_STATED, said.columns, strict=True)
    }
    return (
        born.with_columns(**stated)
        .drop_nulls("birth_date")
        .sort("mother", "birth_date", "place", "node")
    )


def deliveries(view: View) -> pl.DataFrame:
    """As `births_of_mothers`, with `delivery`, a number within the mother: dates a day apart are
    one delivery."""
    born = births_of_mothers(view)
    apart = pl.col("birth_date").diff().over("mother").dt.total_days()
    return born.with_columns(
        delivery=(apart > 1).fill_null(True).cast(pl.Int32).cum_sum().over("mother")
    )


def stated_twins() -> pl.Expr:
    """Whether one of two certificates (delivered, place and delivered_r, place_r) says that there
    were several children."""
    several = (pl.col("delivered") > 1).fill_null(False) | (pl.col("delivered_r") > 1).fill_null(
        False
    )
    return several | (pl.col("place") != pl.col("place_r")).fill_null(False)


def _mothers(view: View) -> pl.DataFrame:
    said = (
        view.mentions.lazy()
        .filter(pl.col("role") == "mother", pl.col("id_number").is_not_null())
        .select("source", "record_id", mother=pl.coalesce("person_id", "id_number"))
        .collect()
    )
    hospital = said.filter(pl.col("source").is_in(view.of_layout("births")))["mother"].unique()
    named = view.nodes(
        said.filter(pl.col("mother").is_in(hospital.implode())), "source", "record_id"
    )
    known = named.select("node", "mother").drop_nulls().unique("node").sort("node")
    # The matching lends a mother to a record by its household, see population/relatives.py.
    return known.filter(view.values(known["node"], "mother_id_std").to_series().is_not_null())


def _children(view: View) -> pl.DataFrame:
    rows = mothers(view)
    said = view.population.select("person", "layout", birth_date="birth_date_std")[rows["node"]]
    places = {name: place for place, name in enumerate(_SAID_BY)}
    first = pl.col("layout").cast(pl.String).replace_strict(places, default=len(places))
    return (
        rows.hstack(said)
        .drop_nulls("birth_date")
        .sort(first, "node")
        .unique(["mother", "person"], keep="first", maintain_order=True)
        .select("mother", "person", "node", "birth_date")
        .sort("mother", "birth_date", "person")
    )
