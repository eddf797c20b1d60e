"""`reconcile evaluate`: how well a run found the duplicates and links that the truth names."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.messages import has_text, text

if TYPE_CHECKING:
    import polars as pl

_COUNTS = ("true_pairs", "found", "correct")


def register(app: typer.Typer) -> None:
    """Adds the command `evaluate`."""
    app.command(help=text("evaluate.help"), epilog=text("evaluate.example"))(evaluate)


def evaluate(
    run: Annotated[Path, typer.Argument(help=text("evaluate.run"), show_default=False)],
    truth: Annotated[Path, typer.Option(help=text("evaluate.truth"), show_default=False)],
    format: Annotated[Literal["table", "json", "csv"], typer.Option(help=text("evaluate.format"))] = "table",
) -> None:
    from reconcile.evaluation import read_persons, read_truth, score, score_by_error

    known = read_truth(truth)
    persons = read_persons(run)
    scores, by_error = score(persons, known), score_by_error(persons, known)
    if format == "json":
        print(json.dumps({"scores": scores.to_dicts(), "by_error": by_error.to_dicts()}, ensure_ascii=False))
    elif format == "csv":
        import polars as pl

        sys.stdout.write(pl.concat([scores, by_error], how="diagonal").write_csv())
    else:
        _show(scores, text("evaluate.scores"))
        if not by_error.is_empty():
            _show(by_error, text("evaluate.by_error"))


def _show(frame: pl.DataFrame, title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD)
    for column in frame.columns:
        heading = "error_kind" if column == "error" else column
        left = column in ("task", "error")
        table.add_column(text(f"evaluate.{heading}"), justify="left" if left else "right")
    for row in frame.iter_rows(named=True):
        table.add_row(*(_cell(column, value) for column, value in row.items()))
    Console().print(table)


def _cell(column: str, value: object) -> str:
    if value is None:
        return "–"
    if column == "task":
        return _task(str(value))
    if column in _COUNTS:
        return f"{value:,}"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _task(task: str) -> str:
    """`duplicates residents` and `links births → residents` in the reader's language."""
    kind, _, sources = task.partition(" ")
    if kind == "duplicates":
        return text("evaluate.duplicates", source=_source(sources))
    left, _, right = sources.partition(" → ")
    return text("evaluate.links", left=_source(left), right=_source(right))


def _source(name: str) -> str:
    """A source that the user has named keeps its name."""
    key = f"evaluate.source.{name}"
    return text(key) if has_text(key) else name
