"""The life of each row: since when it is in the register, when it is cancelled, when it goes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from reconcile.sample.city import City
from reconcile.sample.families import TODAY
from reconcile.sample.naming import Flags, Integers, put
from reconcile.sample.registers import dates
from reconcile.sample.whereabouts import Whereabouts
from reconcile.sample.year.calendar import Calendar
from reconcile.sample.year.written import Written

# Of a month, whatever the preset: so much of a city moves in, and so many rows are entered long
# after they should.
_HOUSES_ARRIVING = 0.0012
_ENTERED_LATE = 0.0004
_NEW_DUPLICATES = 0.4  # of second rows: entered during the year
_DUPLICATE_CLEARED = 0.15  # a month
_DUPLICATE_STAYS = 0.35
_DUPLICATE_CANCELLED = 0.5  # of those cleared; the others go
_HEARD_LATE = 0.5
_HEARD = 0.4  # a month
_LAG = 3  # months between moving in and registering with the police, at most


@dataclass
class Rows:
    """One entry a row. A row is in the exports of the months `arrives` ≤ month < `leaves`,
    cancelled from the month `ends` on; `never` is one month after the last. `why_…`: the kind of
    event. `values`: columns that follow."""

    arrives: Integers
    leaves: Integers
    ends: Integers
    why_arrives: pl.Series
    why_leaves: pl.Series
    why_ends: pl.Series
    values: dict[str, pl.Series] = field(default_factory=dict)

    def present(self, month: int) -> Flags:
        return (self.arrives <= month) & (month < self.leaves)

    def active(self, month: int) -> Flags:
        return self.present(month) & (month < self.ends)


def arriving_houses(
    city: City, where: Whereabouts, calendar: Calendar, rng: np.random.Generator
) -> Integers:
    """For each house the month in which it moves in: 0 for most. No house with a newborn."""
    houses = int(city.families.house[-1]) + 1
    arriving = rng.random(houses) < _HOUSES_ARRIVING * (len(calendar) - 1)
    arriving[city.families.house[where.newborn | city.visitor]] = False
    return np.where(arriving, calendar.later(houses, rng), 0)


def of_births(written: Written, calendar: Calendar) -> Rows:
    """Certificates are in the list when they are issued, those of children who died when that is
    known."""
    issued, died = (_days(written.clean[column]) for column in ("issued_on", "died_on"))
    arrives = calendar.month_of(np.maximum(issued, died))
    never = np.full(written.size, calendar.never)
    nothing = _one("", written.size)
    return Rows(
        arrives, never, never, _told("born", "reissued", written.has("reissued")), nothing, nothing
    )


def of_register(
    written: Written,
    city: City,
    where: Whereabouts,
    houses: Integers,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Rows:
    """Residents or household rows; `houses` as arriving_houses gives them."""
    who, frame = written.who, written.clean
    died, newborn = where.died[who] > 0, where.newborn[who]
    ended, vanishes = frame["ended"].to_numpy(), frame["vanishes"].to_numpy()
    ends = np.where(ended > 0, calendar.month_of(ended), calendar.never)
    if written.source == "residents":
        ends = _told_later(ends, calendar, rng)
    since_ever = (ended == 0) & ~newborn  # rows to which something else may happen
    registered = _days(frame["registered_on"])
    back = TODAY - int(calendar.ends[0])
    registered = np.where(~newborn & (registered > calendar.ends[0]), registered - back, registered)
    arrives = np.where(newborn, calendar.month_of(registered), 0)
    moves = np.where(since_ever, houses[city.families.house[who]], 0)
    if written.source == "household":
        lag = rng.integers(0, _LAG, len(houses))[city.families.house[who]]
        moves = np.where(moves > 0, np.minimum(moves + lag, calendar.never), 0)
    late = (
        since_ever & (moves == 0) & (rng.random(written.size) < _ENTERED_LATE * (len(calendar) - 1))
    )
    arrives = np.select([moves > 0, late], [moves, calendar.later(written.size, rng)], arrives)
    why = np.select([newborn, moves > 0], ["born", "moved_in"], "entered_late")
    rows = Rows(
        arrives=arrives,
        leaves=np.where(vanishes, ends, calendar.never),
        ends=np.where(vanishes, calendar.never, ends),
        why_arrives=pl.Series(why),
        why_leaves=_told("moved_out", "died", died),
        why_ends=_told("moved_out", "died", died),
    )
    _live_duplicates(rows, written, since_ever, calendar, rng)
    came = (rows.arrives > 0) & ~newborn
    registered = np.where(came, calendar.days_in(rows.arrives, rng), registered)
    rows.values = {
        "registered_on": dates(registered),
        **_moved_in(written, registered, moves > 0, back),
    }
    if written.source == "residents":
        updated = _days(frame["updated_on"].str.slice(0, 10))
        updated = np.where(updated > calendar.ends[0], updated - back, updated)
        rows.values["updated_on"] = dates(np.maximum(updated, registered), "%Y-%m-%d 00:00:00")
    rows.values |= _cancelled(written, rows, calendar, rng)
    return rows


def _told_later(ends: Integers, calendar: Calendar, rng: np.random.Generator) -> Integers:
    """The office hears of half of the deaths and moves of the year in time, of the others some
    months later."""
    size = len(ends)
    waits = (ends > 0) & (ends < calendar.never) & (rng.random(size) < _HEARD_LATE)
    return np.where(waits, calendar.after(ends, _HEARD, np.zeros(size, bool), rng), ends)


def _live_duplicates(
    rows: Rows, written: Written, may: Flags, calendar: Calendar, rng: np.random.Generator
) -> None:
    """Second rows come no earlier than the first ones; some come in the year, most are cleared in
    the end."""
    copies = np.flatnonzero(written.first >= 0)
    size = len(copies)
    drawn = np.where(
        may[copies] & (rng.random(size) < _NEW_DUPLICATES), calendar.later(size, rng), 0
    )
    rows.arrives[copies] = np.maximum(drawn, rows.arrives[written.first[copies]])
    free = written.clean["ended"].to_numpy()[copies] == 0
    stays = (rng.random(size) < _DUPLICATE_STAYS) | ~free
    cleared = calendar.after(rows.arrives[copies], _DUPLICATE_CLEARED, stays, rng)
    cancelled = rng.random(size) < _DUPLICATE_CANCELLED
    rows.leaves[copies] = np.where(free & ~cancelled, cleared, rows.leaves[copies])
    rows.ends[copies] = np.where(free & cancelled, cleared, rows.ends[copies])
    rows.why_arrives = put(rows.why_arrives, copies, _one("duplicate_added", size))
    rows.why_leaves = put(rows.why_leaves, copies[free], _one("duplicate_removed", int(free.sum())))
    rows.why_ends = put(rows.why_ends, copies[free], _one("duplicate_cancelled", int(free.sum())))


def _cancelled(
    written: Written, rows: Rows, calendar: Calendar, rng: np.random.Generator
) -> dict[str, pl.Series]:
    """What stands in the columns of cancelling, also for second rows that were cancelled as such.
    Where a day of moving away is all that a row has of it, the flag is never blank: nobody could
    tell that the row is cancelled."""
    frame = written.clean
    places = np.flatnonzero(
        (rows.why_ends == "duplicate_cancelled").to_numpy() & (rows.ends < calendar.never)
    )
    day = put(frame["cancelled_on"], places, dates(calendar.days_in(rows.ends[places], rng)))
    only_flagged = frame["cancelled_reason"].is_not_null() & day.is_null()
    said = np.flatnonzero(
        (only_flagged | frame["cancelled"].is_not_null()).to_numpy() & (rows.ends < calendar.never)
    )
    flag = "是" if written.source == "residents" else "1"
    return {
        "cancelled_on": day,
        "cancelled_reason": put(frame["cancelled_reason"], places, _one("重复登记", len(places))),
        "cancelled": put(frame["cancelled"], said, _one(flag, len(said))),
    }


def _moved_in(
    written: Written, registered: Integers, moves: Flags, back: int
) -> dict[str, pl.Series]:
    """Those who move in have the day in the register; residents only if they are registered
    elsewhere. Days of the year that nobody moved in on are put before it."""
    frame = written.clean
    days = _days(frame["moved_in_on"])
    if written.source == "residents":
        return {"moved_in_on": dates(np.where(days > 0, registered, 0))}
    days = np.where(days > TODAY - back, days - back, days)
    places = np.flatnonzero(moves)
    return {
        "moved_in_on": dates(np.where(moves, registered, days)),
        "moved_in_reason": put(frame["moved_in_reason"], places, _one("迁入", len(places))),
    }


def _days(column: pl.Series) -> Integers:
    """Days since 1970-01-01; 0 where there is none."""
    return column.str.to_date("%Y-%m-%d").cast(pl.Int32).fill_null(0).to_numpy().astype(np.int64)


def _one(word: str, size: int) -> pl.Series:
    return pl.Series([word], dtype=pl.String).new_from_index(0, size)


def _told(usual: str, other: str, where: Flags) -> pl.Series:
    return pl.Series([usual, other], dtype=pl.String).gather(where.astype(np.int64))
