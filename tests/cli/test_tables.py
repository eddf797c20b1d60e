"""Where the table of a single job goes, and what a pipe and a screen get of it."""

from __future__ import annotations

from io import BytesIO

import polars as pl
import pytest

from reconcile.cli.tables import send_table
from reconcile.core.errors import UsageError
from reconcile.lists.build import build_list
from reconcile.lists.writers.list_table import ListTable
from tests.lists.report_cases import LAYOUTS, Screen, monthly_cases, records


def one_list(masked: bool) -> ListTable:
    return build_list("duplicate_person", monthly_cases(), records(), LAYOUTS, "zh", None, masked)


@pytest.mark.parametrize(
    ("stream", "name", "starts"),
    [(BytesIO(), "张小三", "差异编号,"), (Screen(), "张*三", "\x1b[")],
    ids=["pipe", "screen"],
)
def test_what_a_pipe_and_a_screen_get(stream: BytesIO, name: str, starts: str) -> None:
    send_table(one_list, stream, None)
    sent = stream.getvalue().decode("utf-8")
    assert sent.startswith(starts)
    assert "高" in sent
    assert ("张小三" in sent) is (name == "张小三")


def test_a_pipe_gets_the_format_that_is_asked_for() -> None:
    stream = BytesIO()
    send_table(one_list, stream, "ndjson")
    assert pl.read_ndjson(BytesIO(stream.getvalue()))["name_l"].to_list() == ["张小三"]


def test_a_screen_refuses_formats_that_are_not_text() -> None:
    with pytest.raises(UsageError) as refused:
        send_table(one_list, Screen(), "xlsx")
    assert refused.value.key == "lists.error.binary_to_terminal"
