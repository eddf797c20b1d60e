"""Two tables of the births of a run: the seven cells by area, and the statistics."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.config import ListsConfig
from reconcile.core.messages import text
from reconcile.core.period import Period
from reconcile.lists.areas import area_columns, area_names
from reconcile.lists.birth_figures import BirthFigures
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable
from reconcile.persons.children import CELLS
from reconcile.statistics.suppression import suppress
from reconcile.statistics.wording import model_texts, statistic_texts

_TOLD = (("area", 22), ("name", 34), ("value", 36), ("counts", 30), ("caveat", 80))


def build_birth_tables(
    figures: BirthFigures | None,
    layouts: Mapping[str, str],
    lists: ListsConfig,
    period: Period | None,
) -> list[ListTable]:
    """The tables of the births' cells and statistics; none without births.

    Masked lists are those that are passed on: with them, small counts are held back.
    """
    if figures is None:
        return []
    published = not lists.whole_values
    return [
        build_cells(figures, lists.language, period, published),
        build_statistics(figures, layouts, lists.language, period, published),
    ]


def build_cells(
    figures: BirthFigures, language: str, period: Period | None, published: bool
) -> ListTable:
    """The children in each of the seven cells: the city, its districts, its towns. `published`:
    counts under 5 are held back, and others with which they could be worked out (see
    statistics.suppression)."""
    table = suppress(figures.cells) if published else figures.cells
    frame = table.select(
        *area_names(language),
        *(pl.col(name).cast(pl.Int64) for name in (*CELLS, "total")),
    )
    columns = [
        *area_columns(language),
        *(ListColumn(cell, text(f"lists.cell.{cell}", language), "number", 14) for cell in CELLS),
        ListColumn("total", text("lists.cell.total", language), "number", 10),
    ]
    return _table("birth_cells", language, period, columns, frame)


def build_statistics(
    figures: BirthFigures,
    layouts: Mapping[str, str],
    language: str,
    period: Period | None,
    published: bool,
) -> ListTable:
    """Every statistic with its interval, what it was counted from, and what to keep in mind.
    `published`: city and districts only."""
    shown = (
        figures.statistics.filter(pl.col("level") != "town") if published else figures.statistics
    )
    names = [name for name, _ in _TOLD]
    rows = [*statistic_texts(shown, language, layouts), *model_texts(figures.models, language)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    columns = [
        ListColumn(name, text(f"lists.statistic.{name}", language), "text", width)
        for name, width in _TOLD
    ]
    return _table("birth_statistics", language, period, columns, frame)


def _table(
    code: str, language: str, period: Period | None, columns: list[ListColumn], frame: pl.DataFrame
) -> ListTable:
    title = text(
        "lists.title", language, name=text(f"lists.{code}", language), period=period or ""
    ).strip()
    unmarked = pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS)
    return ListTable(code, title, language, tuple(columns), frame.with_columns(unmarked))
