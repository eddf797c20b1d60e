"""The columns of a form that came back, found by their headers wherever they are now."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl

from reconcile.casework.form import FORM
from reconcile.casework.form import header as form_header
from reconcile.core.layouts import Column, Layout
from reconcile.core.messages import LANGUAGES, text
from reconcile.reading.headers import UNUSED, ColumnMatch
from reconcile.reading.tables import Table, cell

# Without these two a sheet is no form.
NEEDED = ("key", "result")
# What a workbook of rejects has before the cells of the row: where it stood, and why it was
# rejected.
ORIGIN = {"at_file": "file", "at_sheet": "sheet", "at_row": "row", "why": "why"}
# What clerks call columns that they type anew.
_OTHER_HEADERS = {
    "key": ("编号", "差异号", "问题编号", "案件编号", "Case number", "Case key", "key"),
    "batch": ("批次号", "批次编号", "派发批次", "Batch number"),
    "result": ("结果", "反馈结果", "核实结果", "处理结果", "核查情况", "反馈", "答复", "Answer"),
    "done_on": ("核实日期", "处理日期", "反馈日期", "日期", "Date"),
    "remark": ("说明", "备注说明", "情况说明", "Remarks", "Note", "Comment"),
}


@cache
def form_layout() -> Layout:
    """The form as a layout of the readers: its columns under their headers in both languages."""
    columns = [
        Column(
            name,
            "text",
            (*(form_header(name, lang) for lang in LANGUAGES), *_OTHER_HEADERS.get(name, ())),
        )
        for name in FORM
    ]
    origin = [
        Column(name, "text", tuple(text(f"feedback.column.{header}", lang) for lang in LANGUAGES))
        for name, header in ORIGIN.items()
    ]
    return Layout("form", (*columns, *origin), (("key",),))


def is_form(table: Table) -> bool:
    """Whether the table has what an answer needs."""
    found = {match.column for match in table.header.matches}
    return found.issuperset(NEEDED)


def is_of_rejects(table: Table) -> bool:
    """Whether the table is a workbook of rejects, handed in again."""
    return {match.column for match in table.header.matches}.issuperset(ORIGIN)


def label_of(table: Table) -> str:
    """What reports call the file of a table, whichever its sheet."""
    return table.file.removesuffix(f"[{table.sheet}]") if table.sheet else table.file


def folded(table: Table) -> Table:
    """The table with columns that mean the same as one: the first value that is filled, but all
    that was typed as result or remark."""
    places: dict[str, list[int]] = {}
    for place, match in enumerate(table.header.matches):
        if match.column:
            places.setdefault(match.column, []).append(place)
    several = {column: found for column, found in places.items() if len(found) > 1}
    if not several:
        return table
    merged = [_merged(column, found).alias(cell(found[0])) for column, found in several.items()]
    spare = {place for found in several.values() for place in found[1:]}
    matches = tuple(
        ColumnMatch(match.header, None, UNUSED) if place in spare else match
        for place, match in enumerate(table.header.matches)
    )
    header = replace(table.header, matches=matches)
    return replace(table, header=header, rows=table.rows.with_columns(merged))


def _merged(column: str, places: list[int]) -> pl.Expr:
    cells = [
        pl.when(pl.col(cell(place)).str.strip_chars() != "").then(cell(place)) for place in places
    ]
    if column not in ("result", "remark"):
        return pl.coalesce(cells)
    typed = pl.concat_list(cells).list.drop_nulls().list.unique(maintain_order=True).list.join("；")
    return pl.when(typed != "").then(typed)
