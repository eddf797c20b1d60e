"""`reconcile roster`: any list of people held against the registers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.cli.job_config import list_language
from reconcile.cli.output import (
    STDOUT,
    Format,
    check_output,
    format_option,
    list_language_option,
    output_option,
)
from reconcile.cli.settings import settings
from reconcile.cli.tables import deliver_table, tell, tell_unread
from reconcile.core.messages import speak, text

if TYPE_CHECKING:
    from reconcile.config import Config
    from reconcile.crosschecks.roster.job import RosterCheck


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("roster", help=text("roster.help"), epilog=text("roster.example"))(roster)


def roster(
    context: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(help=text("roster.files"), show_default=False)
    ] = None,
    against: Annotated[
        str, typer.Option(help=text("roster.option_against"))
    ] = "residents,household",
    workspace: Annotated[Path | None, typer.Option(help=text("roster.option_workspace"))] = None,
    run: Annotated[Path | None, typer.Option(help=text("roster.option_run"))] = None,
    residents: Annotated[list[str], typer.Option(help=text("roster.option_residents"))] = [],  # noqa: B006
    household: Annotated[list[str], typer.Option(help=text("roster.option_household"))] = [],  # noqa: B006
    exclusive: Annotated[
        bool, typer.Option("--exclusive", help=text("roster.option_exclusive"))
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help=text("roster.option_all"))] = False,
    output: Annotated[str, output_option()] = STDOUT,
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"], list_language_option()] = "zh",
    config: Annotated[
        Path | None, typer.Option("--config", help=text("roster.option_config"))
    ] = None,
) -> None:
    from reconcile.crosschecks.roster.job import check_rosters
    from reconcile.crosschecks.roster.order import asked
    from reconcile.crosschecks.roster.report import build_roster
    from reconcile.preflight import load_config

    given = load_config(config, need_files=not files) if config else None
    if given and given.language and not settings(context).lang:
        speak(given.language)
    registers = {"residents": residents, "household": household}
    plan = asked(given, config, files or [], registers, against, exclusive=exclusive)
    check_output(output, form, plan.everything)
    progress = settings(context).progress()
    checked = check_rosters(plan.rosters, plan.registers(workspace, run, progress), progress)
    language = list_language(context, plan.rosters)
    hide = not plan.rosters.lists.whole_values
    deliver_table(
        lambda on_screen: build_roster(
            checked, language, masked=on_screen or hide, everything=everything
        ),
        output,
        form,
    )
    if not settings(context).quiet:
        _tell(checked, plan.rosters)


def _tell(checked: RosterCheck, plan: Config) -> None:
    """What the rosters were held against, which rows were not used, the balance, and the findings
    by code."""
    from reconcile.crosschecks.roster.remarks import remarks

    for name, read in checked.prepared.read.items():
        tell_unread(read, checked.prepared.standardised[name].rejects["reason"])
    tell(remarks(checked))
