"""The rows of a table: which are records, which are not, and why.

Set aside are rows that were never records (titles, totals, notes, a header repeated in the middle,
lines with nothing in the columns that are read). Rejected are records that are damaged. Blank rows
do not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from reconcile.reading.headers import OUT_OF_BOUNDS
from reconcile.reading.quoting import NUL, UNCLOSED_QUOTE
from reconcile.reading.tables import Table, cell

TITLE, REPEATED_HEADER, TOTAL, NOTE = "title", "repeated_header", "total", "note"
NO_VALUES, RAGGED, CELL_TOO_LONG = "no_values", "ragged", "cell_too_long"
REJECTED = (UNCLOSED_QUOTE, NUL, RAGGED, CELL_TOO_LONG)

# The most characters that a spreadsheet cell holds; taken in bytes, which are quick to tell.
LONGEST_CELL = 32_767

_BLANK = "blank"
_SPACES = " \t\r\n\x0b\x0c\x1a\xa0\u200b\u3000\ufeff"
_SUM = "(?:合计|总计|小计|共计|累计)"
_TOTAL = rf"^\S{{0,12}}?{_SUM}(?:[:：(（\d].*)?$|^总(?:数|人数|户数)(?:[:：(（\d].*)?$"
_NOTE = (
    r"^(?:填表|填报|制表|审核|复核|经办|负责|打印|导出|统计|录入|核对|报表|上报|报送|联系)"
    r"(?:人员?|单位|时间|日期|部门|机构|负责人|领导|电话|[:：])"
    r"|^(?:填报|部门|单位|主要|分管)?(?:负责人|领导)(?:签[字名章])?[:：]"
    r"|^(?:单位)?[(（]?(?:盖章|公章|签章|签字)|^(?:备注|说明|填表说明|注|附注|数据来源|来源)[:：]"
    r"|^第\d+页|^共\d+[页条人户行]|^[-—*]*以下(?:空白|无正文)"
)
_NOTE_BESIDE = r"^[\s\u3000]*[^\s:：\d]{2,10}[:：]"


@dataclass(frozen=True)
class Sorted:
    """A table's rows, sorted.

    records: row (UInt32) and the canonical columns (String). others: row, reason, column, shown
    (String) of what is set aside or rejected.
    """

    records: pl.DataFrame
    others: pl.DataFrame


def sort_rows(table: Table) -> Sorted:
    """Sort the rows of `table` into records and others. Together they are all rows that are not
    blank."""
    header = table.header
    read = {cell(place): m for place, m in enumerate(header.matches) if m.why != OUT_OF_BOUNDS}
    rows = table.rows.select("row", "cells", "fault", *read)
    canonical = {place: match.column for place, match in read.items() if match.column}
    data = rows.slice(header.last_row)

    reasons = pl.concat(
        [
            _titles(rows.head(header.first_row - 1), list(read)),
            _unusual(table, data, canonical, list(read)),
            _ragged(table, data),
            _too_long(data, {place: read[place].header for place in canonical}),
        ]
    )
    # Of several reasons for a row the first counts.
    others = reasons.unique("row", keep="first", maintain_order=True).sort("row")
    records = data.select("row", *canonical).filter(~pl.col("row").is_in(others["row"].implode()))
    return Sorted(
        records.rename(canonical),
        others.filter(pl.col("reason") != _BLANK),
    )


def _reasons(
    rows: pl.DataFrame, reason: pl.Expr, column: str | pl.Expr = "", shown: str | pl.Expr = ""
) -> pl.DataFrame:
    """row, reason, column, shown of the rows that have a reason."""
    texts = {"reason": reason, "column": column, "shown": shown}
    named = [
        (e if isinstance(e, pl.Expr) else pl.lit(e)).cast(pl.String).alias(n)
        for n, e in texts.items()
    ]
    return rows.select("row", *named).filter(pl.col("reason").is_not_null())


def _blank(place: str) -> pl.Expr:
    return pl.col(place).is_null() | (pl.col(place).str.strip_chars(_SPACES) == "")


def _titles(rows: pl.DataFrame, places: list[str]) -> pl.DataFrame:
    blank = pl.all_horizontal(_blank(place) for place in places)
    fault = pl.col("fault")
    return _reasons(rows, pl.when(fault.is_not_null()).then(fault).when(~blank).then(pl.lit(TITLE)))


def _unusual(
    table: Table, data: pl.DataFrame, canonical: dict[str, str], places: list[str]
) -> pl.DataFrame:
    """Reasons of the rows that lack what a record needs, or that begin like a total or a header.

    Only such rows are looked at closely, in all their columns; in a register they are few.
    """
    groups = _needed(table, canonical)
    lacking = _any(pl.all_horizontal(map(_blank, group)) for group in groups)
    header_rows = table.rows.slice(
        table.header.first_row - 1, table.header.last_row - table.header.first_row + 1
    )
    like_header = _any(
        pl.col(place).is_in(header_rows[place].drop_nulls().implode())
        for group in groups
        for place in group
    )
    starts = dict.fromkeys([places[0], *(group[0] for group in groups)])
    like_total = _any(pl.col(place).str.contains("计", literal=True) for place in starts)
    like_note = _any(pl.col(place).str.contains("[:：]") for place in starts)
    rows = data.with_columns(lacking=lacking).filter(
        pl.col("fault").is_not_null() | pl.col("lacking") | like_header | like_total | like_note
    )

    filled = pl.sum_horizontal((~_blank(place)).cast(pl.UInt32) for place in places)
    first = pl.coalesce(pl.when(~_blank(place)).then(place) for place in places).str.replace_all(
        r"\s+", ""
    )
    # 制表人：… and 审核：… side by side, in columns that they have nothing to do with.
    only_notes = pl.all_horizontal(
        _blank(place) | pl.col(place).str.contains(_NOTE_BESIDE) for place in places
    )
    is_header = _any(_equals(texts, places) for texts in header_rows.iter_rows(named=True))
    reason = (
        pl.when(pl.col("fault").is_not_null())
        .then("fault")
        .when(filled == 0)
        .then(pl.lit(_BLANK))
        .when(is_header & (filled > 1))
        .then(pl.lit(REPEATED_HEADER))
        .when(first.str.contains(_TOTAL))
        .then(pl.lit(TOTAL))
        .when((pl.col("lacking") | only_notes) & first.str.contains(_NOTE))
        .then(pl.lit(NOTE))
        .when(pl.all_horizontal(map(_blank, canonical)))
        .then(pl.lit(NO_VALUES))
    )
    return _reasons(rows, reason)


def _needed(table: Table, canonical: dict[str, str]) -> list[list[str]]:
    """The places of the columns in each group that a record needs one of."""
    place_of = {column: place for place, column in canonical.items()}
    groups = [
        [place_of[name] for name in group if name in place_of]
        for group in table.header.layout.needs
    ]
    return [group for group in groups if group]


def _any(conditions: Iterable[pl.Expr]) -> pl.Expr:
    """Whether one of the conditions holds; null is no."""
    return pl.any_horizontal(
        pl.lit(False), *(condition.fill_null(False) for condition in conditions)
    )


def _equals(texts: dict[str, str | None], places: Iterable[str]) -> pl.Expr:
    """Whether a row repeats these texts, cell for cell, blanks aside."""
    return pl.all_horizontal(
        _blank(place)
        | (pl.col(place).str.strip_chars(_SPACES) == (texts[place] or "").strip(_SPACES))
        for place in places
    )


def _ragged(table: Table, data: pl.DataFrame) -> pl.DataFrame:
    """Rows with fewer cells than the header has texts, or with values beyond the header's end."""
    texts = table.header.texts
    least = max((place for place, text in enumerate(texts, start=1) if text.strip()), default=0)
    wrong = ~pl.col("cells").is_between(least, len(texts))
    return _reasons(
        data.filter(wrong),
        pl.lit(RAGGED),
        shown=pl.format("{}/{}", pl.col("cells"), pl.lit(len(texts))),
    )


def _too_long(data: pl.DataFrame, headers: dict[str, str]) -> pl.DataFrame:
    def long(place: str) -> pl.Expr:
        return pl.col(place).str.len_bytes() > LONGEST_CELL

    column = pl.coalesce(
        pl.when(long(place)).then(pl.lit(header)) for place, header in headers.items()
    )
    rows = data.filter(pl.any_horizontal(long(place) for place in headers))
    return _reasons(rows, pl.lit(CELL_TOO_LONG), column=column)
