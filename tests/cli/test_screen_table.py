"""Lists on a terminal."""

from __future__ import annotations

from io import BytesIO, StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from reconcile.cli import screen_table as table_writer
from reconcile.lists.writers.list_table import ListTable
from tests.lists.writers.small_lists import TWO_PEOPLE, make_list, one_person


def printed(table: ListTable, width: int, rows: int = 50, color: str | None = None) -> str:
    console = Console(
        file=StringIO(), width=width, force_terminal=bool(color), color_system="standard" if color else None
    )
    table_writer.print_list(table, console, rows)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = printed(TWO_PEOPLE, width).splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= width
    assert "张小三" in "".join(lines)


def test_says_how_much_of_the_list_it_shows() -> None:
    people = make_list([(f"张{n}", str(n), 0.5, n, []) for n in range(9)])
    text = printed(people, 120, rows=4)
    assert "显示 4／9 行，5／5 列" in text
    assert "张3" in text
    assert "张4" not in text


def test_controls_and_markup_in_values_do_nothing() -> None:
    text = printed(one_person("\x1b[2J[red]张三"), 120)
    assert "\x1b" not in text
    assert "[2J[red]张三" in text


def test_differing_values_stand_out() -> None:
    assert "\x1b[1;33m张小三" in printed(TWO_PEOPLE, 120, color="standard")


def test_writing_leaves_the_stream_open() -> None:
    stream = BytesIO()
    table_writer.write(TWO_PEOPLE, stream)
    assert "99.9%" in stream.getvalue().decode("utf-8")
