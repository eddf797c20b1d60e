"""`reconcile explain`: why two records were matched or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.core.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from reconcile.quality.explanation import Comparison, Judgement, Record, RunFrames

    Shown = Callable[[str, str | None], str]

_BAR = 24  # the longest bar, in characters


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("explain", help=text("explain.help"), epilog=text("explain.example"))(explain)


def explain(
    records: Annotated[
        list[str], typer.Argument(help=text("explain.option.records"), show_default=False)
    ],
    run: Annotated[Path | None, typer.Option(help=text("explain.option.run"))] = None,
    workspace: Annotated[Path, typer.Option(help=text("explain.option.workspace"))] = Path("work"),
    reveal: Annotated[str | None, typer.Option(help=text("review.option.reveal"))] = None,
) -> None:
    from rich.console import Console

    from reconcile.core.masking import masked_value
    from reconcile.quality.explanation import RunFrames, references
    from reconcile.workspace import Workspace

    first, second = references(records)
    frames = RunFrames(run or Workspace(workspace).latest_run().path)
    console = Console(highlight=False)
    left = frames.record(first)
    right = frames.record(second) if second is not None else None
    shown: Shown = masked_value
    folder = (
        run.resolve().parents[1] if run else workspace
    )  # a run folder lies in its workspace, two folders down
    if reveal is not None:
        _record_reveal(folder, reveal)
        shown = _whole
    if right is None:
        _show_record(console, frames, left, shown)
    else:
        show_pair(console, frames, left, right, shown)
        _show_since(console, frames, left, right, folder)


def _show_since(
    console: Console, frames: RunFrames, left: Record, right: Record, workspace: Path
) -> None:
    """What people have judged since this run."""
    from reconcile.casework.review.judgement_list import standing_of
    from reconcile.workspace import Workspace

    known = frames.judgements(left, right)
    for judgement in standing_of(Workspace(workspace), left, right):
        if judgement not in known:
            console.print(_judgement(judgement), text("explain.binds_next"), markup=False)


def _record_reveal(workspace: Path, reason: str) -> None:
    from reconcile.casework.review.booking import record_reveal
    from reconcile.workspace import Workspace

    record_reveal(Workspace(workspace), reason, "explain")


def _whole(_: str, value: str | None) -> str:
    return value or ""


def _show_record(console: Console, frames: RunFrames, record: Record, shown: Shown) -> None:
    _show_values(console, [record], shown)
    _show_person(console, frames, record)
    contenders = frames.contenders(record)
    if contenders:
        console.print(text("explain.contenders"))
    for other in contenders:
        band = text(f"matching.band.{other.band}")
        console.print(
            f"  {other.source}:{other.record_id}  {_bits(other.weight)}  {band}", markup=False
        )


def show_pair(
    console: Console, frames: RunFrames, left: Record, right: Record, shown: Shown | None = None
) -> None:
    """Two records side by side: how they were compared, what people judged, and what was decided.

    `shown`: how a value of a column is shown; masked when not given.
    """
    from reconcile.core.masking import masked_value

    shown = shown or masked_value
    _show_values(console, [left, right], shown)
    comparison = frames.comparison(left, right)
    if comparison is None:
        _show_keys(console, frames, left, right, shown)
    else:
        _show_comparison(console, comparison)
        _show_shares(console, frames, left, right)
    for judgement in frames.judgements(left, right):
        console.print(_judgement(judgement), markup=False)
    for record in (left, right):
        _show_person(console, frames, record)
    same = left.person_id == right.person_id
    console.print(text("explain.same_person" if same else "explain.two_persons"), style="bold")


def _show_shares(console: Console, frames: RunFrames, left: Record, right: Record) -> None:
    """Of how many pairs of their sources this run takes how many for matches: what `prior` comes
    from."""
    for pool in frames.shares(left, right):
        pairs, matches, expected = (
            f"{pool[name]:,.0f}" for name in ("pairs", "matches", "expected")
        )
        settled = text(f"explain.settled_{pool['settled']}")
        console.print(
            text("explain.share", settled=settled, pairs=pairs, matches=matches, expected=expected)
        )


def _show_values(console: Console, records: list[Record], shown: Shown) -> None:
    """Raw and standardised values side by side."""
    from rich.table import Table

    from reconcile.core.messages import column_text

    table = Table(text("explain.column"), show_lines=False)
    for record in records:
        table.add_column(
            f"{record.source}:{record.record_id}\n{record.file} {text('explain.row', row=record.row)}"  # noqa: E501
        )
        table.add_column(text("explain.standardised"))
    names = dict.fromkeys(name for record in records for name, _, _ in record.values)
    for name in names:
        cells = [cell for record in records for cell in _cells(record, name, shown)]
        table.add_row(column_text(name), *cells)
    console.print(table)


def _cells(record: Record, column: str, shown: Shown) -> tuple[str, str]:
    for name, raw, standardised in record.values:
        if name == column:
            return shown(column, raw), shown(column, standardised)
    return "", ""


def _show_comparison(console: Console, comparison: Comparison) -> None:
    """The sum: one bar a line, adding up to the total."""
    from rich.table import Table

    from reconcile.matching.wording import comparison_text, level_text

    console.print(text("explain.found_by", rule=comparison.match_key), markup=False)
    if comparison.total is None:
        console.print(
            text("explain.by_people" if comparison.match_key == "judgement" else "explain.closed")
        )
        return
    table = Table(
        text("explain.comparison"), text("explain.level"), text("explain.weight"), "", box=None
    )
    table.columns[2].justify = "right"
    longest = max(1, *(abs(line.weight) for line in comparison.weights))
    for line in comparison.weights:
        level = level_text(line.comparison, line.level) if line.level else ""
        bar = ("█" if line.weight > 0 else "░") * round(_BAR * abs(line.weight) / longest)
        table.add_row(comparison_text(line.comparison), level, _bits(line.weight), bar)
    table.add_row(text("matching.comparison.total"), "", _bits(comparison.total), "", style="bold")
    console.print(table)
    band = text(f"matching.band.{comparison.band}")
    console.print(
        text("explain.probability", probability=f"{comparison.probability:.4%}", band=band)
    )


def _show_keys(
    console: Console, frames: RunFrames, left: Record, right: Record, shown: Shown
) -> None:
    """Why a pair was never compared: each blocking rule with both records' values."""
    from rich.table import Table

    console.print(text("explain.never_compared"))
    keys = frames.blocking_keys(left, right)
    if not keys:
        console.print(text("explain.no_link"))
        return
    table = Table(
        text("explain.blocking_rule"),
        f"{left.source}:{left.record_id}",
        f"{right.source}:{right.record_id}",
    )
    for key in keys:
        marks = ["=" if shared else "≠" for shared in key.shared]
        rule = " + ".join(
            f"{column} {mark}" for column, mark in zip(key.columns, marks, strict=True)
        )
        sides = [
            "  ".join(
                shown(c.removesuffix("_std"), v) or "–"
                for c, v in zip(key.columns, side, strict=True)
            )
            for side in (key.left, key.right)
        ]
        table.add_row(rule, *sides)
    console.print(table)


def _judgement(judgement: Judgement) -> str:
    """What people decided about a pair, by whom, when and why."""
    from reconcile.core.masking import masked_text

    decision = text(f"judgements.decision.{judgement.decision}")
    said = [masked_text(part) for part in (judgement.who, judgement.when, judgement.why) if part]
    return text("explain.judged", decision=decision) + (
        text("explain.said", said=", ".join(said)) if said else ""
    )


def _show_person(console: Console, frames: RunFrames, record: Record) -> None:
    how = text(f"matching.how.{record.how}")
    console.print(
        text("explain.person", record=f"{record.source}:{record.record_id}", how=how), markup=False
    )
    for source, record_id in record.members:
        console.print(f"  {source}:{record_id}", markup=False)
    if record.margin is not None:
        console.print("  " + text("explain.margin", margin=_bits(record.margin)))
    weak = frames.weak_edge(record)
    if weak is not None:
        weight = (
            text("explain.joined_hard")
            if weak.weight is None
            else text("explain.bits", weight=_bits(weak.weight))
        )
        console.print(
            "  " + text("explain.weakest", left=weak.left, right=weak.right, weight=weight),
            markup=False,
        )


def _bits(weight: int) -> str:
    return f"{weight / 1000:+.1f}"
