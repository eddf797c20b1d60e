"""One workbook for one area: the form to fill in, and a sheet that says how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from reconcile.casework.dispatch.batch import Letter
from reconcile.casework.form import FILLED_IN, FORM, IDENTIFYING, header
from reconcile.core.frames import ANSWERS
from reconcile.core.messages import text, texts
from reconcile.lists.build import column_widths
from reconcile.lists.writers import xlsx
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable

_WIDTHS = {"result": 14, "done_on": 13, "remark": 40}
_FILL = "#FFF2CC"  # what is to be filled in
_EARLIEST = date(2000, 1, 1)
# In a sheet that is protected, cells that are locked can be filtered, but not sorted.
_ALLOWED = {
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def write_workbook(
    rows: pl.DataFrame, letter: Letter, target: Path | BinaryIO, password: str = ""
) -> None:
    """Writes the form for one area: `rows` of forms.SENT. Everything is locked but what is to be
    filled in, with the password if there is one. The same rows and letter give the same bytes."""
    table = _table(rows, letter)

    def finish(book: Any, sheet: Any) -> None:
        _make_form(book, sheet, table, letter, password)
        _explain(book, _instructions(rows, letter), letter, password)

    xlsx.write(table, target, finish)


def _table(rows: pl.DataFrame, letter: Letter) -> ListTable:
    headers = _headers(letter.language)
    blank = [pl.lit(None, pl.String).alias(name) for name in FILLED_IN]
    frame = rows.rename({"differs": DIFFERS}).with_columns(blank).select(*FORM, DIFFERS)
    frame = frame.with_columns(pl.col(DIFFERS).fill_null([]))
    widths = column_widths(frame, headers) | _WIDTHS
    columns = tuple(ListColumn(name, headers[name], "text", widths[name]) for name in FORM)
    title = text("dispatch.title", letter.language, batch=letter.number, area=rows["area"][0])
    return ListTable("dispatch", title, letter.language, columns, frame)


def _make_form(book: Any, sheet: Any, table: ListTable, letter: Letter, password: str) -> None:
    """Locks, hides what is empty, and says what may be filled in."""
    told = table.frame.select(pl.all().exclude(DIFFERS).is_not_null().any()).row(0, named=True)
    font = {"font_name": xlsx.FONTS[table.language], "font_size": 11, "valign": "top"}
    heading = book.add_format(
        font | {"bold": True, "text_wrap": True, "border": 1, "bg_color": _FILL}
    )
    marked = table.marked_names()
    for position, column in enumerate(table.columns):
        if column.name in FILLED_IN:
            form = "yyyy-mm-dd" if column.name == "done_on" else "@"
            style = book.add_format(font | {"num_format": form, "locked": False, "text_wrap": True})
            sheet.set_column(position, position, column.width, style)
            sheet.write_string(0, position, column.header, heading)
        elif not told[column.name] and column.name not in marked:
            sheet.set_column(position, position, column.width, None, {"hidden": True})
    sheet.freeze_panes(1, len(IDENTIFYING))
    for name, rule in _rules(letter).items():
        sheet.data_validation(1, FORM.index(name), table.frame.height, FORM.index(name), rule)
    sheet.protect(password, _ALLOWED)


def _rules(letter: Letter) -> dict[str, dict[str, Any]]:
    """What may be filled in, by column. A day that Excel does not know as one may stand after a
    warning: people write days in many ways, and they are read when the workbook comes back."""
    told = texts("dispatch.entry", letter.language)
    return {
        "result": {
            "validate": "list",
            "source": [text(f"lists.answers.{answer}", letter.language) for answer in ANSWERS],
            "input_message": told["result"],
            "error_title": told["result_title"],
            "error_message": told["result_error"],
        },
        "done_on": {
            "validate": "date",
            "criteria": "between",
            "minimum": _EARLIEST,
            "maximum": date(min(date.fromisoformat(letter.due).year + 1, 9999), 12, 31),
            "input_message": told["done_on"],
            "error_title": told["done_on_title"],
            "error_message": told["done_on_error"],
            "error_type": "warning",
        },
    }


# The sheet of instructions: (left, right, whether it is a heading)
Line = tuple[str, str, bool]


def _instructions(rows: pl.DataFrame, letter: Letter) -> list[Line]:
    def said(key: str, **values: object) -> str:
        return text(f"dispatch.sheet.{key}", letter.language, **values)

    about = {
        "batch": letter.number,
        "area": rows["area"][0],
        "sent_on": letter.sent_on,
        "due": letter.due,
        "cases": str(rows["key"].n_unique()),
        "rows": str(rows.height),
        "contact": letter.contact or said("ask_sender"),
    }
    steps = [*_steps(letter), *([said("step_masked")] if letter.masked else [])]
    called = {answer: text(f"lists.answers.{answer}", letter.language) for answer in ANSWERS}
    answers = [(name, said(f"means_{answer}")) for answer, name in called.items()]
    for code in ("possible_match", "registered_elsewhere"):  # whose answers mean something else
        problem = text(f"rules.{code}.name", letter.language)
        if problem in rows["problem"]:
            answers.append((problem, said(f"means_{code}", problem=problem, **called)))
    return [
        (said("title", period=letter.period), "", True),
        *((said(f"label_{name}"), value, False) for name, value in about.items()),
        (said("how"), "", True),
        *((str(number), step, False) for number, step in enumerate(steps, start=1)),
        (said("answers"), "", True),
        *((answer, meaning, False) for answer, meaning in answers),
        (said("privacy_title"), "", True),
        ("", said("privacy"), False),
    ]


@cache
def _steps(letter: Letter) -> tuple[str, ...]:
    told = texts("dispatch.step", letter.language)
    return tuple(
        told[name].format(**_headers(letter.language), due=letter.due) for name in sorted(told)
    )


@cache
def _headers(language: str) -> dict[str, str]:
    return {name: header(name, language) for name in FORM}


def _explain(book: Any, lines: Sequence[Line], letter: Letter, password: str) -> None:
    sheet = book.add_worksheet(text("dispatch.sheet.name", letter.language))
    font = {
        "font_name": xlsx.FONTS[letter.language],
        "font_size": 12,
        "valign": "top",
        "num_format": "@",
    }
    heading = book.add_format(font | {"bold": True, "font_size": 14})
    label, prose = (
        book.add_format(font | {"bold": True}),
        book.add_format(font | {"text_wrap": True}),
    )
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 90)
    for row, (left, right, above) in enumerate(lines):
        sheet.write_string(row, 0, left, heading if above else label)
        sheet.write_string(row, 1, right, prose)
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.protect(password)
