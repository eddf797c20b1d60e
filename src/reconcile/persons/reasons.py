"""Why a child is not in all three registers: only what a column states; everything else is open."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from reconcile.areas.outside_city import Home, lies_elsewhere
from reconcile.persons.registration import home_of_city, registered_outside
from reconcile.persons.view import View

# In the order in which they are given: the first that a column states counts.
REASONS = (
    "early_death",  # died within four weeks: a certificate, no registration
    "event_elsewhere",  # born outside the city, says a register
    "mother_elsewhere",  # the mother lives outside the city, says the certificate
    "home_birth",  # born at home, says a register
    "moved",  # moved out, or moved in after birth, says a register
    # the police lack it: registered outside the city, says the resident register
    "registered_elsewhere",
    "possible",  # a link to the register waits for clerical review
    "not_yet",  # the time allowed for registering is not over
    "late",  # certified or registered late; the time allowed since then is not over
    "open",
)

_NEWBORN_DAYS = 28
_DIED = "死|夭|[未不]存活|^否$"
_SURVIVED = "未死|无死|(?:^|[^未不])存活|活产|^是$"
_AT_HOME = "^(?:在|于)?(?:自?家$|自家|家中|家里|住宅|家庭|途中)|家庭?分娩|在家"
LEFT = "迁出|转出|迁往|移出|外迁"
_BY_BIRTH = "出生|新生"
_REGISTERS = ("residents", "household")


def with_reasons(view: View, children: pl.DataFrame) -> pl.DataFrame:
    """`children` (see children.children) with `reason`, null for those in all three registers."""
    told = _stated(view, children) if children.height else {}
    reason = pl.coalesce(
        *(pl.when(told[name]).then(pl.lit(name)) for name in REASONS if name in told),
        pl.lit("open"),
    )
    in_all = pl.all_horizontal(pl.col("births", *_REGISTERS).is_not_null())
    ordered = [column for column in children.columns if not column.endswith("_on")]
    dates = [column for column in children.columns if column.endswith("_on")]
    return children.with_columns(reason=pl.when(~in_all).then(reason)).select(
        *ordered, "reason", *dates
    )


def _stated(view: View, children: pl.DataFrame) -> dict[str, pl.Series]:
    """For each reason but `open` whether it holds, child by child."""
    home = view.once(home_of_city)
    return {
        "early_death": _died_early(view, children),
        "event_elsewhere": _born(view, children, home),
        "mother_elsewhere": _mother_lives_elsewhere(view, children, home),
        "home_birth": _born_at_home(view, children),
        "moved": _moved(view, children),
        "registered_elsewhere": _registered_elsewhere(view, children),
        "possible": _possible(view, children),
        **_in_time(view, children),
    }


def _lacks(children: pl.DataFrame, layout: str) -> pl.Series:
    return children[layout].is_null()


def _says(values: pl.Series, pattern: str) -> pl.Series:
    return values.cast(pl.String).str.contains(pattern).fill_null(False)


def _died_early(view: View, children: pl.DataFrame) -> pl.Series:
    """The certificate says that the child died, or a register cancelled it for that within four
    weeks of birth."""
    said = view.values(children["births"], "newborn_status_std", "remark_std", "died_on_std")
    status, remark = said["newborn_status_std"], said["remark_std"]
    died = _says(status, _DIED) & ~_says(status, _SURVIVED) | _says(remark, _DIED) & ~_says(
        remark, _SURVIVED
    )
    died |= _soon(said["died_on_std"], children["birth_date"])
    for layout in _REGISTERS:
        of = view.values(children[layout], "cancelled_reason_std", "cancelled_on_std")
        died |= _says(of["cancelled_reason_std"], _DIED) & _soon(
            of["cancelled_on_std"], children["birth_date"]
        )
    return died


def _soon(day: pl.Series, born: pl.Series) -> pl.Series:
    return (day.cast(pl.Date) - born).dt.total_days().is_between(0, _NEWBORN_DAYS).fill_null(False)


def _born(view: View, children: pl.DataFrame, home: Home) -> pl.Series:
    """Of a child without certificate a register states a place of birth outside the city."""
    elsewhere = pl.repeat(False, children.height, eager=True)
    for layout in _REGISTERS:
        elsewhere |= lies_elsewhere(
            view.values(children[layout], "birth_place_std").to_series().cast(pl.String), home
        )
    return elsewhere & _lacks(children, "births")


def _mother_lives_elsewhere(view: View, children: pl.DataFrame, home: Home) -> pl.Series:
    """The certificate's home address is outside; for want of one, or where only the police lack the
    child, the mother's registered address."""
    said = view.values(children["births"], "address_std", "mother_address_std")
    lives, registered = (lies_elsewhere(said[name].cast(pl.String), home) for name in said.columns)
    silent, only_police = said["address_std"].is_null(), ~_lacks(children, "residents")
    return pl.select(
        pl.when(only_police | silent).then(registered | lives).otherwise(lives)
    ).to_series()


def _born_at_home(view: View, children: pl.DataFrame) -> pl.Series:
    """Of a child without certificate a register states a birth at home."""
    at_home = pl.repeat(False, children.height, eager=True)
    for layout in _REGISTERS:
        at_home |= _says(view.values(children[layout], "birth_place_std").to_series(), _AT_HOME)
    return at_home & _lacks(children, "births")


def _moved(view: View, children: pl.DataFrame) -> pl.Series:
    """A register says that the child has left, or, of a child without certificate, that it came
    after its birth."""
    columns = [
        f"{name}_std"
        for name in ("moved_out_on", "moved_out_reason", "moved_in_on", "moved_in_reason")
    ]
    moved = pl.repeat(False, children.height, eager=True)
    for layout in _REGISTERS:
        said = view.values(children[layout], *columns, "cancelled_reason_std")
        left = said["moved_out_on_std"].is_not_null()
        left |= _says(said["moved_out_reason_std"], LEFT) | _says(
            said["cancelled_reason_std"], LEFT
        )
        came = (said["moved_in_on_std"].cast(pl.Date) > children["birth_date"]).fill_null(False)
        came &= ~_says(said["moved_in_reason_std"], _BY_BIRTH)
        moved |= left | came & _lacks(children, "births")
    return moved


def _registered_elsewhere(view: View, children: pl.DataFrame) -> pl.Series:
    """The resident register states a registered address outside the city, and the police do not
    have the child."""
    return registered_outside(view).gather(children["residents"]).fill_null(False) & _lacks(
        children, "household"
    )


def _possible(view: View, children: pl.DataFrame) -> pl.Series:
    """A record of a register that lacks the child may be it."""
    possible = pl.repeat(False, children.height, eager=True)
    anchor = pl.select(
        pl.coalesce(children["births"], children["residents"], children["household"])
    ).to_series()
    for layout in ("births", *_REGISTERS):
        if view.of_layout(layout):
            possible |= view.may_hold(layout).gather(anchor) & _lacks(children, layout)
    return possible


def _in_time(view: View, children: pl.DataFrame) -> dict[str, pl.Series]:
    """not_yet: born so lately that every register which lacks the child may; late: certified or
    registered later than allowed, and that so lately that it may."""
    allowed, born = timedelta(days=view.births.registration_days), children["birth_date"]
    known = children.select(
        noticed=pl.min_horizontal("issued_on", "residents_on", "household_on")
    ).to_series()
    certified = ~_lacks(children, "births")
    on_time, of_late = certified, certified & (known > born + allowed).fill_null(False)
    for layout in _REGISTERS:
        exported = exported_on(view, layout)
        there = ~_lacks(children, layout)
        on_time &= there | (born + allowed >= exported)
        of_late &= there | (known + allowed >= exported).fill_null(False)
    return {"not_yet": on_time, "late": of_late}


def exported_on(view: View, layout: str) -> date:
    """The day up to which a register speaks: the last on which it says that something was entered
    in it.

    One date in two thousand may be a slip, and speak of a later day.
    """
    stated = [
        frame[column].cast(pl.Date)
        for source in view.of_layout(layout)
        for frame in [view.records[source]]
        for column in ("registered_on_std", "updated_on_std", "issued_on_std")
        if column in frame.columns
    ]
    days = pl.concat([pl.Series(dtype=pl.Date), *stated]).drop_nulls()
    days = days.filter(days <= view.as_of).sort()
    return days[len(days) - 1 - len(days) // 2000] if len(days) else view.as_of
