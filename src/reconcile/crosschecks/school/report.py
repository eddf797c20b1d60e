"""The table of ratios as a list that every writer takes."""

from __future__ import annotations

import polars as pl

from reconcile.core.messages import column_text, text
from reconcile.crosschecks.figures import area_width
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable

CODE = "school_retrospective"
_KINDS: dict[str, tuple[ColumnKind, int]] = {
    "school_year": ("text", 9), "level": ("text", 6), "district": ("text", 10), "town": ("text",
    12),
    "sex": ("text", 6), "ratio": ("percent", 8), "low": ("percent", 9), "high": ("percent", 9),
    "births": ("number", 9), "expected": ("number", 10), "enrolled": ("number", 10),
    "city_ratio": ("percent", 10),
    "reason": ("text", 10), "caution": ("text", 60),
}  # fmt: skip
_NAMED = ("school_year", "district", "town", "sex")


def build_school(ratios: pl.DataFrame, language: str) -> ListTable:
    """`ratios` (school.ratios.RATIOS) in their order; the caution about migration stands in every
    row."""
    levels = {
        name: text(f"school.level.{name}", language)
        for name in ratios["level"].cast(pl.String).unique()
    }
    findings = {
        name: text(f"school.finding.{name}", language) for name in ratios["finding"].unique()
    }
    meanings = {name: text(f"school.meaning.{name}", language) for name in findings}
    sexes = {1: text("school.sex.1", language), 2: text("school.sex.2", language)}
    frame = ratios.with_columns(
        school_year=pl.format("{}-{}", pl.col("year"), pl.col("year") + 1),
        level=pl.col("level").cast(pl.String).replace(levels),
        sex=pl.col("sex").replace_strict(
            sexes, default=text("school.sex.both", language), return_dtype=pl.String
        ),
        reason=pl.col("finding").replace(findings),
        caution=pl.concat_str(
            pl.col("finding").replace(meanings), pl.lit(text("school.caution", language))
        ),
    ).with_columns(pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS))
    widths = {name: area_width(frame[name], _KINDS[name][1]) for name in ("district", "town")}
    columns = tuple(
        ListColumn(name, _header(name, language), kind, widths.get(name, least))
        for name, (kind, least) in _KINDS.items()
    )
    title = text("school.title", language)
    return ListTable(CODE, title, language, columns, frame.select(*_KINDS, DIFFERS))


def _header(name: str, language: str) -> str:
    return (
        column_text(name, language) if name in _NAMED else text(f"school.column.{name}", language)
    )
