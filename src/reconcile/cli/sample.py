"""`reconcile sample`: a made-up city's exports with the truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reconcile.core.messages import text


def register(app: typer.Typer) -> None:
    """Adds the command `sample`."""
    app.command(help=text("sample.help"), epilog=text("sample.example"))(sample)


def sample(
    folder: Annotated[Path, typer.Argument(help=text("sample.folder"), show_default=False)],
    people: Annotated[int, typer.Option(help=text("sample.people"))] = 2_000,
    seed: Annotated[int, typer.Option(help=text("sample.seed"))] = 1,
    preset: Annotated[str, typer.Option(help=text("sample.preset"))] = "modern",
    birth_months: Annotated[int, typer.Option(help=text("sample.birth_months"))] = 24,
    months: Annotated[int, typer.Option(help=text("sample.months"))] = 1,
    form: Annotated[str, typer.Option("--format", help=text("sample.form"))] = "mixed",
    plain: Annotated[bool, typer.Option("--plain", help=text("sample.plain"))] = False,
    error_scale: Annotated[float, typer.Option(help=text("sample.error_scale"))] = 1.0,
    rosters: Annotated[bool, typer.Option("--rosters", help=text("sample.rosters"))] = False,
    areas: Annotated[bool, typer.Option("--areas", help=text("sample.areas"))] = False,
    ruined: Annotated[
        str | None, typer.Option("--ruined", help=text("sample.ruined"), show_default=False)
    ] = None,
) -> None:
    from reconcile.sample import write_sample
    from reconcile.workspace import storage_errors

    with storage_errors(folder):
        files = write_sample(
            folder,
            people=people,
            seed=seed,
            preset=preset,
            birth_months=birth_months,
            form="plain" if plain else form,
            error_scale=error_scale,
            ruined=ruined,
            months=months,
            with_rosters=rosters,
            areas=areas,
        )
    _show(files)


def _show(files: list[Path]) -> None:
    """The files written and their sizes, on stderr: stdout is for data."""
    from rich.console import Console
    from rich.filesize import decimal
    from rich.table import Table

    table = Table(title=text("sample.title"))
    table.add_column(text("sample.file"))
    table.add_column(text("sample.size"), justify="right")
    for file in files:
        table.add_row(str(file), decimal(file.stat().st_size))
    Console(stderr=True).print(table)
