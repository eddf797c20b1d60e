"""Homes: the households a record belongs to, comparable across registers.

Each register numbers its households in its own way. A person who is certainly the same in two registers ties
the two households; the tied ones are one home. A record is at home in its own household and in those of the
parents, the spouse and the head whose numbers it states.
"""

from __future__ import annotations

import polars as pl

from reconcile.matching.population import Population

_LENDERS = ("mother_id_std", "father_id_std", "spouse_id_std", "head_id_std")


def homes(population: Population, certain: pl.DataFrame) -> pl.DataFrame:
    """`node`, `home`: every home of every record, sorted, each once.

    `certain`: `node_l`, `node_r` of pairs that are surely one person; they decide which household of the left
    source is which of the right one (most shared members, ties by code).
    """
    own = _own_households(population)
    canonical = own.join(_tied(own, certain), on="home", how="left").select(
        "node", pl.coalesce("tied", "home").alias("home")
    )
    lent = _lent(population, canonical)
    return pl.concat([canonical, lent]).unique().sort("node", "home")


def _own_households(population: Population) -> pl.DataFrame:
    code = pl.struct("source", "household_no_std").hash(seed=4761)
    return (
        population.frame.select("source", "household_no_std")
        .with_row_index("node")
        .filter(pl.col("household_no_std").is_not_null())
        .select(pl.col("node"), code.alias("home"))
    )


def _tied(own: pl.DataFrame, certain: pl.DataFrame) -> pl.DataFrame:
    shared = (
        certain.select("node_l", "node_r")
        .join(own.rename({"node": "node_l"}), on="node_l")
        .join(own.rename({"node": "node_r", "home": "tied"}), on="node_r")
        .group_by("home", "tied")
        .len()
    )
    return (
        shared.filter(pl.col("home") != pl.col("tied"))
        .sort("home", "len", "tied", descending=[False, True, False])
        .unique("home", keep="first", maintain_order=True)
        .select("home", "tied")
    )


def _lent(population: Population, homes: pl.DataFrame) -> pl.DataFrame:
    """Homes of the relatives whose numbers a record states, where the number has one holder in a source."""
    frame = population.frame
    holders = (
        frame.select("source", "id_number_std")
        .with_row_index("holder")
        .filter(pl.col("id_number_std").is_not_null())
        .filter(pl.len().over("source", "id_number_std") == 1)
        .join(homes.rename({"node": "holder"}), on="holder")
        .select(pl.col("id_number_std").alias("number"), "home")
    )
    mentioned = [
        frame.select(pl.col(role).alias("number")).with_row_index("node").filter(pl.col("number").is_not_null())
        for role in _LENDERS
    ]
    return pl.concat(mentioned).join(holders, on="number").select("node", "home").unique()
