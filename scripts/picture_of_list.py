"""Makes docs/img/list.png: the top of a real list of the demo, as a spreadsheet program shows it.

    make demo
    python scripts/picture_of_list.py work/runs/2026-10/lists/两库信息不一致.xlsx docs/img/list.png

Needs LibreOffice Calc, a Chinese font and Poppler (`soffice`, `pdftoppm`) beside the development packages. The list
is shown as it is written, less the columns that are not in COLUMNS and the rows below ROWS, which a picture has no
room for. The demo's people are made up.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import openpyxl

COLUMNS = ("差异编号", "级别", "镇街", "村居", "原因", "姓名", "性别", "身份证号", "出生日期")
ROWS = 9
DOTS_PER_INCH = 110
_COARSE = 55  # dots per inch at which the ink is looked for
_MARGIN = 4  # dots left around it
_A3 = 8


def main(workbook: Path, picture: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch, "list.xlsx")
        _shorten(workbook, page)
        _run("soffice", "--headless", f"-env:UserInstallation=file://{scratch}/profile",
             "--convert-to", "pdf", "--outdir", scratch, str(page))  # fmt: skip
        pdf = page.with_suffix(".pdf")
        left, top, right, bottom = _ink(pdf)
        zoom = DOTS_PER_INCH / _COARSE
        box = [round(zoom * v) for v in (left - _MARGIN, top - _MARGIN, right - left + 2 * _MARGIN,
                                         bottom - top + 2 * _MARGIN)]  # fmt: skip
        _render(pdf, picture.with_suffix(""), DOTS_PER_INCH, "-png", "-gray" if False else "-singlefile",
                *(word for pair in zip(("-x", "-y", "-W", "-H"), map(str, box), strict=True) for word in pair))  # fmt: skip


def _shorten(workbook: Path, page: Path) -> None:
    """The workbook's top rows and chosen columns, on one wide sheet of paper."""
    book = openpyxl.load_workbook(workbook)
    sheet = book.active
    sheet.delete_rows(ROWS + 2, sheet.max_row)
    headers = [str(cell.value) for cell in sheet[1]]
    for place in range(len(headers), 0, -1):
        if headers[place - 1].split("（")[0] not in COLUMNS or _area_again(headers, place - 1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].hidden = True
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.paperSize, sheet.oddFooter.left.text, sheet.oddFooter.right.text = _A3, "", ""
    book.save(page)
