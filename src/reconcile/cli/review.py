"""`reconcile review`: pairs decided one by one in the terminal, or on a sheet that goes out and
comes back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reconcile.cli.settings import settings
from reconcile.cli.usage import Commands
from reconcile.core.errors import UsageError
from reconcile.core.messages import text

if TYPE_CHECKING:
    from reconcile.casework.review.booking import Imported
    from reconcile.casework.review.run import Reviewed

REFUSED = 10  # some rows were not taken
_TOLD = 50  # rows that the screen names


def register(app: typer.Typer) -> None:
    """Adds `review` and the commands below it."""
    group = typer.Typer(
        cls=Commands,
        help=text("review.command.help") + "\n\n" + text("review.command.help_screen"),
        epilog=text("review.command.example"),
    )
    group.callback(invoke_without_command=True)(review)
    for name, command in (("export", export), ("import", import_)):
        key = f"review.command.{name}"
        group.command(name, help=text(key), epilog=text(f"{key}_example"))(command)
    app.add_typer(group, name="review")


def _workspace_option() -> Any:
    return typer.Option("--workspace", "-w", help=text("review.option.workspace"))


def _code_option() -> Any:
    return typer.Option("--code", help=text("review.option.code"))


def _town_option() -> Any:
    return typer.Option("--town", help=text("review.option.town"))


def review(
    context: typer.Context,
    workspace: Annotated[Path, _workspace_option()] = Path("work"),
    code: Annotated[list[str], _code_option()] = [],  # noqa: B006
    town: Annotated[list[str], _town_option()] = [],  # noqa: B006
    weak: Annotated[bool, typer.Option("--weak", help=text("review.option.weak"))] = False,
    unsure: Annotated[bool, typer.Option("--unsure", help=text("review.option.unsure"))] = False,
    limit: Annotated[int | None, typer.Option(min=1, help=text("review.option.limit"))] = None,
    reveal: Annotated[str | None, typer.Option(help=text("review.option.reveal"))] = None,
) -> None:
    if context.invoked_subcommand is not None:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("review.error.no_terminal")
    reviewed = _reviewed(workspace, code, town, weak, unsure, limit)
    if reviewed.pairs.is_empty():
        print(text("review.told.nothing", period=reviewed.period), file=sys.stderr)
        return
    _decide(reviewed, reveal)


def _decide(reviewed: Reviewed, reveal: str | None) -> None:
    from reconcile.casework.review.session import Session
    from reconcile.cli.review_screen import Review

    session = Session(reviewed)
    if reveal is not None:
        session.reveal(reveal)
    Review(session).run()
    left = session.total - session.decided - session.skipped
    print(
        text("review.screen.finished", decided=session.decided, skipped=session.skipped, left=left),
        file=sys.stderr,
    )


def export(
    workspace: Annotated[Path, _workspace_option()] = Path("work"),
    output: Annotated[
        Path, typer.Option("--output", "--out", "-o", help=text("review.option.output"))
    ] = Path("pairs.xlsx"),
    code: Annotated[list[str], _code_option()] = [],  # noqa: B006
    town: Annotated[list[str], _town_option()] = [],  # noqa: B006
    weak: Annotated[bool, typer.Option("--weak", help=text("review.option.weak"))] = False,
    unsure: Annotated[bool, typer.Option("--unsure", help=text("review.option.unsure"))] = False,
    limit: Annotated[int | None, typer.Option(min=1, help=text("review.option.limit"))] = None,
    masked: Annotated[bool, typer.Option("--masked", help=text("review.option.masked"))] = False,
    list_lang: Annotated[
        Literal["zh", "en"], typer.Option("--list-lang", help=text("review.option.list_lang"))
    ] = "zh",
) -> None:
    from reconcile.casework.review.workbook import build_sheet
    from reconcile.cli.output import all_at_once, check_target
    from reconcile.lists.writers import load_writer
    from reconcile.workspace import storage_errors

    form = output.suffix.lower().removeprefix(".")
    if form not in ("xlsx", "csv"):
        raise UsageError("review.error.format", file=output)
    check_target(output, [])
    if output.is_file():  # somebody may have filled it in
        raise UsageError("review.error.exists", file=output)
    reviewed = _reviewed(workspace, code, town, weak, unsure, limit)
    if reviewed.pairs.is_empty():
        print(text("review.told.nothing", period=reviewed.period), file=sys.stderr)
        return
    sheet = build_sheet(reviewed, list_lang, masked)
    with storage_errors(output), all_at_once(output) as draft:
        load_writer(form).write(sheet, draft)
    told = "review.told.written_masked" if masked else "review.told.written"
    print(text(told, count=reviewed.pairs.height, file=output), file=sys.stderr)


def import_(
    context: typer.Context,
    files: Annotated[
        list[str], typer.Argument(help=text("review.option.files"), show_default=False)
    ],
    workspace: Annotated[Path, _workspace_option()] = Path("work"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("review.option.dry_run"))] = False,
) -> None:
    from reconcile.casework.review.booking import import_answers
    from reconcile.workspace import Workspace

    done = import_answers(Workspace(workspace), files, dry_run)
    if not settings(context).quiet:
        _tell(done, dry_run)
    if done.answers.refused.height:
        raise typer.Exit(REFUSED)


def _tell(done: Imported, dry_run: bool) -> None:
    """What was booked, and each row that was not, on stderr."""
    from reconcile.cli.tables import tell

    answers = done.answers
    counts = {
        "booked": done.booked,
        "replaced": done.replaced,
        "unchanged": done.unchanged,
        "empty": sum(sheet.empty for sheet in answers.sheets),
        "refused": answers.refused.height,
    }
    lines = [text("review.told.known", file=file) for file in answers.known]
    if answers.sheets:
        lines.append(
            text("review.told.would_book" if dry_run else "review.told.booked", None, **counts)
        )
    for file, row, reason, shown in answers.refused.head(_TOLD).iter_rows():
        why = text(f"review.reject.{reason}", shown=shown)
        lines.append(text("review.told.refused", file=file, row=row, reason=why))
    if answers.refused.height > _TOLD:
        lines.append(text("review.told.refused_more", count=answers.refused.height - _TOLD))
    if done.booked and not dry_run:
        lines.append(text("review.told.next_run"))
    tell(lines)


def _reviewed(
    workspace: Path, code: list[str], town: list[str], weak: bool, unsure: bool, limit: int | None
) -> Reviewed:
    from reconcile.casework.review.pairs import POSSIBLE, ReviewChoice
    from reconcile.casework.review.run import open_review
    from reconcile.workspace import Workspace

    return open_review(
        Workspace(workspace),
        ReviewChoice(tuple(code) or (POSSIBLE,), tuple(town), weak, unsure, limit),
    )
