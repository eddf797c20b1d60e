"""The monthly run: read → standardise → link → check → clear → report → book. A table of
contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reconcile.clearing.judgements import BindingJudgements, judgements_of_run
from reconcile.clearing.month import Cleared, Open, month_of
from reconcile.config import BirthsConfig, Config, RuleConfig, matching_of
from reconcile.core.errors import UsageError
from reconcile.core.layouts import load_layout
from reconcile.core.period import Period
from reconcile.core.progress import Progress
from reconcile.lists.report import write_lists, write_unused
from reconcile.matching.link import link_records
from reconcile.matching.linked import Linked
from reconcile.persons.linked_view import view_of
from reconcile.persons.view import View
from reconcile.pipeline.office_lists import office_lists, office_tables
from reconcile.pipeline.outputs import run_inputs, save_frames
from reconcile.pipeline.run_summary import summarise
from reconcile.pipeline.sources import Prepared, read_area_table, read_sources, standardise_sources
from reconcile.pipeline.summary import Summary
from reconcile.rules import rule_codes
from reconcile.rules.checking.check import check
from reconcile.workspace import ALL, RunFolder, Workspace, write_manifest


@dataclass(frozen=True)
class Run:
    """A finished run: its summary, its folder, and the number of open cases."""

    summary: Summary
    folder: Path
    open_cases: int


def run(
    config: Config,
    period: Period | None,
    progress: Progress,
    may_replace: Callable[[], bool] = lambda: True,
) -> Run:
    """Runs the whole month into `<workspace>/runs/<period>` and its ledger: all at once or not at
    all.

    `may_replace` is asked when the month is booked already with other inputs. Without a period
    nothing is booked.
    """
    _refuse_figures(config)
    workspace = Workspace(Path(config.workspace))
    name = str(period) if period else ALL
    with workspace.lock(), workspace.run_folder(name) as folder:
        made = RunFolder(folder)
        read = read_sources(config.sources, progress)
        judged = judgements_of_run(matching_of(config).judgements, workspace, period)
        areas = read_area_table(config.areas, period.last if period else date.today(), progress)
        inputs = run_inputs(config, read, judged, areas)
        with month_of(workspace, period, inputs, may_replace) as month:
            month = month.configured(config.rules)
            prepared = standardise_sources(
                config.sources,
                read,
                workspace.key,
                _as_of(period),
                progress,
                areas,
                config.births.home_areas,
            )
            judged = month.bound_by(judged, prepared.records)
            linked = link_records(prepared.records, matching_of(config), progress, judged.rows)
            view = view_of_run(prepared, linked, period, config.births)
            cleared = find_discrepancies(view, month, judged, workspace.key, progress)
            discrepancies = cleared.reported
            with progress.stage("report"):
                office = office_lists(view, linked)
                tables = office_tables(office, view, config.lists, discrepancies)
                lists = write_lists(
                    discrepancies, view.records, prepared.layouts, config.lists, made.lists, tables
                )
                lists += write_unused(
                    prepared.rejects,
                    prepared.set_aside,
                    prepared.all_layouts,
                    config.lists,
                    made.lists,
                )
                summary = summarise(
                    prepared, linked, view, office, discrepancies, month.rules, lists
                )
                told = [*summary.notices, *cleared.notices()]
                summary = replace(summary, notices=told, clearance=cleared.counts)
                save_frames(made, prepared, linked, view, discrepancies, office)
                summary.write(made.summary_file)
                write_manifest(
                    folder,
                    period=name,
                    inputs=inputs.files,
                    config_digest=inputs.config,
                    model_digest=inputs.model,
                )
            with progress.stage("book"):
                made.write_timings(progress.timings())
                cleared.book(folder)
    return Run(summary, workspace.runs / name, sum(count.cases for count in summary.cases))


def _refuse_figures(config: Config) -> None:
    """UsageError for a source whose layout is of figures, not of people, or is a roster's."""
    for name, source in config.sources.items():
        layout = load_layout(source.layout)
        if not layout.people:
            raise UsageError("run.error.no_people", source=name, layout=source.layout)
        if not layout.register:
            raise UsageError("run.error.no_register", source=name, layout=source.layout)


def _as_of(period: Period | None) -> date:
    """The day the exports speak of at the latest: the end of the month after the period, in which
    they are made.

    Without a period it is today, the one thing about a run that is not in its inputs.
    """
    return period.plus(1).last if period else date.today()


def view_of_run(
    prepared: Prepared, linked: Linked, period: Period | None, births: BirthsConfig
) -> View:
    """The records with the persons they belong to, as rules see them."""
    layouts = {name: layout.name for name, layout in prepared.layouts.items()}
    areas = prepared.areas.areas if prepared.areas else None
    view = view_of(prepared.records, layouts, linked, period, _as_of(period), births, areas)
    return replace(view, unresolved_areas=prepared.unresolved)


def find_discrepancies(
    view: View, month: Open, judged: BindingJudgements, key: bytes, progress: Progress
) -> Cleared:
    """Runs the rules; cases that were known before keep their keys, and say where they stand."""
    with progress.stage("check"):
        followed = month.followed(view.records, judged)
        found = check(view, month.rules, key, followed.known)
    with progress.stage("clear"):
        ran = [code for code in rule_codes() if month.rules.get(code, RuleConfig()).enabled]
        return followed.cleared(found, ran)
