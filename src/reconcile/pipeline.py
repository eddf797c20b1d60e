"""The monthly run: read → standardise → link → check → clear → report → book. A table of contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from reconcile import notices
from reconcile.areas.notices import of_areas
from reconcile.areas.placing import place
from reconcile.areas.table import SOURCE as AREAS
from reconcile.areas.table import AreaTable, read_areas
from reconcile.config import BirthsConfig, Config, RuleConfig, matching_of
from reconcile.errors import InputError, UsageError
from reconcile.frames import SEVERITIES, UNRESOLVED_AREAS, empty
from reconcile.judged import judgements_of_run
from reconcile.layouts import Layout, load_layout
from reconcile.ledger.month import Month, Unbooked, month_of
from reconcile.linkage import Linked, link_records
from reconcile.messages import has_text, text
from reconcile.office_lists import OfficeLists, office_lists, office_tables
from reconcile.progress import Progress
from reconcile.readers.inputs import STDIN
from reconcile.rules import load_rule, rule_codes
from reconcile.run_files import run_inputs, save_frames
from reconcile.stages.check import check
from reconcile.stages.read import ReadResult, read_source
from reconcile.stages.report import write_lists, write_unused
from reconcile.stages.standardise import Standardised, standardise
from reconcile.summary import CaseCount, ListFile, SourceSummary, Summary, births_summary, told_reasons
from reconcile.view import View
from reconcile.workspace import ALL, Workspace, write_json, write_manifest


@dataclass(frozen=True)
class Prepared:
    """Every source, read and standardised; with a table of areas, by which they are then placed.

    `unresolved`: frames.UNRESOLVED_AREAS.
    """

    layouts: Mapping[str, Layout]
    read: Mapping[str, ReadResult]
    standardised: Mapping[str, Standardised]
    areas: AreaTable | None = None
    unresolved: pl.DataFrame = field(default_factory=lambda: empty(UNRESOLVED_AREAS))

    @property
    def records(self) -> dict[str, pl.DataFrame]:
        return {name: result.records for name, result in self.standardised.items()}

    @property
    def rejects(self) -> pl.DataFrame:
        """frames.REJECTS: rows that reading or standardising could not use."""
        stages: list[ReadResult | Standardised] = [*self.read.values(), *self.standardised.values()]
        return pl.concat([*(result.rejects for result in stages), *([self.areas.rejects] if self.areas else [])])

    @property
    def set_aside(self) -> pl.DataFrame:
        """frames.REJECTS: rows that are no records, or that were there before."""
        tables = [*self.read.values(), *([self.areas.read] if self.areas else [])]
        return pl.concat([result.set_aside for result in tables])

    @property
    def all_layouts(self) -> dict[str, Layout]:
        """The layouts of all that was read, the table of areas last."""
        return {**self.layouts, **({AREAS: load_layout(AREAS)} if self.areas else {})}


@dataclass(frozen=True)
class Run:
    """A finished run: its summary, its folder, and the number of open cases."""

    summary: Summary
    folder: Path
    open_cases: int


def run(config: Config, period: str | None, progress: Progress, may_replace: Callable[[], bool] = lambda: True) -> Run:
    """Runs the whole month into `<workspace>/runs/<period>` and its ledger: all at once or not at all.

    `may_replace` is asked when the month is booked already with other inputs. Without a period nothing is booked.
    """
    _refuse_figures(config)
    workspace = Workspace(Path(config.workspace))
    name = period or ALL
    with workspace.lock(), workspace.run_folder(name) as folder:
        read = read_sources(config, progress)
        judged = judgements_of_run(matching_of(config).judgements, workspace, period)
        areas = read_area_table(config, _end_of(period), progress)
        inputs = run_inputs(config, read, judged, areas)
        with month_of(workspace, period, inputs, may_replace) as month:
            prepared = standardise_sources(config, read, workspace.key, _as_of(period), progress, areas)
            judged = month.judged(judged, prepared.records)
            linked = link_records(prepared.records, matching_of(config), progress, judged.rows)
            view = view_of(prepared, linked, period, config.births)
            discrepancies = find_discrepancies(view, config, workspace, month, progress)
            with progress.stage("report"):
                office = office_lists(view, linked)
                tables = office_tables(office, view, config.lists)
                lists = write_lists(
                    discrepancies, view.records, prepared.layouts, config.lists, folder / "lists", tables
                )
                lists += write_unused(
                    prepared.rejects, prepared.set_aside, prepared.all_layouts, config.lists, folder / "lists"
                )
                summary = summarise(prepared, linked, view, office, discrepancies, config, lists)
                told = [*summary.notices, *month.notices()]
                summary = replace(summary, notices=told, clearance=month.counts())
                save_frames(folder, prepared, linked, view, discrepancies, office)
                summary.write(folder / "summary.json")
                write_manifest(
                    folder, period=name, inputs=inputs.files, config_digest=inputs.config, model_digest=inputs.model
                )
            with progress.stage("book"):
                write_json(folder / "timings.json", progress.timings())
                month.book(folder)
    return Run(summary, workspace.runs / name, sum(count.cases for count in summary.cases))


def _refuse_figures(config: Config) -> None:
    """UsageError for a source whose layout is of figures, not of people."""
    for name, source in config.sources.items():
        if not load_layout(source.layout).people:
            raise UsageError("run.error.no_people", source=name, layout=source.layout)


def read_sources(config: Config, progress: Progress) -> dict[str, ReadResult]:
    """Every source as it stands in its files. UsageError when stdin is to be several of them."""
    if sum(STDIN in source.files for source in config.sources.values()) > 1:
        raise UsageError("run.error.stdin_twice")
    read = {}
    for name, source in config.sources.items():
        with progress.stage("read"):
            read[name] = read_source(name, source, Path())
    return read


def read_area_table(config: Config, day: date, progress: Progress) -> AreaTable | None:
    """The table of areas as of `day`, None where the config names none."""
    with progress.stage("read"):
        return read_areas(config.areas, day)


def standardise_sources(
    config: Config,
    read: Mapping[str, ReadResult],
    key: bytes,
    as_of: date,
    progress: Progress,
    areas: AreaTable | None = None,
) -> Prepared:
    """Standardises every source. `key` names records that have no key of their own; no one is born after
    `as_of`. With `areas` every record is placed in one of today's (see areas/placing.py)."""
    layouts = {name: load_layout(source.layout) for name, source in config.sources.items()}
    standardised = {}
    for name, result in read.items():
        with progress.stage("standardise"):
            standardised[name] = standardise(layouts[name], result.records, key, as_of=as_of)
        _refuse_nothing(result, standardised[name])
    if areas is None:
        return Prepared(layouts, read, standardised)
    with progress.stage("standardise"):
        placed = place({name: result.records for name, result in standardised.items()}, areas)
    standardised = {name: replace(standardised[name], records=frame) for name, frame in placed.records.items()}
    return Prepared(layouts, read, standardised, areas, placed.unresolved)


def _refuse_nothing(read: ReadResult, standardised: Standardised) -> None:
    """InputError with every reason when no row of a source is left."""
    if standardised.records.is_empty():
        others = pl.concat([read.set_aside, read.rejects, standardised.rejects])
        columns = others["column"].unique(maintain_order=True).to_list()
        raise InputError(
            "standardising.error.nothing_left",
            file="、".join(file.file for file in read.files),
            count=others.height,
            reasons=told_reasons(Counter(others["reason"])),
            columns="、".join(_named(column) for column in columns if column) or "–",
        )


def _named(column: str) -> str:
    """A canonical column in the words of the office; a header as it stands."""
    return text(f"columns.{column}") if has_text(f"columns.{column}") else column


def _as_of(period: str | None) -> date:
    """The day the exports speak of at the latest: the end of the month after the period, in which they are made.

    Without a period it is today, the one thing about a run that is not in its inputs.
    """
    if period is None:
        return date.today()
    year, month = map(int, period.split("-"))
    return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def _end_of(period: str | None) -> date:
    """The last day of the period; today without one."""
    if period is None:
        return date.today()
    year, month = map(int, period.split("-"))
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def view_of(prepared: Prepared, linked: Linked, period: str | None, births: BirthsConfig) -> View:
    """The records with the persons they belong to, as rules see them."""
    persons = linked.persons.join(linked.best, on=["source", "record_id"], how="left", maintain_order="left")
    records = {
        name: frame.join(
            persons.filter(pl.col("source") == name).drop("source"),
            on="record_id",
            how="left",
            maintain_order="left",
        )
        for name, frame in prepared.records.items()
    }
    layouts = {name: layout.name for name, layout in prepared.layouts.items()}
    return View(
        records, layouts, linked.links, period, linked.mentions, _as_of(period), births,
        areas=prepared.areas.areas if prepared.areas else None, unresolved_areas=prepared.unresolved,
    )  # fmt: skip


def find_discrepancies(
    view: View, config: Config, workspace: Workspace, month: Month | Unbooked, progress: Progress
) -> pl.DataFrame:
    """Runs the rules; cases that were known before keep their keys, and say where they stand."""
    with progress.stage("check"):
        found = check(view, config.rules, workspace.key, month.begin(view.records))
    with progress.stage("clear"):
        return month.clear(found, [code for code in rule_codes() if config.rules.get(code, RuleConfig()).enabled])


def summarise(
    prepared: Prepared,
    linked: Linked,
    view: View,
    office: OfficeLists,
    discrepancies: pl.DataFrame,
    config: Config,
    lists: list[ListFile],
) -> Summary:
    """The run in counts. Raises when the rows of a source do not add up."""
    by_source: dict[str, dict[str, int]] = {name: {} for name in prepared.layouts}
    counted = office.outcomes.group_by("source", "outcome").len().sort("source", "outcome")
    for source, outcome, count in counted.iter_rows():
        by_source[source][outcome] = count
    summary = Summary(
        period=view.period,
        sources=[source_summary(prepared, name, by_source[name]) for name in prepared.layouts],
        cases=_case_counts(discrepancies, config),
        births=births_summary(office.births) if office.births else None,
        notices=[
            *notices.of_run(prepared.read, prepared.layouts, view, linked),
            *of_areas(prepared.areas, prepared.unresolved),
        ],
        lists=lists,
    )
    summary.check()
    return summary


def _case_counts(discrepancies: pl.DataFrame, config: Config) -> list[CaseCount]:
    """The cases of every rule that ran, by severity and code; those that found nothing count 0."""
    found = dict(discrepancies.group_by("code").agg(pl.col("key").n_unique()).iter_rows())
    counts = []
    for code in rule_codes():
        rule = config.rules.get(code, RuleConfig())
        if rule.enabled:
            counts.append(CaseCount(code, rule.severity or load_rule(code).SEVERITY, found.get(code, 0)))
    return sorted(counts, key=lambda count: (SEVERITIES.index(count.severity), count.code))


def source_summary(prepared: Prepared, name: str, ended: Mapping[str, int]) -> SourceSummary:
    """The rows of one source: read, kept, rejected and set aside, and how they `ended`."""
    read, standardised = prepared.read[name], prepared.standardised[name]
    rejected = pl.concat([read.rejects, standardised.rejects])
    return SourceSummary(
        name=name,
        layout=prepared.layouts[name].name,
        files=[file.file for file in read.files],
        read=sum(file.rows_read for file in read.files),
        kept=standardised.records.height,
        rejected=dict(Counter(sorted(rejected["reason"].to_list()))),
        set_aside=dict(Counter(sorted(read.set_aside["reason"].to_list()))),
        outcomes=ended,
    )
