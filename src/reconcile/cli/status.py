"""`reconcile status`: how a month stands in the ledger."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal, TextIO

import typer

from reconcile.core.errors import UsageError
from reconcile.core.messages import language, text
from reconcile.core.period import Period

if TYPE_CHECKING:
    from reconcile.ledger.rates import Level
    from reconcile.ledger.report import Report

Form = Literal["table", "xlsx", "csv", "json"]
_FORMS: dict[str, Form] = {".xlsx": "xlsx", ".csv": "csv", ".json": "json"}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("status", help=text("status.help"), epilog=text("status.example"))(status)


def status(
    workspace: Annotated[Path, typer.Option(help=text("status.option.workspace"))] = Path("work"),
    period: Annotated[str | None, typer.Option(help=text("status.option.period"))] = None,
    by: Annotated[
        Literal["city", "town", "village", "code"], typer.Option(help=text("status.option.by"))
    ] = "town",
    form: Annotated[
        Form | None, typer.Option("--format", help=text("status.option.format"))
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=text("status.option.output"))
    ] = None,
    least: Annotated[int, typer.Option(min=1, help=text("status.option.least"))] = 5,
) -> None:
    from reconcile.cli.output import check_target
    from reconcile.ledger.report import report
    from reconcile.ledger.store import open_ledger
    from reconcile.workspace import Workspace

    month = Period.parse(period) if period is not None else None
    chosen = _form(form, output)
    if output is not None:
        check_target(output, [])
    with open_ledger(Workspace(workspace)) as ledger:
        found = report(ledger, month, least)
    _deliver(found, by, chosen, output)


def _form(form: Form | None, output: Path | None) -> Form:
    """The format asked for, else that of the file's ending, else the screen's. UsageError when it
    cannot be."""
    if output is None:
        if form == "xlsx" and sys.stdout.isatty():
            raise UsageError("lists.error.binary_to_terminal", format=form)
        return form or "table"
    if form is None and output.suffix.lower() not in _FORMS:
        raise UsageError("status.error.format", file=output.name)
    return form or _FORMS[output.suffix.lower()]


def _deliver(found: Report, by: Level, form: Form, output: Path | None) -> None:
    """Writes the report to the file, which takes its place all at once, or to stdout."""
    from reconcile.cli.output import all_at_once
    from reconcile.workspace import storage_errors

    if output is not None:
        with storage_errors(output), all_at_once(output) as draft:
            _write(found, by, form, draft)
    elif form == "table":
        _show(found, by, None)
    else:
        sys.stdout.flush()
        _write(found, by, form, sys.stdout.buffer)


def _write(found: Report, by: Level, form: Form, target: Path | BinaryIO) -> None:
    from reconcile.ledger.status_tables import level_table, workbook
    from reconcile.lists.writers import load_writer
    from reconcile.lists.writers.files import opened

    if form == "csv":
        load_writer("csv").write(level_table(found, by, language()), target)
        return
    with opened(target) as stream:
        if form == "xlsx":
            stream.write(workbook(found, language()))
        elif form == "json":
            stream.write(
                (json.dumps(found.as_json(by), ensure_ascii=False, indent=2) + "\n").encode()
            )
        else:
            _show(found, by, io.TextIOWrapper(stream, "utf-8", write_through=True))


def _show(found: Report, by: Level, page: TextIO | None) -> None:
    from rich.console import Console

    from reconcile.cli.status_page import show

    show(found, by, Console(file=page, width=80 if page else None, highlight=False))
