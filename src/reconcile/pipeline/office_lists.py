"""What the office asks of a run beside its cases: frames, kept in the run folder, and the lists
made of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.completion.job import Completion, completion
from reconcile.config import ListsConfig
from reconcile.lists.birth_figures import BirthFigures, birth_figures
from reconcile.lists.births import build_birth_tables
from reconcile.lists.completion import build_completion
from reconcile.lists.coverage import build_coverage_tables
from reconcile.lists.outcomes import build_outcomes
from reconcile.lists.residence import build_residence_tables
from reconcile.lists.unresolved_areas import build_unresolved
from reconcile.lists.writers.list_table import ListTable
from reconcile.matching.linked import Linked
from reconcile.persons.coverage.figures import CoverageFigures, coverage_figures
from reconcile.persons.outcomes import outcomes
from reconcile.persons.residence.figures import ResidenceFigures, residence_figures
from reconcile.persons.view import View
from reconcile.statistics.outcomes import outcome_counts


@dataclass(frozen=True)
class OfficeLists:
    """`outcomes`: outcomes.outcomes; `outcome_counts`: statistics.outcomes.outcome_counts.
    `births`: the figures of births, None without a births source. `completion`: whose number may be
    that of residents without one; `residence`: where people live and are registered; both None
    without both registers. `coverage`: households and areas that a register lacks.
    `unresolved_areas`: frames.UNRESOLVED_AREAS."""

    outcomes: pl.DataFrame
    outcome_counts: pl.DataFrame
    births: BirthFigures | None
    completion: Completion | None
    residence: ResidenceFigures | None
    coverage: CoverageFigures
    unresolved_areas: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every frame by the name that it has in the run folder."""
        births = (
            {f"birth_{name}": frame for name, frame in vars(self.births).items()}
            if self.births
            else {}
        )
        completions = {"completions": self.completion.candidates} if self.completion else {}
        return {
            "outcomes": self.outcomes,
            "outcome_counts": self.outcome_counts,
            "unresolved_areas": self.unresolved_areas,
            **births,
            **completions,
            **(vars(self.residence) if self.residence else {}),
            **vars(self.coverage),
        }


def office_lists(view: View, linked: Linked) -> OfficeLists:
    """What the lists beside the cases say of this run."""
    ended = view.once(outcomes)
    return OfficeLists(
        outcomes=ended,
        outcome_counts=outcome_counts(view, ended),
        births=birth_figures(view),
        completion=completion(view, linked),
        residence=residence_figures(view),
        coverage=coverage_figures(view),
        unresolved_areas=view.unresolved_areas,
    )


def office_tables(
    office: OfficeLists, view: View, lists: ListsConfig, discrepancies: pl.DataFrame
) -> list[ListTable]:
    """The lists that are not of cases, in the order of the run folder. `discrepancies`:
    frames.DISCREPANCIES, for those that name a case."""
    tables = build_birth_tables(office.births, view.layouts, lists, view.period)
    tables.append(build_outcomes(office.outcome_counts, view.layouts, lists, view.period))
    if office.completion:
        found = office.completion.candidates
        tables.append(
            build_completion(found, discrepancies, view, lists.language, not lists.whole_values)
        )
    return [
        *tables,
        *build_residence_tables(office.residence, lists, view.period),
        *build_coverage_tables(office.coverage, view.layouts, lists, view.period),
        build_unresolved(office.unresolved_areas, view.layouts, lists.language),
    ]
