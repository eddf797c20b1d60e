"""Judgements as constraints: pairs that are one person whatever their weight, and pairs that never
are.

Hard for the solver: a pair judged the same weighs more than all evidence together, a pair judged
different makes every group that holds both impossible. Records joined by a chain of `same` are the
same pairwise, so that no level that bars a pair can part them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from reconcile.core.frames import BANDS, empty
from reconcile.matching import saved
from reconcile.matching.judgements import with_people
from reconcile.matching.tangles import CERTAIN, IMPOSSIBLE
from reconcile.population.population import Population

JUDGED = "judgement"
# The weight of a pair that was not weighed.
UNWEIGHED = int(np.iinfo(np.int32).min)
_PAIR = ("node_l", "node_r")
_PAIRS = pl.Schema({"node_l": pl.UInt32, "node_r": pl.UInt32})


@dataclass(frozen=True)
class Constraints:
    """`same`, `different`: node_l < node_r (UInt32), each pair once, sorted. Of the judgements that
    name a record which is not in the run: `unknown`, rows of the file, and `idle`, how many of the
    ledger."""

    same: pl.DataFrame
    different: pl.DataFrame
    unknown: tuple[int, ...] = ()
    idle: int = 0

    def allowed(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs (node_l, node_r, in either order) without those judged different."""
        if self.different.is_empty():
            return pairs
        return pairs.join(_either_way(self.different), on=_PAIR, how="anti", maintain_order="left")

    def applied(self, edges: pl.DataFrame) -> pl.DataFrame:
        """The solver's edges (node_l < node_r) with those of judged pairs replaced by what was
        judged; `row`, where a pair was weighed, is null then."""
        if self.same.is_empty() and self.different.is_empty():
            return edges
        judged = pl.concat(
            [
                self.same.with_columns(
                    evidence=pl.lit(CERTAIN), prior=pl.lit(0), barred=pl.lit(False)
                ),
                self.different.with_columns(
                    evidence=pl.lit(0), prior=pl.lit(IMPOSSIBLE), barred=pl.lit(True)
                ),
            ],
            how="vertical_relaxed",
        ).with_columns(match_weight=pl.lit(UNWEIGHED), row=pl.lit(None, dtype=pl.UInt32))
        rest = edges.join(judged, on=_PAIR, how="anti", maintain_order="left")
        return pl.concat([rest, judged.select(edges.columns)], how="vertical_relaxed")

    def banded(self, scored: pl.DataFrame) -> pl.DataFrame:
        """The scored pairs with `band` as judged; probabilities and weights stay the model's."""
        judged = pl.concat(
            [
                _either_way(pairs).with_columns(pl.lit(band, dtype=pl.Enum(BANDS)).alias("judged"))
                for pairs, band in ((self.same, "match"), (self.different, "non-match"))
            ]
        )
        if judged.is_empty():
            return scored
        found = scored.join(judged, on=_PAIR, how="left", maintain_order="left")
        return found.with_columns(pl.coalesce("judged", "band").alias("band")).drop("judged")

    def decided(self, pairs: pl.DataFrame) -> pl.Series:
        """Of each pair (node_l, node_r, in either order): 1.0 where it is judged the same, 0.0
        different, else null."""
        judged = pl.concat(
            [
                _either_way(p).with_columns(decided=pl.lit(d))
                for p, d in ((self.same, 1.0), (self.different, 0.0))
            ]
        )
        return pairs.select(_PAIR).join(judged, on=_PAIR, how="left", maintain_order="left")[
            "decided"
        ]

    def unfound(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs judged the same that are not among these (node_l, node_r, in either order)."""
        if self.same.is_empty():
            return self.same
        known = _either_way(pairs.select(_PAIR))
        return self.same.join(known, on=_PAIR, how="anti", maintain_order="left")


NONE = Constraints(empty(_PAIRS), empty(_PAIRS))


def constraints(judgements: pl.DataFrame, population: Population) -> Constraints:
    """frames.JUDGEMENTS, free of contradictions, as constraints on the population's nodes."""
    if judgements.is_empty():
        return NONE
    references = saved.references(population).with_columns(
        pl.col("source", "record_id").cast(pl.String)
    )
    nodes = with_people(judgements)
    for side in ("l", "r"):
        named = references.rename(
            {"node": f"node_{side}", "source": f"source_{side}", "record_id": f"record_id_{side}"}
        )
        nodes = nodes.join(
            named, on=[f"source_{side}", f"record_id_{side}"], how="left", maintain_order="left"
        )
    placed = nodes.drop_nulls(_PAIR)
    different = placed.filter(pl.col("decision") == "different")
    unknown = nodes.filter(pl.any_horizontal(pl.col(*_PAIR).is_null()))
    rows, idle = unknown["row"].drop_nulls(), unknown["judgement"].count()
    return Constraints(_ordered(_same(nodes)), _ordered(different), tuple(rows), idle)


def _same(nodes: pl.DataFrame) -> pl.DataFrame:
    """Every pair of records that the judgements join, chains included, also chains through records
    not in the run."""
    same = nodes.filter(pl.col("decision") == "same")
    people = pl.concat(
        [
            same.select(
                pl.col(f"person_{side}").alias("person"), pl.col(f"node_{side}").alias("node")
            )
            for side in ("l", "r")
        ]
    ).drop_nulls()
    return people.rename({"node": "node_l"}).join(people.rename({"node": "node_r"}), on="person")


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    left, right = pl.min_horizontal(*_PAIR), pl.max_horizontal(*_PAIR)
    ordered = pairs.select(
        left.cast(pl.UInt32).alias("node_l"), right.cast(pl.UInt32).alias("node_r")
    )
    return ordered.filter(pl.col("node_l") != pl.col("node_r")).unique().sort(*_PAIR)


def _either_way(pairs: pl.DataFrame) -> pl.DataFrame:
    turned = pairs.select(pl.col("node_r").alias("node_l"), pl.col("node_l").alias("node_r"))
    return pl.concat([pairs, turned])
