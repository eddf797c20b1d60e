"""Pairs whose truth is known, from a truth folder or from judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

PAIR = ("source_l", "record_id_l", "source_r", "record_id_r")
# By source: at least record_id and entity_id.
Truth = Mapping[str, pl.DataFrame]
# A link goes from a source on the left of this list to one on its right; other sources follow by
# name.
_ORDER = ("births", "residents", "household")

# The task that a pair belongs to.
TASK = (
    pl.when(pl.col("source_l") == pl.col("source_r"))
    .then(pl.concat_str(pl.lit("duplicates "), "source_l"))
    .otherwise(pl.concat_str(pl.lit("links "), "source_l", pl.lit(" → "), "source_r"))
    .alias("task")
)


def place(source: str) -> tuple[int, str]:
    """Where a source stands in the order of tasks."""
    return (_ORDER.index(source) if source in _ORDER else len(_ORDER), source)


@dataclass(frozen=True)
class TrueEntities:
    """Of every pair of records whose entity is known, whether it is one: `same`, the pairs that are
    (PAIR); `entities`: source, record_id, entity."""

    same: pl.DataFrame
    entities: pl.DataFrame

    def known(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Those of the pairs (PAIR and more, ordered) whose truth is known, with `same`
        (Boolean)."""
        both = with_both(pairs, self.entities, "entity")
        return both.with_columns(same=pl.col("entity_l") == pl.col("entity_r")).drop(
            "entity_l", "entity_r"
        )


@dataclass(frozen=True)
class JudgedPairs:
    """What people decided about pairs: `same`, those that are one person (PAIR); `decided`: PAIR,
    same (Boolean)."""

    same: pl.DataFrame
    decided: pl.DataFrame

    def known(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Those of the pairs (PAIR and more, ordered) that people decided, with `same`
        (Boolean)."""
        return pairs.join(self.decided, on=PAIR, maintain_order="left")


Labels = TrueEntities | JudgedPairs


def labels_of_truth(truth: Truth) -> TrueEntities:
    """Every pair of records of the truth, as its entities say."""
    entities = pl.concat(
        [
            frame.select(
                pl.lit(source).alias("source"), "record_id", pl.col("entity_id").alias("entity")
            )
            for source, frame in truth.items()
        ]
    ).drop_nulls()
    return TrueEntities(pairs_within(entities, "entity"), entities)


def labels_of_judgements(judgements: pl.DataFrame) -> JudgedPairs:
    """The pairs of frames.JUDGEMENTS that people decided; those they were not sure of are left
    out."""
    sure = judgements.filter(pl.col("decision") != "unsure").with_columns(
        same=pl.col("decision") == "same"
    )
    decided = ordered(sure).select(*PAIR, "same").unique(maintain_order=True)
    return JudgedPairs(decided.filter("same").select(PAIR), decided)


def with_both(pairs: pl.DataFrame, records: pl.DataFrame, column: str) -> pl.DataFrame:
    """The pairs whose two records are both in `records`, with their values of the column as `_l`
    and `_r`."""
    for side in ("l", "r"):
        names = {name: f"{name}_{side}" for name in ("source", "record_id", column)}
        own = records.select(*names).rename(names)
        pairs = pairs.join(own, on=[f"source_{side}", f"record_id_{side}"], maintain_order="left")
    return pairs


def ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with their sides in the order of tasks: births, residents, household, others;
    record ids within."""
    sources = pl.concat([pairs["source_l"], pairs["source_r"]]).unique().to_list()
    rank = {source: position for position, source in enumerate(sorted(sources, key=place))}
    left, right = (
        pl.col(f"source_{side}").replace_strict(rank, return_dtype=pl.Int32) for side in ("l", "r")
    )
    turn = (left > right) | ((left == right) & (pl.col("record_id_l") > pl.col("record_id_r")))
    return pairs.with_columns(
        pl.when(turn)
        .then(pl.col(f"{column}_{other}"))
        .otherwise(pl.col(f"{column}_{side}"))
        .alias(f"{column}_{side}")
        for column in ("source", "record_id")
        for side, other in (("l", "r"), ("r", "l"))
    )


def pairs_within(records: pl.DataFrame, group: str) -> pl.DataFrame:
    """Every pair of different records (source, record_id) of one group, once."""
    several = (
        records.filter(pl.len().over(group) > 1)
        .select("source", "record_id", group)
        .with_row_index("at")
    )
    left, right = (
        several.rename({column: f"{column}_{side}" for column in ("at", "source", "record_id")})
        for side in ("l", "r")
    )
    return ordered(left.join(right, on=group).filter(pl.col("at_l") < pl.col("at_r")).select(PAIR))
