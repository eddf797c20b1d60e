"""`reconcile link`: what each record of one file is matched with in another."""

from __future__ import annotations

from typing import Annotated

import typer

from reconcile.cli.output import FormatOption, ListLanguage, Output, check_output, deliver, tell_rows
from reconcile.cli.settings import settings
from reconcile.messages import text


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("link", help=text("jobs.link.help"), epilog=text("jobs.link.example"))(link)


def link(
    context: typer.Context,
    left: Annotated[str, typer.Argument(help=text("jobs.link.left"), show_default=False)],
    right: Annotated[str, typer.Argument(help=text("jobs.link.right"), show_default=False)],
    left_layout: Annotated[str, typer.Option(help=text("jobs.link.left_layout"))] = "residents",
    right_layout: Annotated[str, typer.Option(help=text("jobs.link.right_layout"))] = "household",
    output: Output = "-",
    form: FormatOption = None,
    list_lang: ListLanguage = "zh",
) -> None:
    from reconcile import jobs
    from reconcile.config import Config, SourceConfig

    sources = {
        "left": SourceConfig(layout=left_layout, files=[left]),
        "right": SourceConfig(layout=right_layout, files=[right]),
    }
    config = Config(sources=sources)
    check_output(output, form, config)
    job = jobs.link(config, "left", "right", settings(context).progress())
    if not settings(context).quiet:
        tell_rows(job)
    deliver(job, output, form, list_lang)
