"""What the terminal says of ID completion."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from reconcile.cli.summary import render
from reconcile.completion.job import CompletionFigures
from reconcile.core.messages import speak
from reconcile.pipeline.summary import Summary

FIGURES = CompletionFigures(
    wanting={"absent": 8110, "ruined": 18, "malformed": 108, "checksum": 264, "old_form": 49},
    likely=7725,
    possible=26,
    none=798,
    repaired={"one_digit": 299, "swap": 26},
)


@pytest.mark.parametrize(("language", "nothing"), [("zh", "一个也不填写"), ("en", "nothing is filled in")])
def test_the_line_adds_up_and_says_that_nothing_is_filled_in(language: str, nothing: str) -> None:
    speak(language)
    told = io.StringIO()
    render(Summary(None, [], [], completion=FIGURES), Console(file=told, width=1000))
    [line] = [line for line in told.getvalue().splitlines() if "8,549" in line]
    assert nothing in line
    assert all(count in line for count in ("8,110", "18", "108", "264", "49", "7,725", "26", "798", "325"))
    assert FIGURES.likely + FIGURES.possible + FIGURES.none == sum(FIGURES.wanting.values())


def test_the_summary_holds_the_figures_for_programs() -> None:
    kept = json.loads(Summary(None, [], [], completion=FIGURES).to_json())["completion"]
    assert kept["repaired"] == {"one_digit": 299, "swap": 26}
    assert json.loads(Summary(None, [], []).to_json())["completion"] is None
