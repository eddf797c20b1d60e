"""Files of figures and certificates for tests of the commands that read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from stdnum.cn.ric import calc_check_digit

Rows = Sequence[Sequence[object]]

CERTIFICATES = (
    "出生证编号",
    "新生儿姓名",
    "性别",
    "出生时间",
    "母亲姓名",
    "母亲证件号码",
    "区县",
    "镇街",
    "签发日期",
    "签发类型",
)


def write_csv(path: Path, rows: Rows, encoding: str = "gb18030") -> Path:
    """The rows as CSV, their header first."""
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding=encoding)
    return path


def write_xlsx(path: Path, rows: Rows) -> Path:
    """The rows as a workbook, numbers as numbers."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return path


def id_number(place: int) -> str:
    """A valid number of an invented woman, one for each place."""
    number = f"460105{1985 + place % 12}{1 + place % 9:02d}{1 + place % 28:02d}{2 * (place // 60) % 1000:03d}"
    return number + calc_check_digit(number)


def certificate(
    place: int, born: str, sex: str, district: str, town: str, *, number: str = "", kind: str = "首次", issued: str = ""
) -> list[str]:
    """A certificate; certificates of one place are of one mother."""
    surname = "尉迟欧阳司马上官诸葛皇甫"[place % 6 * 2 : place % 6 * 2 + 2]
    given = chr(0x4E00 + 37 * place % 20_000)
    key, child = number or f"A{place:09d}", surname + chr(0x5000 + 41 * place % 8_000)
    return [key, child, sex, f"{born} 08:30", surname + given, id_number(place), district, town, issued or born, kind]
