"""`reconcile dedupe`: the people who are in one register more than once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.output import FormatOption, ListLanguage, Output, check_output, deliver, tell_rows
from reconcile.cli.settings import settings
from reconcile.messages import text


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("dedupe", help=text("jobs.dedupe.help"), epilog=text("jobs.dedupe.example"))(dedupe)


def dedupe(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help=text("jobs.dedupe.files"), show_default=False)],
    layout: Annotated[str, typer.Option(help=text("jobs.option.layout"))] = "residents",
    output: Output = "-",
    form: FormatOption = None,
    list_lang: ListLanguage = "zh",
) -> None:
    from reconcile import jobs
    from reconcile.config import config_for

    config = config_for({layout: files}, Path())
    check_output(output, form, config)
    job = jobs.dedupe(config, layout, settings(context).progress())
    if not settings(context).quiet:
        tell_rows(job)
    deliver(job, output, form, list_lang)
