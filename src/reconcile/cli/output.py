"""Where a single job's list goes: a screen, a pipe or a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.errors import UsageError
from reconcile.messages import text

if TYPE_CHECKING:
    from reconcile.jobs import Job

Format = Literal["csv", "xlsx", "ndjson", "parquet", "table"]

Output = Annotated[str, typer.Option("--output", "-o", help=text("jobs.option.output"))]
FormatOption = Annotated[Format | None, typer.Option("--format", help=text("jobs.option.format"))]
ListLanguage = Annotated[Literal["zh", "en"], typer.Option("--list-lang", help=text("jobs.option.list_lang"))]

_FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}


def deliver(job: Job, output: str, form: str | None, language: Literal["zh", "en"]) -> None:
    """Writes the job's list to the file `output`, in the format of its ending unless `form` says otherwise, or
    to stdout for `-`: masked as a table on a screen, whole as CSV in a pipe."""
    from reconcile.config import ListsConfig
    from reconcile.stages.report import build_list, send_list
    from reconcile.writers import load_writer

    records, layouts = job.view.records, job.prepared.layouts
    if output == "-":
        lists = ListsConfig(language=language)
        send_list(job.code, job.discrepancies, records, layouts, lists, sys.stdout.buffer, form)
        return
    target = Path(output)
    chosen = form or _FORMATS.get(target.suffix.lower())
    if chosen is None:
        raise UsageError("jobs.error.format", file=output, known=", ".join(_FORMATS))
    table = build_list(job.code, job.discrepancies, records, layouts, language, None)
    load_writer(chosen).write(table, target)
