"""The worst errors of a run in both directions, for people to look at."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl

from reconcile.quality.evaluation import read_persons
from reconcile.quality.labels import PAIR, Labels, ordered, pairs_within, with_both
from reconcile.workspace import RunFolder


def worst_errors(run: Path, labels: Labels, most: int) -> pl.DataFrame:
    """At most so many errors of each kind: kind, PAIR, match_weight, match_probability (null: never
    compared).

    `false`: pairs in one person that are two, the surest first. `missed`: pairs of one person that
    are apart, those never compared first, then the lowest. Records that are not in the run are left
    out.
    """
    persons = read_persons(run)
    false = labels.known(pairs_within(persons, "person_id")).filter(~pl.col("same"))
    placed = with_both(labels.same, persons, "person_id")
    missed = placed.filter(pl.col("person_id_l") != pl.col("person_id_r"))
    errors = pl.concat(
        [
            pairs.select(pl.lit(kind).alias("kind"), *PAIR)
            for kind, pairs in (("false", false), ("missed", missed))
        ]
    )
    weighed = errors.join(
        _weights(run, errors), on=PAIR, how="left", maintain_order="left"
    ).with_columns(_SURENESS)
    surest, least_sure = (
        weighed.filter(pl.col("kind") == kind).sort(
            "sureness", *PAIR, descending=[falling, *[False] * len(PAIR)]
        )
        for kind, falling in (("false", True), ("missed", False))
    )
    return pl.concat([surest.head(most), least_sure.head(most)]).drop("sureness")


# A pair closed by exact keys or people is surer than any weight, one never compared less sure.
_SURENESS = (
    pl.when(pl.col("match_probability").is_null())
    .then(-math.inf)
    .otherwise(pl.col("match_weight").cast(pl.Float64).fill_null(math.inf))
    .alias("sureness")
)


def _weights(run: Path, pairs: pl.DataFrame) -> pl.DataFrame:
    """PAIR, match_weight, match_probability of those of the pairs that were compared or closed."""
    turned = {
        f"{name}_{side}": f"{name}_{other}"
        for name in ("source", "record_id")
        for side, other in ("lr", "rl")
    }
    both = pl.concat([pairs.select(PAIR), pairs.rename(turned).select(PAIR)])
    with RunFolder(run).scan("scored_pairs", *PAIR, "match_weight", "match_probability") as scored:
        return ordered(scored.join(both.lazy(), on=PAIR, how="semi").collect())
