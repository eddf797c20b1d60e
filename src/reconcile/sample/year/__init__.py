"""A city that lives: its exports month by month, and the script of what happened beside them.

The city is built once, as of its last month. Then every row and every error in it gets a life of
its own: rows come and go, errors are made, corrected and come back, keys change. What is wrong in a
month is read off the values of that month (`findings`), so that the truth says what the exports
say.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from reconcile.sample import exports
from reconcile.sample.city import City
from reconcile.sample.naming import Flags
from reconcile.sample.presets import Preset
from reconcile.sample.whereabouts import Whereabouts
from reconcile.sample.year import rows, slips, truth
from reconcile.sample.year.calendar import Calendar
from reconcile.sample.year.findings import Month
from reconcile.sample.year.history import History
from reconcile.sample.year.moves import Moves
from reconcile.sample.year.problems import Problems
from reconcile.sample.year.said import Said, said
from reconcile.sample.year.written import Written, write_down

TRUTH = "truth"
BIRTHS_BEFORE = 3  # months of births that the first list has at least


def write_year(
    folder: Path,
    city: City,
    where: Whereabouts,
    preset: Preset,
    months: int,
    form: str,
    rng: np.random.Generator,
) -> list[Path]:
    """Write `<month>/residents*`, `household*` and `births*` for each month, and truth/; gives the
    files."""
    calendar = Calendar.of(months)
    written = {
        register.source: register
        for register in write_down(city, where, preset, int(calendar.ends[0]), rng)
    }
    histories = _histories(written, city, where, calendar, rng)
    tellings = {source: _tellings(written[source], city) for source in ("residents", "household")}
    problems = Problems(written, city.families.size)
    files = []
    beside = _folder(folder / TRUTH)
    records = truth.Records(beside)
    for number, name in enumerate(calendar.names):
        place = _folder(folder / name)
        for source, history in histories.items():
            history.go()
            shown = history.rows_of_month()
            files += exports.write(
                source, _as_exported(history, shown), place, form, calendar.end(number)
            )
            records.add(name, history, shown)
        looked_at = {source: _month(histories[source], *tellings[source]) for source in tellings}
        problems.look(looked_at, histories["births"].present)
    table = problems.table(calendar, looked_at, rng)
    return [
        *files,
        records.path,
        truth.write_problems(table, beside),
        truth.write_events(histories, calendar, beside),
    ]


def _histories(
    written: Mapping[str, Written],
    city: City,
    where: Whereabouts,
    calendar: Calendar,
    rng: np.random.Generator,
) -> dict[str, History]:
    houses = rows.arriving_houses(city, where, calendar, rng)
    histories = {}
    for source, register in written.items():
        if source == "births":
            lives = rows.of_births(register, calendar)
        else:
            lives = rows.of_register(register, city, where, houses, calendar, rng)
        newborn = where.newborn[register.who]
        errors = slips.draw(register, lives, newborn, calendar, rng)
        moves = Moves(register, city) if source == "residents" else None
        histories[source] = History(register, lives, errors, moves, calendar, rng)
    return histories


def _tellings(written: Written, city: City) -> tuple[Said, Said]:
    """What a register's rows say rightly, and wrongly."""
    return said(written, written.clean, city), said(written, written.content, city)


def _month(history: History, right: Said, wrong: Said) -> Month:
    now: dict[str, Flags] = {
        name: history.wrong(name) for name in ("id_number", "name", "birth_date", "sex", "others")
    }
    return Month(history, right.where_wrong(now, wrong))


def _as_exported(history: History, shown: pl.DataFrame) -> pl.DataFrame:
    """In the order of the file, rows that it holds twice side by side."""
    again = shown.filter(pl.Series(history.written.twice).gather(shown["place"]))
    first = "issued_on" if history.written.source == "births" else "household_no"
    return pl.concat([shown, again]).sort(first, "record_key", "place", maintain_order=True)


def _folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
