"""The problems of the year: what the exports show month by month, and what the towns answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.sample.naming import Flags, Integers
from reconcile.sample.places import CITY
from reconcile.sample.year import findings
from reconcile.sample.year.calendar import Calendar
from reconcile.sample.year.findings import UNSURE, YES, Month, States
from reconcile.sample.year.written import Written

REGISTERS = ("residents", "household")
ANSWERS = ("confirmed", "false_alarm", "moved_out", "unverifiable")
# By how a problem ends: the shares of ANSWERS. Who puts a record right has confirmed that it was
# wrong.
_SHARES = {
    "corrected": (1.0, 0.0, 0.0, 0.0),
    "removed": (0.7, 0.0, 0.3, 0.0),
    "cancelled": (0.7, 0.0, 0.3, 0.0),
    "open": (0.5, 0.15, 0.15, 0.2),
}
_NONE = -1


@dataclass(frozen=True)
class Look:
    """One month: residents and household register, and by source which persons have a row there, be
    it cancelled."""

    months: Mapping[str, Month]
    held: Mapping[str, Flags]


@dataclass(frozen=True)
class _Subjects:
    """What a code may be about: `rows` of `source`, each with one of `other_source` or none (-1);
    what a month says of each, and has said so far. `certain`: the finding does not depend on
    linkage."""

    code: str
    source: str
    rows: Integers
    other_source: str
    others: Integers
    state: Callable[[Look], States]
    certain: bool = False
    states: list[States] = field(default_factory=list)

    def chosen(self, which: Flags) -> tuple[Integers, Integers]:
        return self.rows[which], self.others[which]


class Problems:
    """Looks at the registers each month; `table` in the end."""

    def __init__(self, written: Mapping[str, Written], people: int) -> None:
        self._written, self._people = written, people
        self._subjects = [
            *self._alone(), *self._of_one_register(), *self._of_both(), *self._unmatched(),
            self._registered_outside(),
        ]  # fmt: skip

    def look(self, months: Mapping[str, Month], births: Flags) -> None:
        """`months`: residents and household; `births`: which certificates are there."""
        present = {**{source: month.present for source, month in months.items()}, "births": births}
        look = Look(months, {source: self._held(source, rows) for source, rows in present.items()})
        for subjects in self._subjects:
            subjects.states.append(subjects.state(look))

    def table(
        self, calendar: Calendar, months: Mapping[str, Month], rng: np.random.Generator
    ) -> pl.DataFrame:
        """The columns of problems.csv, see truth.py, but for problem_id; sorted by code and
        row_id."""
        table = pl.concat(
            self._told(subjects, calendar, months) for subjects in self._subjects
        ).sort("code", "row_id")
        return table.with_columns(_answers(table, rng)).with_columns(
            pl.col("ended").replace("open", None)
        )

    def _held(self, source: str, present: Flags) -> Flags:
        held = np.zeros(self._people, bool)
        held[self._written[source].who[present]] = True
        return held

    def _alone(self) -> Iterator[_Subjects]:
        for source, code in product(REGISTERS, findings.SINGLE):
            rows = np.arange(self._written[source].size)

            def state(
                look: Look, source: str = source, code: str = code, rows: Integers = rows
            ) -> States:
                return findings.single(code, look.months[source], rows)

            yield _Subjects(
                code, source, rows, source, np.full(len(rows), _NONE), state, certain=True
            )

    def _of_one_register(self) -> Iterator[_Subjects]:
        for source, code in zip(
            REGISTERS, ("duplicate_person", "duplicate_household_row"), strict=True
        ):
            written = self._written[source]
            second = np.flatnonzero(written.first >= 0)
            repeated = second[written.has("repeated_key")[second]]
            for name, of_pair, others in (
                (code, findings.twice, second),
                ("key_repeated", findings.one_key, repeated),
            ):
                first = written.first[others]

                def state(
                    look: Look,
                    source: str = source,
                    of_pair: Callable[[Month, Integers, Integers], States] = of_pair,
                    first: Integers = first,
                    others: Integers = others,
                ) -> States:
                    return of_pair(look.months[source], first, others)

                yield _Subjects(
                    name, source, first, source, others, state, certain=name == "key_repeated"
                )

    def _of_both(self) -> Iterator[_Subjects]:
        """Persons with one row in each register: of those with two, one stands for the other."""
        residents, household = (self._only_rows(source) for source in REGISTERS)
        both = np.flatnonzero((residents >= 0) & (household >= 0))
        one, two = residents[both], household[both]
        yield _Subjects(
            "fields_differ", "residents", one, "household", two,
            lambda look: findings.differing(look.months["residents"], look.months["household"], one,
            two),
        )  # fmt: skip
        yield _Subjects(
            "active_and_cancelled", "residents", one, "household", two,
            lambda look: findings.cancelled_in_one(look.months["residents"],
            look.months["household"], one, two),
        )  # fmt: skip

    def _unmatched(self) -> Iterator[_Subjects]:
        codes = ("unmatched_resident", "unmatched_household_row")
        for code, source, other in zip(codes, REGISTERS, reversed(REGISTERS), strict=True):
            place = self._only_rows(source)
            who = np.flatnonzero(place >= 0)
            if source == "residents":
                who = who[~self._says_outside()[place[who]]]
            rows = place[who]

            def state(
                look: Look,
                source: str = source,
                other: str = other,
                who: Integers = who,
                rows: Integers = rows,
            ) -> States:
                known = look.held[other] | look.held["births"]
                return findings.alone(look.months[source], rows, known[who])

            yield _Subjects(code, source, rows, source, np.full(len(rows), _NONE), state)

    def _registered_outside(self) -> _Subjects:
        """People whom the police never had, and whose registered address says why."""
        place = self._only_rows("residents")
        who = np.flatnonzero(place >= 0)
        who = who[self._says_outside()[place[who]]]
        rows = place[who]
        return _Subjects(
            "registered_elsewhere", "residents", rows, "residents", np.full(len(rows), _NONE),
            lambda look: findings.alone(look.months["residents"], rows,
            look.held["household"][who]),
        )  # fmt: skip

    def _says_outside(self) -> Flags:
        """Of each resident row whether it states a registered address outside the city."""
        stated = self._written["residents"].clean["registered_address"]
        return (~stated.str.starts_with(CITY)).fill_null(False).to_numpy()

    def _only_rows(self, source: str) -> Integers:
        """For each person the place of the one row in this register; -1 for none and for
        several."""
        who = self._written[source].who
        place = np.full(self._people, _NONE)
        place[who] = np.arange(len(who))
        place[np.bincount(who, minlength=self._people) > 1] = _NONE
        return place

    def _told(
        self, subjects: _Subjects, calendar: Calendar, months: Mapping[str, Month]
    ) -> pl.DataFrame:
        """Those of whom every month is sure, and one shows the problem."""
        states = np.stack(subjects.states, axis=1)
        sure = (states != UNSURE).all(axis=1) & (states == YES).any(axis=1)
        seen, (rows, others) = states[sure] == YES, subjects.chosen(sure)
        one, two = self._written[subjects.source], self._written[subjects.other_source]
        beside = two.row_ids.gather(others.clip(0)).set(pl.Series(others == _NONE), None)
        sources = dict.fromkeys((subjects.source, subjects.other_source))
        # Which of two rows under one key is which, nobody can tell.
        certain = subjects.certain & ~(
            one.has("repeated_key")[rows] & (subjects.code in findings.SINGLE)
        )
        return pl.DataFrame({"row": one.row_ids.gather(rows), "beside": beside}).select(
            code=pl.lit(subjects.code),
            source=pl.lit("|".join(sources)),
            row_id=pl.concat_str("row", "beside", separator="|", ignore_nulls=True),
            entity_id=one.clean["entity"].gather(rows),
            **_stretches(seen, calendar),
            ended=pl.Series(self._ended(subjects, rows, others, seen, months), dtype=pl.String),
            certain=pl.Series(certain.astype(np.int8)),
        )

    def _ended(
        self,
        subjects: _Subjects,
        rows: Integers,
        others: Integers,
        seen: Flags,
        months: Mapping[str, Month],
    ) -> NDArray[np.str_]:
        """What became of each problem after the last month that shows it."""
        after = seen.shape[1] - np.argmax(seen[:, ::-1], axis=1)

        def reached(what: str) -> Flags:
            one, two = (
                getattr(months[s].history.rows, what)
                for s in (subjects.source, subjects.other_source)
            )
            return np.where(others == _NONE, one[rows], np.minimum(one[rows], two[others])) <= after

        conditions = [after == seen.shape[1], reached("leaves"), reached("ends")]
        return np.select(conditions, ["open", "removed", "cancelled"], "corrected")


def _stretches(seen: Flags, calendar: Calendar) -> dict[str, pl.Series]:
    """first_month, last_month (of the first stretch), returns_month, and seen: a 1 or 0 for each
    month."""
    never = calendar.never
    month = np.arange(never)
    first = np.argmax(seen, axis=1)
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


def _answers(table: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    drawn = rng.random(table.height)
    answer = np.zeros(table.height, np.int64)
    # To remove or to cancel a second row is to put it right; any other row goes with its person.
    # What comes back had been put right before.
    right = table["code"].str.starts_with("duplicate_") & (table["ended"] != "open")
    ended = table["ended"].set(right | table["returns_month"].is_not_null(), "corrected")
    for how, shares in _SHARES.items():
        place = np.searchsorted(np.cumsum(shares), drawn, side="right").clip(0, len(ANSWERS) - 1)
        answer = np.where((ended == how).to_numpy(), place, answer)
    return pl.Series("answer", list(ANSWERS)).gather(answer)
