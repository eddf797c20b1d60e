"""The status of a month on one page of 80 columns, for whoever leads the office."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reconcile.core.labels import source_label
from reconcile.core.messages import language, text
from reconcile.ledger.rates import LEVELS, RATES, Level
from reconcile.ledger.report import Report
from reconcile.ledger.status import REASONS
from reconcile.ledger.status_tables import area_name, count_name

_FIRST, _LAST = 12, 8  # of a long table, the areas shown at its two ends
_BATCHES = 8
_OPEN = ("new", "dispatched", "answered", "returned", "deferred", "corrected")
_BESIDE = ("overdue", "stale")


def show(report: Report, level: Level, console: Console) -> None:
    """Prints the page: the balance, the rates, the areas of `level` (none for the city alone), the
    batches."""
    city = report.figures("city").row(0, named=True)
    _line(console, text("status.title", period=report.period, as_of=report.as_of), style="bold")
    _line(console, text("status.balance", **{name: city[name] for name in _BALANCE}))
    _parts(console, text("status.closed"), city, [f"closed_{how}" for how in REASONS])
    _parts(console, text("status.open"), city, [f"open_{name}" for name in _OPEN])
    _parts(console, text("status.of_these"), city, list(_BESIDE))
    if city["open_change"] is not None:
        _line(
            console,
            "  "
            + text("status.open_change", change=f"{city['open_change']:+d}", before=report.before),
        )
    console.print(_rates(city))
    if level != "city":
        _areas(report, level, console)
    _batches(report, console)
    _runs(report, console)


_BALANCE = ("carried", "new", "reopened", "closed", "open")


def _line(console: Console, said: str, **look: Any) -> None:
    console.print(said, markup=False, overflow="fold", **look)


def _parts(console: Console, label: str, row: dict[str, Any], names: list[str]) -> None:
    """The counts that are not 0, one after the other."""
    parts = [
        text("status.part", name=count_name(name, language()), count=row[name])
        for name in names
        if row[name]
    ]
    _line(console, "  " + label + (text("status.separator").join(parts) or text("status.none")))


def _rates(city: dict[str, Any]) -> Table:
    table = _table(
        [text("status.rate"), text("status.fraction"), text("status.value"), text("status.change")]
    )
    for name, (numerator, denominator) in RATES.items():
        change = _points(city["clearance_change"]) if name == "clearance" else ""
        table.add_row(
            text(f"status.rate_of.{name}"),
            f"{city[numerator]} / {city[denominator]}",
            _percent(city[f"rate_{name}"]),
            change,
        )
    return table


def _areas(report: Report, level: Level, console: Console) -> None:
    figures = report.figures(level)
    rows = figures.to_dicts()
    is_ranked = figures["rank"].null_count() < len(rows)
    heads = [count_name(name, language()) for name in ("cases", "closed", "open", "overdue")]
    rank = [text("status.rank")] if is_ranked else []
    table = _table(
        [*rank, _heading(level), *heads, text("status.rate_of.clearance"), text("status.change")],
        name=len(rank),
    )
    for row in _ends(rows):
        if row is None:
            table.add_row(*["…"] * len(table.columns))
            continue
        counts = [str(row[name]) for name in ("cases", "closed", "open", "overdue")]
        number = [_dash(row["rank"])] if is_ranked else []
        table.add_row(
            *number,
            _area(row, level),
            *counts,
            _percent(row["rate_clearance"]),
            _points(row["clearance_change"]),
        )
    console.print(table)
    if len(rows) > _FIRST + _LAST:
        _line(console, text("status.more", count=len(rows) - _FIRST - _LAST), style="dim")
    if is_ranked and figures["rank"].null_count():
        _line(console, text("status.unranked", least=report.least), style="dim")


def _ends(rows: list[dict[str, Any]]) -> Iterable[dict[str, Any] | None]:
    """All rows, or of many the first and the last, with None where some are left out."""
    return rows if len(rows) <= _FIRST + _LAST else [*rows[:_FIRST], None, *rows[-_LAST:]]


def _heading(level: Level) -> str:
    return text("lists.code") if level == "code" else text("status.area")


def _area(row: dict[str, Any], level: Level) -> str:
    return " ".join(area_name(column, row[column], language()) for column in LEVELS[level])


def _batches(report: Report, console: Console) -> None:
    waiting = report.batches.tail(_BATCHES)
    if waiting.is_empty():
        return
    heads = [text(f"status.{name}") for name in ("batch", "due", "sent", "waiting", "days_over")]
    table = _table(heads)
    for row in waiting.to_dicts():
        late = str(row["days_over"]) if row["days_over"] and row["waiting"] else "–"
        table.add_row(row["number"], row["due"], str(row["sent"]), str(row["waiting"]), late)
    console.print(table)


def _runs(report: Report, console: Console) -> None:
    for run in report.runs.to_dicts():
        if run["replaced"]:
            _line(console, text("status.run_replaced", run=run["run"]), style="dim")
            continue
        sources = json.loads(run["sources"])
        told = [
            text("status.source", name=source_label(name), rows=rows)
            for name, rows in sorted(sources.items())
        ]
        said = text("status.separator").join(told) or text("status.none")
        _line(
            console,
            text(
                "status.run",
                run=run["run"],
                at=run["at"][:16].replace("T", " "),
                who=run["who"],
                sources=said,
            ),
        )
    _line(console, text("status.on_time_note"), style="dim")


def _table(heads: list[str], name: int = 0) -> Table:
    """Numbers to the right, all but the column `name`; nothing is cut off, long names are
    folded."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place == name else "right", overflow="fold")
    return table


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _points(value: float | None) -> str:
    return "–" if value is None else text("status.points", change=value * 100)


def _dash(value: int | None) -> Text:
    return Text("–" if value is None else str(value))
