"""The option `--judgements` of the commands that match, and `reconcile judgements`: those of the
ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.output import Format, format_option, output_option
from reconcile.cli.usage import Commands
from reconcile.core.messages import text

if TYPE_CHECKING:
    from reconcile.config import Config


def register(app: typer.Typer) -> None:
    """Adds the commands under `judgements`."""
    group = typer.Typer(cls=Commands, help=text("judgements.command.help"), no_args_is_help=True)
    for name, command in (("list", list_), ("withdraw", withdraw)):
        key = f"judgements.command.{name}"
        group.command(name, help=text(key), epilog=text(f"{key}_example"))(command)
    app.add_typer(group, name="judgements")


def list_(
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help=text("judgements.command.workspace"))
    ] = Path("work"),
    output: Annotated[str, output_option()] = "-",
    form: Annotated[Format | None, format_option()] = None,
) -> None:
    from reconcile.casework.review.judgement_list import build_standing
    from reconcile.cli.tables import deliver_table
    from reconcile.core.messages import language
    from reconcile.ledger.judgements import judgements
    from reconcile.ledger.store import open_ledger
    from reconcile.workspace import Workspace

    with open_ledger(Workspace(workspace)) as ledger:
        standing = judgements(ledger)
    deliver_table(lambda on_screen: build_standing(standing, language(), on_screen), output, form)


def withdraw(
    numbers: Annotated[
        list[int], typer.Argument(help=text("judgements.command.numbers"), show_default=False)
    ],
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help=text("judgements.command.workspace"))
    ] = Path("work"),
) -> None:
    import sys

    from reconcile.casework.review.booking import take_back
    from reconcile.ledger.store import open_ledger
    from reconcile.workspace import Workspace

    folder = Workspace(workspace)
    with folder.lock(), open_ledger(folder) as ledger:
        take_back(ledger, numbers, "judgements withdraw")
    print(
        text("judgements.command.withdrawn", numbers=", ".join(map(str, sorted({*numbers})))),
        file=sys.stderr,
    )


def with_judgements(config: Config, judgements: Path | None) -> Config:
    """The config with this file of judgements in place of its own; unchanged without one."""
    from reconcile.config import matching_of

    if judgements is None:
        return config
    matching = matching_of(config).model_copy(update={"judgements": str(judgements)})
    return config.model_copy(update={"matching": matching})
