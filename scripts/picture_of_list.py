"""Makes docs/img/list.png: the top of a real list of the demo, as a spreadsheet program shows it.

    make demo
    .venv/bin/python scripts/picture_of_list.py work/runs/2026-10/lists/两库信息不一致.xlsx docs/img/list.png

Needs LibreOffice Calc, a Chinese font and Poppler (`soffice`, `pdftoppm`) beside the development
packages. The list is shown as it was written, less the columns that are not in COLUMNS and the rows
below ROWS, which a picture has no room for. The people of the demo are made up.
"""  # noqa: E501

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = ("差异编号", "级别", "镇街", "原因", "姓名", "身份证号", "出生日期")
ROWS = 9
DOTS_PER_INCH = 140
SCALE = 66  # per cent, so that the columns fit on the sheet
_A3 = 8


def main(workbook: Path, picture: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch, "list.xlsx")
        _shorten(workbook, page)
        profile = f"-env:UserInstallation=file://{scratch}/profile"
        _run(
            "soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", scratch, str(page)
        )
        pdf = str(page.with_suffix(".pdf"))
        render = ("pdftoppm", "-singlefile", "-r", str(DOTS_PER_INCH), pdf)
        _run(*render, "-gray", f"{scratch}/page")
        left, top, width, height = map(str, _ink(Path(scratch, "page.pgm")))
        box = ("-x", left, "-y", top, "-W", width, "-H", height)
        _run(*render, "-png", *box, str(picture.with_suffix("")))


def _shorten(workbook: Path, page: Path) -> None:
    """The chosen columns and the top rows of the workbook, on one wide sheet of paper."""
    book = openpyxl.load_workbook(workbook)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    widths = _widths(sheet)
    sheet.delete_rows(ROWS + 2, sheet.max_row)
    sheet.column_dimensions.clear()
    areas: set[str] = set()
    for place, cell in enumerate(sheet[1], start=1):
        field = str(cell.value).split("（")[0]
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = widths[place]
        # The area of the case stands in front; those of its two records are for the full list.
        dimension.hidden = field not in COLUMNS or field in areas
        areas |= {field} & {"镇街", "村居"}
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.paperSize, sheet.page_setup.scale = _A3, SCALE
    sheet.oddFooter.left.text = sheet.oddFooter.right.text = None
    book.save(page)


def _widths(sheet: Worksheet) -> dict[int, float]:
    """The width of each column by its number; a workbook says it for neighbours of one width
    together."""
    return {
        place: dimension.width
        for dimension in sheet.column_dimensions.values()
        for place in range(dimension.min, dimension.max + 1)
    }


def _ink(page: Path) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is printed on a page in PGM."""
    header, size, _, pixels = page.read_bytes().split(b"\n", 3)
    assert header == b"P5"
    width, height = map(int, size.split())
    inked = np.frombuffer(pixels, dtype=np.uint8).reshape(height, width) < 255
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
