"""The status report as tables: one for CSV, and a workbook of five sheets."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import polars as pl

from reconcile.core.messages import has_text, text
from reconcile.ledger.rates import LEVELS, RATES, Level
from reconcile.ledger.report import Report
from reconcile.ledger.status import COUNTS
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable

_CREATED = datetime(2000, 1, 1)  # the same bytes for the same figures
_FONTS = {"zh": "宋体", "en": "Calibri"}
_CHANGES = ("open_change", "clearance_change")


def count_name(name: str, language: str) -> str:
    """What people call one of COUNTS, or `cases`."""
    return text(f"status.count_of.{name}", language)


def rate_name(name: str, language: str) -> str:
    """A rate with what it is made of: 派发率（已派发／应办）."""
    numerator, denominator = (count_name(part, language) for part in RATES[name])
    return text(
        "status.formula",
        language,
        name=text(f"status.rate_of.{name}", language),
        numerator=numerator,
        denominator=denominator,
    )


def area_name(column: str, value: str, language: str) -> str:
    """A town, village or code as people call it."""
    if column == "code" and has_text(f"rules.{value}.name", language):
        return text(f"rules.{value}.name", language)
    return value or text("status.unnamed", language)


def level_table(report: Report, level: Level, language: str) -> ListTable:
    """Figures of every area of a level, or of the city: rank, area, counts, rates, changes."""
    figures = report.figures(level)
    columns = [
        *(
            []
            if figures["rank"].null_count() == figures.height
            else [_column("rank", text("status.rank", language))]
        ),
        *(ListColumn(name, text(f"lists.{name}", language), "text", 18) for name in LEVELS[level]),
        *(_column(name, count_name(name, language)) for name in ("cases", *COUNTS)),
        *(_column(f"rate_{name}", rate_name(name, language), "percent") for name in RATES),
        *(_column(name, _change_name(name, language), _kind(name)) for name in _CHANGES),
    ]
    named = figures.with_columns(
        pl.col(name).replace_strict(
            {value: area_name(name, value, language) for value in figures[name].unique()},
            return_dtype=pl.String,
        )
        for name in LEVELS[level]
    )
    frame = named.with_columns(pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS))
    title = text("status.title", language, period=report.period, as_of=report.as_of)
    return ListTable(level, title, language, tuple(columns), frame)


def _column(name: str, header: str, kind: ColumnKind = "number") -> ListColumn:
    return ListColumn(name, header, kind, 12)


def _kind(name: str) -> ColumnKind:
    return "number" if name == "open_change" else "percent"


def _change_name(name: str, language: str) -> str:
    what = (
        count_name("open", language)
        if name == "open_change"
        else text("status.rate_of.clearance", language)
    )
    return text("lists.side", language, column=what, label=text("status.change", language))


def workbook(report: Report, language: str) -> bytes:
    """An .xlsx workbook: the city on one page, then by town, village and code, then the batches."""
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        sheets = _Sheets(book, language)
        sheets.city(report)
        for level in ("town", "village", "code"):
            sheets.level(report, level)
        sheets.batches(report)
    return buffer.getvalue()


class _Sheets:
    """Writes sheets that look alike."""

    def __init__(self, book: Any, language: str) -> None:
        font = {"font_name": _FONTS[language], "font_size": 11}
        self._book, self._language = book, language
        self._head = book.add_format(
            font
            | {"bold": True, "border": 1, "bg_color": "#EDEDED", "text_wrap": True, "valign": "top"}
        )
        self._title = book.add_format(font | {"bold": True, "font_size": 14})
        formats: dict[ColumnKind, str] = {"text": "@", "number": "0", "percent": "0.0%"}
        self._formats = {
            kind: book.add_format(font | {"num_format": shown}) for kind, shown in formats.items()
        }

    def city(self, report: Report) -> None:
        """Figures below one another: counts, then rates with numerator and denominator."""
        sheet = self._add("city")
        row = report.figures("city").row(0, named=True)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 4, 14)
        sheet.write_string(
            0,
            0,
            text("status.title", self._language, period=report.period, as_of=report.as_of),
            self._title,
        )
        self._heads(
            sheet, 2, [text("status.count", self._language), text("status.number", self._language)]
        )
        for place, name in enumerate(("cases", *COUNTS), 3):
            self._cell(sheet, place, 0, "text", count_name(name, self._language))
            self._cell(sheet, place, 1, "number", row[name])
        start = len(COUNTS) + 5
        words = [text(f"status.{name}", self._language) for name in ("rate", "value")]
        self._heads(sheet, start, [words[0], "", "", words[1]])
        for place, (name, parts) in enumerate(RATES.items(), start + 1):
            self._cell(sheet, place, 0, "text", rate_name(name, self._language))
            for column, part in enumerate(parts, 1):
                self._cell(sheet, place, column, "number", row[part])
            self._cell(sheet, place, 3, "percent", row[f"rate_{name}"])
        end = start + len(RATES) + 2
        for place, name in enumerate(_CHANGES, end):
            self._cell(sheet, place, 0, "text", _change_name(name, self._language))
            self._cell(sheet, place, 3, _kind(name), row[name])
        sheet.write_string(
            end + 3, 0, text("status.on_time_note", self._language), self._formats["text"]
        )

    def level(self, report: Report, level: Level) -> None:
        """A row for each area."""
        self._table(self._add(level), level_table(report, level, self._language))

    def batches(self, report: Report) -> None:
        """A row for each batch."""
        names = {
            "number": "batch",
            "due": "due",
            "sent": "sent",
            "waiting": "waiting",
            "days_over": "days_over",
        }
        columns = tuple(
            ListColumn(
                name,
                text(f"status.{said}", self._language),
                "text" if name in ("number", "due") else "number",
                14,
            )
            for name, said in names.items()
        )
        self._table(
            self._add("batches"), ListTable("batches", "", self._language, columns, report.batches)
        )

    def _add(self, name: str) -> Any:
        sheet = self._book.add_worksheet(text(f"status.sheet_{name}", self._language))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _table(self, sheet: Any, table: ListTable) -> None:
        self._heads(sheet, 0, [column.header for column in table.columns])
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, table.frame.height, len(table.columns) - 1)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
            for row, value in enumerate(table.frame[column.name], 1):
                self._cell(sheet, row, place, column.kind, value)

    def _heads(self, sheet: Any, row: int, words: list[str]) -> None:
        for place, word in enumerate(words):
            sheet.write_string(row, place, word, self._head)

    def _cell(self, sheet: Any, row: int, column: int, kind: ColumnKind, value: Any) -> None:
        """A text is never a formula; a rate out of nothing is a dash."""
        if value is None or isinstance(value, str):
            sheet.write_string(row, column, "–" if value is None else value, self._formats["text"])
        else:
            sheet.write_number(row, column, value, self._formats[kind])
