"""Which cases of duplicates are certain enough to be merged, and in which order their records
stand."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from reconcile.core.frames import Schema, conform, empty
from reconcile.persons.survivorship import CRITERIA, ranked
from reconcile.persons.view import View

CODES = ("duplicate_person", "duplicate_household_row")
# Why a cluster is taken to be one person: a town has confirmed it; people judged its pairs to be
# the same; its records have one valid number, one name and one birth date; or it is only open, and
# asked for.
BASES = ("answered", "judged", "identical", "open")
_CONFIRMING = ("confirmed", "corrected")
_IDENTITY = ("name_std", "id_number_std", "birth_date_std")

# One row a record of a cluster. `place`: 0 for the survivor, then in the order in which they stand.
# `why`: of the survivor, the criterion of standing.CRITERIA in which it comes before the next.
CLUSTERS: Schema = {
    "key": pl.String,
    "basis": pl.Enum(BASES),
    "town": pl.String,
    "village": pl.String,
    "node": pl.UInt32,
    "layout": pl.String,
    "source": pl.String,
    "record_id": pl.String,
    "updated_on": pl.Date,
    "place": pl.UInt32,
    "why": pl.String,
}


def members_of(discrepancies: pl.DataFrame) -> pl.DataFrame:
    """key, town, village, source, record_id of every record of the duplicates in
    frames.DISCREPANCIES, each once."""
    rows = discrepancies.filter(pl.col("code").is_in(CODES))
    sides = [
        rows.select(
            "key", "town", "village", source=f"source_{side}", record_id=f"record_id_{side}"
        )
        for side in ("l", "r")
    ]
    found = (
        pl.concat(sides)
        .drop_nulls("record_id")
        .unique(["key", "source", "record_id"], keep="first")
    )
    return found.sort("key", "source", "record_id")


def clusters(
    members: pl.DataFrame,
    cases: pl.DataFrame,
    judgements: pl.DataFrame,
    view: View,
    *,
    everything: bool,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """CLUSTERS, sorted by town, village, key and place; and how many cases were left out, by why.

    `members`: of `members_of`; `cases`: frames.CASES; `judgements`: source_l, record_id_l,
    source_r, record_id_r, decision; `view`: whole persons, those of the members at least.
    `everything`: cases that are only open too.
    """
    told = cases.select("key", "state", "answer", "stale")
    open_ones = members.join(told.filter(pl.col("state") != "closed"), on="key")
    parted = _parted(open_ones, judgements)
    kept = view.nodes(
        open_ones.join(parted.to_frame(), on="key", how="anti"), "source", "record_id"
    )
    bases = kept.select("key").unique().with_columns(basis=pl.lit(None, pl.String))
    for basis, keys in {
        "answered": kept.filter(pl.col("answer").is_in(_CONFIRMING), pl.col("stale") == 0)["key"],
        "judged": _judged(kept, judgements),
        "identical": _identical(kept, view),
        **({"open": kept["key"]} if everything else {}),
    }.items():
        named = pl.when(pl.col("key").is_in(keys.implode())).then(pl.lit(basis))
        bases = bases.with_columns(basis=pl.coalesce("basis", named))
    found = _in_order(kept.join(bases.drop_nulls("basis"), on="key"), view)
    stale = kept.filter(pl.col("answer").is_in(_CONFIRMING), pl.col("stale") == 1).join(
        found, on="key", how="anti"
    )
    return found, {
        "parted": parted.len(),
        "stale": stale["key"].n_unique(),
        "unconfirmed": bases["basis"].null_count() - stale["key"].n_unique(),
    }


def _in_order(members: pl.DataFrame, view: View) -> pl.DataFrame:
    """CLUSTERS of the members (with node and basis)."""
    order = ranked(view.population, view.records).drop("person", "record_id").with_row_index("rank")
    placed = (
        members.join(order, on="node")
        .sort("key", "rank")
        .with_columns(place=pl.int_range(pl.len(), dtype=pl.UInt32).over("key"))
    )
    differs = [
        pl.when(pl.col(name).ne_missing(pl.col(name).shift(-1).over("key"))).then(pl.lit(name))
        for name in CRITERIA
    ]
    named = placed.with_columns(why=pl.when(pl.col("place") == 0).then(pl.coalesce(differs)))
    return conform(named, CLUSTERS).sort("town", "village", "key", "place", nulls_last=True)


def _pairs(members: pl.DataFrame, judgements: pl.DataFrame, decision: str) -> pl.DataFrame:
    """key, left, right (source:record_id) of the pairs inside one case with this decision."""
    record = pl.concat_str("source", pl.lit(":"), "record_id")
    own = members.select("key", record=record)
    sides = {
        side: pl.concat_str(f"source_{side}", pl.lit(":"), f"record_id_{side}")
        for side in ("l", "r")
    }
    judged = judgements.filter(pl.col("decision") == decision).select(
        left=sides["l"], right=sides["r"]
    )
    return judged.join(own, left_on="left", right_on="record").join(
        own, left_on=["right", "key"], right_on=["record", "key"]
    )


def _parted(members: pl.DataFrame, judgements: pl.DataFrame) -> pl.Series:
    """The cases of which people have judged two records to be different persons since."""
    return _pairs(members, judgements, "different")["key"].unique().sort()


def _judged(members: pl.DataFrame, judgements: pl.DataFrame) -> pl.Series:
    """The cases all of whose records hang together by pairs that people judged to be the same."""
    pairs = _pairs(members, judgements, "same")
    if pairs.is_empty():
        return pl.Series("key", [], dtype=pl.String)
    records = members.select(
        "key", record=pl.concat_str("source", pl.lit(":"), "record_id")
    ).with_row_index("at")
    ends = [
        pairs.join(records, left_on=["key", side], right_on=["key", "record"])["at"].to_numpy()
        for side in ("left", "right")
    ]
    edges = coo_matrix(
        (np.ones(len(ends[0])), (ends[0], ends[1])), shape=(records.height, records.height)
    )
    group = pl.Series("group", connected_components(edges, directed=False)[1])
    return (
        records.with_columns(group)
        .group_by("key")
        .agg(pl.col("group").n_unique())
        .filter(group=1)["key"]
    )


def _identical(members: pl.DataFrame, view: View) -> pl.Series:
    """The cases whose records have one valid number, one name and one birth date."""
    if members.is_empty():
        return empty(CLUSTERS)["key"]
    values = view.values(members["node"], *_IDENTITY, "id_number_status").with_columns(
        members["key"]
    )
    alike = [
        (pl.col(name).n_unique() == 1) & pl.col(name).is_not_null().all() for name in _IDENTITY
    ]
    valid = (pl.col("id_number_status") == "valid").fill_null(False).all()
    return values.group_by("key").agg(same=pl.all_horizontal(*alike, valid)).filter("same")["key"]
