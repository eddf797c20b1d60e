"""`reconcile evaluate`: how well a run found the duplicates and links that the truth names, or that
people judged."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.core.errors import InputError, UsageError
from reconcile.core.messages import has_text, text

if TYPE_CHECKING:
    import polars as pl

    from reconcile.quality.explanation import RunFrames
    from reconcile.quality.labels import JudgedPairs, Labels

_COUNTS = ("true_pairs", "found", "correct", "pairs")


def register(app: typer.Typer) -> None:
    """Adds the command `evaluate`."""
    app.command(help=text("evaluate.help"), epilog=text("evaluate.example"))(evaluate)


def evaluate(
    run: Annotated[Path, typer.Argument(help=text("evaluate.run"), show_default=False)],
    truth: Annotated[
        Path | None, typer.Option(help=text("evaluate.truth"), show_default=False)
    ] = None,
    judgements: Annotated[
        Path | None, typer.Option(help=text("evaluate.judgements"), show_default=False)
    ] = None,
    curve: Annotated[
        Path | None, typer.Option(help=text("evaluate.option_curve"), show_default=False)
    ] = None,
    errors: Annotated[int, typer.Option(min=0, help=text("evaluate.option_errors"))] = 0,
    format: Annotated[
        Literal["table", "json", "csv"], typer.Option(help=text("evaluate.format"))
    ] = "table",
) -> None:
    _check_curve(curve, truth, judgements)
    tables, labels = _scores(run, truth, judgements)
    tables |= _calibration(run, labels)
    if curve is not None:
        tables |= _curve(run, labels, curve)
    if errors:
        from reconcile.quality.error_analysis import worst_errors

        tables["errors"] = worst_errors(run, labels, errors)
    if format == "json":
        print(json.dumps(_as_json(run, tables), ensure_ascii=False))
    elif format == "csv":
        import polars as pl

        named = [
            table.select(pl.lit(name).alias("table"), pl.all()) for name, table in tables.items()
        ]
        sys.stdout.write(pl.concat(named, how="diagonal").write_csv())
    else:
        _show_all(run, tables, judged=judgements is not None)


def _check_curve(curve: Path | None, truth: Path | None, judgements: Path | None) -> None:
    """Refuses a curve that cannot be written, or that would replace what the run is held
    against."""
    from reconcile.cli.output import check_target

    if curve is not None:
        check_target(
            curve,
            [*(truth.glob("truth_*.csv") if truth else ()), *([judgements] if judgements else ())],
        )


def _tell_outside(persons: pl.DataFrame, judged: JudgedPairs) -> None:
    """Says on stderr how many judged pairs do not count; InputError when none does."""
    from reconcile.quality.labels import with_both

    count = judged.decided.height
    inside = with_both(judged.decided, persons, "person_id").height
    if not inside:
        sources = ", ".join(persons["source"].unique().sort())
        raise InputError("evaluate.error.none_judged", count=count, sources=sources)
    if inside < count:
        print(text("evaluate.judged_outside", count=count - inside), file=sys.stderr)


def _scores(
    run: Path, truth: Path | None, judgements: Path | None
) -> tuple[dict[str, pl.DataFrame], Labels]:
    """The tables of scores by name, and the labels that they come from."""
    from reconcile.matching.judgements import read_judgements
    from reconcile.quality.evaluation import (
        read_persons,
        read_truth,
        score,
        score_by_error,
        score_judged,
    )
    from reconcile.quality.labels import labels_of_judgements, labels_of_truth

    if (truth is None) == (judgements is None):
        raise UsageError("evaluate.error.truth_or_judgements")
    if judgements is not None:
        judged = labels_of_judgements(read_judgements(judgements))
        persons = read_persons(run)
        _tell_outside(persons, judged)
        return {"scores": score_judged(persons, judged)}, judged
    assert truth is not None
    known = read_truth(truth)
    persons = read_persons(run)
    return {
        "scores": score(persons, known),
        "by_error": score_by_error(persons, known),
    }, labels_of_truth(known)


def _calibration(run: Path, labels: Labels) -> dict[str, pl.DataFrame]:
    """Whether the chances of pairs in doubt are true; none for a run without scored pairs."""
    from reconcile.quality.calibration import calibration
    from reconcile.quality.threshold_curve import read_scored
    from reconcile.workspace import RunFolder

    if not RunFolder(run).has("scored_pairs"):
        return {}
    return {"calibration": calibration(read_scored(run), labels)}


def _curve(run: Path, labels: Labels, path: Path) -> dict[str, pl.DataFrame]:
    """Saves the curve; its points for the screen, and the best one."""
    from reconcile.quality.threshold_curve import at_thresholds, best, curve, read_scored, thinned
    from reconcile.workspace import storage_errors

    points = curve(read_scored(run), labels)
    with storage_errors(path):
        thinned(points).write_csv(path)
    return {"curve": at_thresholds(points), "best": best(points)}


def _as_json(run: Path, tables: dict[str, pl.DataFrame]) -> dict[str, object]:
    """Every table as a list of rows; with each error the weights of its comparison, adding up to
    its weight."""
    from reconcile.quality.explanation import RunFrames

    found: dict[str, object] = {name: table.to_dicts() for name, table in tables.items()}
    if "errors" in tables:
        frames = RunFrames(run)
        found["errors"] = [
            {**row, "comparison": _comparison(frames, row)} for row in tables["errors"].to_dicts()
        ]
    return found


def _comparison(frames: RunFrames, row: dict[str, object]) -> dict[str, object] | None:
    """How the pair of an error was found and weighed: levels and weights, no values; None when
    never compared."""
    from dataclasses import asdict

    left, right = (
        frames.record(f"{row[f'source_{side}']}:{row[f'record_id_{side}']}") for side in ("l", "r")
    )
    found = frames.comparison(left, right)
    return asdict(found) if found else None


def _show_all(run: Path, tables: dict[str, pl.DataFrame], *, judged: bool) -> None:
    import polars as pl

    _show(tables["scores"], text("evaluate.judged_scores" if judged else "evaluate.scores"))
    if judged and _was_used(run):
        print(text("evaluate.judgements_used"), file=sys.stderr)
    if "by_error" in tables and not tables["by_error"].is_empty():
        _show(tables["by_error"], text("evaluate.by_error"))
    if not tables.get("calibration", pl.DataFrame()).is_empty():
        _show(tables["calibration"], text("evaluate.calibration"))
    if "curve" in tables:
        shown = ("task", "threshold", "found", "correct", "precision", "recall", "f1")
        _show(tables["curve"].select(shown), text("evaluate.curve"))
        best = tables["best"].rename({"match_probability": "threshold"})
        _show(best.select(shown), text("evaluate.best"))
    if "errors" in tables:
        _show_errors(run, tables["errors"])


def _was_used(run: Path) -> bool:
    """Whether the run itself obeyed judgements: then agreement with them proves nothing."""
    from reconcile.workspace import RunFolder

    folder = RunFolder(run)
    return folder.has("judgements") and not folder.read("judgements", "row").is_empty()


def _show_errors(run: Path, errors: pl.DataFrame) -> None:
    """Each error with its explanation, values masked."""
    from rich.console import Console

    from reconcile.cli.explain import show_pair
    from reconcile.quality.explanation import RunFrames

    console, frames = Console(highlight=False), RunFrames(run)
    for kind in ("false", "missed"):
        rows = [row for row in errors.to_dicts() if row["kind"] == kind]
        for number, row in enumerate(rows, 1):
            console.rule(text(f"evaluate.{kind}", number=number, count=len(rows)))
            sides = [
                frames.record(f"{row[f'source_{side}']}:{row[f'record_id_{side}']}")
                for side in ("l", "r")
            ]
            show_pair(console, frames, sides[0], sides[1])
    if errors.is_empty():
        console.print(text("evaluate.no_errors"))


def _show(frame: pl.DataFrame, title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD)
    for column in frame.columns:
        heading = "error_kind" if column == "error" else column
        left = column in ("task", "error")
        heading = text(f"evaluate.{heading}")
        table.add_column(
            heading, justify="left" if left else "right", overflow="fold" if left else "ellipsis"
        )
    for row in frame.iter_rows(named=True):
        table.add_row(*(_cell(column, value) for column, value in row.items()))
    Console().print(table)


def _cell(column: str, value: object) -> str:
    if value is None:
        return text("evaluate.all_tenths") if column == "tenth" else "–"
    if column == "task":
        return _task(str(value))
    if column in _COUNTS:
        return f"{value:,}"
    if column == "threshold":
        return f"{value:g}"
    if column == "tenth":
        return f"{value:.1f}–"
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
