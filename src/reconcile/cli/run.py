"""`reconcile run`: the month, from exports to lists."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.cli.judgements import with_judgements
from reconcile.cli.settings import Settings, settings
from reconcile.core.errors import UsageError
from reconcile.core.messages import speak, text
from reconcile.core.period import Period

if TYPE_CHECKING:
    from reconcile.config import Config

OVER_THRESHOLD = 10


class Form(StrEnum):
    """The formats of lists; Typer takes no list of a Literal."""

    XLSX = "xlsx"
    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("run", help=text("run.help"), epilog=text("run.example"))(run)


def run(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Argument(help=text("run.option.config"), show_default=False)
    ] = None,
    period: Annotated[str | None, typer.Option(help=text("run.option.period"))] = None,
    residents: Annotated[list[str], typer.Option(help=text("run.option.residents"))] = [],  # noqa: B006
    household: Annotated[list[str], typer.Option(help=text("run.option.household"))] = [],  # noqa: B006
    births: Annotated[list[str], typer.Option(help=text("run.option.births"))] = [],  # noqa: B006
    areas: Annotated[list[str], typer.Option(help=text("areas.option"))] = [],  # noqa: B006
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=text("run.option.output"))
    ] = None,
    form: Annotated[list[Form], typer.Option("--format", help=text("run.option.format"))] = [],  # noqa: B006
    split_by: Annotated[
        Literal["town", "village"] | None, typer.Option(help=text("run.option.split_by"))
    ] = None,
    open_threshold: Annotated[
        int | None, typer.Option(min=0, help=text("run.option.open_threshold"))
    ] = None,
    judgements: Annotated[Path | None, typer.Option(help=text("judgements.option"))] = None,
    replace: Annotated[bool, typer.Option("--replace", help=text("run.option.replace"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("run.option.dry_run"))] = False,
) -> None:

    month = Period.parse(period) if period is not None else None
    if str(output) == "-":
        raise UsageError("run.error.output_is_stdout")
    chosen = settings(context)
    files = {"residents": residents, "household": household, "births": births}
    plan = _with_options(
        _config(config, files, output, chosen), [str(one) for one in form], split_by, open_threshold
    )
    plan = _with_areas(with_judgements(plan, judgements), areas)
    if dry_run:
        _tell_plan(plan, month)
        return
    open_cases = _run(plan, month, chosen, replace)
    if plan.open_threshold is not None and open_cases > plan.open_threshold:
        raise typer.Exit(OVER_THRESHOLD)


def _config(
    path: Path | None, files: dict[str, list[str]], output: Path | None, chosen: Settings
) -> Config:
    """The config in the file, or one made of the files named; either may be told another
    workspace."""
    from reconcile.config import config_for
    from reconcile.preflight import load_config

    if path is None:
        return config_for(files, output or Path("work"))
    if any(files.values()):
        raise UsageError("run.error.config_and_files")
    config = load_config(path)
    if config.language and not chosen.lang:
        speak(config.language)
    return config.model_copy(update={"workspace": str(output)}) if output else config


def _with_options(
    config: Config, form: list[str], split_by: str | None, open_threshold: int | None
) -> Config:
    given = {name: value for name, value in (("format", form), ("split_by", split_by)) if value}
    changed: dict[str, object] = {"lists": config.lists.model_copy(update=given)}
    if open_threshold is not None:
        changed["open_threshold"] = open_threshold
    return config.model_copy(update=changed)


def _with_areas(config: Config, files: list[str]) -> Config:
    """The config with these files as its table of areas; what else it says of the table stays."""
    from reconcile.config import AreasConfig

    if not files:
        return config
    said = config.areas.model_dump() if config.areas else {}
    return config.model_copy(update={"areas": AreasConfig(**{**said, "files": files})})


def _run(config: Config, period: Period | None, chosen: Settings, replace: bool) -> int:
    """Runs, prints the summary unless told to be quiet; the number of open cases."""
    from rich.console import Console

    from reconcile.cli.summary import render
    from reconcile.pipeline.run import run as run_month
    from reconcile.workspace import RunFolder

    done = run_month(config, period, chosen.progress(), lambda: replace or _may_replace(period))
    if not chosen.quiet:
        render(done.summary, Console(), RunFolder(done.folder).lists)
    return done.open_cases


def _tell_plan(config: Config, period: Period | None) -> None:
    """What a run would read and write; nothing is read or written."""
    from reconcile.reading.source_files import source_files
    from reconcile.workspace import ALL, Workspace

    for name, source in config.sources.items():
        print(text("run.would_read", source=name, layout=source.layout))
        for file in source_files(source):
            print(f"  {file}")
    if config.areas:
        print(text("areas.would_read"))
        for file in source_files(config.areas.as_source()):
            print(f"  {file}")
    folder = Workspace(Path(config.workspace)).run(str(period) if period else ALL).path
    print(text("run.would_replace" if folder.exists() else "run.would_write", folder=folder))


def _may_replace(period: Period | None) -> bool:
    """Asks whoever sits at the terminal; where nobody does, the answer is no."""
    return (
        sys.stdin.isatty()
        and sys.stderr.isatty()
        and typer.confirm(text("run.ask.replace", period=period), err=True)
    )
