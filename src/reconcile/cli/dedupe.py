"""`reconcile dedupe`: the people who are in one register more than once."""

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
    app.command("dedupe", help=text("jobs.dedupe.help"), epilog=text("jobs.dedupe.example"))(dedupe)


def dedupe(
    context: typer.Context,
    files: Annotated[
        list[str], typer.Argument(help=text("jobs.dedupe.files"), show_default=False)
    ] = [],  # noqa: B006
    layout: Annotated[str, typer.Option(help=text("jobs.option.layout"))] = "residents",
    output: Annotated[str, output_option()] = "-",
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"], list_language_option()] = "zh",
    judgements: Annotated[Path | None, typer.Option(help=text("judgements.option"))] = None,
    config: Annotated[Path | None, config_option()] = None,
) -> None:
    from reconcile.config import config_for
    from reconcile.pipeline import jobs

    if not files and config is None:
        raise UsageError("jobs.error.no_files")
    plan = job_config(context, config, [files]) if config else config_for({layout: files}, Path())
    plan = with_judgements(plan, judgements)
    check_output(output, form, plan)
    job = jobs.dedupe(plan, next(iter(plan.sources)), settings(context).progress())
    if not settings(context).quiet:
        tell_beside(job)
    deliver(job, output, form, list_language(context, plan))
