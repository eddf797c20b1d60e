"""What the clerk should know about a run beside its lists: missing columns, dropped columns, refused blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconcile.layouts import Layout
from reconcile.messages import has_text, text
from reconcile.stages.block import RuleReport
from reconcile.stages.read import FileReport, ReadResult


def of_run(
    read: Mapping[str, ReadResult], layouts: Mapping[str, Layout], blocking: Sequence[RuleReport], split: int
) -> list[str]:
    """Every notice of a run, in the language in use; headers and counts only, never values."""
    found: list[str] = []
    for name, result in read.items():
        found += _absent(result, layouts[name])
        found += _out_of_bounds(result.files)
    found += [
        text("notices.refused", rule=report.rule, blocks=report.refused_blocks, largest=report.largest_refused)
        for report in blocking
        if report.refused_blocks
    ]
    return found + ([text("notices.split", count=split)] if split else [])


def _absent(result: ReadResult, layout: Layout) -> Iterable[str]:
    """What the columns that no file of the source has would have been good for."""
    label = text(f"lists.sources.{layout.name}") if has_text(f"lists.sources.{layout.name}") else layout.name
    for column in layout.columns:
        cost = f"notices.absent.{column.name}"
        if column.name not in result.records.columns and has_text(cost):
            yield text("notices.no_column", source=label, column=text(f"columns.{column.name}"), cost=text(cost))


def _out_of_bounds(files: Iterable[FileReport]) -> Iterable[str]:
    for file in files:
        headers = [column.header for column in file.columns if column.why == "out_of_bounds"]
        if headers:
            yield text("notices.out_of_bounds", file=file.file, headers="、".join(headers))
