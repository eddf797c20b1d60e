"""The option `--config` of the single jobs: sources, layouts and plan from a file instead of the
shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from reconcile.cli.settings import settings
from reconcile.core.errors import UsageError
from reconcile.core.messages import speak, text

if TYPE_CHECKING:
    from reconcile.config import Config


def config_option() -> Any:
    """`--config` of a single job."""
    return typer.Option("--config", help=text("jobs.option.config"))


def job_config(context: typer.Context, path: Path, files: Sequence[Sequence[str]]) -> Config:
    """The config in the file, with one source for each of `files`: where some are given, it reads
    these instead.

    UsageError when it has another number of sources, or when a layout is named beside it.
    """
    from reconcile.preflight import load_config

    if given := [name for name in context.params if "layout" in name and _is_given(context, name)]:
        raise UsageError("jobs.error.config_and_layout", option=f"--{given[0].replace('_', '-')}")
    config = load_config(path, need_files=not all(files))
    if len(config.sources) != len(files):
        raise UsageError(
            "jobs.error.other_sources",
            config=path,
            given=", ".join(config.sources),
            wanted=len(files),
        )
    if config.language and not settings(context).lang:
        speak(config.language)
    sources = {
        name: source.model_copy(update={"files": list(named)}) if named else source
        for (name, source), named in zip(config.sources.items(), files, strict=True)
    }
    return config.model_copy(update={"sources": sources})


def list_language(context: typer.Context, config: Config) -> Literal["zh", "en"]:
    """The language of the list: as asked for, else as a config has it."""
    chosen: Literal["zh", "en"] = context.params["list_lang"]
    return (
        config.lists.language
        if context.params["config"] and not _is_given(context, "list_lang")
        else chosen
    )


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
