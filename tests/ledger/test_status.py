"""The status of a month, recounted by hand and by a model of a case's life that knows nothing of the program's."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.core.errors import ReconcileError, UsageError
from reconcile.core.period import Period
from reconcile.ledger.rates import RATES, ranked, summed
from reconcile.ledger.report import report
from reconcile.ledger.status import AREA, COUNTS, TALLY, tally
from reconcile.ledger.store import open_ledger
from reconcile.ledger.verify import verify
from tests.ledger.small_ledgers import CASES, answer, dispatch, on, put, run, workspace, year_end

ANSWERS = ("confirmed", "corrected", "false_alarm", "moved_out", "unverifiable")


# A case's life as docs/ledger.md tells it


@dataclass
class Life:
    """One case. `spells`: [month opened, how it was opened, month closed, why]."""

    code: str = ""
    evidence: str = ""
    state: str = ""
    said: str = ""
    said_of: str = ""
    due: str = ""
    spells: list[list[str]] = field(default_factory=list)
    sent: tuple[str, str] | None = None  # month and due day of the last dispatch
    answered_on: str = ""

    @property
    def open(self) -> bool:
        return bool(self.spells) and not self.spells[-1][2]

    def is_found(self, month: str, evidence: str) -> None:
        if not self.spells:
            self.spells.append([month, "new", "", ""])
            self.state = "new"
        elif not self.open:
            if self.spells[-1][3] in ("false_alarm", "settled") and self.said_of == evidence:
                return
            self.spells.append([month, "reopened", "", ""])
            self.state, self.said, self.due = "new", "", ""
        elif self.state == "corrected":
            self.state = "returned"
        self.evidence = evidence

    def is_gone(self, month: str) -> None:
        if self.open:
            self.spells[-1][2:] = [month, "corrected"]

    def is_sent(self, month: str, due: str) -> None:
        self.state, self.due, self.sent, self.answered_on = "dispatched", due, (month, due), ""

    def is_answered(self, month: str, said: str, day: str) -> None:
        self.said, self.said_of = said, self.evidence
        self.answered_on = self.answered_on or day
        self.state = "corrected" if said == "corrected" else "answered"
        # Of people registered elsewhere nothing is to be corrected: the answer of the other place is the end of it.
        if self.code == "registered_elsewhere" and said in ("confirmed", "moved_out"):
            self.spells[-1][2:] = [month, "settled"]
        if said == "false_alarm":
            self.spells[-1][2:] = [month, "false_alarm"]

    def counts(self, month: str, today: str) -> dict[str, int]:
        """What the case adds to the month; nothing when it was closed before."""
        if not self.spells or (not self.open and self.spells[-1][2] != month):
            return {}
        opened, how, _, why = self.spells[-1]
        before = any(start < month and (not end or end == month) for start, _, end, _ in self.spells)
        sent = self.sent is not None and self.sent[0] >= opened
        answered = sent and self.answered_on != "" and self.said != ""
        due = sent and self.sent is not None and self.sent[1] < today
        told = {
            "carried" if before else how: 1,
            "open" if self.open else "closed": 1,
            f"open_{self.state}" if self.open else f"closed_{why}": 1,
            "overdue": self.open and self.state in ("dispatched", "deferred") and self.due < today,
            "dispatched": sent, "answered": answered, "confirmed": answered and self.said in ("confirmed", "corrected"),
            "false_alarms": answered and self.said == "false_alarm", "due": due,
            "on_time": answered and due and self.sent is not None and self.answered_on <= self.sent[1],
            "stale": self.open and self.said != "" and self.said_of != self.evidence,
        }  # fmt: skip
        return {name: int(count) for name, count in told.items()}


keys = st.sets(st.sampled_from(sorted(CASES)), max_size=len(CASES))
people = st.one_of(
    st.tuples(st.just("dispatch"), keys, st.integers(0, 12)),
    st.tuples(st.just("answer"), keys, st.sampled_from(ANSWERS)),
    st.tuples(st.just("returned"), keys, st.none()),
    st.tuples(st.just("deferred"), keys, st.integers(0, 30)),
)
month_of_work = st.tuples(
    st.dictionaries(st.sampled_from(sorted(CASES)), st.sampled_from("xyz")),
    st.none() | st.dictionaries(st.sampled_from(sorted(CASES)), st.sampled_from("xyz")),  # the run before, replaced
    st.lists(people, max_size=4),
)


@settings(max_examples=15, deadline=None)
@given(months=st.lists(month_of_work, min_size=1, max_size=4))
def test_every_count_is_that_of_a_model_and_carried_is_what_was_open(months: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place, lives, was_open = workspace(Path(folder) / "w"), {key: Life(CASES[key][0]) for key in CASES}, 0
        ended: dict[str, pl.DataFrame] = {}
        for number, (seen, replaced, work) in enumerate(months, 1):
            period, day = f"2026-{number:02d}", date(2026, number, 5)
            with on(str(day)):
                if replaced is not None:
                    run(place, period, replaced, "first")
                run(place, period, seen, "second")  # type: ignore[arg-type]
            for key, life in lives.items():
                life.is_found(period, seen[key]) if key in seen else life.is_gone(period)  # type: ignore[operator, index]
            for what, chosen, how in work:  # type: ignore[attr-defined]
                day += timedelta(days=3)
                with on(str(day)):
                    _work(place, lives, what, sorted(chosen), how, day, period)
            with on(str(day)), open_ledger(place) as ledger:
                counted = tally(ledger, period)
                assert counted.to_dicts() == _counted(lives, period, str(day))
                assert verify(ledger) == []
            assert counted["carried"].sum() == was_open
            was_open = counted["open"].sum()
            ended[period] = counted
        with open_ledger(place) as ledger:
            for period, counted in ended.items():  # as they were when the next one was booked, but for what day it is
                kept = tally(ledger, period)
                assert kept.drop("overdue", "due", "on_time").equals(counted.drop("overdue", "due", "on_time"))


def test_a_false_alarm_that_no_run_stands_by_any_more_is_counted_nowhere(tmp_path: Path) -> None:
    place = workspace(tmp_path / "w")
    with on("2026-10-05"):
        run(place, "2026-10", dict.fromkeys(CASES, "one"))
        dispatch(place, list(CASES), "2026-10-20")
        answer(place, {"A00000000001": "false_alarm", "A00000000002": "confirmed"})
        run(place, "2026-10", {"B00000000001": "one"}, "half of the files")
    with open_ledger(place) as ledger:
        counted = tally(ledger, "2026-10")
        assert verify(ledger) == []
    assert {name: counted[name].sum() for name in ("carried", "new", "closed", "open")} == {
        "carried": 0, "new": 1, "closed": 0, "open": 1,
    }  # fmt: skip


def test_what_came_back_is_not_carried_when_its_month_is_run_again(tmp_path: Path) -> None:
    """A false alarm of October comes back in November, is said to be one again, and November is run anew."""
    place = workspace(tmp_path / "w")
    with on("2026-10-05"):
        run(place, "2026-10", {"A00000000001": "one", "A00000000002": "one"})
        dispatch(place, ["A00000000001", "A00000000002"], "2026-10-20")
        answer(place, {"A00000000001": "false_alarm"})
    with on("2026-11-05"):
        run(place, "2026-11", {"A00000000001": "two", "A00000000002": "one"})
        dispatch(place, ["A00000000001"], "2026-11-20")
        answer(place, {"A00000000001": "false_alarm"})
        run(place, "2026-11", {"A00000000001": "three", "A00000000002": "one"}, "again")
    with open_ledger(place) as ledger:
        counted, before = tally(ledger, "2026-11"), tally(ledger, "2026-10")
    assert counted["carried"].sum() == before["open"].sum() == 1
    assert counted["reopened"].sum() == 1


def _work(place, lives, what, chosen, how, day, period) -> None:  # type: ignore[no-untyped-def]
    """What people do to those of the chosen cases to which it can be done."""
    if what == "answer":
        able = [key for key in chosen if lives[key].open and lives[key].state == "dispatched"]
    else:
        able = [key for key in chosen if lives[key].open]
    if not able:
        return
    if what == "dispatch":
        due = str(day + timedelta(days=how))
        dispatch(place, able, due)
        for key in able:
            lives[key].is_sent(period, due)
    elif what == "answer":
        answer(place, dict.fromkeys(able, how))
        for key in able:
            lives[key].is_answered(period, how, str(day))
    else:
        due = {"due": str(day + timedelta(days=how))} if what == "deferred" else {}
        put(place, what, able, **due)
        for key in able:
            lives[key].state, lives[key].due = what, due.get("due", lives[key].due)


def _counted(lives: dict[str, Life], month: str, today: str) -> list[dict[str, object]]:
    rows: dict[tuple[str, ...], dict[str, object]] = {}
    for key, life in lives.items():
        counts = life.counts(month, today)
        if counts:
            code, town, village = CASES[key]
            row = rows.setdefault(
                (town, village, code), {"town": town, "village": village, "code": code, **dict.fromkeys(COUNTS, 0)}
            )
            for name, count in counts.items():
                row[name] += count  # type: ignore[operator]
    return [rows[area] for area in sorted(rows)]


# A month by hand


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "w"
    with on("2026-11-20"):
        year_end(folder)
    return folder


def test_a_month_by_hand(place: Path) -> None:
    with on("2026-11-20"), open_ledger(workspace(place)) as ledger:
        city = report(ledger).figures("city").row(0, named=True)
    # October: six found, five sent, four answered, one a false alarm. November: A1 is gone, B3 is still there.
    assert {name: city[name] for name in ("carried", "new", "reopened", "closed", "open", "cases")} == {
        "carried": 5, "new": 0, "reopened": 0, "closed": 1, "open": 4, "cases": 5,
    }  # fmt: skip
    fractions = {name: (city[n], city[d], city[f"rate_{name}"]) for name, (n, d) in RATES.items()}
    assert fractions == {
        "dispatch": (4, 5, 0.8), "answer": (3, 4, 0.75), "confirmation": (2, 3, 2 / 3), "clearance": (1, 5, 0.2),
        "on_time": (3, 4, 0.75), "false_alarm": (0, 3, 0.0),
    }  # fmt: skip
    assert (city["open_returned"], city["open_dispatched"], city["overdue"], city["stale"]) == (1, 1, 1, 0)
    assert (city["open_change"], round(city["clearance_change"], 4)) == (-1, round(0.2 - 1 / 6, 4))


def test_the_month_before_is_as_it_was_when_it_ended(place: Path) -> None:
    with on("2026-11-20"), open_ledger(workspace(place)) as ledger:
        told = report(ledger, Period(2026, 10))
    city = told.figures("city").row(0, named=True)
    assert (told.before, city["new"], city["closed_false_alarm"], city["open"], city["answered"]) == (None, 6, 1, 5, 4)
    assert (city["open_change"], told.batches.rows()) == (None, [("2026-10-01", "2026-10-10", 5, 1, 41)])


def test_a_month_that_is_not_booked_names_those_that_are(place: Path) -> None:
    with open_ledger(workspace(place)) as ledger, pytest.raises(UsageError, match=r"2026-10, 2026-11") as error:
        report(ledger, Period(2026, 12))
    assert error.value.exit_code == 2


# Ranks


def areas(*given: tuple[str, int, int]) -> pl.DataFrame:
    """Figures of towns: name, closed, cases."""
    rows = [
        {**dict.fromkeys(COUNTS, 0), "town": town, "village": "", "code": "x", "closed": closed, "new": cases,
         "closed_corrected": closed, "open": cases - closed, "open_new": cases - closed}
        for town, closed, cases in given
    ]  # fmt: skip
    return summed(pl.DataFrame(rows, schema=dict(TALLY)), "town")


@pytest.mark.parametrize(
    ("given", "ranks"),
    [
        pytest.param([("a", 1, 10), ("b", 5, 10), ("c", 9, 10)], {"c": 1, "b": 2, "a": 3}, id="the best first"),
        pytest.param(
            [("a", 9, 10), ("b", 2, 6), ("c", 4, 12), ("d", 1, 10)], {"a": 1, "b": 2, "c": 2, "d": 4}, id="1 2 2 4"
        ),
        pytest.param([("a", 4, 4), ("b", 1, 5)], {"b": 1, "a": None}, id="too few cases: listed, not ranked"),
        pytest.param([("a", 0, 0)], {"a": None}, id="nothing to do"),
    ],
)
def test_ranks(given: list[tuple[str, int, int]], ranks: dict[str, int | None]) -> None:
    found = ranked(areas(*given), least=5)
    assert dict(found.select("town", "rank").rows()) == ranks
    assert found["town"].to_list() == list(ranks)


def test_what_does_not_add_up_is_a_bug() -> None:
    row = {**dict.fromkeys(AREA, "x"), **dict.fromkeys(COUNTS, 0), "new": 2, "open": 1, "open_new": 1}
    with pytest.raises(ReconcileError) as error:
        summed(pl.DataFrame([row], schema=dict(TALLY)), "city")
    assert (error.value.key, error.value.exit_code) == ("status.error.unbalanced", 1)


def test_a_month_run_again_after_its_cases_went_out_still_says_which_came_back(tmp_path: Path) -> None:
    place = workspace(tmp_path / "w")
    first, other = "A00000000001", "A00000000002"
    with on("2026-10-05"):
        run(place, "2026-10", {first: "x", other: "x"})
        dispatch(place, [first, other], "2026-10-20")
        answer(place, {first: "false_alarm"})
    with on("2026-11-05"):
        run(place, "2026-11", {first: "y", other: "x"}, "first")
        dispatch(place, [first], "2026-11-20")
        run(place, "2026-11", {first: "y", other: "x"}, "second")
    with on("2026-11-05"), open_ledger(place) as ledger:
        city = tally(ledger, "2026-11").sum().row(0, named=True)
        case = ledger.cases(pl.Series("key", [first])).row(0, named=True)
    assert (city["carried"], city["reopened"], city["open"]) == (1, 1, 2)
    assert (case["state"], case["answer"], case["how"], case["due"]) == ("dispatched", "", "", "2026-11-20")
    with on("2026-11-06"):
        run(place, "2026-11", {other: "x"}, "third")
        with open_ledger(place) as ledger:
            city = tally(ledger, "2026-11").sum().row(0, named=True)
            assert verify(ledger) == []
    assert (city["carried"], city["reopened"], city["open"], city["closed"]) == (1, 0, 1, 0)
