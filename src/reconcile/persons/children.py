"""Children of the period in the three registers: the births of the hospitals held against both
others."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import CHILDREN, conform
from reconcile.persons.ambiguous_twins import paired_off
from reconcile.persons.reasons import with_reasons
from reconcile.persons.view import View

# The letter of each register, in the order of a cell's name: hospital, resident register, police.
LETTERS = {"births": "H", "residents": "R", "household": "P"}
CELLS = ("H", "R", "P", "HR", "HP", "RP", "HRP")
# Reasons that leave a child of an earlier month on the lists: those that somebody has to look into.
STILL_OPEN = ("possible", "late", "open")

_SAID_BY = ("births", "household", "residents")  # whose word counts first
# Of the busiest month's births: for the first and the last month that the hospitals' files cover,
# and for one between.
_LEAST_SHARE, _LEAST_BETWEEN = 0.15, 0.05
_GAP = 3  # times the mean time between two births: a longer time without one is not in the file
_AREA = ("district", "town", "village")


def children(view: View) -> pl.DataFrame:
    """The children of the period, one row each, none when no births are in the run; sorted.

    Columns: births, residents, household (node of the record that stands for the child there, or
    null), person, birth_date, sex, district, town, village, cell (of CELLS), reason (of
    reasons.REASONS why the child is not in all three, null where it is), issued_on, residents_on,
    household_on (certificate issued; registered there). Without a period: every child of the
    hospitals' files, and of the other registers those born in the days that these files cover (see
    `in_covered_days`). What registers say differently is the hospital's word, else the police's,
    else the resident register's; of the area, what the first register of a cell's letters says.
    `paired` (Boolean): a twin that nothing tells from another (see undecided.py).
    """
    return view.once(_of_period)


def carried_children(view: View) -> pl.DataFrame:
    """As `children`: those of earlier months that are still to be cleared (reason in STILL_OPEN),
    none without a period."""
    return view.once(_carried)


def listed_children(view: View) -> pl.DataFrame:
    """The children of the period and those carried, with `carried` (Boolean)."""
    return pl.concat(
        [
            frame.with_columns(carried=pl.lit(carried))
            for frame, carried in ((children(view), False), (carried_children(view), True))
        ]
    )


def known_children(view: View) -> pl.DataFrame:
    """The children of the period and all of earlier months, whatever their reason, with `carried`
    (Boolean).

    What their records say wrongly stays so until a source corrects it, also when no register lacks
    them.
    """
    return pl.concat(
        [
            frame.with_columns(carried=pl.lit(carried))
            for frame, carried in ((children(view), False), (view.once(_earlier), True))
        ]
    )


def children_frame(view: View) -> pl.DataFrame:
    """frames.CHILDREN: the children of the period by record ids, sorted by person."""
    found = children(view)
    names = view.population.select("person_id", "record_id")
    person = pl.select(pl.coalesce(found[layout] for layout in LETTERS)).to_series()
    ids = {layout: names["record_id"].gather(found[layout]) for layout in LETTERS}
    told = found.with_columns(person_id=names["person_id"].gather(person), **ids)
    return conform(told, CHILDREN).sort("person_id")


def in_covered_days(view: View) -> pl.Expr:
    """Whether a child (birth_date) was born in the period; without a period, in the days that the
    hospitals' files cover."""
    return (
        pl.col("birth_date").is_between(*view.bounds, closed="left")
        if view.bounds
        else _covered(view)
    )


def _of_period(view: View) -> pl.DataFrame:
    asked = in_covered_days(view)
    return _children(view, asked if view.bounds else pl.col("from_hospital") | asked)


def _carried(view: View) -> pl.DataFrame:
    return view.once(_earlier).filter(pl.col("reason").is_in(STILL_OPEN))


def _earlier(view: View) -> pl.DataFrame:
    if view.bounds is None:
        return _of_period(view).clear()
    earlier = (pl.col("from_hospital") | _covered(view)) & (pl.col("birth_date") < view.bounds[0])
    return _children(view, earlier)


def _covered(view: View) -> pl.Expr:
    """Whether a child was born in the days that the hospitals' files cover, whatever the period.

    A mistyped year must not ask for the births of decades, nor a month whose file is missing for
    all of its births: the files cover their busy months, from the first birth of the first to the
    last one of the last, and the few days before and after in which there need not have been one.
    """
    born = view.standing("births").select(day="birth_date_std").drop_nulls()
    in_month = born.with_columns(month=pl.col("day").dt.truncate("1mo")).with_columns(
        births=pl.len().over("month")
    )
    days = in_month.with_columns(share=pl.col("births") / pl.col("births").max()).collect()
    busy = days.filter(pl.col("share") >= _LEAST_SHARE)
    first, last = busy.select(pl.col("day").min(), last=pl.col("day").max()).row(0)
    if first is None:
        return pl.lit(False)
    beyond = _GAP * (last - first) / busy.height
    first, last = (
        max(first - beyond, first.replace(day=1)),
        min(last + beyond, busy["day"].dt.month_end().max()),
    )
    months = days.filter(pl.col("share") >= _LEAST_BETWEEN)["month"].unique().sort()
    in_month_of_file = pl.col("birth_date").dt.truncate("1mo").is_in(months.implode())
    return in_month_of_file & pl.col("birth_date").is_between(first, last)


def _children(view: View, asked: pl.Expr) -> pl.DataFrame:
    """The children that `asked` (of birth_date, from_hospital) asks for."""
    if not view.of_layout("births"):
        asked = pl.lit(False)
    known = view.population.lazy().filter(pl.col("layout").is_in(list(LETTERS)), pl.col("stands"))
    # By what any of its records says: far fewer than all, so that the rest is looked at for these
    # alone.
    said = {"birth_date": pl.col("birth_date_std"), "from_hospital": pl.col("layout") == "births"}
    candidates = (
        known.with_columns(**said).filter(asked).select("person").unique().collect().to_series()
    )
    rows = (
        known.filter(pl.col("person").is_in(candidates.implode()))
        .select("person", "layout", "node")
        .collect()
    )
    wide = candidates.sort().to_frame()
    for layout in LETTERS:
        register = rows.filter(pl.col("layout") == layout).select(
            "person", pl.col("node").alias(layout)
        )
        wide = wide.join(register, on="person", how="left")
    told = _told(view, paired_off(view, wide)).with_columns(
        from_hospital=pl.col("births").is_not_null()
    )
    return with_reasons(
        view, told.filter(asked).drop("from_hospital").sort(*LETTERS, nulls_last=True)
    )


def _told(view: View, wide: pl.DataFrame) -> pl.DataFrame:
    """births, residents, household and person with what the registers say, and the cell."""
    columns = (
        "birth_date_std",
        "sex_std",
        *(f"{area}_std" for area in _AREA),
        "issued_on_std",
        "registered_on_std",
    )
    said = {layout: view.values(wide[layout], *columns) for layout in LETTERS}

    def first_of(layouts: tuple[str, ...], column: str) -> pl.Series:
        return pl.select(pl.coalesce(said[layout][column] for layout in layouts)).to_series()

    area = {name: first_of(tuple(LETTERS), f"{name}_std").cast(pl.String) for name in _AREA}
    return wide.select(
        *LETTERS,
        "person",
        "paired",
        birth_date=first_of(_SAID_BY, "birth_date_std").cast(pl.Date),
        sex=first_of(_SAID_BY, "sex_std").cast(pl.Int8),
        **area,
        cell=pl.concat_str(
            pl.when(pl.col(layout).is_not_null()).then(pl.lit(letter)).otherwise(pl.lit(""))
            for layout, letter in LETTERS.items()
        ),
        issued_on=said["births"]["issued_on_std"].cast(pl.Date),
        residents_on=said["residents"]["registered_on_std"].cast(pl.Date),
        household_on=said["household"]["registered_on_std"].cast(pl.Date),
    )
