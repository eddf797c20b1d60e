"""What a run came to: totals that balance, and a screen that a clerk can read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from reconcile.cli.summary import render
from reconcile.core import messages
from reconcile.core.errors import UnbalancedError
from reconcile.core.notice import Notice
from reconcile.lists.report import ListFile
from reconcile.persons.outcomes import BIRTH_OUTCOMES, OUTCOMES
from reconcile.pipeline.summary import (
    BirthsSummary,
    CaseCount,
    SourceSummary,
    Summary,
)
from reconcile.statistics.births import STATISTICS

RESIDENTS = SourceSummary(
    name="residents",
    layout="residents",
    files=["residents.csv"],
    read=200_130,
    kept=200_000,
    rejected={"missing": 20, "ragged": 10},
    set_aside={"total": 98, "repeated_row": 2},
    outcomes={
        "unmatched": 15_000,
        "matched": 150_000,
        "matched_fields_differ": 30_000,
        "possible": 5_000,
    },
    unmatched={"registered_outside": 14_000, "no_id": 1_000},
    duplicates=3_000,
)
BIRTHS = SourceSummary("births", "births", ["births.xlsx"], read=600, kept=600, outcomes={"HRP": 500, "H": 100})
SUMMARY = Summary(
    period="2026-10",
    sources=[RESIDENTS, BIRTHS],
    cases=[
        CaseCount("id_missing", "low", 76_000),
        CaseCount("duplicate_person", "high", 1_500),
        CaseCount("duplicate_person", "medium", 20),
        CaseCount("id_ruined", "high", 0),
    ],
    notices=[Notice("no_column", {"layout": "residents", "column": "relation"})],
    births=BirthsSummary(
        {"H": 1, "R": 0, "P": 2, "HR": 0, "HP": 3, "RP": 0, "HRP": 40},
        {"H": {"mother_elsewhere": 1}, "P": {"open": 2}, "HP": {"not_yet": 2, "open": 1}},
    ),
    lists=[
        ListFile("duplicate_person", "重复登记.xlsx", 1_600),
        ListFile("id_missing", "缺身份证号.xlsx", 76_000),
    ],
)


@pytest.fixture
def chinese() -> Iterator[None]:
    before = messages.language()
    messages.speak("zh")
    yield
    messages.speak(before)


def shown(summary: Summary, width: int = 80, folder: Path | None = Path("work/runs/2026-10/lists")) -> str:
    stream = StringIO()
    render(summary, Console(file=stream, width=width), folder)
    return stream.getvalue()


def line_of(text: str, word: str) -> list[str]:
    return next(line for line in text.splitlines() if word in line).split()


def test_rows_that_balance_pass() -> None:
    SUMMARY.check()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"read": 200_131}, "summary.error.rows"),
        ({"rejected": {}}, "summary.error.rows"),
        ({"set_aside": {"total": 99, "repeated_row": 2}}, "summary.error.rows"),
        ({"outcomes": {"matched": 199_999}}, "summary.error.outcomes"),
        ({"outcomes": {}}, "summary.error.outcomes"),
        ({"unmatched": {"no_id": 14_999}}, "summary.error.unmatched"),
    ],
)
def test_rows_that_do_not_balance_are_a_bug(change: dict[str, object], key: str) -> None:
    wrong = replace(RESIDENTS, **change)  # type: ignore[arg-type]
    with pytest.raises(UnbalancedError) as raised:
        replace(SUMMARY, sources=[BIRTHS, wrong]).check()
    assert (raised.value.key, raised.value.exit_code) == (key, 1)
    assert "residents" in str(raised.value)


@given(st.dictionaries(st.sampled_from([*OUTCOMES, *BIRTH_OUTCOMES]), st.integers(0, 10**7)), st.integers(0, 99))
def test_any_accounted_rows_balance_and_one_more_does_not(outcomes: dict[str, int], rejected: int) -> None:
    kept = sum(outcomes.values())
    reasons = {"no_id": outcomes.get("unmatched", 0)}
    source = SourceSummary("s", "residents", [], kept + rejected, kept, {"ragged": rejected}, {}, outcomes, reasons)
    source.check()
    with pytest.raises(UnbalancedError):
        replace(source, read=source.read + 1).check()


def test_json_is_the_same_whatever_order_counts_came_in(tmp_path: Path) -> None:
    turned = replace(RESIDENTS, outcomes=dict(reversed(list(RESIDENTS.outcomes.items()))))
    SUMMARY.write(tmp_path / "summary.json")
    replace(SUMMARY, sources=[turned, BIRTHS]).write(tmp_path / "again.json")
    assert (tmp_path / "summary.json").read_bytes() == (tmp_path / "again.json").read_bytes()
    told = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert told["lists"][0] == {
        "code": "duplicate_person",
        "path": "重复登记.xlsx",
        "rows": 1600,
        "area": None,
    }
    assert told["sources"][0]["set_aside"] == {"total": 98, "repeated_row": 2}


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_screen_is_legible(chinese: None, lang: str, width: int) -> None:
    messages.speak(lang)
    lines = shown(SUMMARY, width).splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= width
    assert lines[-1].endswith("work/runs/2026-10/lists")


def test_screen_says_every_count(chinese: None) -> None:
    text = shown(SUMMARY)
    assert line_of(text, "200,130") == ["全员人口", "200,130", "200,000", "30", "100"]
    assert line_of(text, "150,000") == ["全员人口", "一致", "150,000", "75.0%"]
    assert line_of(text, "三方都有") == ["三方都有", "500", "83.3%"]
    assert line_of(text, "重复登记") == ["重复登记", "1,500", "20", "0", "1,520", "1"]
    assert "全员人口：搁置的行　合计、小计行 98 行；与前面某一行完全相同 2 行" in text
    assert "提示：全员人口没有" in text


def test_outcomes_and_cases_come_in_an_order_of_their_own(chinese: None) -> None:
    text = shown(SUMMARY)
    outcomes = ["一致", "已匹配，信息不一致", "疑似", "未匹配", "仅医院出生证", "三方都有"]
    cases = ["重复登记", "身份证号被表格软件破坏", "缺身份证号"]
    for words in (outcomes, ["重复登记", "缺身份证号"]):
        assert sorted(words, key=text.index) == words
    assert set(cases) <= set(text.split())  # a kind without cases is said too


def test_summary_without_period_or_cases(chinese: None) -> None:
    text = shown(Summary(None, [replace(BIRTHS, read=0, kept=0, outcomes={"H": 0})], []), folder=None)
    assert text.splitlines()[0] == "人口登记核对结果"
    assert "没有差异，不出清单" in text
    assert line_of(text, "仅医院出生证")[-1] == "–"


def test_sources_of_one_layout_are_called_by_their_names(chinese: None) -> None:
    text = shown(replace(SUMMARY, sources=[RESIDENTS, replace(RESIDENTS, name="old_register")]))
    assert {"residents", "old_register"} <= set(text.split())


def with_births(statistics: list[dict[str, object]]) -> Summary:
    rows = [{**dict.fromkeys(STATISTICS), "suppressed": False, **row} for row in statistics]
    return replace(SUMMARY, births=replace(SUMMARY.births, statistics=rows))  # type: ignore[type-var]


def test_births_are_told_with_the_reasons_why_they_are_not_in_all_registers(chinese: None) -> None:
    told = shown(SUMMARY, width=120)
    assert "母亲在外地 1" in told
    assert "登记期限内 2；待查 1" in told


def test_figures_of_one_kind_share_their_caveat_and_those_of_towns_stay_in_the_list(chinese: None) -> None:
    share = {"value": 0.9, "low": 0.8, "high": 0.95, "numerator": 90.0, "denominator": 100.0}
    told = shown(
        with_births(
            [
                {"statistic": "within_30", "level": "city", "source": "births", **share},
                {"statistic": "within_30", "level": "city", "source": "residents", **share},
                {"statistic": "within_30", "level": "district", "district": "东区", "area": "东区", **share},
                {"statistic": "sex_ratio", "level": "city", "note": "few_births", "suppressed": True},
            ]
        ),
        width=200,
    )
    assert told.count("90.0%（95%区间 80.0%～95.0%）（90/100）") == 2
    assert told.count("仅统计已办理且日期齐全的") == 1
    assert "东区" not in told
    assert "不显示：出生不足500人" in told
