"""`reconcile config check` and `reconcile config schema`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.usage import Commands
from reconcile.core.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconcile.config import Config


def register(app: typer.Typer) -> None:
    """Adds the commands under `config`."""
    group = typer.Typer(cls=Commands, help=text("config.command.help"), no_args_is_help=True)
    for command in (check, schema):
        key = f"config.command.{command.__name__}"
        group.command(help=text(key), epilog=text(f"{key}_example"))(command)
    app.add_typer(group, name="config")


def check(
    file: Annotated[Path, typer.Argument(help=text("config.command.file"), show_default=False)],
) -> None:
    from reconcile.preflight import load_config

    config = load_config(file)
    print(text("config.command.ok", file=file))
    print("\n".join(_lines(config)))


def schema() -> None:
    import json

    from reconcile.config import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def _lines(config: Config) -> Iterator[str]:
    """What a run with this config would read, compare and write to."""
    from reconcile.config import matching_of
    from reconcile.reading.source_files import source_files

    for name, source in config.sources.items():
        files = source_files(source)
        yield text("config.command.source", name=name, layout=source.layout, count=len(files))
        yield from (f"  {file}" for file in files)
    if config.areas:
        yield text("areas.would_read")
        yield from (f"  {file}" for file in source_files(config.areas.as_source()))
    links = ["–".join(link.sources) for link in matching_of(config).links]
    yield text("config.command.links", links=", ".join(links))
    yield text("config.command.workspace", folder=config.workspace)
