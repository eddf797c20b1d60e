"""`reconcile case`: the history of one case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reconcile.core.messages import has_text, language, text

if TYPE_CHECKING:
    from rich.console import Console

    from reconcile.ledger.history import History, Step


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("case", help=text("case.help"), epilog=text("case.example"))(case)


def case(
    key: Annotated[str, typer.Argument(help=text("case.option.key"), show_default=False)],
    workspace: Annotated[Path, typer.Option(help=text("case.option.workspace"))] = Path("work"),
    form: Annotated[
        Literal["table", "json"], typer.Option("--format", help=text("case.option.format"))
    ] = "table",
) -> None:
    from rich.console import Console

    from reconcile.ledger.history import find_key, history
    from reconcile.ledger.store import open_ledger
    from reconcile.workspace import Workspace

    with open_ledger(Workspace(workspace)) as ledger:
        found = history(ledger, find_key(ledger, key), language())
    if form == "json":
        told = {
            **found.case,
            "reason": found.reason,
            "action": found.action,
            "next": _next(found.case),
        }
        print(
            json.dumps(
                {**told, "events": [asdict(step) for step in found.steps]},
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _show(Console(highlight=False), found)


def _show(console: Console, found: History) -> None:
    from rich import box
    from rich.table import Table

    case = found.case
    code = f"rules.{case['code']}.name"
    name = text(code) if has_text(code) else case["code"]
    area = " ".join(part for part in (case["town"], case["village"]) if part)
    _line(console, f"{case['key']}  {name}  {area}", style="bold")
    _line(console, text("case.records", records=text("lists.separator").join(case["subjects"])))
    if found.reason:
        _line(console, found.reason)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("period", "at", "who", "event"):
        table.add_column(
            text(f"case.column.{head}"), overflow="fold", no_wrap=head in ("period", "at")
        )
    for step in found.steps:
        style = "dim" if step.replaced else None
        table.add_row(
            step.period, step.at[:16].replace("T", " "), step.who, _event(step), style=style
        )
    console.print(table, markup=False)
    _line(console, text("case.now", state=" ".join(_state(case)), next=_next(case)))
    if found.action and case["state"] != "closed":
        _line(console, text("case.action", action=found.action))


def _line(console: Console, said: str, **look: Any) -> None:
    console.print(said, markup=False, overflow="fold", **look)


def _event(step: Step) -> str:
    """What happened, with everything that belongs to it."""
    said = text(f"case.event.{step.kind}")
    if step.kind == "answered" and step.answer:
        said = text("case.with", said=said, what=text(f"lists.answers.{step.answer}"))
    if step.kind == "closed" and step.how:
        said = text("case.with", said=said, what=text(f"case.how.{step.how}"))
    return text("case.separator").join([said, *_details(step)])


def _details(step: Step) -> Iterator[str]:
    if step.changed:
        names = text("lists.separator").join(text(f"case.changed.{name}") for name in step.changed)
        yield text("case.what_changed", names=names)
    if step.batch:
        yield text("case.batch", batch=step.batch)
    if step.due:
        yield text("case.due", due=step.due)
    if step.done_on:
        yield text("case.done_on", day=step.done_on)
    if step.remark:
        yield text("case.remark", remark=step.remark)
    if step.replaced:
        yield text("case.replaced")


def _state(case: dict[str, Any]) -> Iterator[str]:
    yield text(f"lists.states.{case['state']}")
    if case["state"] == "closed":
        yield text(
            "case.closed_in",
            period=case["closed_in"],
            how=text(f"case.how.{case['how']}") if case["how"] else "–",
        )
        return
    if case["answer"]:
        yield text("case.answered_with", answer=text(f"lists.answers.{case['answer']}"))
    if case["due"]:
        yield text("case.due", due=case["due"])
    if case["stale"]:
        yield text("case.stale")


def _next(case: dict[str, Any]) -> str:
    """What comes next for a case in this state."""
    finer = f"case.next.{case['state']}_{case['answer']}"
    return text(finer if has_text(finer) else f"case.next.{case['state']}")
