"""`reconcile feedback`: the answers of the towns, from the workbooks that they send back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.cli.settings import settings
from reconcile.cli.tables import tell
from reconcile.core.errors import UsageError
from reconcile.core.messages import text

if TYPE_CHECKING:
    from reconcile.casework.feedback.job import Outcome

# As `run` with open cases over the threshold: done, and there is something to look at.
SOME_REJECTED = 10


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("feedback", help=text("feedback.help"), epilog=text("feedback.example"))(feedback)


def feedback(
    context: typer.Context,
    files: Annotated[
        list[str], typer.Argument(help=text("feedback.option.files"), show_default=False)
    ],
    workspace: Annotated[
        Path, typer.Option("--workspace", "-o", help=text("feedback.workspace"))
    ] = Path("work"),
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help=text("feedback.option.rejects"))
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help=text("feedback.option.password_file"))
    ] = None,
    replace_answers: Annotated[
        bool, typer.Option("--replace-answers", help=text("feedback.option.replace"))
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help=text("feedback.option.strict"))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=text("feedback.option.dry_run"))
    ] = False,
    form: Annotated[
        Literal["table", "json"], typer.Option("--format", help=text("feedback.option.format"))
    ] = "table",
) -> None:
    from reconcile.casework.feedback.job import Options, feed_back
    from reconcile.cli.output import check_target
    from reconcile.cli.passwords import password_from
    from reconcile.workspace import Workspace

    if rejects is not None:
        if rejects.suffix.lower() != ".xlsx":
            raise UsageError("feedback.error.rejects_format", file=rejects)
        check_target(rejects, [file for file in files if Path(file).exists()])
    options = Options(replace_answers, strict, dry_run, rejects)
    outcome = feed_back(files, Workspace(workspace), options, password_from(password_file))
    if form == "json":
        from reconcile.casework.feedback.report import as_json

        print(json.dumps(as_json(outcome), ensure_ascii=False, indent=2))
    else:
        _show(outcome)
    if not settings(context).quiet:
        tell(_notes(outcome, replace_answers))
    if outcome.judged.rejected().height:
        raise typer.Exit(SOME_REJECTED)


def _show(outcome: Outcome) -> None:
    """Rows by file, and cases by answer."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from reconcile.casework.feedback.report import answer_counts, file_counts

    console = Console(highlight=False)
    by_file = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    counts = file_counts(outcome)
    for name in counts[0]:
        key = "would_book" if name == "booked" and not outcome.booked else name
        by_file.add_column(
            text(f"feedback.column.{key}"), justify="left" if name == "file" else "right"
        )
    for row in counts:
        by_file.add_row(*map(str, row.values()))
    console.print(by_file)
    answers = {answer: count for answer, count in answer_counts(outcome).items() if count}
    if answers:
        told = text("feedback.separator").join(
            text("feedback.answer_count", answer=text(f"lists.answers.{answer}"), count=count)
            for answer, count in answers.items()
        )
        key = "feedback.by_answer" if outcome.booked else "feedback.would_by_answer"
        console.print(text(key, count=sum(answers.values()), answers=told), markup=False)


def _notes(outcome: Outcome, replaced: bool) -> list[str]:
    """What to know beside the counts, a line each."""
    from reconcile.casework.feedback.report import TOLD, notes, reason_counts, rejected_rows

    lines = [
        text("feedback.note.before", file=file, day=day) for file, day in outcome.before.items()
    ]
    lines += [text("feedback.note.ignored", file=file) for file in outcome.returned.ignored]
    lines += [
        text(f"feedback.note.{name}", count=count)
        for name, count in notes(outcome).items()
        if count
    ]
    rows = rejected_rows(outcome)
    lines += [text("feedback.note.rejected_row", **row) for row in rows[:TOLD]]
    if len(rows) > TOLD:
        lines.append(text("feedback.note.more", count=len(rows) - TOLD))
        if outcome.rejects:
            lines[-1] += text("feedback.note.see_rejects")
    if not replaced and any(reason == "answered_before" for reason, _ in reason_counts(outcome)):
        lines.append(text("feedback.note.replace"))
    if outcome.rejects:
        lines.append(text("feedback.note.rejects", count=len(rows), file=outcome.rejects))
    if not outcome.booked:
        lines.append(text("feedback.note.nothing_booked"))
    return lines
