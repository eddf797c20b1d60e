"""Two lists of where people are registered: residents by area and level, households registered in
several places."""

from __future__ import annotations

import polars as pl

from reconcile.areas.by_area import LEVELS
from reconcile.config import ListsConfig
from reconcile.core.masking import mask_ids_within, mask_name
from reconcile.core.messages import column_text, text
from reconcile.core.period import Period
from reconcile.lists.build import column_widths
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable
from reconcile.persons.residence.by_area import COUNTS, TOTAL
from reconcile.persons.residence.figures import ResidenceFigures
from reconcile.statistics.suppression import suppress

_AREA = ("level", "district", "town")
_HOUSEHOLD = ("source", "household_no", "head_name", "town", "village", "members")
_SPLIT = ("town", "village", "household_no", "head_name", "members", "places", "unknown")
_NUMBERS = ("members", "unknown")


def build_residence_tables(
    figures: ResidenceFigures | None, lists: ListsConfig, period: Period | None
) -> list[ListTable]:
    """The two lists; none without figures. Masked lists are those that are passed on: with them,
    small counts are held back, and names and household numbers are masked."""
    if figures is None:
        return []
    masked = not lists.whole_values
    return [
        build_levels(figures.registered_elsewhere_by_area, lists.language, period, masked),
        build_split_households(figures.split_households, lists.language, period, masked),
    ]


def build_levels(
    counted: pl.DataFrame, language: str, period: Period | None, published: bool
) -> ListTable:
    """by_area.residence_table in words. `published`: counts under 5 are held back, and others with
    which they could be worked out (see statistics.suppression)."""
    table = suppress(counted, tuple(COUNTS), TOTAL) if published else counted
    unknown = text("lists.unknown_area", language)
    levels = {name: text(f"lists.level.{name}", language) for name in LEVELS}
    level, area = pl.col("level"), pl.col("area").fill_null(unknown)
    frame = table.select(
        pl.col("level").replace_strict(levels),
        pl.when(level == "city")
        .then(None)
        .otherwise(pl.col("district").fill_null(unknown))
        .alias("district"),
        pl.when(level == "town").then(area).alias("town"),
        *(pl.col(name).cast(pl.Int64) for name in (*COUNTS, TOTAL)),
    )
    columns = [
        *(
            ListColumn(name, text(f"lists.{'level.name' if name == 'level' else name}", language))
            for name in _AREA
        ),
        *(
            ListColumn(name, text(f"residence.count.{name}", language), "number", 14)
            for name in (*COUNTS, TOTAL)
        ),
    ]
    return _table("registered_elsewhere_by_area", language, period, columns, frame)


def build_split_households(
    split: pl.DataFrame, language: str, period: Period | None, masked: bool
) -> ListTable:
    """frames.SPLIT_HOUSEHOLDS, a row for each household with its places and how many are registered
    in each."""
    counted = pl.format(text("residence.place", language), _place(language), "people")
    place = pl.when(pl.col("registered") != "unknown").then(counted)
    unknown = pl.col("people").filter(pl.col("registered") == "unknown").sum()
    rows = split.group_by(_HOUSEHOLD, maintain_order=True).agg(
        places=place.drop_nulls().str.join(text("residence.separator", language)), unknown=unknown
    )
    if masked:
        rows = rows.with_columns(
            mask_name(pl.col("head_name")), mask_ids_within(pl.col("household_no"))
        )
    order = ("town", "village", "source", "household_no")
    frame = rows.with_columns(pl.col(_NUMBERS).cast(pl.Int64)).sort(
        order, nulls_last=True, maintain_order=True
    )
    headers = {name: _header(name, language) for name in _SPLIT}
    widths = column_widths(frame, headers) | {"places": 60}
    columns = [
        ListColumn(name, header, _kind(name), widths[name]) for name, header in headers.items()
    ]
    return _table(
        "split_households", language, period, columns, frame.select(*_SPLIT), by_area=True
    )


def _place(language: str) -> pl.Expr:
    """What people call a place of registration."""
    outside, unnamed = (
        text(f"residence.{name}", language) for name in ("outside", "outside_unnamed")
    )
    named = (
        pl.when(pl.col("outside") == "")
        .then(pl.lit(unnamed))
        .otherwise(pl.format(outside, "outside"))
    )
    in_city = pl.concat_str(
        "registered_district",
        "registered_town",
        "registered_village",
        separator=" ",
        ignore_nulls=True,
    )
    return pl.when(pl.col("registered") == "outside").then(named).otherwise(in_city)


def _header(name: str, language: str) -> str:
    own = name in ("members", "places", "unknown")
    return text(f"residence.column.{name}", language) if own else column_text(name, language)


def _kind(name: str) -> ColumnKind:
    return "number" if name in _NUMBERS else "id" if name == "household_no" else "text"


def _table(
    code: str,
    language: str,
    period: Period | None,
    columns: list[ListColumn],
    frame: pl.DataFrame,
    by_area: bool = False,
) -> ListTable:
    title = text(
        "lists.title", language, name=text(f"lists.{code}", language), period=period or ""
    ).strip()
    unmarked = pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS)
    return ListTable(code, title, language, tuple(columns), frame.with_columns(unmarked), by_area)
