"""The registers as files: as ugly as offices export them, or plain, in the format asked for."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from reconcile.sample.columns import made_columns
from reconcile.sample.families import AS_OF
from reconcile.sample.naming import DATA

FORMATS = ("mixed", "plain", "gb18030", "utf16", "xlsx", "zip")
_LARGE = 100_000  # rows from which an office gives up on workbooks
_CHUNK = 100_000  # rows that are text in memory at once
_DAYS = ("建档日期", "签发日期")  # columns that hold days, not text, in workbooks
MOST_ROWS = 1_048_576  # of a worksheet
_COMPACT_DATES = {"household": r"^(\d{4})-(\d\d)-(\d\d)$"}

Sheet = pl.DataFrame  # header and cells as they appear in the file, all text


@dataclass(frozen=True)
class Title:
    """What stands above a table: its name, and the day it was made."""

    name: str
    day: date

    @property
    def made(self) -> str:
        return f"制表日期：{self.day:%Y-%m-%d}"


def write(
    source: str, frame: pl.DataFrame, folder: Path, form: str, day: date = AS_OF
) -> list[Path]:
    """Write one register in one of FORMATS, as it was exported on this day; gives the files."""
    if form == "mixed":
        return _write_mixed(source, _as_printed(source, frame), folder, day)
    sheet = frame.select(
        pl.col(column.name).alias(column.headers[0]) for column in made_columns(source)
    )
    if form == "xlsx":
        return [_write_xlsx(sheet, folder / f"{source}.xlsx", day)]
    if form == "zip":
        return [_write_zip(sheet, folder / f"{source}.zip", "gb18030", day)]
    encoding, separator, ending = {
        "plain": ("utf-8", ",", "csv"),
        "gb18030": ("gb18030", ",", "csv"),
        "utf16": ("utf-16", "\t", "tsv"),
    }[form]
    return [_write_text(sheet, folder / f"{source}.{ending}", encoding, separator)]


@cache
def _print() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / "exports.toml").read_text(encoding="utf-8"))


def _as_printed(source: str, frame: pl.DataFrame) -> Sheet:
    """Headers, codes and superfluous columns of the office's system."""
    form = _print()[source]
    if source in _COMPACT_DATES:
        days = [c.name for c in made_columns(source) if c.kind == "date"]
        frame = frame.with_columns(pl.col(days).str.replace(_COMPACT_DATES[source], "$1$2$3"))
    frame = frame.with_columns(pl.col("sex").replace(form["sex"]))
    serial = pl.int_range(1, pl.len() + 1).cast(pl.String)
    return frame.select(
        *(serial.alias(header) for header in form["before"]),
        *(pl.col(column).alias(header) for column, header in form["headers"].items()),
        *(pl.lit(value).alias(header) for header, value in form["after"].items()),
    )


def _write_mixed(source: str, sheet: Sheet, folder: Path, day: date) -> list[Path]:
    """A different mess for each register: files, titles and totals, encodings, formats."""
    title = Title(_print()[source]["title"], day)
    half = sheet.height // 2
    one, two = sheet.head(half), sheet.slice(half)
    large = sheet.height > _LARGE
    if source == "residents":
        first = _write_text(one, folder / "residents_1.csv", "gb18030", ",", title)
        if large:
            return [first, _write_zip(two, folder / "residents_2.zip", "gb18030", day, title)]
        return [first, _write_xlsx(two, folder / "residents_2.xlsx", day, title)]
    if source == "household":
        return [
            _write_text(one, folder / "household_1.tsv", "utf-16", "\t"),
            _write_zip(two, folder / "household_2.zip", "gb18030", day),
        ]
    if large:
        return [_write_text(sheet, folder / "births.csv", "utf-8-sig", ",", title)]
    return [_write_xlsx(sheet, folder / "births.xlsx", day, title)]


def _text(sheet: Sheet, separator: str, title: Title | None) -> Iterator[str]:
    """The file piece by piece; with a title, two rows above the header and a row of totals
    below."""
    empty = separator * (sheet.width - 1)
    if title:
        yield f"{title.name}{empty}\n{title.made}{empty}\n"
    yield sheet.head(0).write_csv(separator=separator)
    for start in range(0, sheet.height, _CHUNK):
        yield sheet.slice(start, _CHUNK).write_csv(separator=separator, include_header=False)
    if title:
        yield f"合计{separator}{sheet.height}{empty[1:]}\n"


def _write_text(
    sheet: Sheet, path: Path, encoding: str, separator: str, title: Title | None = None
) -> Path:
    with path.open("w", encoding=encoding, newline="\r\n" if title else "\n") as file:
        file.writelines(_text(sheet, separator, title))
    return path


def _write_zip(
    sheet: Sheet, path: Path, encoding: str, day: date, title: Title | None = None
) -> Path:
    inside = zipfile.ZipInfo(f"{path.stem}.csv", date_time=(day.year, day.month, day.day, 0, 0, 0))
    inside.compress_type = zipfile.ZIP_DEFLATED
    with (
        zipfile.ZipFile(path, "w", compresslevel=1) as archive,
        archive.open(inside, "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding=encoding, newline="") as file,
    ):
        file.writelines(_text(sheet, ",", title))
    return path


def _write_xlsx(sheet: Sheet, path: Path, day: date, title: Title | None = None) -> Path:
    """Text cells throughout; with a title, also numbers and days where a clerk's workbook has
    them."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": datetime(day.year, day.month, day.day)})
        page = book.add_worksheet("Sheet1")
        header = 0
        if title:
            page.write_string(0, 0, title.name)
            page.write_string(1, 0, title.made)
            header = 2
        headers = sheet.columns
        page.write_row(header, 0, headers)
        as_day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, values in enumerate(sheet.iter_rows(), header + 1):
            for column, value in enumerate(values):
                if title and value and headers[column] in _DAYS:
                    page.write_datetime(row, column, datetime.fromisoformat(value), as_day)
                elif title and value and _survives_as_number(headers[column], value):
                    page.write_number(row, column, int(value))
                elif value:
                    page.write_string(row, column, value)
        if title:
            page.write_row(header + sheet.height + 1, 0, ["合计", str(sheet.height)])
    return path


def _survives_as_number(header: str, value: str) -> bool:
    """Telephone numbers, and the old ID numbers: a cell holds 15 digits, not 18."""
    return header == "联系电话" or (len(value) == 15 and value.isdigit() and "身份证号" in header)
