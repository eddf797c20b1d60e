"""What the clerk should know about a run beside its lists: missing columns, dropped columns, refused blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from reconcile.layouts import Layout
from reconcile.messages import has_text, text
from reconcile.stages.block import RuleReport
from reconcile.stages.read import FileReport, ReadResult
from reconcile.view import View


def of_run(
    read: Mapping[str, ReadResult],
    layouts: Mapping[str, Layout],
    view: View,
    blocking: Sequence[RuleReport],
    split: int,
) -> list[str]:
    """Every notice of a run, in the language in use; headers and counts only, never values."""
    found: list[str] = []
    for name, result in read.items():
        found += _absent(result, layouts[name])
        found += _out_of_bounds(result.files)
    found += _given_twice(read)
    found += _none_born(view)
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


def _given_twice(read: Mapping[str, ReadResult]) -> Iterable[str]:
    """Files of different sources that are the same to the byte; sheets and members of one file are not."""
    seen: dict[tuple[str, ...], str] = {}
    for source, result in read.items():
        for file in result.files:
            first = seen.setdefault((file.digest, file.sheet or "", file.file.partition("!")[2]), source)
            if first != source:
                yield text("notices.given_twice", file=file.file, first=first, second=source)


def _none_born(view: View) -> Iterable[str]:
    """A period in which no birth of the files falls is more often a wrong period than a month without births."""
    if view.bounds is None or not view.of_layout("births"):
        return
    born = view.population.filter(pl.col("layout") == "births")["birth_date_std"]
    first, end = view.bounds
    if not born.is_between(first, end, closed="left").any():
        yield text("notices.none_born", period=view.period, first=born.min(), last=born.max())
