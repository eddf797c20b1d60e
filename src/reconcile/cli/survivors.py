"""`reconcile survivors`: which record of a duplicate stays, and which values it takes over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.cli.output import (
    STDOUT,
    Format,
    check_target,
    format_option,
    list_language_option,
    output_option,
)
from reconcile.cli.settings import settings
from reconcile.cli.tables import deliver_table, tell
from reconcile.core.messages import text
from reconcile.core.period import Period

if TYPE_CHECKING:
    from reconcile.casework.survivors.job import Proposal


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("survivors", help=text("survivors.help"), epilog=text("survivors.example"))(
        survivors
    )


def survivors(
    context: typer.Context,
    workspace: Annotated[Path | None, typer.Option(help=text("survivors.option_workspace"))] = None,
    period: Annotated[str | None, typer.Option(help=text("survivors.option_period"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=text("survivors.option_all"))] = False,
    output: Annotated[str, output_option()] = STDOUT,
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"], list_language_option()] = "zh",
    config: Annotated[
        Path | None, typer.Option("--config", help=text("survivors.option_config"))
    ] = None,
) -> None:
    _check_output(output, form)
    folder, hide = _configured(config)
    from reconcile.casework.survivors.job import propose
    from reconcile.casework.survivors.report import build_changes
    from reconcile.workspace import Workspace

    proposal = propose(
        Workspace(workspace or folder),
        Period.parse(period) if period else None,
        everything=everything,
    )
    deliver_table(
        lambda on_screen: build_changes(proposal, list_lang, masked=on_screen or hide), output, form
    )
    if not settings(context).quiet:
        tell(_messages(proposal))


def _check_output(output: str, form: str | None) -> None:
    from reconcile.cli.output import FORMATS
    from reconcile.core.errors import UsageError

    if output == STDOUT:
        return
    target = Path(output)
    if form is None and target.suffix.lower() not in FORMATS and not target.is_dir():
        raise UsageError("jobs.error.format", file=output, known=", ".join(FORMATS))
    check_target(target, [])


def _configured(config: Path | None) -> tuple[Path, bool]:
    """The workspace, and whether files are masked too."""
    from reconcile.preflight import load_config

    if config is None:
        return Path("work"), False
    plan = load_config(config, need_files=False)
    return Path(plan.workspace), not plan.lists.whole_values


def _messages(proposal: Proposal) -> list[str]:
    """What there is to do, and what is not in the list."""
    from reconcile.casework.survivors.changes import ACTIONS

    rows = proposal.changes
    done = {action: rows.filter(action=action).height for action in ACTIONS}
    cases = rows["key"].n_unique()
    lines = [
        text(
            "survivors.told",
            cases=cases,
            changes=done["change"],
            decides=done["decide"],
            cancels=done["cancel"],
        )
    ]
    return lines + [
        text(f"survivors.left_out.{why}", count=n) for why, n in proposal.left_out.items() if n
    ]
