"""What the office asks of a run beside its cases: frames, kept in the run folder, and the lists made of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.birth_figures import BirthFigures, birth_figures
from reconcile.config import ListsConfig
from reconcile.linkage import Linked
from reconcile.lists.births import build_birth_tables
from reconcile.lists.outcomes import build_outcomes
from reconcile.outcomes import outcomes
from reconcile.statistics.outcomes import outcome_counts
from reconcile.view import View
from reconcile.writers.list_table import ListTable


@dataclass(frozen=True)
class OfficeLists:
    """`outcomes`: outcomes.outcomes; `outcome_counts`: statistics.outcomes.outcome_counts. `births`: the figures of
    births, None without a births source."""

    outcomes: pl.DataFrame
    outcome_counts: pl.DataFrame
    births: BirthFigures | None

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every frame by the name that it has in the run folder."""
        births = {f"birth_{name}": frame for name, frame in vars(self.births).items()} if self.births else {}
        return {"outcomes": self.outcomes, "outcome_counts": self.outcome_counts, **births}


def office_lists(view: View, linked: Linked) -> OfficeLists:
    """What the lists beside the cases say of this run."""
    ended = view.once(outcomes)
    return OfficeLists(outcomes=ended, outcome_counts=outcome_counts(view, ended), births=birth_figures(view))


def office_tables(office: OfficeLists, view: View, lists: ListsConfig) -> list[ListTable]:
    """The lists that are not of cases, in the order of the run folder."""
    return [
        *build_birth_tables(office.births, view.layouts, lists, view.period),
        build_outcomes(office.outcome_counts, view.layouts, lists, view.period),
    ]
