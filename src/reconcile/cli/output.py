"""Where a single job's list goes: a screen, a pipe or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from reconcile.core.errors import UsageError
from reconcile.core.messages import text

if TYPE_CHECKING:
    from reconcile.config import Config
    from reconcile.pipeline.jobs import Job

Format = Literal["csv", "xlsx", "ndjson", "parquet", "table"]

STDOUT = "-"
FORMATS = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
}


# Functions, so that each command is made with the texts of the language in use by then.


def output_option() -> Any:
    """`--output` of a single job."""
    return typer.Option("--output", "-o", help=text("jobs.option.output"))


def format_option() -> Any:
    """`--format` of a single job."""
    return typer.Option("--format", help=text("jobs.option.format"))


def list_language_option() -> Any:
    """`--list-lang` of a single job."""
    return typer.Option("--list-lang", help=text("jobs.option.list_lang"))


def check_output(output: str, form: str | None, config: Config) -> None:
    """Refuses, before any work is done, an output that cannot be written or that is one of the
    files read."""
    from reconcile.reading.source_files import source_files

    if output == STDOUT:
        return
    target = Path(output)
    if form is None and target.suffix.lower() not in FORMATS and not target.is_dir():
        raise UsageError("jobs.error.format", file=output, known=", ".join(FORMATS))
    check_target(
        target, [file for source in config.sources.values() for file in source_files(source)]
    )


def check_target(target: Path, read: Iterable[Path | str]) -> None:
    """UsageError when a file cannot be made at `target`, or when it would replace one of those
    read."""
    if target.is_dir():
        raise UsageError("jobs.error.is_folder", folder=target)
    if not target.parent.is_dir():
        raise UsageError("jobs.error.no_folder", folder=target.parent)
    if target.exists() and any(str(file) != STDOUT and target.samefile(file) for file in read):
        raise UsageError("jobs.error.is_input", file=target)


def tell_beside(job: Job) -> None:
    """Says on stderr which rows were not kept, and the notices: a list from a single job has no
    summary beside it."""
    from rich.console import Console

    from reconcile.cli.summary import render_reasons
    from reconcile.pipeline.run_summary import source_summary

    sources = [source_summary(job.prepared, name) for name in job.prepared.layouts]
    console = Console(stderr=True, soft_wrap=True)
    render_reasons(sources, console)
    for notice in job.notices:
        console.print(str(notice), markup=False, highlight=False)


@contextmanager
def all_at_once(target: Path) -> Iterator[Path]:
    """A file beside `target` that takes its place when the block ends well: nobody ever sees half a
    file."""
    if target.exists() and not target.is_file():  # a device or a named pipe
        yield target
        return
    draft = target.with_name(f".{target.name}.new")
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
