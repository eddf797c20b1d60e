"""`reconcile claimed`: reported totals held against the records of a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

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
from reconcile.core.errors import UsageError
from reconcile.core.messages import speak, text

if TYPE_CHECKING:
    from reconcile.config import Config


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("claimed", help=text("claimed.help"), epilog=text("claimed.example"))(claimed)


def claimed(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(help=text("claimed.file"), show_default=False)
    ] = None,
    run: Annotated[Path | None, typer.Option(help=text("claimed.option_run"))] = None,
    workspace: Annotated[Path, typer.Option(help=text("claimed.option_workspace"))] = Path("work"),
    output: Annotated[str, output_option()] = STDOUT,
    records: Annotated[
        str | None, typer.Option("--records", help=text("claimed.option_records"))
    ] = None,
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"], list_language_option()] = "zh",
    config: Annotated[
        Path | None, typer.Option("--config", help=text("claimed.option_config"))
    ] = None,
) -> None:
    plan = _plan(context, config, file)
    _check_outputs(output, records, form, plan)
    from reconcile.crosschecks.claimed.job import check_claims
    from reconcile.crosschecks.claimed.report import build_figures, build_records
    from reconcile.workspace import Workspace

    checked = check_claims(
        next(iter(plan.sources.values())), run or Workspace(workspace).latest_run().path
    )
    quiet = settings(context).quiet
    if not quiet:
        tell_unread(checked.read)
        tell(checked.remarks)
    deliver_table(
        lambda _: build_figures(checked.figures, checked.explained, list_lang), output, form
    )
    if records is not None:
        labels = checked.run.labels(list_lang)
        hide = not plan.lists.whole_values
        deliver_table(
            lambda on_screen: build_records(
                checked.figures, checked.explained, labels, list_lang, on_screen or hide
            ),
            records,
            form if records == STDOUT else None,
        )
    if not quiet:
        tell([text("claimed.internal")])


def _plan(context: typer.Context, config: Path | None, file: str | None) -> Config:
    """One source of the layout claimed, as a config has it, with the file that is named in place of
    its own."""
    from reconcile.config import config_for
    from reconcile.core.errors import ConfigError
    from reconcile.core.layouts import load_layout
    from reconcile.preflight import load_config

    if config is None:
        if file is None:
            raise UsageError("claimed.error.no_file")
        return config_for({"claimed": [file]}, Path())
    plan = load_config(config, need_files=file is None)
    if plan.language and not settings(context).lang:
        speak(plan.language)
    own = [
        name
        for name, source in plan.sources.items()
        if load_layout(source.layout).name == "claimed"
    ]
    if len(own) != 1:
        given = ", ".join(f"{name} ({source.layout})" for name, source in plan.sources.items())
        raise ConfigError("claimed.error.sources", given=given)
    source = plan.sources[own[0]]
    source = source.model_copy(update={"files": [file]}) if file else source
    return plan.model_copy(update={"sources": {own[0]: source}})


def _check_outputs(output: str, records: str | None, form: Format | None, plan: Config) -> None:
    check_output(output, form, plan)
    if records is None:
        return
    check_output(records, None, plan)
    if records == output and output != STDOUT:
        raise UsageError("claimed.error.same_output", file=output)
