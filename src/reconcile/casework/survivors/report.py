"""The change list as people read it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.casework.survivors.changes import ACTIONS
from reconcile.casework.survivors.clusters import BASES
from reconcile.casework.survivors.job import Proposal
from reconcile.core.fields import field_header, masked_field
from reconcile.core.labels import source_labels
from reconcile.core.layouts import Layout, load_layout
from reconcile.core.masking import mask_ids_within
from reconcile.core.messages import text
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable

_COLUMNS: Mapping[str, tuple[ColumnKind, int]] = {
    "key": ("id", 15), "town": ("text", 12), "village": ("text", 12), "basis": ("text", 14),
    "action": ("text", 12),
    "source": ("text", 12), "record_id": ("id", 22), "column": ("text", 14), "old": ("id", 24),
    "new": ("id", 24),
    "from_source": ("text", 12), "from_record_id": ("id", 22), "reason": ("text", 44),
}  # fmt: skip
_IN_LISTS = ("key", "town", "village", "source", "record_id", "reason")
_MARKED = {"change": "new", "decide": "new", "cancel": "record_id"}
_REGISTERS = ("residents", "household")  # those that have duplicates


def build_changes(proposal: Proposal, language: str, *, masked: bool) -> ListTable:
    """The change list in its order. `masked`: names, numbers, addresses and telephone numbers are
    masked."""
    labels = source_labels(dict(proposal.layouts), language)
    layouts = {name: load_layout(name) for name in _REGISTERS}
    rows = _masked(proposal.changes, layouts) if masked else proposal.changes
    frame = rows.select(
        *("key", "town", "village", "record_id", "old", "new", "from_record_id"),
        basis=_in_words("basis", BASES, "survivors.basis", language),
        action=_in_words("action", ACTIONS, "survivors.action", language),
        source=pl.col("source").replace(labels),
        from_source=pl.col("from_source").replace(labels),
        column=pl.col("column").replace(
            {c: field_header(c, "", language) for c in rows["column"].drop_nulls().unique()}
        ),
        reason=_reasons(rows, labels, language),
        **{DIFFERS: _marks()},
    )
    columns = tuple(
        ListColumn(name, _header(name, language), kind, width)
        for name, (kind, width) in _COLUMNS.items()
    )
    title = text(
        "lists.title", language, name=text("survivors.title", language), period=proposal.period
    )
    return ListTable("survivors", title, language, columns, frame.select(*_COLUMNS, DIFFERS))


def _header(name: str, language: str) -> str:
    return text(f"lists.{name}" if name in _IN_LISTS else f"survivors.column.{name}", language)


def _in_words(column: str, words: tuple[str, ...], area: str, language: str) -> pl.Expr:
    named = {word: text(f"{area}.{word}", language) for word in words}
    return pl.col(column).cast(pl.String).replace_strict(named, return_dtype=pl.String)


def _reasons(rows: pl.DataFrame, labels: Mapping[str, str], language: str) -> pl.Expr:
    """The reason in words, with the register that confirms it."""
    told = {
        reason: text(f"survivors.reason.{reason}", language) for reason in rows["reason"].unique()
    }
    words = pl.col("reason").replace_strict(told, return_dtype=pl.String)
    return words.str.replace(
        "{register}", pl.col("confirmed").replace(labels).fill_null(""), literal=True
    )


def _marks() -> pl.Expr:
    marked = (
        pl.col("action")
        .cast(pl.String)
        .replace_strict(_MARKED, default=None, return_dtype=pl.String)
    )
    return (
        pl.when(marked.is_null())
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(pl.concat_list(marked))
    )


def _masked(rows: pl.DataFrame, layouts: Mapping[str, Layout]) -> pl.DataFrame:
    """The rows in their order, every value masked as its column asks for."""
    parts = [rows.with_row_index("at").filter(pl.col("column").is_null())]
    for (column,), own in (
        rows.with_row_index("at").drop_nulls("column").partition_by("column", as_dict=True).items()
    ):
        name = str(column)
        hidden = [
            own.select(pl.col(side).alias(name))
            .select(masked_field(name, layouts))
            .to_series()
            .alias(side)
            for side in ("old", "new")
        ]
        parts.append(own.with_columns(hidden))
    keys = [mask_ids_within(pl.col(name)) for name in ("record_id", "from_record_id")]
    return pl.concat(parts).sort("at").drop("at").with_columns(keys)
