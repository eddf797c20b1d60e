"""What the office asks of a run beside its cases: frames, kept in the run folder, and the lists made of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.birth_figures import BirthFigures, birth_figures
from reconcile.config import ListsConfig
from reconcile.coverage.areas import area_coverage
from reconcile.coverage.households import households_without_residents, residents_without_household
from reconcile.linkage import Linked
from reconcile.lists.areas import build_unresolved
from reconcile.lists.births import build_birth_tables
from reconcile.lists.coverage import build_coverage_tables
from reconcile.outcomes import outcomes
from reconcile.view import View
from reconcile.writers.list_table import ListTable


@dataclass(frozen=True)
class OfficeLists:
    """`outcomes`: outcomes.outcomes. `births`: the figures of births, None without a births source.

    `unresolved_areas`: frames.UNRESOLVED_AREAS. `households_without_residents`, `residents_without_household`:
    frames.UNCOVERED_HOUSEHOLDS. `area_coverage`: frames.AREA_COVERAGE.
    """

    outcomes: pl.DataFrame
    births: BirthFigures | None
    unresolved_areas: pl.DataFrame
    households_without_residents: pl.DataFrame
    residents_without_household: pl.DataFrame
    area_coverage: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every frame by the name that it has in the run folder."""
        births = {f"birth_{name}": frame for name, frame in vars(self.births).items()} if self.births else {}
        others = {name: frame for name, frame in vars(self).items() if name != "births"}
        return {**others, **births}


def office_lists(view: View, linked: Linked) -> OfficeLists:
    """What the lists beside the cases say of this run."""
    return OfficeLists(
        outcomes=outcomes(view),
        births=birth_figures(view),
        unresolved_areas=view.unresolved_areas,
        households_without_residents=households_without_residents(view),
        residents_without_household=residents_without_household(view),
        area_coverage=area_coverage(view),
    )


def office_tables(office: OfficeLists, view: View, lists: ListsConfig) -> list[ListTable]:
    """The lists that are not of cases, in the order of the run folder."""
    return [
        *build_birth_tables(office.births, view.layouts, lists, view.period),
        *build_coverage_tables(office, view.layouts, lists, view.period),
        build_unresolved(office.unresolved_areas, view.layouts, lists.language),
    ]
