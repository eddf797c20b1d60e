"""Values as people read them, without what breaks a program: control characters, the starts of
formulas."""

from __future__ import annotations

import polars as pl

from reconcile.lists.writers.list_table import ListColumn

# XML allows no control character but tab and line feed; a terminal obeys them, and CSV readers stop
# at NUL.
CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n"] + [
    "\x7f",
    "\ufffe",
    "\uffff",
]
_C1_CONTROLS = [chr(code) for code in range(0x80, 0xA0)]

# A cell that starts so is run by spreadsheet programs. A plain negative number is harmless and
# stays.
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_NEGATIVE_NUMBER = r"^-\d+(\.\d+)?%?$"


def readable(column: ListColumn) -> pl.Expr:
    """The column as String for people: printable text, a number's digits, 0.9987 as 99.9%."""
    value = pl.col(column.name)
    match column.kind:
        case "number":
            return value.cast(pl.String)
        case "percent":
            tenths = (value.abs() * 1000).round().cast(pl.Int64)
            sign = pl.when((value < 0) & (tenths > 0)).then(pl.lit("-")).otherwise(pl.lit(""))
            return pl.format("{}{}.{}%", sign, tenths // 10, tenths % 10).alias(column.name)
        case _:
            return printable(value)


def printable(value: pl.Expr) -> pl.Expr:
    """String without control characters; a tab or line feed becomes a space."""
    spaced = value.str.replace_all(r"\r\n|[\t\n]", " ")
    return spaced.str.replace_many(
        CONTROLS + _C1_CONTROLS, [""] * (len(CONTROLS) + len(_C1_CONTROLS))
    )


def neutralised(value: pl.Expr) -> pl.Expr:
    """String that no spreadsheet program runs as a formula: `'` is put before `= + - @` and the
    like."""
    harmless = ~value.str.contains(_FORMULA) | value.str.contains(_NEGATIVE_NUMBER)
    return pl.when(harmless).then(value).otherwise(pl.concat_str(pl.lit("'"), value))
