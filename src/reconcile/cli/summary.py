"""A run's summary on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from reconcile.completion.job import CompletionFigures
from reconcile.core.frames import SEVERITIES
from reconcile.core.labels import source_labels
from reconcile.core.messages import has_text, language, text
from reconcile.lists.report import ListFile
from reconcile.persons.children import CELLS
from reconcile.persons.outcomes import BIRTH_OUTCOMES, OUTCOMES
from reconcile.persons.reasons import REASONS
from reconcile.pipeline.summary import BirthsSummary, CaseCount, SourceSummary, Summary
from reconcile.reading.reasons import reasons_text
from reconcile.statistics.births import MODEL_FITS, STATISTICS
from reconcile.statistics.wording import model_texts, statistic_texts

# The statistics of births that the screen shows; all are in the list and in summary.json.
_SHOWN = ("dual", "triple", "completeness", "sex_ratio", "within_30", "within_365")


def render(summary: Summary, console: Console, folder: Path | None = None) -> None:
    """Print the summary in the language in use; `folder` is where the lists are."""
    title = "summary.title" if summary.period else "summary.title_without_period"
    console.print(text(title, period=summary.period), style="bold", markup=False)
    labels = source_labels({source.name: source.layout for source in summary.sources}, language())
    console.print(_rows_table(summary.sources, labels))
    render_reasons(summary.sources, console)
    console.print(_outcomes_table(summary.sources, labels))
    _print_unmatched(summary.sources, labels, console)
    if summary.births:
        console.print(_cells_table(summary.births))
        _print_statistics(summary.births, console)
    console.print(_cases_table(summary.cases, summary.lists))
    if summary.clearance:
        counts = {name: f"{count:,}" for name, count in summary.clearance.items()}
        console.print(text("summary.clearance", **counts), markup=False, highlight=False)
    if summary.completion:
        console.print(_completion(summary.completion), markup=False, highlight=False)
    for notice in summary.notices:
        console.print(text("summary.notice", notice=notice), markup=False, highlight=False)
    if not summary.lists:
        console.print(text("summary.no_lists"))
    elif folder is not None:
        console.print(
            text("summary.lists_in", folder=folder), markup=False, highlight=False, soft_wrap=True
        )


def _completion(figures: CompletionFigures) -> str:
    counts = {
        **figures.wanting,
        "wanting": sum(figures.wanting.values()),
        "repaired": sum(figures.repaired.values()),
    }
    counts |= {name: getattr(figures, name) for name in ("likely", "possible", "none")}
    return text("completion.summary", **{name: f"{count:,}" for name, count in counts.items()})


def render_reasons(sources: Sequence[SourceSummary], console: Console) -> None:
    """Print why rows were rejected or set aside, and how many."""
    labels = source_labels({source.name: source.layout for source in sources}, language())
    for source in sources:
        _print_reasons(console, "summary.rejected_of", labels[source.name], source.rejected)
        _print_reasons(console, "summary.set_aside_of", labels[source.name], source.set_aside)


def _cells_table(births: BirthsSummary) -> Table:
    """The births of the period, each in one cell, and why they are not in all registers; the cells
    add up."""
    table = _table("cells", labels=("ended",), numbers=("count",))
    table.add_column(text("summary.column.reasons"), overflow="fold")
    for cell in CELLS:
        reasons = births.reasons.get(cell, {})
        why = (
            f"{text(f'summary.reason.{name}')} {reasons[name]:,}"
            for name in REASONS
            if reasons.get(name)
        )
        counted = _digits(births.cells.get(cell, 0))
        table.add_row(
            text(f"summary.outcome.{cell}"), *counted, text("summary.separator").join(why)
        )
    table.add_row(text("summary.all_cells"), *_digits(sum(births.cells.values())), "")
    return table


def _print_statistics(births: BirthsSummary, console: Console) -> None:
    """The city's most telling statistics, a line each, with their counts and what to keep in
    mind."""
    rows = [
        row for row in births.statistics if row["level"] == "city" and row["statistic"] in _SHOWN
    ]
    if rows:
        console.print(text("summary.table.statistics"))
    figures = statistic_texts(pl.DataFrame(rows, schema=dict(STATISTICS)))
    for one, following in zip_longest(figures, figures[1:]):
        counts = text("summary.counts", counts=one.counts) if one.counts else ""
        figure = text("summary.statistic", name=one.name, value=one.value)
        console.print(figure + counts, markup=False, highlight=False)
        if following is None or following.caveat != one.caveat:  # once for figures of one kind
            console.print(
                text("summary.caveat", caveat=one.caveat),
                style="dim",
                markup=False,
                highlight=False,
            )
    for model in model_texts(
        pl.DataFrame([row for row in births.models if row["chosen"]], schema=MODEL_FITS)
    ):
        console.print(
            text("summary.statistic", name=model.name, value=model.counts),
            markup=False,
            highlight=False,
        )


def _rows_table(sources: Sequence[SourceSummary], labels: Mapping[str, str]) -> Table:
    table = _table("rows", labels=("source",), numbers=("read", "kept", "rejected", "set_aside"))
    for source in sources:
        rejected, set_aside = sum(source.rejected.values()), sum(source.set_aside.values())
        table.add_row(labels[source.name], *_digits(source.read, source.kept, rejected, set_aside))
    return table


def _print_reasons(console: Console, key: str, label: str, counts: Mapping[str, int]) -> None:
    if any(counts.values()):
        console.print(
            text(key, source=label, reasons=reasons_text(counts)), markup=False, highlight=False
        )


def _outcomes_table(sources: Sequence[SourceSummary], labels: Mapping[str, str]) -> Table:
    """A row for each source and outcome, with its share of the kept rows, and one for further rows
    of one person."""
    table = _table("outcomes", labels=("source", "ended"), numbers=("count", "share"))
    for source in sources:
        counts = {
            _named(f"summary.outcome.{name}", name): source.outcomes[name]
            for name in _in_order(source.outcomes)
        }
        if source.duplicates:
            counts[text("summary.duplicates")] = source.duplicates
        for place, (name, count) in enumerate(counts.items()):
            share = f"{count / source.kept:.1%}" if source.kept else "–"
            table.add_row("" if place else labels[source.name], name, f"{count:,}", share)
        table.add_section()
    return table


def _print_unmatched(
    sources: Sequence[SourceSummary], labels: Mapping[str, str], console: Console
) -> None:
    """Why the unmatched rows of each source have no counterpart, the most frequent reason first."""
    for source in sources:
        in_order = sorted(source.unmatched.items(), key=lambda entry: (-entry[1], entry[0]))
        reasons = text("summary.separator").join(
            text(
                "summary.reason_count", reason=text(f"outcomes.reason.{reason}"), count=f"{count:,}"
            )
            for reason, count in in_order
        )
        if reasons:
            statistic_texts = text(
                "summary.unmatched_of", source=labels[source.name], reasons=reasons
            )
            console.print(statistic_texts, markup=False, highlight=False)


def _in_order(outcomes: Mapping[str, int]) -> list[str]:
    known = [*OUTCOMES, *BIRTH_OUTCOMES]
    return sorted(
        outcomes, key=lambda name: (known.index(name) if name in known else len(known), name)
    )


def _cases_table(cases: Sequence[CaseCount], lists: Sequence[ListFile]) -> Table:
    """A row for each kind of case, the most severe kinds first, with the number of its files."""
    table = _table("cases", labels=("code",), numbers=(*SEVERITIES, "cases", "files"))
    files = Counter(file.code for file in lists)
    by_code: dict[str, Counter[str]] = {}
    for case in cases:
        by_code.setdefault(case.code, Counter())[case.severity] += case.cases
    in_order = sorted(
        by_code, key=lambda code: (*(-by_code[code][severity] for severity in SEVERITIES), code)
    )
    for code in in_order:
        counts = [by_code[code][severity] for severity in SEVERITIES]
        table.add_row(
            _named(f"rules.{code}.name", code), *_digits(*counts, sum(counts), files[code])
        )
    return table


def _table(name: str, labels: Sequence[str], numbers: Sequence[str]) -> Table:
    title = text(f"summary.table.{name}")
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for label in labels:
        table.add_column(text(f"summary.column.{label}"), overflow="fold")
    for number in numbers:
        table.add_column(text(f"summary.column.{number}"), justify="right", no_wrap=True)
    return table


def _digits(*counts: int) -> list[str]:
    return [f"{count:,}" for count in counts]


def _named(key: str, otherwise: str) -> str:
    return text(key) if has_text(key) else otherwise
