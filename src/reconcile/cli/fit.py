"""`reconcile fit`: the matching model fitted to one's own registers, and a report about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.judgements import with_judgements
from reconcile.cli.settings import Settings, settings
from reconcile.core.errors import UsageError
from reconcile.core.messages import speak, text

if TYPE_CHECKING:
    from reconcile.config import Config
    from reconcile.quality.fit.report import FitReport


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("fit", help=text("fit.help"), epilog=text("fit.example"))(fit)


def fit(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=text("fit.option.output"), show_default=False)
    ],
    config: Annotated[Path | None, typer.Option(help=text("fit.option.config"))] = None,
    residents: Annotated[list[str], typer.Option(help=text("fit.option.residents"))] = [],  # noqa: B006
    household: Annotated[list[str], typer.Option(help=text("fit.option.household"))] = [],  # noqa: B006
    births: Annotated[list[str], typer.Option(help=text("fit.option.births"))] = [],  # noqa: B006
    name: Annotated[str | None, typer.Option(help=text("fit.option.name"))] = None,
    rounds: Annotated[int, typer.Option(min=1, max=100, help=text("fit.option.rounds"))] = 5,
    judgements: Annotated[Path | None, typer.Option(help=text("fit.option.judgements"))] = None,
    force: Annotated[bool, typer.Option("--force", help=text("fit.option.force"))] = False,
) -> None:
    from reconcile.cli.output import all_at_once
    from reconcile.matching.fitting import save_model
    from reconcile.quality.fit.job import fit_files
    from reconcile.quality.fit.page import page, problem_lines
    from reconcile.quality.fit.report import report
    from reconcile.workspace import storage_errors

    files = {"residents": residents, "household": household, "births": births}
    plan = with_judgements(_config(config, files, settings(context)), judgements)
    _check_output(output, plan)
    fitted = fit_files(plan, name or output.stem, settings(context).progress(), rounds)
    if fitted.problems and not force:
        raise UsageError(
            "fit.error.worse", file=output.name, problems="\n".join(problem_lines(fitted))
        )
    found = report(fitted)
    beside = output.with_suffix(".md")
    with storage_errors(output), all_at_once(output) as model, all_at_once(beside) as told:
        save_model(fitted.model, model)
        told.write_text(page(found), encoding="utf-8", newline="\n")
    if not settings(context).quiet:
        _show(found, output, beside)


def _config(path: Path | None, files: dict[str, list[str]], chosen: Settings) -> Config:
    from reconcile.config import config_for
    from reconcile.preflight import load_config

    if path is None:
        return config_for(files, Path())
    if any(files.values()):
        raise UsageError("fit.error.config_and_files")
    config = load_config(path)
    if config.language and not chosen.lang:
        speak(config.language)
    return config


def _check_output(output: Path, config: Config) -> None:
    """Refuses a model file that a config could not name, or that is the one to start from."""
    from reconcile.cli.output import check_target
    from reconcile.config import matching_of
    from reconcile.matching.model import model_path

    if output.suffix != ".json":
        raise UsageError("fit.error.not_json", file=output.name)
    for target in (output, output.with_suffix(".md")):
        check_target(target, ())
    start = model_path(matching_of(config).model)
    if output.exists() and start.exists() and output.samefile(start):
        raise UsageError("fit.error.is_input", file=output.name)


def _show(report: FitReport, output: Path, beside: Path) -> None:
    """The quality of each link as a table, and what to do next."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from reconcile.pipeline.notices import of_dead_keys, of_judgements
    from reconcile.quality.fit.page import headings, problem_lines, quality_row

    linkage = report.fitted.linkage
    rows = [quality_row(link) for link in report.links]
    table = Table(
        title=text("fit.summary", cut=f"{report.cut:g}"), box=box.SIMPLE_HEAD, pad_edge=False
    )
    for place, heading in enumerate(headings("quality", 7)):
        table.add_column(heading, justify="right" if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table)
    if report.fitted.problems:
        print(text("fit.forced", problems="\n".join(problem_lines(report.fitted))), file=sys.stderr)
    told = of_judgements(linkage.constraints.unknown, linkage.population.sources)
    for notice in [*of_dead_keys(linkage.dead_keys()), *told]:
        print(notice, file=sys.stderr)
    print(text("fit.written", model=output, report=beside))
    print(text("fit.use_it", model=output))
