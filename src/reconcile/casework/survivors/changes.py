"""The change list for the source system: what is to be done with each record of a cluster, a row
for each value."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import Schema, conform, empty

ACTIONS = ("keep", "change", "decide", "cancel")

# `column`, `old` and `new` are null where the row is about a whole record. `old`: what the record
# says now, as it stands in its file; `new`: what it should say. `from_*`: the record that this
# comes from. `reason`: a text `survivors.reason.*`; `confirmed`: the source of the register that
# confirms it.
CHANGES: Schema = {
    "key": pl.String,
    "basis": pl.String,
    "town": pl.String,
    "village": pl.String,
    "action": pl.Enum(ACTIONS),
    "source": pl.String,
    "record_id": pl.String,
    "column": pl.String,
    "old": pl.String,
    "new": pl.String,
    "from_source": pl.String,
    "from_record_id": pl.String,
    "reason": pl.String,
    "confirmed": pl.String,
}
_ABOUT = ("key", "basis", "town", "village")


def changes(clusters: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """CHANGES of clusters.CLUSTERS and the values that `choices.choose` has chosen, in the order of
    the clusters: the survivor, its values by column (those that all records agree on are left out),
    the records to be cancelled.

    Of a column that a person must decide there is a row for each value that the survivor does not
    have.
    """
    if clusters.is_empty():
        return empty(CHANGES)
    survivors = clusters.filter(pl.col("place") == 0)
    cases = survivors.select("key").with_row_index("case")
    parts = [
        _kept(survivors),
        _values(survivors, clusters, chosen),
        _cancelled(survivors, clusters),
    ]
    rows = pl.concat(parts, how="diagonal").join(cases, on="key")
    in_order = rows.sort("case", "part", "order", "place", "new", maintain_order=True)
    return conform(in_order, CHANGES)


def _kept(survivors: pl.DataFrame) -> pl.DataFrame:
    return survivors.select(
        *_ABOUT, "source", "record_id",
        part=pl.lit(0), order=pl.lit(None, pl.UInt32), place=pl.lit(None, pl.UInt32),
        new=pl.lit(None, pl.String),
        action=pl.lit("keep"), reason=pl.format("stands_{}", "why"),
    )  # fmt: skip


def _values(survivors: pl.DataFrame, clusters: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    undecided = pl.col("undecided").is_not_null()
    now = chosen.filter("own").select("key", "column", old="raw")
    rows = chosen.filter(
        (pl.col("chosen") & (pl.col("several") | ~pl.col("own"))) | (undecided & ~pl.col("own"))
    ).join(now, on=["key", "column"], how="left")
    origin = clusters.select("key", "place", from_source="source", from_record_id="record_id")
    return (
        rows.join(origin, on=["key", "place"])
        .join(survivors.select(*_ABOUT, "source", "record_id"), on="key")
        .select(
            *_ABOUT, "source", "record_id", "column", "old", "from_source", "from_record_id",
            "order", "place",
            part=pl.lit(1),
            new="raw",
            action=pl.when(undecided).then(pl.lit("decide")).when("own").then(pl.lit("keep")).otherwise(pl.lit("change")),
            reason=pl.coalesce("undecided", "reason"),
            confirmed=pl.when(pl.col("reason") == "confirmed").then("confirmed"),
        )
    )  # fmt: skip


def _cancelled(survivors: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    origin = survivors.select("key", from_source="source", from_record_id="record_id")
    return (
        clusters.filter(pl.col("place") > 0)
        .join(origin, on="key")
        .select(
            *_ABOUT, "source", "record_id", "from_source", "from_record_id", "place",
            part=pl.lit(2), order=pl.lit(None, pl.UInt32), action=pl.lit("cancel"),
            reason=pl.lit("duplicate"),
        )
    )  # fmt: skip
