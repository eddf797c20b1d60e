"""The births of a run in figures: what linkage may have got wrong, and the tables that the office and the public get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastexcel
import pytest

from reconcile.core.messages import LANGUAGES
from reconcile.lists.birth_figures import birth_figures, linkage_errors
from reconcile.lists.births import build_cells, build_statistics
from reconcile.lists.writers.xlsx import write
from tests.views import view_of

BORN = "2026-10-05"


def births(count: int, **said: Any) -> list[dict[str, Any]]:
    return [{"id": f"B{n}", "born": BORN, "district": "城东区", "town": "文明镇", **said} for n in range(count)]


def test_nothing_possible_is_no_error() -> None:
    view = view_of(period="2026-10", births=births(3), residents=[{"born": BORN}])
    assert linkage_errors(view) == (0.0, 0.0)


def test_a_possible_link_counts_by_its_chance_and_two_of_one_child_at_most_once() -> None:
    rows = [{"id": f"R{n}", "born": BORN} for n in range(3)]
    one = [("births:B0", "residents:R0", "review", 0)]
    assert linkage_errors(view_of(period="2026-10", births=births(1), residents=rows, links=one))[0] == 0.5
    three = [("births:B0", f"residents:R{n}", "review", 0) for n in range(3)]
    assert linkage_errors(view_of(period="2026-10", births=births(1), residents=rows, links=three))[0] == 1.0


def test_the_doubt_about_a_joined_certificate_counts() -> None:
    joined = births(1, person="A", probability=0.9)
    view = view_of(period="2026-10", births=joined, residents=[{"person": "A", "born": BORN}])
    assert linkage_errors(view) == (0.0, pytest.approx(0.1))


def test_without_births_there_are_no_figures() -> None:
    assert birth_figures(view_of(residents=[{"born": BORN}])) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("published", [True, False])
def test_the_tables_read_back_and_only_published_ones_hold_counts_back(
    language: str, published: bool, tmp_path: Path
) -> None:
    figures = birth_figures(view_of(period="2026-10", births=births(3), residents=[], household=[]))
    assert figures is not None
    cells = build_cells(figures, language, "2026-10", published)
    statistics = build_statistics(figures, {}, language, "2026-10", published)
    for table in (cells, statistics):
        path = tmp_path / f"{table.code}.xlsx"
        write(table, path)
        rows = fastexcel.read_excel(path).load_sheet(0, header_row=None).to_polars().rows()
        assert any(table.columns[0].header in map(str, row) for row in rows)
        assert len(rows) >= table.frame.height
    assert (cells.frame["H"].null_count() > 0) == published
    assert not statistics.frame["value"].null_count()
