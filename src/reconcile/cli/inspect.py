"""`reconcile inspect`: what is in a file, before it goes into a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.core.messages import has_text, text

if TYPE_CHECKING:
    from rich.console import Console

    from reconcile.reading.inspection import InspectedColumn, InspectedTable, Inspection


def register(app: typer.Typer) -> None:
    """Adds the command `inspect`."""
    app.command("inspect", help=text("inspect.help"), epilog=text("inspect.example"))(inspect)


def inspect(
    files: Annotated[list[str], typer.Argument(help=text("inspect.files"), show_default=False)],
    layout: Annotated[
        str | None, typer.Option(help=text("inspect.layout"), show_default=False)
    ] = None,
    format: Annotated[
        Literal["table", "json"], typer.Option(help=text("inspect.format"))
    ] = "table",
) -> None:
    from reconcile.reading.inspection import inspect_files, sources_block

    inspections = inspect_files(files, layout)
    if format == "json":
        import json
        from dataclasses import asdict

        files_found = [asdict(inspection) for inspection in inspections]
        print(
            json.dumps(
                {"files": files_found, "sources": sources_block(inspections)}, ensure_ascii=False
            )
        )
        return
    from rich.console import Console

    console = Console()
    for inspection in inspections:
        for table in inspection.tables:
            _show(console, inspection, table)
    print(text("inspect.block"))
    print(sources_block(inspections), end="")


def _show(console: Console, inspection: Inspection, table: InspectedTable) -> None:
    from rich.table import Table

    console.rule(table.file)
    for line in _facts(inspection, table):
        console.print(line, markup=False, highlight=False)
    grid = Table()
    for heading in ("header", "column", "why", "filled", "distinct", "wrong", "examples"):
        numeric = heading in ("filled", "distinct", "wrong")
        grid.add_column(
            text(f"inspect.column.{heading}"),
            justify="right" if numeric else "left",
            overflow="fold",
        )
    for column in table.columns:
        grid.add_row(*_cells(column))
    console.print(grid, markup=False)
    for problem in table.problems:
        console.print(
            text("inspect.problem", problem=problem), style="red", markup=False, highlight=False
        )


def _facts(inspection: Inspection, table: InspectedTable) -> list[str]:
    """What was found out about a table, in sentences."""
    if table.sheet is not None:
        lines = [text("inspect.sheet", sheet=table.sheet)]
    else:
        delimiter = {"\t": text("inspect.tab"), None: text("inspect.none")}.get(
            table.delimiter, table.delimiter
        )
        lines = [text("inspect.text", encoding=table.encoding, delimiter=delimiter)]
    lines.append(text("inspect.layout_found", layout=inspection.layout, row=table.header_row))
    others = {**table.rejected, **table.set_aside}
    lines.append(
        text(
            "inspect.rows",
            read=f"{table.rows_read:,}",
            kept=f"{table.rows_kept:,}",
            rejected=f"{sum(table.rejected.values()):,}",
            set_aside=f"{sum(table.set_aside.values()):,}",
        )
    )
    lines += [
        text("inspect.reason", reason=text(f"reading.reason.{reason}"), count=f"{count:,}")
        for reason, count in others.items()
    ]
    lines += [
        text("inspect.ruined", header=column.header.strip(), count=f"{column.ruined:,}")
        for column in table.columns
        if column.ruined
    ]
    return lines


def _cells(column: InspectedColumn) -> list[str]:
    if column.column is None:
        return [column.header.strip(), "", text(f"reading.why.{column.why}"), "", "", "", ""]
    key = f"columns.{column.column}"
    meaning = f"{column.column} {text(key)}" if has_text(key) else column.column
    return [
        column.header.strip(),
        meaning,
        text(f"reading.why.{column.why}"),
        f"{column.filled:.1%}",
        f"{column.distinct:,}",
        f"{column.wrong:,}" if column.wrong else "",
        "  ".join(column.examples),
    ]
