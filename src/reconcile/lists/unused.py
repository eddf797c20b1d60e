"""The list of rows that a run did not use: where each stands in its file, and why."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.core.fields import field_header
from reconcile.core.labels import source_labels
from reconcile.core.layouts import Layout
from reconcile.core.messages import text
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable
from reconcile.reading.reasons import row_reason

CODE = "unused_rows"
_COLUMNS = (
    ("source", 14),
    ("file", 30),
    ("row", 10),
    ("treatment", 10),
    ("reason", 60),
    ("column", 24),
    ("shown", 24),
)


def build_unused(
    rejects: pl.DataFrame, set_aside: pl.DataFrame, layouts: Mapping[str, Layout], language: str
) -> ListTable:
    """`rejects` and `set_aside` (frames.REJECTS) as one list, by source, file and row. `shown` is
    masked already."""
    labels = source_labels({source: layout.name for source, layout in layouts.items()}, language)
    order = {source: position for position, source in enumerate(layouts)}
    rows = pl.concat(
        [
            frame.with_columns(treatment=pl.lit(text(f"lists.treatment.{name}", language)))
            for name, frame in (("rejected", rejects), ("set_aside", set_aside))
        ]
    ).sort(pl.col("source").replace_strict(order, return_dtype=pl.UInt32), "file", "row")
    reasons = {reason: row_reason(reason, language) for reason in rows["reason"].unique()}
    headers = {name: _column(name, language) for name in rows["column"].unique()}
    frame = rows.with_columns(
        pl.col("source").replace(labels),
        pl.col("row").cast(pl.Int64),
        pl.col("reason").replace(reasons),
        pl.col("column").replace(headers),
        pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS),
    )
    columns = tuple(
        ListColumn(
            name,
            text(f"lists.unused.{name}", language),
            "number" if name == "row" else "text",
            width,
        )
        for name, width in _COLUMNS
    )
    title = text("lists.unused.name", language)
    return ListTable(
        CODE, title, language, columns, frame.select(*(name for name, _ in _COLUMNS), DIFFERS)
    )


def _column(name: str, language: str) -> str:
    """A canonical column, or several of which one is needed, as people call them; a header as it
    stands."""
    return " / ".join(field_header(part, "", language) for part in name.split(" / "))
