"""From nodes to record ids: the frames that a run saves."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.frames import BANDS, HOMES, LINKS, MENTIONS, PERSONS, conform
from reconcile.matching.population import Population

ROLES = ("mother", "father", "spouse", "head")


def references(population: Population) -> pl.DataFrame:
    """`node`, `source`, `record_id`: what each node is called outside."""
    names = pl.Series(population.sources, dtype=pl.String)
    return (
        population.frame.select("record_id")
        .with_row_index("node")
        .with_columns(source=names.gather(population.frame["source"]))
    )


def homes_frame(population: Population, homes: pl.DataFrame) -> pl.DataFrame:
    """frames.HOMES: the homes of each record, sorted."""
    refs = references(population)
    named = homes.select(
        refs["source"].gather(homes["node"]).alias("source"),
        refs["record_id"].gather(homes["node"]).alias("record_id"),
        "home",
    )
    return conform(named.sort("source", "record_id", "home"), HOMES)


def person_ids(population: Population, persons: pl.DataFrame) -> pl.Series:
    """The name of each node's person: source and record id of its first record."""
    refs = references(population)
    named = refs.select(pl.concat_str("source", "record_id", separator=":"))["source"]
    return named.gather(persons["person"]).alias("person_id")


def persons_frame(population: Population, persons: pl.DataFrame) -> pl.DataFrame:
    """frames.PERSONS, sorted by source and record id; every record once."""
    frame = references(population).with_columns(person_ids(population, persons), persons["how"], persons["margin"])
    return conform(frame.sort("source", "record_id"), PERSONS)


def scored_pairs_frame(population: Population, scored: pl.DataFrame) -> pl.DataFrame:
    """Every pair that was compared, by record ids, sorted; levels, weights, probability and band beside."""
    refs = references(population)
    sides = [
        refs.select(pl.col(c).gather(scored[f"node_{side}"]).alias(f"{c}_{side}") for c in ("source", "record_id"))
        for side in ("l", "r")
    ]
    frame = pl.concat([*sides, scored.drop("node_l", "node_r")], how="horizontal")
    return frame.sort("source_l", "source_r", "record_id_l", "record_id_r")


def band(probability: pl.Expr, match: float, review: float) -> pl.Expr:
    """The band of a match probability."""
    return (
        pl.when(probability >= match)
        .then(pl.lit("match"))
        .when(probability >= review)
        .then(pl.lit("review"))
        .otherwise(pl.lit("non-match"))
        .cast(pl.Enum(BANDS))
    )


def links_frame(population: Population, persons: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """frames.LINKS: for each record the contenders that it was not joined with, though they may be it."""
    person, margin = persons["person"], persons["margin"]
    lost = scored.filter(
        (pl.col("band") != "non-match") & (person.gather(scored["node_l"]) != person.gather(scored["node_r"]))
    )
    both = pl.concat(
        [
            lost.select(pl.col(a).alias("node"), pl.col(b).alias("contender"), "match_weight", "band")
            for a, b in (("node_l", "node_r"), ("node_r", "node_l"))
        ]
    )
    refs, ids = references(population), person_ids(population, persons)
    return conform(
        both.select(
            refs["source"].gather(both["node"]).alias("source"),
            refs["record_id"].gather(both["node"]).alias("record_id"),
            refs["source"].gather(both["contender"]).alias("contender_source"),
            refs["record_id"].gather(both["contender"]).alias("contender_record_id"),
            ids.gather(both["contender"]).alias("person_id"),
            "match_weight",
            margin.gather(both["node"]).alias("margin"),
            "band",
        ).sort("source", "record_id", "contender_source", "contender_record_id"),
        LINKS,
    )


def mentions_frame(population: Population, persons: pl.DataFrame) -> pl.DataFrame:
    """frames.MENTIONS: the relatives each record names, resolved to persons where a number leads to just one."""
    frame = population.frame.with_columns(pl.Series("node", np.arange(len(population), dtype=np.uint32)))
    numbers = frame.select("id_number_std", person_ids(population, persons), persons["margin"]).filter(
        pl.col("id_number_std").is_not_null()
    )
    holders = (
        numbers.group_by("id_number_std")
        .agg(pl.col("person_id").min(), pl.col("margin").min(), pl.col("person_id").n_unique().alias("persons"))
        .filter(pl.col("persons") == 1)
        .select(pl.col("id_number_std").alias("id_number"), "person_id", "margin")
    )
    names = pl.Series(population.sources, dtype=pl.String)
    mentions = []
    for role in ROLES:
        stated = frame.select(
            "source",
            "record_id",
            pl.lit(role).alias("role"),
            pl.col(f"{role}_name_std").alias("name"),
            pl.col(f"{role}_id_std").alias("id_number"),
        ).filter(pl.col("name").is_not_null() | pl.col("id_number").is_not_null())
        mentions.append(stated)
    found = pl.concat(mentions).join(holders, on="id_number", how="left", maintain_order="left")
    return conform(
        found.with_columns(source=names.gather(found["source"])).sort("source", "record_id", "role"), MENTIONS
    )
