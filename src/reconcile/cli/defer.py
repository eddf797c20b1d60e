"""`reconcile defer`: a case is put off until a day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.settings import settings
from reconcile.cli.tables import tell
from reconcile.core.messages import text


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("defer", help=text("feedback.defer.help"), epilog=text("feedback.defer.example"))(
        put_off
    )


def put_off(
    context: typer.Context,
    keys: Annotated[
        list[str], typer.Argument(help=text("feedback.option.keys"), show_default=False)
    ],
    until: Annotated[str, typer.Option("--until", help=text("feedback.defer.until"))],
    why: Annotated[str, typer.Option("--why", help=text("feedback.defer.why"))],
    workspace: Annotated[
        Path, typer.Option("--workspace", "-o", help=text("feedback.workspace"))
    ] = Path("work"),
) -> None:
    from reconcile.casework.feedback import decisions
    from reconcile.workspace import Workspace

    booked, already = decisions.put_off(Workspace(workspace), keys, until, why)
    for key in booked:
        print(key)
    if not settings(context).quiet:
        tell([text("feedback.defer.done", count=len(booked), already=len(already))])
