"""The monthly run: read → standardise → link → check → report. A table of contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from reconcile import notices
from reconcile.birth_figures import BirthFigures, birth_figures
from reconcile.children import children_frame
from reconcile.config import BirthsConfig, Config, MatchingConfig, RuleConfig, config_digest, matching_of
from reconcile.errors import InputError, UsageError
from reconcile.frames import SEVERITIES
from reconcile.layouts import Layout, load_layout
from reconcile.linkage import Linked, link_records
from reconcile.matching.model import model_path
from reconcile.messages import has_text, text
from reconcile.outcomes import outcomes
from reconcile.progress import Progress
from reconcile.readers.inputs import STDIN
from reconcile.rules import load_rule, rule_codes
from reconcile.stages.check import check
from reconcile.stages.read import ReadResult, read_source
from reconcile.stages.report import write_birth_figures, write_lists, write_unused
from reconcile.stages.standardise import Standardised, standardise
from reconcile.summary import CaseCount, ListFile, SourceSummary, Summary, births_summary, told_reasons
from reconcile.view import View
from reconcile.workspace import ALL, InputFile, Workspace, file_digest, run_file, write_json, write_manifest


@dataclass(frozen=True)
class Prepared:
    """Every source, read and standardised."""

    layouts: Mapping[str, Layout]
    read: Mapping[str, ReadResult]
    standardised: Mapping[str, Standardised]

    @property
    def records(self) -> dict[str, pl.DataFrame]:
        return {name: result.records for name, result in self.standardised.items()}

    @property
    def rejects(self) -> pl.DataFrame:
        """frames.REJECTS: rows that reading or standardising could not use."""
        stages: list[ReadResult | Standardised] = [*self.read.values(), *self.standardised.values()]
        return pl.concat([result.rejects for result in stages])

    @property
    def set_aside(self) -> pl.DataFrame:
        """frames.REJECTS: rows that are no records, or that were there before."""
        return pl.concat([result.set_aside for result in self.read.values()])


@dataclass(frozen=True)
class Run:
    """A finished run: its summary, its folder, and the number of open cases."""

    summary: Summary
    folder: Path
    open_cases: int


def run(config: Config, period: str | None, progress: Progress) -> Run:
    """Runs the whole month into `<workspace>/runs/<period>`, which appears all at once or not at all."""
    workspace = Workspace(Path(config.workspace))
    name = period or ALL
    with workspace.lock(), workspace.run_folder(name) as folder:
        read = read_sources(config, progress)
        prepared = standardise_sources(config, read, workspace.key, _as_of(period), progress)
        matching = matching_of(config)
        linked = link_records(prepared.records, matching, progress)
        view = view_of(prepared, linked, period, config.births)
        discrepancies = find_discrepancies(view, config, workspace, name, progress)
        with progress.stage("report"):
            lists = write_lists(discrepancies, view.records, prepared.layouts, config.lists, folder / "lists")
            lists += write_unused(
                prepared.rejects, prepared.set_aside, prepared.layouts, config.lists, folder / "lists"
            )
            births = birth_figures(view)
            lists += write_birth_figures(births, view.layouts, period, config.lists, folder / "lists")
            ended = outcomes(view)
            summary = summarise(prepared, linked, view, ended, discrepancies, births, config, lists)
            save(folder, prepared, linked, view, ended, discrepancies, births)
            summary.write(folder / "summary.json")
            write_manifest(
                folder,
                period=name,
                inputs=[*_inputs(prepared), *_judgements_file(matching, linked)],
                config_digest=config_digest(config),
                model_digest=file_digest(model_path(matching.model)),
            )
        write_json(folder / "timings.json", progress.timings())
    return Run(summary, workspace.runs / name, sum(count.cases for count in summary.cases))


def read_sources(config: Config, progress: Progress) -> dict[str, ReadResult]:
    """Every source as it stands in its files. UsageError when stdin is to be several of them."""
    if sum(STDIN in source.files for source in config.sources.values()) > 1:
        raise UsageError("run.error.stdin_twice")
    read = {}
    for name, source in config.sources.items():
        with progress.stage("read"):
            read[name] = read_source(name, source, Path())
    return read


def standardise_sources(
    config: Config, read: Mapping[str, ReadResult], key: bytes, as_of: date, progress: Progress
) -> Prepared:
    """Standardises every source. `key` names records that have no key of their own; no one is born after
    `as_of`."""
    layouts = {name: load_layout(source.layout) for name, source in config.sources.items()}
    standardised = {}
    for name, result in read.items():
        with progress.stage("standardise"):
            standardised[name] = standardise(layouts[name], result.records, key, as_of=as_of)
        _refuse_nothing(result, standardised[name])
    return Prepared(layouts, read, standardised)


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
    return View(records, layouts, linked.links, period, linked.mentions, _as_of(period), births)


def find_discrepancies(view: View, config: Config, workspace: Workspace, name: str, progress: Progress) -> pl.DataFrame:
    """Runs the rules; cases that the last run knew keep their keys."""
    with progress.stage("check"):
        return check(view, config.rules, workspace.key, _last_discrepancies(workspace, name))


def _last_discrepancies(workspace: Workspace, name: str) -> pl.DataFrame | None:
    """Those of this period's earlier run, else of the month before."""
    same = workspace.runs / name
    last = same if same.is_dir() else workspace.previous_run(name)
    path = last / "frames" / "discrepancies.parquet" if last else None
    if path is None or not path.is_file():
        return None
    with run_file(path):
        return pl.read_parquet(path)


def summarise(
    prepared: Prepared,
    linked: Linked,
    view: View,
    ended: pl.DataFrame,
    discrepancies: pl.DataFrame,
    births: BirthFigures | None,
    config: Config,
    lists: list[ListFile],
) -> Summary:
    """The run in counts. Raises when the rows of a source do not add up."""
    by_source: dict[str, dict[str, int]] = {name: {} for name in prepared.layouts}
    counted = ended.group_by("source", "outcome").len().sort("source", "outcome")
    for source, outcome, count in counted.iter_rows():
        by_source[source][outcome] = count
    summary = Summary(
        period=view.period,
        sources=[source_summary(prepared, name, by_source[name]) for name in prepared.layouts],
        cases=_case_counts(discrepancies, config),
        births=births_summary(births) if births else None,
        notices=notices.of_run(prepared.read, prepared.layouts, view, linked),
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


def save(
    folder: Path,
    prepared: Prepared,
    linked: Linked,
    view: View,
    ended: pl.DataFrame,
    discrepancies: pl.DataFrame,
    births: BirthFigures | None,
) -> None:
    """Writes the frames: the run folder's contract, see docs/run-folder.md."""
    frames = folder / "frames"
    frames.mkdir(mode=0o700)
    saved = {
        "scored_pairs": linked.scored_pairs,
        "persons": linked.persons,
        "links": linked.links,
        "mentions": linked.mentions,
        "homes": linked.homes,
        "weak_edges": linked.weak_edges,
        "judgements": linked.judgements,
        "discrepancies": discrepancies,
        "outcomes": ended,
        "children": children_frame(view),
        "rejects": prepared.rejects,
        "set_aside": prepared.set_aside,
        **{f"standardised_{name}": frame for name, frame in prepared.records.items()},
    }
    if births:
        saved |= {f"birth_{name}": frame for name, frame in vars(births).items()}
    for name, frame in saved.items():
        frame.write_parquet(frames / f"{name}.parquet", compression="lz4")
    asked = linked.matching.model_dump(mode="json")
    files = {name: path and Path(path).name for name, path in asked.items() if name in ("model", "judgements")}
    write_json(folder / "matching.json", {**asked, **files})


def _inputs(prepared: Prepared) -> list[InputFile]:
    return [
        InputFile(source, file.file, file.digest, file.rows_read)
        for source, read in prepared.read.items()
        for file in read.files
    ]


def _judgements_file(matching: MatchingConfig, linked: Linked) -> list[InputFile]:
    if matching.judgements is None:
        return []
    path = Path(matching.judgements)
    return [InputFile("judgements", path.name, file_digest(path), linked.judgements.height)]
