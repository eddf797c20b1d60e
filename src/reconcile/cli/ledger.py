"""`reconcile ledger …`: the ledger checked, copied, restored, purged, and its audit log told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reconcile.cli.tables import tell
from reconcile.cli.usage import Commands
from reconcile.core.errors import UsageError, WorkspaceError
from reconcile.core.messages import has_text, text

if TYPE_CHECKING:
    from reconcile.ledger.backup import Choice
    from reconcile.ledger.purge import Plan


def register(app: typer.Typer) -> None:
    """Adds the commands under `ledger`."""
    group = typer.Typer(cls=Commands, help=text("ledger.help"), no_args_is_help=True)
    for command in (verify, backup, restore, purge, log):
        key = f"ledger.{command.__name__}"
        group.command(help=text(f"{key}.help"), epilog=text(f"{key}.example"))(command)
    app.add_typer(group, name="ledger")


def _workspace() -> Any:
    return typer.Option(help=text("ledger.option.workspace"))


def _yes() -> Any:
    return typer.Option("--yes", help=text("ledger.option.yes"))


def verify(
    workspace: Annotated[Path, _workspace()] = Path("work"),
    files: Annotated[bool, typer.Option("--files", help=text("ledger.verify.files"))] = False,
) -> None:
    from reconcile.ledger.audit import last_entry
    from reconcile.ledger.store import open_ledger
    from reconcile.ledger.verify import verify as findings_of
    from reconcile.workspace import Workspace

    with open_ledger(Workspace(workspace)) as ledger:
        found = findings_of(ledger, files)
        entries, _ = last_entry(ledger.connection)
    if not found:
        print(text("ledger.verify.good", entries=entries))
        return
    print("\n".join(str(finding) for finding in found))
    raise WorkspaceError("ledger.error.findings", count=len(found))


def backup(
    workspace: Annotated[Path, _workspace()] = Path("work"),
    to: Annotated[Path | None, typer.Option("--to", help=text("ledger.backup.to"))] = None,
) -> None:
    from reconcile.ledger.backup import backup as back_up
    from reconcile.ledger.store import open_ledger
    from reconcile.workspace import Workspace

    with open_ledger(Workspace(workspace)) as ledger:
        print(back_up(ledger, to))


def restore(
    file: Annotated[
        Path | None, typer.Argument(help=text("ledger.restore.file"), show_default=False)
    ] = None,
    workspace: Annotated[Path, _workspace()] = Path("work"),
    yes: Annotated[bool, _yes()] = False,
) -> None:
    from reconcile.ledger.backup import choose
    from reconcile.ledger.backup import restore as put_back
    from reconcile.workspace import Workspace

    folder = Workspace(_existing(workspace))
    with folder.lock():
        choice = choose(folder, file)
        tell(_about(choice))
        _agree(yes, text("ledger.restore.ask"))
        kept = put_back(folder, choice)
    print(text("ledger.restore.done", file=choice.file))
    if kept:
        print(text("ledger.restore.kept", file=kept))


def purge(
    older_than: Annotated[
        str, typer.Option("--older-than", help=text("ledger.purge.older_than"), show_default=False)
    ],
    workspace: Annotated[Path, _workspace()] = Path("work"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("ledger.purge.dry_run"))] = False,
    yes: Annotated[bool, _yes()] = False,
) -> None:
    from reconcile.ledger.purge import months, plan
    from reconcile.ledger.purge import purge as remove
    from reconcile.ledger.store import open_ledger
    from reconcile.workspace import Workspace

    age = months(older_than)
    folder = Workspace(_existing(workspace))
    if dry_run:
        with open_ledger(folder) as ledger:
            print("\n".join(_messages(plan(ledger, age))))
        return
    with folder.lock(), open_ledger(folder) as ledger:
        chosen = plan(ledger, age)
        if chosen.empty:
            print("\n".join(_messages(chosen)))
            return
        tell(_messages(chosen))
        _agree(yes, text("ledger.purge.ask"))
        print(text("ledger.purge.receipt", file=remove(ledger, chosen)))


def log(
    workspace: Annotated[Path, _workspace()] = Path("work"),
    form: Annotated[
        Literal["table", "json", "csv"], typer.Option("--format", help=text("ledger.log.format"))
    ] = "table",
) -> None:
    from reconcile.ledger.audit import entries
    from reconcile.ledger.store import open_ledger
    from reconcile.workspace import Workspace

    with open_ledger(Workspace(workspace)) as ledger:
        found = entries(ledger.connection)
    if form == "csv":
        sys.stdout.write(found.write_csv())
    elif form == "json":
        rows = [{**row, "facts": _read(row["facts"])} for row in found.to_dicts()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _show_log(found.to_dicts())


def _existing(workspace: Path) -> Path:
    """UsageError when there is no such folder: the lock would make one."""
    if not workspace.is_dir():
        raise UsageError("ledger.error.no_workspace", folder=workspace)
    return workspace


def _agree(yes: bool, question: str) -> None:
    """Asks whoever sits at the terminal; elsewhere --yes is needed. UsageError when the answer is
    no."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("ledger.error.needs_yes")
    if not typer.confirm(question, err=True):
        raise UsageError("ledger.error.not_agreed")


def _about(choice: Choice) -> list[str]:
    """Which backup, and what it does not have."""
    said = [text("ledger.restore.passed_over", file=file) for file in choice.bad]
    said.append(text("ledger.restore.chosen", file=choice.file, entry=choice.entry, at=choice.at))
    said.append(
        text(
            "ledger.restore.lost" if choice.lost_count else "ledger.restore.nothing_lost",
            count=choice.lost_count,
        )
    )
    said += [f"  {one.entry}  {one.at}  {one.who}  {_command(one.command)}" for one in choice.lost]
    return said


def _messages(chosen: Plan) -> list[str]:
    from reconcile.ledger.purge import KINDS

    if chosen.empty:
        return [text("ledger.purge.nothing", before=chosen.before)]
    said = [text("ledger.purge.before", before=chosen.before)]
    for kind in KINDS:
        for item in getattr(chosen, kind):
            size = f"{item.bytes / 1e6:.1f} MB"
            said.append(
                "  " + text(f"ledger.purge.{kind}", name=item.name, files=item.files, size=size)
            )
    if chosen.remarks:
        said.append("  " + text("ledger.purge.remarks", count=chosen.remarks))
    return said


def _show_log(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("entry", "at", "who", "command", "facts"):
        table.add_column(
            text(f"ledger.log.{name}"), overflow="fold", no_wrap=name in ("entry", "at")
        )
    for row in rows:
        told = [
            str(row["entry"]),
            row["at"][:16].replace("T", " "),
            row["who"],
            _command(row["command"]),
        ]
        table.add_row(*map(Text, [*told, _facts(_read(row["facts"]))]))
    Console(highlight=False).print(table)


def _command(name: str) -> str:
    key = f"ledger.command.{name.replace(' ', '_')}"
    return text(key) if has_text(key) else name


def _read(facts: str) -> Any:
    try:
        return json.loads(facts)
    except ValueError:  # somebody has changed it: verify says so
        return facts


def _facts(facts: Any) -> str:
    """What people want to know of an entry; digests and what the program needs alone are left to
    --format json."""
    if not isinstance(facts, dict):
        return str(facts)
    parts = [
        f"{_fact(name)} {_value(value)}" for name, value in facts.items() if _worth(name, value)
    ]
    return text("ledger.log.separator").join(parts)


def _worth(name: str, value: Any) -> bool:
    digest = isinstance(value, str) and len(value) >= 64
    return has_text(f"ledger.fact.{name}") and value not in (None, "", [], {}) and not digest


def _fact(name: str) -> str:
    return text(f"ledger.fact.{name}")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_word(name)} {number}" for name, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _word(name: str) -> str:
    """A kind of event, a source, an answer, a judgement, what became of a row: as people call
    it."""
    for area in (
        "case.event_name",
        "lists.sources",
        "lists.answers",
        "judgements.decision",
        "feedback.column",
    ):
        key = f"{area}.{name}"
        if has_text(key):
            return text(key)
    return name
