"""The problems of the year: what the exports show month by month, and what the towns answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from reconcile.sample.naming import Flags, Integers
from reconcile.sample.year import findings
from reconcile.sample.year.calendar import Calendar
from reconcile.sample.year.findings import NO, UNSURE, YES, Month, States
from reconcile.sample.year.written import Written

ANSWERS = ("confirmed", "false_alarm", "moved_out", "unverifiable")
# By how a problem ends: the shares of ANSWERS. Who puts a record right has confirmed that it was wrong.
_SHARES = {
    "corrected": (1.0, 0.0, 0.0, 0.0),
    "removed": (0.7, 0.0, 0.3, 0.0),
    "cancelled": (0.7, 0.0, 0.3, 0.0),
    "open": (0.5, 0.15, 0.15, 0.2),
}
_NONE = -1


@dataclass
class _Subjects:
    """What a code may be about: `rows` of `source`, each with one of `other_source` or none (-1); and the states of
    each in every month so far. `certain`: the finding does not depend on linkage."""

    code: str
    source: str
    rows: Integers
    other_source: str
    others: Integers
    certain: bool
    states: list[States] = field(default_factory=list)


class Problems:
    """Looks at both registers each month; `table` in the end."""

    def __init__(self, written: Mapping[str, Written], people: int) -> None:
        self._written, self._people = written, people
        self._single: list[_Subjects] = []
        for source in ("residents", "household"):
            rows = np.arange(written[source].size)
            for code in ("id_missing", "id_invalid", "id_ruined", "id_against_sex", "id_against_birth_date"):
                self._single.append(_Subjects(code, source, rows, source, np.full(len(rows), _NONE), True))
        self._pairs = [*self._of_one_register("residents"), *self._of_one_register("household"), *self._of_both()]

    def look(self, months: Mapping[str, Month], births: Flags) -> None:
        """`months`: residents and household; `births`: which certificates are there."""
        found = {source: findings.single(month) for source, month in months.items()}
        for subjects in self._single:
            subjects.states.append(np.where(found[subjects.source][subjects.code], YES, NO).astype(np.int8))
        held = {source: self._held(source, month.present) for source, month in months.items()}
        certified = self._held("births", births)
        for subjects in self._pairs:
            one, two = months[subjects.source], months[subjects.other_source]
            rows, others = subjects.rows, subjects.others
            match subjects.code:
                case "key_repeated":
                    states = findings.one_key(one, rows, others)
                case "duplicate_person" | "duplicate_household_row":
                    states = findings.twice(one, rows, others)
                case "fields_differ":
                    states = findings.differing(one, two, rows, others)
                case "active_and_cancelled":
                    states = findings.cancelled_in_one(one, two, rows, others)
                case _:
                    other = "household" if subjects.source == "residents" else "residents"
                    who = self._written[subjects.source].who[rows]
                    states = findings.alone(one, rows, (held[other] | certified)[who])
            subjects.states.append(states)

    def table(self, calendar: Calendar, months: Mapping[str, Month], rng: np.random.Generator) -> pl.DataFrame:
        """The columns of problems.csv, see truth.py, but for problem_id; sorted by code and row_id."""
        parts = [self._told(subjects, calendar, months) for subjects in (*self._single, *self._pairs)]
        table = pl.concat(part for part in parts if part.height).sort("code", "row_id")
        return table.with_columns(_answers(table["ended"], rng)).with_columns(pl.col("ended").replace("open", None))

    def _held(self, source: str, present: Flags) -> Flags:
        """Which persons have one of these rows, be it cancelled."""
        held = np.zeros(self._people, bool)
        held[self._written[source].who[present]] = True
        return held

    def _of_one_register(self, source: str) -> Iterator[_Subjects]:
        written = self._written[source]
        second = np.flatnonzero(written.first >= 0)
        code = "duplicate_person" if source == "residents" else "duplicate_household_row"
        yield _Subjects(code, source, written.first[second], source, second, False)
        repeated = second[written.has("repeated_key")[second]]
        yield _Subjects("key_repeated", source, written.first[repeated], source, repeated, True)

    def _of_both(self) -> Iterator[_Subjects]:
        """Persons with one row in a register: of those with two, one stands for the other."""
        place = {source: self._only_rows(source) for source in ("residents", "household")}
        r, h = place["residents"], place["household"]
        both = np.flatnonzero((r >= 0) & (h >= 0))
        for code in ("fields_differ", "active_and_cancelled"):
            yield _Subjects(code, "residents", r[both], "household", h[both], False)
        for code, source in (("unmatched_resident", "residents"), ("unmatched_household_row", "household")):
            rows = place[source][place[source] >= 0]
            yield _Subjects(code, source, rows, source, np.full(len(rows), _NONE), False)

    def _only_rows(self, source: str) -> Integers:
        who = self._written[source].who
        place = np.full(self._people, -1)
        place[who] = np.arange(len(who))
        place[np.bincount(who, minlength=self._people) > 1] = -1
        return place

    def _told(self, subjects: _Subjects, calendar: Calendar, months: Mapping[str, Month]) -> pl.DataFrame:
        states = np.stack(subjects.states, axis=1)
        sure = (states != UNSURE).all(axis=1) & (states == YES).any(axis=1)
        seen, rows, others = states[sure] == YES, subjects.rows[sure], subjects.others[sure]
        one, two = self._written[subjects.source], self._written[subjects.other_source]
        pair = pl.Series(others != _NONE)
        beside = others.clip(0)
        nobody = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        further = (two.row_ids.gather(beside)).zip_with(pair, nobody)
        sources = [subjects.source, *({subjects.other_source} - {subjects.source})]
        after = _month_after(seen)
        gone = self._reached("leaves", subjects, sure, months) <= after
        cancelled = self._reached("ends", subjects, sure, months) <= after
        open_still = after == calendar.never
        ended = np.select([open_still, gone, cancelled], ["open", "removed", "cancelled"], "corrected")
        keyed_twice = one.has("repeated_key")[rows] & (subjects.code != "key_repeated")
        return pl.DataFrame(
            {
                "code": pl.Series([subjects.code]).new_from_index(0, len(rows)),
                "source": pl.Series(["|".join(sources)]).new_from_index(0, len(rows)),
                "row_id": pl.select(
                    pl.concat_str(one.row_ids.gather(rows), further, separator="|", ignore_nulls=True)
                ).to_series(),
                "entity_id": one.clean["entity"].gather(rows),
                **_stretches(seen, calendar),
                "ended": pl.Series(ended, dtype=pl.String),
                "certain": (subjects.certain & ~keyed_twice).astype(np.int8),
            }
        )

    def _reached(self, what: str, subjects: _Subjects, which: Flags, months: Mapping[str, Month]) -> Integers:
        """The month in which the first of the rows of each subject `leaves` or `ends`."""
        one, two = (getattr(months[s].history.rows, what) for s in (subjects.source, subjects.other_source))
        rows, others = subjects.rows[which], subjects.others[which]
        return np.where(others == _NONE, one[rows], np.minimum(one[rows], two[others]))


def _month_after(seen: Flags) -> Integers:
    """The month after the last one seen."""
    return seen.shape[1] - np.argmax(seen[:, ::-1], axis=1)


def _stretches(seen: Flags, calendar: Calendar) -> dict[str, pl.Series]:
    """first_month, last_month (of the first stretch), returns_month, and seen: a 1 or 0 for each month."""
    size, never = len(seen), calendar.never
    month = np.arange(never)
    first = np.argmax(seen, axis=1) if size else np.zeros(0, np.int64)
    gap = ~seen & (month > first[:, None])
    end = np.where(gap.any(axis=1), np.argmax(gap, axis=1), never)
    later = seen & (month > end[:, None])
    returns = np.where(later.any(axis=1), np.argmax(later, axis=1), never)
    names = pl.Series([*calendar.names, None], dtype=pl.String)
    last = np.where(end == never, never, end - 1)
    digits = pl.DataFrame({str(column): seen[:, column].astype(np.int8) for column in month})
    return {
        "first_month": names.gather(first),
        "last_month": names.gather(last),
        "returns_month": names.gather(returns),
        "seen": digits.select(pl.concat_str(pl.all().cast(pl.String))).to_series(),
    }


def _answers(ended: pl.Series, rng: np.random.Generator) -> pl.Series:
    drawn = rng.random(len(ended))
    answer = np.zeros(len(ended), np.int64)
    for how, shares in _SHARES.items():
        place = np.searchsorted(np.cumsum(shares), drawn, side="right").clip(0, len(ANSWERS) - 1)
        answer = np.where((ended == how).to_numpy(), place, answer)
    return pl.Series("answer", list(ANSWERS)).gather(answer)
