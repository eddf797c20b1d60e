"""One way of scoring for every tool: F1 from persons, by `reconcile.quality.evaluation.score`.

Duplicates by pairs of records in one person; links once for each left row. A tool that answers
scored pairs has its persons made here, at a threshold: of one file, the connected components; of
two, each left row with its best right row, which serves F1 better than one-to-one links, since a
person with two left rows keeps both.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.quality.evaluation import score

# Thresholds (bits of match weight) of which the best is the best F1 in hindsight.
SWEEP = tuple(range(-12, 41))


def f1(persons: pl.DataFrame, truth: Mapping[str, pl.DataFrame]) -> float:
    """F1 of the task that `truth` states: links where it has two sides, else duplicates.

    `persons`: source (a key of `truth`), record_id, person_id.
    """
    kind = "links" if len(truth) == 2 else "duplicates"
    found = score(persons, truth).filter(pl.col("task").str.starts_with(kind))["f1"].to_list()
    return found[0] or 0.0


def best_f1(pairs: pl.DataFrame, truth: Mapping[str, pl.DataFrame]) -> float:
    """The highest F1 over all thresholds, known only by looking at the truth."""
    return max(f1(persons_of(pairs, truth, threshold), truth) for threshold in SWEEP)


def persons_of(
    pairs: pl.DataFrame, truth: Mapping[str, pl.DataFrame], threshold: float
) -> pl.DataFrame:
    """Persons of the pairs (left_id, right_id, match_weight) at `threshold` bits and above."""
    kept = pairs.filter(pl.col("match_weight") >= threshold)
    sides = {side: frame.select("record_id") for side, frame in truth.items()}
    return _linked(kept, **sides) if len(sides) == 2 else _joined(kept, **sides)


def _linked(pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    best = (
        pairs.sort("match_weight", "right_id", descending=[True, False])
        .unique("left_id", keep="first", maintain_order=True)
        .select(record_id="left_id", person_id="right_id")
    )
    persons = left.join(best, on="record_id", how="left").with_columns(
        pl.col("person_id").fill_null("left/" + pl.col("record_id"))
    )
    return pl.concat(
        [
            persons.select(pl.lit("left").alias("source"), "record_id", "person_id"),
            right.select(pl.lit("right").alias("source"), "record_id", person_id="record_id"),
        ]
    )


def _joined(pairs: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    places = left.with_row_index("place")
    ends = [
        pairs.join(places, left_on=side, right_on="record_id", how="left", maintain_order="left")[
            "place"
        ].to_numpy()
        for side in ("left_id", "right_id")
    ]
    graph = coo_array(
        (np.ones(len(pairs), np.int8), (ends[0], ends[1])), shape=(len(left), len(left))
    )
    _, component = connected_components(graph, directed=False)
    return left.select(
        pl.lit("left").alias("source"), "record_id", person_id=pl.Series(component).cast(pl.String)
    )
