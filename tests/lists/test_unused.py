"""The list of rows that were not used, as a clerk opens it."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from reconcile.config import ListsConfig
from reconcile.core.frames import REJECTS
from reconcile.core.layouts import load_layout
from reconcile.lists.report import write_unused

LAYOUTS = {name: load_layout(name) for name in ("residents", "household")}


def rows(*given: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(given, schema=dict(REJECTS), orient="row")


REJECTED = rows(("household", "b.csv", 9, "missing", "id_number / birth_date", ""))
SET_ASIDE = rows(("residents", "a.csv", 12, "total", "", ""), ("residents", "a.csv", 1, "title", "", ""))


@pytest.mark.parametrize(
    ("language", "file", "first", "last"),
    [
        ("zh", "未采用的行.xlsx", ["全员人口", "a.csv", 1, "搁置"], ["公安户籍", "b.csv", 9, "退回"]),
        (
            "en",
            "rows_not_used.xlsx",
            ["resident register", "a.csv", 1, "set aside"],
            ["household register", "b.csv", 9, "rejected"],
        ),
    ],
)
def test_every_row_is_there_with_file_row_and_reason(
    tmp_path: Path, language: str, file: str, first: list[object], last: list[object]
) -> None:
    [written] = write_unused(REJECTED, SET_ASIDE, LAYOUTS, ListsConfig(language=language), tmp_path)
    assert (written.path, written.rows) == (file, 3)
    found = [list(row) for row in openpyxl.load_workbook(tmp_path / file).active.iter_rows(min_row=2, values_only=True)]
    assert [found[0][:4], found[-1][:4]] == [first, last]
    assert all((row[4] and not row[4].isascii()) or language == "en" for row in found)


def test_nothing_is_written_when_every_row_was_used(tmp_path: Path) -> None:
    nothing = rows()
    assert write_unused(nothing, nothing, LAYOUTS, ListsConfig(), tmp_path / "lists") == []
    assert not (tmp_path / "lists").exists()
