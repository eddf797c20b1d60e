"""`reconcile births`: which registers hold each hospital birth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

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
    app.command("births", help=text("jobs.births.help"), epilog=text("jobs.births.example"))(births)


def births(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help=text("jobs.births.files"), show_default=False)],
    residents: Annotated[list[str], typer.Option(help=text("run.option.residents"))] = [],  # noqa: B006
    household: Annotated[list[str], typer.Option(help=text("run.option.household"))] = [],  # noqa: B006
    output: Annotated[str, output_option()] = "-",
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"], list_language_option()] = "zh",
    judgements: Annotated[Path | None, typer.Option(help=text("judgements.option"))] = None,
) -> None:
    from reconcile.config import config_for
    from reconcile.pipeline import jobs

    registers = {
        name: paths for name, paths in (("residents", residents), ("household", household)) if paths
    }
    if not registers:
        raise UsageError("jobs.error.no_register")
    config = config_for({**registers, "births": files}, Path())
    config = with_judgements(config, judgements)
    check_output(output, form, config)
    job = jobs.births(config, "births", list(registers), settings(context).progress())
    if not settings(context).quiet:
        tell_beside(job)
    deliver(job, output, form, list_lang)
