"""Whether the cut of a run is the best one."""

from __future__ import annotations

import polars as pl

from reconcile.quality.labels import PAIR, TASK, Truth, labels_of_truth, pairs_within

CUT = 0.5

Scored = pl.DataFrame  # labels.PAIR, match_probability, same (Boolean)


def cuts(persons: pl.DataFrame, truth: Truth, pairs: Scored, scores: pl.DataFrame) -> pl.DataFrame:
    """F1 of each task: `f1` as the persons are, `swept` with every pair from CUT on joined (of a
    link, each left row's best), and the best that any cut reaches (`best`, at `best_cut`).

    What exact keys settled stays as it is; `never`: true pairs (links: left rows) that were neither
    settled nor compared.
    """
    rows = []
    for task, due, actual in scores.select("task", "true_pairs", "f1").iter_rows():
        mine = pairs.with_columns(TASK).filter(pl.col("task") == task)
        settled = _settled(task, persons, truth, mine)
        found, correct = settled.height, int(settled["same"].sum())
        open_pairs = mine if task.startswith("duplicates") else _best_of_left(mine)
        swept = _sweep(open_pairs, found, correct, due)
        best = swept.sort("f1", "cut").tail(1)
        at_cut = swept.filter(pl.col("cut") >= CUT).sort("cut").head(1)
        reached = (
            open_pairs if task.startswith("duplicates") else mine.filter("same").unique(PAIR[:2])
        )
        never = due - correct - int(reached["same"].sum())
        rows.append((task, actual, *at_cut["f1"], *best["f1"], *best["cut"], never))
    schema = ["task", "f1", "swept", "best", "best_cut", "never"]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        behind=pl.col("best") - pl.col("f1")
    )


def _best_of_left(pairs: Scored) -> Scored:
    return pairs.sort("match_probability", "same", *PAIR[2:], descending=True).unique(
        PAIR[:2], keep="first", maintain_order=True
    )


def _sweep(pairs: Scored, found: int, correct: int, due: int) -> pl.DataFrame:
    """cut, f1: with all pairs from this probability on."""
    steps = (
        pairs.group_by(cut="match_probability")
        .agg(pl.len().cast(pl.Int64), pl.col("same").sum().cast(pl.Int64))
        .sort("cut", descending=True)
        .with_columns(pl.col("len", "same").cum_sum())
    )
    none = pl.DataFrame({"cut": [1.0], "len": [0], "same": [0]}, schema=steps.schema)
    return pl.concat([none, steps]).select(
        "cut", f1=2 * (correct + pl.col("same")) / (found + pl.col("len") + due)
    )


def _settled(task: str, persons: pl.DataFrame, truth: Truth, scored: Scored) -> pl.DataFrame:
    """What the persons of the run join without a scored pair: one row a pair (links: a left row),
    with `same`."""
    kind, _, sources = task.partition(" ")
    if kind == "duplicates":
        own = persons.filter(pl.col("source") == sources).select("source", "record_id", "person_id")
        joined = pairs_within(own, "person_id").join(scored, on=PAIR, how="anti")
        return labels_of_truth({sources: truth[sources]}).known(joined)
    left, right = sources.split(" → ")
    sides = [
        persons.filter(pl.col("source") == source)
        .select("person_id", "record_id")
        .join(truth[source].select("record_id", "entity_id"), on="record_id")
        for source in (left, right)
    ]
    scored_left = scored.select(record_id="record_id_l").unique()
    return (
        sides[0]
        .join(scored_left, on="record_id", how="anti")
        .join(sides[1].select("person_id", other="entity_id"), on="person_id")
        .group_by("record_id")
        .agg(same=(pl.col("entity_id") == pl.col("other")).all())
    )
