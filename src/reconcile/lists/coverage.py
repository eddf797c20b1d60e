"""Three lists of what one register covers and the other does not: households, residents, areas."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.config import ListsConfig
from reconcile.core.labels import source_labels
from reconcile.core.masking import mask_ids_within, mask_name, mask_text
from reconcile.core.messages import text
from reconcile.core.period import Period
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable
from reconcile.persons.coverage.areas import FINDINGS
from reconcile.persons.coverage.figures import CoverageFigures
from reconcile.persons.coverage.households import REASONS
from reconcile.statistics.suppression import LEAST_PUBLISHED

HOUSEHOLDS, RESIDENTS, AREAS = (
    "households_without_residents",
    "residents_without_household",
    "area_coverage",
)
Columns = tuple[tuple[str, ColumnKind, int], ...]
_OF_HOUSEHOLDS: Columns = (
    ("district", "text", 12), ("town", "text", 16), ("village", "text", 16), ("household_no", "id",
    22),
    ("head_name", "text", 12), ("members", "number", 8), ("registered_outside", "number", 12),
    ("reason", "text", 40),
    ("address", "text", 44), ("record_id", "id", 22), ("source", "text", 14), ("file", "text", 28),
    ("row", "number", 10),
)  # fmt: skip
_OF_AREAS: Columns = (
    ("district", "text", 12), ("town", "text", 16), ("village", "text", 16), ("estate", "text", 20),
    ("code", "id", 18),
    ("residents", "number", 10), ("household_rows", "number", 10), ("households", "number", 10),
    ("births", "number", 10), ("ratio", "percent", 12), ("expected_people", "number", 10),
    ("expected_households", "number", 10), ("finding", "text", 44),
)  # fmt: skip
_COUNTS = ("residents", "household_rows", "households", "births")


def build_coverage_tables(
    figures: CoverageFigures, layouts: Mapping[str, str], lists: ListsConfig, period: Period | None
) -> list[ListTable]:
    """The lists of households without residents, of residents without household, and of all areas.

    Masked lists are those that are passed on: in them names, numbers and addresses are masked,
    estates are left out, and small counts of areas are held back (see `published`).
    """
    return [
        build_households(HOUSEHOLDS, figures.households_without_residents, layouts, lists, period),
        build_households(RESIDENTS, figures.residents_without_household, layouts, lists, period),
        build_areas(figures.area_coverage, lists, period),
    ]


def build_households(
    code: str,
    households: pl.DataFrame,
    layouts: Mapping[str, str],
    lists: ListsConfig,
    period: Period | None,
) -> ListTable:
    """frames.UNCOVERED_HOUSEHOLDS as the list `code`; only that of residents says how many are
    registered outside."""
    masks = {
        "head_name": mask_name,
        "address": mask_text,
        "household_no": mask_ids_within,
        "record_id": mask_ids_within,
    }
    masked = (
        []
        if lists.whole_values
        else [mask(pl.col(name)).alias(name) for name, mask in masks.items()]
    )
    reasons = {
        reason: text(f"coverage.{code}.{reason}", lists.language) for reason in _reasons(code)
    }
    frame = households.with_columns(
        pl.col("members", "registered_outside", "row").cast(pl.Int64),
        pl.col("source").replace(source_labels(layouts, lists.language)),
        pl.col("reason").replace(reasons),
        *masked,
    )
    columns = tuple(
        column
        for column in _OF_HOUSEHOLDS
        if code == RESIDENTS or column[0] != "registered_outside"
    )
    return _table(code, columns, frame, lists.language, period, by_area=True)


def _reasons(code: str) -> tuple[str, ...]:
    return (
        REASONS
        if code == RESIDENTS
        else tuple(reason for reason in REASONS if reason != "registered_outside")
    )


def build_areas(areas: pl.DataFrame, lists: ListsConfig, period: Period | None) -> ListTable:
    """frames.AREA_COVERAGE as a list; for all the city, for an area is judged by the city."""
    shown = areas if lists.whole_values else published(areas)
    findings = {
        finding: text(f"coverage.finding.{finding}", lists.language) for finding in FINDINGS
    }
    frame = shown.with_columns(pl.col(_COUNTS).cast(pl.Int64), pl.col("finding").replace(findings))
    used = tuple(
        c
        for c in _OF_AREAS
        if c[0] in ("village", *_COUNTS, "finding") or frame[c[0]].is_not_null().any()
    )
    return _table(AREAS, used, frame, lists.language, period)


def published(areas: pl.DataFrame) -> pl.DataFrame:
    """The villages with counts of 1 to 4 as null, and in each town further ones so that none can be
    told from the sum of the town, should that be published: at least two are held back, together
    more than one each. A ratio of counts that are held back is null too. Estates are left out."""
    shown = areas.filter(pl.col("level") == "village")
    held = {name: _held_back(shown, name) for name in _COUNTS}
    ratio = pl.when(~(held["residents"] | held["household_rows"])).then("ratio")
    return shown.with_columns(
        ratio.alias("ratio"),
        *(pl.when(~hidden).then(name).alias(name) for name, hidden in held.items()),
    )


def _held_back(areas: pl.DataFrame, name: str) -> pl.Series:
    town = ["district", "town"]
    count = pl.col(name).cast(pl.Int64)
    small = count.is_between(1, LEAST_PUBLISHED - 1)
    hidden, together = small.sum().over(town), count.filter(small).sum().over(town)
    needs = (hidden > 0) & ((hidden < 2) | (together == hidden))
    others = pl.when(count >= LEAST_PUBLISHED).then(count).rank("ordinal").over(town)
    return areas.select(hidden=small | (needs & (others == 1)).fill_null(False)).to_series()


def _table(
    code: str,
    columns: Columns,
    frame: pl.DataFrame,
    language: str,
    period: Period | None,
    by_area: bool = False,
) -> ListTable:
    title = text(
        "lists.title", language, name=text(f"lists.{code}", language), period=period or ""
    ).strip()
    listed = tuple(
        ListColumn(name, text(f"coverage.column.{name}", language), kind, width)
        for name, kind, width in columns
    )
    unmarked = pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS)
    names = dict.fromkeys(
        [*(column.name for column in listed), *(("town", "village") if by_area else ())]
    )
    return ListTable(code, title, language, listed, frame.select(*names, unmarked), by_area)
