"""The list of what records write of areas that the area table does not tell."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.core.labels import source_labels
from reconcile.core.masking import mask_ids_within
from reconcile.core.messages import text
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable

CODE = "unresolved_areas"
_COLUMNS: tuple[tuple[str, ColumnKind, int], ...] = (
    ("source", "text", 14), ("district", "text", 16), ("town", "text", 20), ("village", "text", 24),
    ("how", "text", 36), ("rows", "number", 8), ("candidates", "text", 60), ("file", "text", 30),
    ("row", "number", 10),
)  # fmt: skip


def build_unresolved(
    unresolved: pl.DataFrame, layouts: Mapping[str, str], language: str
) -> ListTable:
    """frames.UNRESOLVED_AREAS as a list, a row for each wording in each source. It has nothing of
    persons; a number that stands where an area should is masked all the same."""
    labels = source_labels(layouts, language)
    hows = {how: text(f"areas.how.{how}", language) for how in ("ambiguous", "unknown")}
    separator = text("lists.separator", language)
    frame = unresolved.select(
        pl.col("source").replace(labels),
        *(mask_ids_within(pl.col(name)) for name in ("district", "town", "village")),
        pl.col("how").replace(hows),
        pl.col("rows").cast(pl.Int64),
        pl.col("candidates").list.join(separator),
        "file",
        pl.col("row").cast(pl.Int64),
        pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS),
    )
    columns = tuple(
        ListColumn(name, text(f"areas.unresolved.{name}", language), kind, width)
        for name, kind, width in _COLUMNS
    )
    return ListTable(CODE, text(f"lists.{CODE}", language), language, columns, frame)
