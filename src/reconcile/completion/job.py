"""ID completion of a run: who is without a usable number, who is named as a candidate, and how many
that makes.

A list to confirm: nothing is ever filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reconcile.completion.candidates import PAIR, contenders, registered
from reconcile.completion.missing_ids import STATUSES, wanting
from reconcile.completion.rank import likely
from reconcile.completion.score_pairs import looked_at
from reconcile.core.frames import COMPLETIONS, conform
from reconcile.matchers import load_matcher
from reconcile.matching.linked import Linked
from reconcile.persons.view import View

# A first candidate above this is likely; of such at most one in twenty may be wrong.
LIKELY = 0.9
# In what two records agree or do not, in the order in which a clerk looks.
COMPARED = ("name", "birth_date", "sex", "area", "home", "father", "mother", "spouse")


@dataclass(frozen=True)
class CompletionFigures:
    """Residents: `wanting`, by what is the matter (completion.wanting.STATUSES); of these, each in
    one: `likely`, the first candidate above LIKELY; `possible`, with a candidate; `none`.
    `repaired`: those whose number was repaired, by how (completion.repair.WAYS)."""

    wanting: Mapping[str, int]
    likely: int
    possible: int
    none: int
    repaired: Mapping[str, int]


@dataclass(frozen=True)
class Completion:
    """`candidates`: frames.COMPLETIONS."""

    candidates: pl.DataFrame
    figures: CompletionFigures


def completion(view: View, linked: Linked) -> Completion | None:
    """The candidates for every active resident without a usable ID number; None unless the run has
    a resident and a household register."""
    if not (view.of_layout("residents") and view.of_layout("household")):
        return None
    asked = wanting(view)
    named = likely(
        view, asked, _with_levels(view, linked, contenders(view, linked, asked, registered(view)))
    )
    return Completion(_described(view, asked, named), _figures(asked, named))


def _with_levels(view: View, linked: Linked, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with the levels of COMPARED, also where the matching did not look."""
    lacking = [name for name in (*COMPARED, "weight", "w_id_number") if name not in pairs.columns]
    pairs = pairs.with_columns(
        pl.lit(None, dtype=pl.Int8 if name in COMPARED else pl.Int32).alias(name)
        for name in lacking
    )
    unseen = pl.any_horizontal(pl.col(name).is_null() for name in COMPARED)
    rest = pairs.filter(unseen)
    if rest.is_empty():
        return pairs
    looked = looked_at(view, linked, rest.select(PAIR), COMPARED)
    known = rest.select(pl.col("weight", "w_id_number").name.prefix("_"))
    told = rest.select(pl.exclude(looked.columns)).hstack(looked).hstack(known)
    told = told.with_columns(
        pl.coalesce(f"_{name}", name).alias(name) for name in ("weight", "w_id_number")
    )
    return pl.concat([pairs.filter(~unseen), told.select(pairs.columns)]).sort(PAIR)


def _described(view: View, asked: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """frames.COMPLETIONS, by the resident's source and record id, and by rank."""
    records = view.population.select(pl.col("source").cast(pl.String), "record_id")
    mine, theirs = (records[named[side]] for side in PAIR)
    told = named.join(
        asked.select("resident", "status"), on="resident", how="left", maintain_order="left"
    )
    frame = pl.concat(
        [
            mine,
            theirs.rename({name: f"household_{name}" for name in theirs.columns}),
            told.select(pl.exclude("source")),
        ],
        how="horizontal",
    )
    frame = frame.with_columns(
        id_number=pl.col("number"),
        match_probability=pl.col("probability").round(6),
        how=pl.col("way").cast(pl.String),
        agreement=_agreement(),
    )
    return conform(frame, COMPLETIONS).sort("source", "record_id", "rank")


def _agreement() -> pl.Expr:
    """What is the same and what is not, as `comparison.level`; what one side does not say is left
    out."""
    told = []
    for name in COMPARED:
        words = {
            place: f"{name}.{level}"
            for place, level in enumerate(load_matcher(name).LEVELS)
            if place
        }
        told.append(pl.col(name).replace_strict(words, default=None, return_dtype=pl.String))
    return pl.concat_list(told).list.drop_nulls()


def _figures(asked: pl.DataFrame, named: pl.DataFrame) -> CompletionFigures:
    first = named.filter(pl.col("rank") == 1)
    likely_ones = first.filter(pl.col("probability") > LIKELY).height
    counted = dict(asked.group_by("status").len().iter_rows())
    repaired = named.filter("repaired").group_by(pl.col("way").cast(pl.String)).len().sort("way")
    return CompletionFigures(
        wanting={status: counted.get(status, 0) for status in STATUSES},
        likely=likely_ones,
        possible=first.height - likely_ones,
        none=asked.height - first.height,
        repaired=dict(repaired.iter_rows()),
    )
