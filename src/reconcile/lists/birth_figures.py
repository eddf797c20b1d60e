"""The births of a run in figures: in which registers they are, by area; why not in all; and their
statistics."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.persons.children import LETTERS, children, in_covered_days
from reconcile.persons.view import View
from reconcile.statistics.births import births_statistics, model_fits
from reconcile.statistics.cells import cells_table, reasons_table


@dataclass(frozen=True)
class BirthFigures:
    """Of the children of the period. `cells`: statistics.cells.cells_table; `reasons`:
    statistics.cells.reasons_table; `statistics`: statistics.births.STATISTICS; `models`:
    statistics.births.model_fits."""

    cells: pl.DataFrame
    reasons: pl.DataFrame
    statistics: pl.DataFrame
    models: pl.DataFrame


def birth_figures(view: View) -> BirthFigures | None:
    """The figures of the children of the period; None when no births are in the run."""
    if not view.of_layout("births"):
        return None
    found = children(view)
    # Estimates are of days for which every list could hold every child.
    covered = found.filter(in_covered_days(view))
    statistics = births_statistics(covered, _stated_dates(view), *linkage_errors(view))
    return BirthFigures(cells_table(found), reasons_table(found), statistics, model_fits(covered))


def linkage_errors(view: View) -> tuple[float, float]:
    """How many children are in a hospital's file and in a register without having been joined, and
    how many of those joined are two, both as the matching's probabilities let expect.

    Of a child without a register's record the possible links to records without a hospital's count,
    together at most 1; of a joined one the doubt about its certificate's best link.
    """
    found = children(view)
    registered = pl.col("residents").is_not_null() | pl.col("household").is_not_null()
    alone = found.filter(pl.col("births").is_not_null() & ~registered)["births"]
    joined = found.filter(pl.col("births").is_not_null() & registered)["births"]
    chance = view.population["person_probability"].gather(joined)
    return _possibly(view, alone), float((1 - chance).sum())


def _possibly(view: View, births: pl.Series) -> float:
    """The expected number of these certificates' children among the registers' rows that have no
    certificate."""
    held = view.holds("births")
    ends = [("node_l", "node_r"), ("node_r", "node_l")]
    links = pl.concat(
        view.possible.select(births=pl.col(one), row=pl.col(other), chance="match_probability")
        for one, other in ends
    )
    free = links.filter(pl.col("births").is_in(births.implode()) & ~held.gather(links["row"]))
    of_registers = view.population["layout"].gather(free["row"]) != "births"
    by_birth = (
        free.filter(of_registers)
        .group_by("births")
        .agg(chance=pl.col("chance").sum().clip(upper_bound=1.0))
    )
    return float(by_birth.sort("births")["chance"].sum())


def _stated_dates(view: View) -> dict[str, pl.Series]:
    """The birth dates that each source's rows state themselves."""
    stated = view.population.filter(
        ~pl.col("birth_date_from_id").fill_null(False), pl.col("layout").is_in(list(LETTERS))
    ).select(pl.col("source").cast(pl.String), "birth_date_std")
    return {
        source: stated.filter(source=source)["birth_date_std"].drop_nulls()
        for source in view.records
    }
