"""What was sent and what came back, round by round, against a model that knows nothing of the program's."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.casework.exchange.figures import ANSWERED, COUNTS, exchange_figures
from reconcile.casework.exchange.report import build_exchange, in_words
from reconcile.casework.exchange.rounds import FATES, ROUNDS, RoundChoice, rounds
from reconcile.core.errors import UsageError
from reconcile.core.period import Period
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import CASES, answer, dispatch, on, put, run, workspace

CODES = ("id_invalid", "registered_elsewhere")
KEYS = sorted(key for key, (code, _, _) in CASES.items() if code in CODES)
ANSWERS = ("confirmed", "corrected", "false_alarm", "moved_out", "unverifiable")


def asked(place: Workspace, *batches: str, period: str | None = None) -> pl.DataFrame:
    """ROUNDS of these codes, by the ledger alone: the copies are purged."""
    shutil.rmtree(place.folder / "dispatches", ignore_errors=True)
    with open_ledger(place) as ledger:
        return rounds(ledger, RoundChoice(CODES, batches, Period.parse(period) if period else None))


@dataclass
class Sent:
    """A case in a round."""

    batch: str
    due: str
    answer: str = ""


@dataclass
class Case:
    """What happened to a case."""

    sent: list[Sent] = field(default_factory=list)
    closed: bool = False

    def fate(self, place: int, today: str) -> str:
        one = self.sent[place]
        if one.answer:
            return "answered"
        if place < len(self.sent) - 1:
            return "sent_again"
        return "gone" if self.closed else "overdue" if one.due < today else "not_due"


steps = st.lists(
    st.one_of(
        st.tuples(st.just("dispatch"), st.sets(st.sampled_from(KEYS), min_size=1), st.sampled_from(["11-10", "12-10"])),
        st.tuples(st.just("answer"), st.sets(st.sampled_from(KEYS), min_size=1), st.sampled_from(ANSWERS)),
        st.tuples(st.just("return"), st.sets(st.sampled_from(KEYS), min_size=1), st.none()),
        st.tuples(st.just("export"), st.sets(st.sampled_from(KEYS)), st.none()),  # what a run of the month finds
    ),
    max_size=6,
)


@settings(max_examples=15, deadline=None)
@given(steps=steps)
def test_every_round_is_that_of_the_model_and_adds_up(steps: list[tuple[str, set[str], str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder, on("2026-11-20"):
        place, lives = workspace(Path(folder) / "w"), {key: Case() for key in KEYS}
        run(place, "2026-10", dict.fromkeys(KEYS, "x"))
        for number, (what, keys, how) in enumerate(steps):
            able = sorted(key for key in keys if not lives[key].closed)
            if what == "export":
                run(place, "2026-10", dict.fromkeys(keys, f"y{number}"), f"{number}")
                for key, case in lives.items():  # other evidence: what is found is open, whatever was said
                    case.closed = key not in keys
            elif what == "dispatch" and able:
                batch = dispatch(place, able, f"2026-{how}")
                for key in able:
                    lives[key].sent.append(Sent(batch, f"2026-{how}"))
            elif what == "return":
                able = [key for key in sorted(keys) if lives[key].sent and lives[key].sent[-1].answer]
                able = [key for key in able if not lives[key].closed]
                if able:
                    put(place, "returned", able, remark="请附户口簿")
                for key in able:
                    lives[key].sent[-1].answer = ""
            elif what == "answer":
                able = [key for key in able if lives[key].sent]
                if able:
                    answer(place, dict.fromkeys(able, how))  # type: ignore[arg-type]
                for key in able:
                    lives[key].sent[-1].answer = how or ""
                    settles = CASES[key][0] == "registered_elsewhere" and how in ("confirmed", "moved_out")
                    lives[key].closed = how == "false_alarm" or settles
        found = asked(place)
    told = [
        (key, one.batch, one.answer, case.fate(position, "2026-11-20"))
        for key, case in lives.items()
        for position, one in enumerate(case.sent)
    ]
    assert sorted(found.select("key", "batch", "answer", "fate").rows()) == sorted(told)
    figures = exchange_figures(found, "town")
    adds_up(figures)
    total = figures.filter(pl.col("level") == "all").row(0, named=True)
    assert total["sent"] == sum(bool(case.sent) for case in lives.values())
    assert total["answered"] == sum(any(one.answer for one in case.sent) for case in lives.values())
    of_rounds = figures.filter(pl.col("level") == "area_round")
    assert of_rounds["sent"].sum() == len(told)
    assert of_rounds["answered"].sum() == sum(one[3] == "answered" for one in told)


def adds_up(figures: pl.DataFrame) -> None:
    told = figures.select(*COUNTS)
    assert (told["sent"] == told.select(pl.sum_horizontal(FATES)).to_series()).all()
    assert (told["answered"] == told.select(pl.sum_horizontal(list(ANSWERED))).to_series()).all()


def test_two_rounds_by_hand(tmp_path: Path) -> None:
    place = workspace(tmp_path / "w")
    first, second, third = KEYS[:3]
    with on("2026-10-05"):
        run(place, "2026-10", dict.fromkeys(KEYS, "x"))
        dispatch(place, [first, second, third], "2026-10-10")
    with on("2026-10-12"):
        answer(place, {first: "confirmed"})
        put(place, "returned", [first], remark="请附户口簿")
        dispatch(place, [first, second], "2026-10-20")
        answer(place, {first: "false_alarm"})
    with on("2026-10-15"):
        figures = exchange_figures(asked(place), "village")
    wanted = {
        # What was sent back is no answer.
        ("area_round", "2026-10-01"): {"sent": 3, "overdue": 1, "sent_again": 2},
        ("area_round", "2026-10-02"): {"sent": 2, "answered": 1, "false_alarms": 1, "not_due": 1},
        # Three cases, of which one was answered, at last as a false alarm.
        ("all", None): {"sent": 3, "answered": 1, "false_alarms": 1, "not_due": 1, "overdue": 1},
    }
    for (level, batch), counts in wanted.items():
        rows = figures.filter(pl.col("level") == level, pl.col("batch").eq_missing(pl.lit(batch, pl.String)))
        assert {name: rows[name].sum() for name in COUNTS} == {**dict.fromkeys(COUNTS, 0), **counts}
    told = " ".join(in_words(figures, "zh"))
    assert "交换率 = 已反馈 ÷ 已派发 = 1 ÷ 3 = 33.3%" in told
    assert "各轮派发数相加是 5 次" in told
    assert "共 3 件" in told


def test_only_the_rounds_that_are_asked_for(tmp_path: Path) -> None:
    place = workspace(tmp_path / "w")
    with on("2026-10-05"):
        run(place, "2026-10", dict.fromkeys(KEYS, "x"))
        dispatch(place, KEYS, "2026-10-10")
        run(place, "2026-11", dict.fromkeys(KEYS, "x"))
        dispatch(place, KEYS[:1], "2026-11-10")
        assert set(asked(place, "2026-10-01")["batch"]) == {"2026-10-01"}
        assert set(asked(place, period="2026-11")["batch"]) == {"2026-11-01"}
        # What came later is known all the same.
        assert asked(place, "2026-10-01").filter(key=KEYS[0])["fate"].to_list() == ["sent_again"]
        with pytest.raises(UsageError, match=r"2026-10-01, 2026-11-01") as refused:
            asked(place, "2026-12-01")
    assert refused.value.key == "exchange.error.no_batch"


def frame(*rows: tuple[str, ...]) -> pl.DataFrame:
    """ROUNDS of key, batch, town, village, outside, answer, fate; `-` for null."""
    return pl.DataFrame(rows, schema=dict(ROUNDS), orient="row").with_columns(pl.col("outside").replace("-", None))


AREAS = frame(
    ("A", "1", "甲镇", "石沟", "-", "confirmed", "answered"),
    ("B", "1", "", "", "-", "", "overdue"),
    ("C", "1", "乙镇", "新坡", "广东南岭市", "moved_out", "answered"),
    ("D", "1", "甲镇", "石沟", "", "", "not_due"),
    ("E", "1", "甲镇", "红坊", "-", "corrected", "answered"),
)


@pytest.mark.parametrize(
    ("by", "language", "areas"),
    [
        ("town", "zh", [("未知地区", 1), ("甲镇", 2), ("外地 （地名不详）", 1), ("外地 广东南岭市", 1), ("合计", 5)]),
        ("village", "en", [("unknown area", "unknown area", 1), ("甲镇", "石沟", 1), ("甲镇", "红坊", 1),
                           ("outside", "(not said where)", 1), ("outside", "广东南岭市", 1),
                           ("Total", None, 5)]),
    ],
)  # fmt: skip
def test_areas_have_names(by, language, areas) -> None:  # type: ignore[no-untyped-def]
    table = build_exchange(exchange_figures(AREAS, by), ["registered_elsewhere"], "2026-11-20", by, language)
    names = ("town", "village")[: len(areas[0]) - 1]
    assert table.frame.select(*names, "sent").rows() == areas
    assert table.frame["confirmed"].sum() == 2 * 2
    [rate] = [column.header for column in table.columns if column.name == "rate_confirmation"]
    assert rate in ("确认率（属实／已反馈）", "confirmation rate (confirmed / answered)")


def test_nothing_was_sent() -> None:
    figures = exchange_figures(AREAS.clear(), "town")
    assert figures.select("level", "sent", "rate_exchange").rows() == [("all", 0, None)]
    assert next(iter(in_words(figures, "en"))).startswith("Cases of this kind have not been sent out yet")
