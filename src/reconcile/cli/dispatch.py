"""`reconcile dispatch`: open cases sent out to towns and villages as workbooks to be filled in."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.cli.passwords import given
from reconcile.cli.settings import Settings, settings
from reconcile.core.errors import UsageError
from reconcile.core.messages import language, speak, text

if TYPE_CHECKING:
    from rich.console import Console

    from reconcile.casework.dispatch.job import Batch
    from reconcile.config import Config


class Severity(StrEnum):
    """The severities of cases; Typer takes no list of a Literal."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("dispatch", help=text("dispatch.help"), epilog=text("dispatch.example"))(dispatch)


def dispatch(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Argument(help=text("dispatch.option.config"), show_default=False)
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-o", help=text("dispatch.option.workspace"))
    ] = None,
    by: Annotated[
        Literal["town", "village"], typer.Option(help=text("dispatch.option.by"))
    ] = "town",
    out: Annotated[Path | None, typer.Option(help=text("dispatch.option.out"))] = None,
    due: Annotated[str | None, typer.Option(help=text("dispatch.option.due"))] = None,
    code: Annotated[list[str], typer.Option(help=text("dispatch.option.code"))] = [],  # noqa: B006
    town: Annotated[list[str], typer.Option(help=text("dispatch.option.town"))] = [],  # noqa: B006
    severity: Annotated[list[Severity], typer.Option(help=text("dispatch.option.severity"))] = [],  # noqa: B006
    overdue: Annotated[
        bool, typer.Option("--overdue", help=text("dispatch.option.overdue"))
    ] = False,
    again: Annotated[str | None, typer.Option(help=text("dispatch.option.again"))] = None,
    list_lang: Annotated[
        Literal["zh", "en"] | None, typer.Option(help=text("dispatch.option.list_lang"))
    ] = None,
    masked: Annotated[bool, typer.Option("--masked", help=text("dispatch.option.masked"))] = False,
    contact: Annotated[str, typer.Option(help=text("dispatch.option.contact"))] = "",
    password_file: Annotated[
        Path | None, typer.Option(help=text("dispatch.option.password_file"))
    ] = None,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help=text("dispatch.option.encrypt"))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=text("dispatch.option.dry_run"))
    ] = False,
) -> None:
    from reconcile.casework.dispatch import job
    from reconcile.casework.dispatch.selection import CaseChoice
    from reconcile.workspace import Workspace

    chosen = settings(context)
    read = _config(config, chosen)
    place = Workspace(workspace or Path(read.workspace if read else "work"))
    wanted = CaseChoice(code, town, [str(one) for one in severity], overdue)
    if again and (
        due or contact or masked or list_lang or dry_run or wanted != CaseChoice([], [], [])
    ):
        raise UsageError("dispatch.error.again_alone")
    if out is None and not dry_run:
        raise UsageError("dispatch.error.no_folder")
    password = "" if dry_run else _password(password_file, encrypt)
    if again and out:
        batch = job.again(place, again, out, password, encrypt, chosen.progress())
        _tell(batch, chosen, "written_again", out)
        return
    lists = read.lists if read else None
    order = job.Order(
        by, _day(due), list_lang or (lists.language if lists else language()),
        masked or not _whole(read),
        contact.strip(), password, encrypt and not dry_run, read.births.home_areas if read else (),
        wanted,
    )  # fmt: skip
    if dry_run or out is None:
        _tell(job.planned(place, order), chosen, "would_send", out)
        return
    batch = job.dispatch(place, order, out, chosen.progress())
    _tell(batch, chosen, "sent", out)


def _config(path: Path | None, chosen: Settings) -> Config | None:
    """The config in the file, if one is named; its language is used from here on."""
    from reconcile.preflight import load_config

    if path is None:
        return None
    config = load_config(path, need_files=False)
    if config.language and not chosen.lang:
        speak(config.language)
    return config


def _whole(config: Config | None) -> bool:
    """Whether lists hold whole values: as the config says, or as those of a run without one."""
    from reconcile.config import ListsConfig

    return (config.lists if config else ListsConfig()).whole_values


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UsageError("dispatch.error.due", due=written) from error


def _password(file: Path | None, needed: bool) -> str:
    """From the file, else, where one is needed, from the environment or whoever sits at the
    terminal; else empty. It is never an option: other people on the machine see those."""
    if file is None and not needed:
        return ""
    found = given(file)
    if found:
        return found
    if sys.stdin.isatty() and sys.stderr.isatty():
        return str(
            typer.prompt(text("dispatch.ask"), hide_input=True, confirmation_prompt=True, err=True)
        )
    raise UsageError("dispatch.error.no_password")


def _tell(batch: Batch, chosen: Settings, what: str, out: Path | None) -> None:
    """The batch's number on stdout, once it is one; on stderr what went where."""
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    nothing = batch.counts.is_empty()
    if nothing:
        console.print(text("dispatch.nothing"), markup=False)
    elif not chosen.quiet:
        _table(batch, console)
        cases, files = batch.counts["cases"].sum(), batch.counts.height
        told = {
            "batch": batch.letter.number,
            "due": batch.letter.due,
            "cases": cases,
            "files": files,
            "folder": out,
        }
        console.print(text(f"dispatch.{what}", None, **told), markup=False)
    if batch.unseen and not chosen.quiet:
        console.print(text("dispatch.unseen", count=batch.unseen), markup=False)
    if not nothing and what != "would_send":
        print(batch.letter.number)


def _table(batch: Batch, console: Console) -> None:
    from rich.table import Table

    table = Table(*(text(f"dispatch.cover.{name}") for name in ("area", "cases", "rows", "file")))
    table.columns[3].overflow = "fold"
    for column in table.columns[1:3]:
        column.justify = "right"
    for area, cases, rows, file in batch.counts.select("area", "cases", "rows", "file").iter_rows():
        table.add_row(area, f"{cases:,}", f"{rows:,}", file)
    console.print(table)
