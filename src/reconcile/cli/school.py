"""`reconcile school`: first graders held against the births that they were."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.cli.judgements import with_judgements
from reconcile.cli.output import (
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
    from reconcile.crosschecks.school.job import Retrospective


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("school", help=text("school.help"), epilog=text("school.example"))(school)


def school(
    context: typer.Context,
    enrolment: Annotated[
        list[str], typer.Argument(help=text("school.enrolment"), show_default=False)
    ] = [],  # noqa: B006
    births: Annotated[list[str], typer.Option(help=text("school.births"))] = [],  # noqa: B006
    school_year: Annotated[
        int | None, typer.Option(help=text("school.option_year"), min=1960, max=2100)
    ] = None,
    survival: Annotated[float, typer.Option(help=text("school.option_survival"))] = 0.9922,
    material: Annotated[float, typer.Option(help=text("school.option_material"))] = 0.10,
    output: Annotated[str, output_option()] = "-",
    form: Annotated[Format | None, format_option()] = None,
    list_lang: Annotated[Literal["zh", "en"], list_language_option()] = "zh",
    judgements: Annotated[Path | None, typer.Option(help=text("judgements.option"))] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help=text("school.option_config"))
    ] = None,
) -> None:
    from reconcile.crosschecks.school.job import retrospective
    from reconcile.crosschecks.school.ratios import Terms
    from reconcile.crosschecks.school.report import build_school

    if not 0 < survival <= 1:
        raise UsageError("school.error.survival", given=survival)
    if not 0 <= material < 10:
        raise UsageError("school.error.material", given=material)
    plan = with_judgements(_plan(context, config, enrolment, births), judgements)
    check_output(output, form, plan)
    found = retrospective(
        plan, school_year, Terms(survival, material), settings(context).progress()
    )
    if not settings(context).quiet:
        _tell(found, survival)
    deliver_table(lambda _: build_school(found.ratios, list_lang), output, form)
    if not settings(context).quiet:
        tell([text("school.caution")])


def _plan(
    context: typer.Context, config: Path | None, enrolment: list[str], births: list[str]
) -> Config:
    """The sources as a config has them, with the files that are named in place of its own."""
    from reconcile.config import config_for
    from reconcile.preflight import load_config

    if config is None:
        if not enrolment or not births:
            raise UsageError("school.error.no_files")
        return config_for({"school": enrolment, "births": births}, Path())
    from reconcile.crosschecks.school.job import sources_of

    plan = load_config(config, need_files=not (enrolment and births))
    if plan.language and not settings(context).lang:
        speak(plan.language)
    named = dict(zip(sources_of(plan), (enrolment, births), strict=True))
    sources = {
        name: source.model_copy(update={"files": named[name]}) if named.get(name) else source
        for name, source in plan.sources.items()
    }
    return plan.model_copy(update={"sources": {name: sources[name] for name in named}})


def _tell(found: Retrospective, survival: float) -> None:
    """What was left out and what else to know, before the table."""

    import polars as pl
    from rich.console import Console

    from reconcile.cli.summary import render_reasons
    from reconcile.pipeline.run_summary import source_summary

    tell_unread(found.read)
    births = [source_summary(found.prepared, name) for name in found.prepared.layouts]
    render_reasons(births, Console(stderr=True, soft_wrap=True))
    tell([*found.notices, *found.remarks])
    standing_out = found.ratios["finding"].is_in(["higher", "lower"]).sum()
    city = (pl.col("level") == "city") & pl.col("sex").is_null()
    compared = found.ratios.filter(~city)["ratio"].count()
    tell(
        [
            text(
                "school.summary",
                compared=compared,
                standing_out=standing_out,
                survival=f"{survival:.4f}",
            )
        ]
    )
