"""The table of match outcomes: what became of the rows of each register, by area."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.config import ListsConfig
from reconcile.core.labels import source_labels
from reconcile.core.messages import text
from reconcile.core.period import Period
from reconcile.lists.areas import area_columns, area_names
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable
from reconcile.persons.unmatched_reasons import REASONS
from reconcile.statistics.outcomes import COUNTS, ENDS, PARTS
from reconcile.statistics.suppression import suppress

_CODE = "match_outcomes"


def build_outcomes(
    counts: pl.DataFrame, layouts: Mapping[str, str], lists: ListsConfig, period: Period | None
) -> ListTable:
    """`counts`: statistics.outcomes.outcome_counts. `layouts`: the layout of each source.

    Masked lists are those that are passed on: in them counts under 5 are held back, and others with
    which they could be worked out (see statistics.suppression).
    """
    language = lists.language
    told = counts if lists.whole_values else published(counts)
    frame = told.select(
        pl.col("source").replace_strict(source_labels(layouts, language), return_dtype=pl.String),
        *area_names(language),
        *(pl.col(name).cast(pl.Int64) for name in ("total", *COUNTS)),
        pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS),
    )
    columns = [
        ListColumn("source", text("lists.source", language)),
        *area_columns(language),
        ListColumn("total", text("outcomes.total", language), "number", 10),
        *(_counted(name, _header(name, language)) for name in COUNTS),
    ]
    title = text(
        "lists.title", language, name=text(f"lists.{_CODE}", language), period=period or ""
    ).strip()
    return ListTable(_CODE, title, language, tuple(columns), frame)


def published(counts: pl.DataFrame) -> pl.DataFrame:
    """The counts with small ones held back. `unmatched` is said only beside all of its reasons, for
    it is their sum."""
    by_source = counts.partition_by("source", maintain_order=True)
    held_back = [suppress(of_source, PARTS) for of_source in by_source]
    complete = pl.all_horizontal(pl.col(REASONS).is_not_null())
    unmatched = pl.when(complete).then("unmatched").alias("unmatched")
    return pl.concat([counts.clear(), *held_back]).with_columns(unmatched)


def _header(name: str, language: str) -> str:
    if name in ENDS:
        return text(f"summary.outcome.{name}", language)
    return text("outcomes.of_unmatched", language, reason=text(f"outcomes.reason.{name}", language))


def _counted(name: str, header: str) -> ListColumn:
    """A column of counts, wide enough for its header in two lines; a Chinese character is as wide
    as two letters."""
    room = (len(header.encode()) + len(header) + 1) // 2
    return ListColumn(name, header, "number", max(14, room // 2 + 4))
