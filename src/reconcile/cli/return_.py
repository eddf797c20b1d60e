"""`reconcile return`: the office sends an answer back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.settings import settings
from reconcile.cli.tables import tell
from reconcile.core.messages import text


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(
        "return", help=text("feedback.return.help"), epilog=text("feedback.return.example")
    )(send_back)


def send_back(
    context: typer.Context,
    keys: Annotated[
        list[str], typer.Argument(help=text("feedback.option.keys"), show_default=False)
    ],
    why: Annotated[str, typer.Option("--why", help=text("feedback.return.why"))],
    workspace: Annotated[
        Path, typer.Option("--workspace", "-o", help=text("feedback.workspace"))
    ] = Path("work"),
) -> None:
    from reconcile.casework.feedback import decisions
    from reconcile.workspace import Workspace

    booked, already = decisions.send_back(Workspace(workspace), keys, why)
    for key in booked:
        print(key)
    if not settings(context).quiet:
        tell([text("feedback.return.done", count=len(booked), already=len(already))])
