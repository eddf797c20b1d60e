"""`reconcile exchange`: how many of the cases sent to receiving areas were answered and
confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from reconcile.cli.output import (
    FORMATS,
    STDOUT,
    Format,
    check_target,
    format_option,
    list_language_option,
    output_option,
)
from reconcile.cli.settings import settings
from reconcile.cli.tables import deliver_table, tell
from reconcile.core.errors import UsageError
from reconcile.core.messages import language, text
from reconcile.core.period import Period

_ELSEWHERE = "registered_elsewhere"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("exchange", help=text("exchange.help"), epilog=text("exchange.example"))(exchange)


def exchange(
    context: typer.Context,
    workspace: Annotated[Path, typer.Option(help=text("exchange.option.workspace"))] = Path("work"),
    code: Annotated[list[str], typer.Option(help=text("exchange.option.code"))] = [_ELSEWHERE],  # noqa: B006
    batch: Annotated[
        list[str], typer.Option("--batch", "--round", help=text("exchange.option.batch"))
    ] = [],  # noqa: B006
    period: Annotated[str | None, typer.Option(help=text("exchange.option.period"))] = None,
    by: Annotated[
        Literal["town", "village"], typer.Option(help=text("exchange.option.by"))
    ] = "town",
    output: Annotated[str, output_option()] = STDOUT,
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"] | None, list_language_option()] = None,
) -> None:
    from reconcile.casework.dispatch.selection import CaseChoice, check_wanted
    from reconcile.casework.exchange.figures import exchange_figures
    from reconcile.casework.exchange.report import build_exchange, in_words
    from reconcile.casework.exchange.rounds import RoundChoice, rounds
    from reconcile.ledger.actor import today
    from reconcile.ledger.store import open_ledger
    from reconcile.rules import as_codes
    from reconcile.workspace import Workspace

    month = Period.parse(period) if period is not None else None
    check_wanted(CaseChoice(code))
    codes = sorted(set(as_codes(code)))
    _check_output(output, form)
    with open_ledger(Workspace(workspace)) as ledger:
        found = rounds(ledger, RoundChoice(codes, batch, month))
    figures = exchange_figures(found, by)
    chosen, day = list_lang or language(), today().isoformat()
    deliver_table(
        lambda on_screen: build_exchange(
            figures, codes, day, by, chosen, on_screen or form == "table"
        ),
        output,
        form,
    )
    if not settings(context).quiet:
        tell(in_words(figures, language()))


def _check_output(output: str, form: Format | None) -> None:
    if output == STDOUT:
        return
    if form is None and Path(output).suffix.lower() not in FORMATS:
        raise UsageError("jobs.error.format", file=output, known=", ".join(FORMATS))
    check_target(Path(output), [])
