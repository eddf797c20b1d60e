"""Villages whose names differ by one character from a word that no area has: for whoever looks at
it, never taken."""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from reconcile.areas.forms import village_short
from reconcile.areas.resolve import Meanings


def near_villages(triples: pl.DataFrame, meant: Meanings, areas: pl.DataFrame) -> pl.DataFrame:
    """triple, now: for a village that is unknown in a town that is certain, the town's villages of
    nearly that name."""
    villages = areas.filter(pl.col("level") == "village").select(
        "town_code", now="code", name="village_std"
    )
    unknown = meant.told.filter(pl.col("how") == "unknown").select("triple", town_code="area")
    said = triples.select("triple", word=village_short(triples["village"])).drop_nulls("word")
    pairs = unknown.join(said, on="triple").join(villages, on="town_code").sort("triple", "now")
    if pairs.is_empty():
        return pairs.select("triple", "now")
    differing = cpdist(
        pairs["word"].to_list(),
        pairs["name"].to_list(),
        scorer=Levenshtein.distance,
        score_cutoff=1,
    )
    return pairs.filter(pl.Series(differing <= 1)).select("triple", "now")
