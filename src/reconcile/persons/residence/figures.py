"""What a run says of where people live and are registered, beside the cases."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.persons.residence.by_area import residence_table
from reconcile.persons.residence.households import split_households
from reconcile.persons.residence.levels import has_both_registers, residences_frame
from reconcile.persons.view import View


@dataclass(frozen=True)
class ResidenceFigures:
    """`residences`: frames.RESIDENCES; `split_households`: frames.SPLIT_HOUSEHOLDS;
    `registered_elsewhere_by_area`: by_area.residence_table."""

    residences: pl.DataFrame
    split_households: pl.DataFrame
    registered_elsewhere_by_area: pl.DataFrame


def residence_figures(view: View) -> ResidenceFigures | None:
    """The figures of the residents; None unless both registers are in the run."""
    if not has_both_registers(view):
        return None
    return ResidenceFigures(residences_frame(view), split_households(view), residence_table(view))
