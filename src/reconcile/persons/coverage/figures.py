"""What one register covers and the other does not, beside the cases."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.persons.coverage.areas import area_coverage
from reconcile.persons.coverage.households import (
    households_without_residents,
    residents_without_household,
)
from reconcile.persons.view import View


@dataclass(frozen=True)
class CoverageFigures:
    """`households_without_residents`, `residents_without_household`: frames.UNCOVERED_HOUSEHOLDS;
    `area_coverage`: frames.AREA_COVERAGE."""

    households_without_residents: pl.DataFrame
    residents_without_household: pl.DataFrame
    area_coverage: pl.DataFrame


def coverage_figures(view: View) -> CoverageFigures:
    """The coverage of the run's registers."""
    return CoverageFigures(
        households_without_residents(view), residents_without_household(view), area_coverage(view)
    )
