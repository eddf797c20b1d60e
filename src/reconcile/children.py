"""Children of the period in the three registers: the births of the hospitals held against both others."""

from __future__ import annotations

import polars as pl

from reconcile.frames import CHILDREN, conform
from reconcile.reasons import with_reasons
from reconcile.view import View

# The letter of each register, in the order of a cell's name: hospital, resident register, police.
LETTERS = {"births": "H", "residents": "R", "household": "P"}
CELLS = ("H", "R", "P", "HR", "HP", "RP", "HRP")
# Reasons that leave a child of an earlier month on the lists: those that somebody has to look into.
STILL_OPEN = ("possible", "late", "open")

_SAID_BY = ("births", "household", "residents")  # whose word counts first
_LEAST_SHARE = 0.05  # of the busiest month's births, for a month that the hospitals' files cover
_AREA = ("district", "town", "village")


def children(view: View) -> pl.DataFrame:
    """The children of the period, one row each, none when no births are in the run; sorted.

    Columns: births, residents, household (node of the record that stands for the child there, or null), person,
    birth_date, sex, district, town, village, cell (of CELLS), reason (of reasons.REASONS why the child is not in all
    three, null where it is), issued_on, residents_on, household_on (certificate issued; registered there). Without a
    period: every child of the hospitals' files, and of the other registers those born in a month that these files
    cover. What registers say differently is the hospital's word, else the police's, else the resident register's; of
    the area, what the first register of a cell's letters says.
    """
    return view.once(_of_period)


def carried_children(view: View) -> pl.DataFrame:
    """As `children`: those of earlier months that are still to be cleared (reason in STILL_OPEN), none without a
    period."""
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
    """The children of the period and all of earlier months, whatever their reason, with `carried` (Boolean).

    What their records say wrongly stays so until a source corrects it, also when no register lacks them.
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


def _of_period(view: View) -> pl.DataFrame:
    covered = _covered_months(view)
    if view.bounds:
        return _children(view, pl.col("birth_date").is_between(*view.bounds, closed="left"))
    return _children(view, pl.col("from_hospital") | _month().is_in(covered.implode()))


def _carried(view: View) -> pl.DataFrame:
    return view.once(_earlier).filter(pl.col("reason").is_in(STILL_OPEN))


def _earlier(view: View) -> pl.DataFrame:
    if view.bounds is None:
        return _of_period(view).clear()
    earlier = _month().is_in(_covered_months(view).implode()) & (pl.col("birth_date") < view.bounds[0])
    return _children(view, earlier)


def _children(view: View, asked: pl.Expr) -> pl.DataFrame:
    """The children that `asked` (of birth_date, from_hospital) asks for."""
    if not view.of_layout("births"):
        asked = pl.lit(False)
    known = view.population.lazy().filter(pl.col("layout").is_in(list(LETTERS)), pl.col("stands"))
    # By what any of its records says: far fewer than all, so that the rest is looked at for these alone.
    said = {"birth_date": pl.col("birth_date_std"), "from_hospital": pl.col("layout") == "births"}
    candidates = known.with_columns(**said).filter(asked).select("person").unique().collect().to_series()
    rows = known.filter(pl.col("person").is_in(candidates.implode())).select("person", "layout", "node").collect()
    wide = candidates.sort().to_frame()
    for layout in LETTERS:
        register = rows.filter(pl.col("layout") == layout).select("person", pl.col("node").alias(layout))
        wide = wide.join(register, on="person", how="left")
    told = _told(view, wide).with_columns(from_hospital=pl.col("births").is_not_null())
    return with_reasons(view, told.filter(asked).drop("from_hospital").sort(*LETTERS, nulls_last=True))


def _told(view: View, wide: pl.DataFrame) -> pl.DataFrame:
    """births, residents, household and person with what the registers say, and the cell."""
    columns = ("birth_date_std", "sex_std", *(f"{area}_std" for area in _AREA), "issued_on_std", "registered_on_std")
    said = {layout: view.values(wide[layout], *columns) for layout in LETTERS}

    def first_of(layouts: tuple[str, ...], column: str) -> pl.Series:
        return pl.select(pl.coalesce(said[layout][column] for layout in layouts)).to_series()

    area = {name: first_of(tuple(LETTERS), f"{name}_std").cast(pl.String) for name in _AREA}
    return wide.select(
        *LETTERS,
        "person",
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


def _month() -> pl.Expr:
    return pl.col("birth_date").dt.truncate("1mo")


def _covered_months(view: View) -> pl.Series:
    """The months that the hospitals' files cover: a mistyped year must not ask for the births of decades."""
    born = view.standing("births").select(month=pl.col("birth_date_std").dt.truncate("1mo")).collect().drop_nulls()
    counts = born.group_by("month").len()
    return counts.filter(pl.col("len") >= _LEAST_SHARE * pl.col("len").max())["month"]
