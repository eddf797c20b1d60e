"""`reconcile link`: what each record of one file is matched with in another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from reconcile.cli.job_config import config_option, job_config, list_language
from reconcile.cli.judgements import with_judgements
from reconcile.cli.output import (
    Format,
    check_output,
    format_option,
    list_language_option,
    output_option,
    tell_beside,
)
from reconcile.cli.settings import settings
from reconcile.cli.tables import deliver
from reconcile.core.errors import UsageError
from reconcile.core.messages import text


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("link", help=text("jobs.link.help"), epilog=text("jobs.link.example"))(link)


def link(
    context: typer.Context,
    left: Annotated[
        str | None, typer.Argument(help=text("jobs.link.left"), show_default=False)
    ] = None,
    right: Annotated[
        str | None, typer.Argument(help=text("jobs.link.right"), show_default=False)
    ] = None,
    left_layout: Annotated[str, typer.Option(help=text("jobs.link.left_layout"))] = "residents",
    right_layout: Annotated[str, typer.Option(help=text("jobs.link.right_layout"))] = "household",
    output: Annotated[str, output_option()] = "-",
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"], list_language_option()] = "zh",
    judgements: Annotated[Path | None, typer.Option(help=text("judgements.option"))] = None,
    config: Annotated[Path | None, config_option()] = None,
) -> None:
    from reconcile.config import Config, SourceConfig
    from reconcile.pipeline import jobs

    if config:
        plan = job_config(context, config, [[file] if file else [] for file in (left, right)])
    elif left and right:
        sources = {
            "left": SourceConfig(layout=left_layout, files=[left]),
            "right": SourceConfig(layout=right_layout, files=[right]),
        }
        plan = Config(sources=sources)
    else:
        raise UsageError("jobs.error.two_files")
    plan = with_judgements(plan, judgements)
    check_output(output, form, plan)
    one, other = plan.sources
    job = jobs.link(plan, one, other, settings(context).progress())
    if not settings(context).quiet:
        tell_beside(job)
    deliver(job, output, form, list_language(context, plan))
