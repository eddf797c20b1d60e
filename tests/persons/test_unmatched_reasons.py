"""Why a row has no counterpart: the most likely reason, in a clerk's cases."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from reconcile.core.frames import WEAK_PAIRS
from reconcile.matching.weak_pairs import weak_pairs
from reconcile.persons.outcomes import outcomes
from reconcile.persons.unmatched_reasons import REASONS
from reconcile.persons.view import View
from reconcile.rules import action, load_rule, reason
from tests.views import Row, view_of

NUMBER, OTHER_NUMBER = "460102199003072516", "460102199003072524"
# The other register: entered up to the end of October; 王伟 of 1990 twice, 李静 once.
THERE: list[Row] = [
    {
        "id": "w1",
        "name": "王伟",
        "born": "1990-03-07",
        "number": OTHER_NUMBER,
        "registered": "2026-10-30",
        "town": "东镇",
    },
    {"id": "w2", "name": "王伟", "born": "1990-11-08", "registered": "2015-01-01", "town": "东镇", "village": "红城"},
    {"id": "l1", "name": "李静", "born": "1980-01-01", "registered": "2015-01-01"},
]
OUTSIDE = {"registered_address": "湖南省长沙市岳麓区1号"}
HOME = {"births_config": {"home_areas": ["海临市"]}}


def view(mine: str, rows: list[Row], there: list[Row] = THERE, **options: Any) -> View:
    other = "household" if mine == "residents" else "residents"
    return view_of(**{mine: rows, other: there}, **HOME, **options)


def reason_of(mine: str, row: Row, there: list[Row] = THERE) -> str:
    told = outcomes(view(mine, [{"id": "asked", **row}], there))
    [found] = told.filter(record_id="asked", outcome="unmatched")["reason"]
    return str(found)


# (row of the resident register, its reason, that of the same row in the household register)
CASES: list[tuple[str, Row, str, str]] = [
    ("a number nobody has", {"number": NUMBER}, "id_not_there", "id_not_there"),
    ("a number of somebody else", {"number": OTHER_NUMBER, "name": "陈静"}, "number_of_another", "number_of_another"),
    ("no number", {"name": "赵敏", "born": "1990-05-05"}, "no_id", "no_id"),
    ("a number that is none", {"number": "4.60105E+17", "status": "ruined", "name": "赵敏"}, "no_id", "no_id"),
    ("no number, two of that name and year", {"name": "王伟", "born": "1990-05-05"}, "no_id_common_name", "no_id_common_name"),
    ("no number, two of that name, but of another year", {"name": "王伟", "born": "1950-05-05"}, "no_id", "no_id"),
    ("no number, no birth date, two of that name", {"name": "王伟"}, "no_id_common_name", "no_id_common_name"),
    ("no number, one of that name", {"name": "李静", "born": "1980-05-05"}, "no_id", "no_id"),
    ("registered outside", {"number": NUMBER, **OUTSIDE}, "registered_outside", "id_not_there"),
    ("registered outside, and born lately", {"born": "2026-10-20", **OUTSIDE}, "registered_outside", "newborn"),
    ("born lately", {"born": "2026-10-20", "registered": "2026-10-25"}, "newborn", "newborn"),
    ("born thirty days before the other export", {"born": "2026-09-30"}, "newborn", "newborn"),
    ("born thirty-one days before", {"born": "2026-09-29", "number": NUMBER}, "id_not_there", "id_not_there"),
    ("a child entered late", {"born": "2026-05-01", "registered": "2026-09-25"}, "newborn", "newborn"),
    ("a child entered in time", {"born": "2026-05-01", "registered": "2026-05-25", "number": NUMBER}, "id_not_there", "id_not_there"),
    ("moved in lately", {"number": NUMBER, "moved_in": "2026-09-01"}, "moved_in", "moved_in"),
    ("entered lately", {"number": NUMBER, "registered": "2026-09-01"}, "moved_in", "moved_in"),
    ("entered in spring", {"number": NUMBER, "registered": "2026-04-01"}, "id_not_there", "id_not_there"),
    ("moved out", {"number": NUMBER, "moved_out": "2024-09-01"}, "moved_out", "moved_out"),
    ("moved out, says the reason", {"number": NUMBER, "moved_out_for": "迁往市外"}, "moved_out", "moved_out"),
    ("moved out, and registered outside", {"number": NUMBER, "moved_out": "2024-09-01", **OUTSIDE}, "moved_out", "moved_out"),
    ("cancelled", {"number": NUMBER, "cancelled": True, "moved_out": "2024-09-01", **OUTSIDE}, "cancelled_here", "cancelled_here"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "of_resident", "of_household"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_most_telling_reason_is_given(row: Row, of_resident: str, of_household: str) -> None:
    assert reason_of("residents", row) == of_resident
    assert reason_of("household", row) == of_household


def test_the_person_is_cancelled_there() -> None:
    there = [*THERE, {"person": "P", "cancelled": True, "number": NUMBER}]
    assert reason_of("residents", {"person": "P", "number": NUMBER, **OUTSIDE}, there) == "cancelled_there"


def test_where_the_other_file_has_no_numbers_nobody_knows() -> None:
    assert reason_of("residents", {"number": NUMBER}, [{"name": "李静"}]) == "unknown"


@pytest.mark.parametrize(
    ("place", "rows", "matched", "expected"),
    [
        ({"town": "西镇"}, 10, False, "area_missing"),
        ({"town": "西镇"}, 9, False, "id_not_there"),  # of so few it may be chance
        ({"town": "西镇"}, 10, True, "id_not_there"),  # 西镇 is called otherwise there
        ({"town": "东镇"}, 10, False, "id_not_there"),
        ({"town": "东镇", "village": "龙泉"}, 10, False, "area_missing"),
        ({"town": "东镇", "village": "红城"}, 10, False, "id_not_there"),
        ({}, 10, False, "id_not_there"),
    ],
)
def test_a_place_that_the_other_file_lacks(place: Row, rows: int, matched: bool, expected: str) -> None:
    mine: list[Row] = [{**place, "number": NUMBER} for _ in range(rows)]
    more: list[Row] = [{"person": "Q"}] if matched else []
    if matched:
        mine[0] = {**mine[0], "person": "Q"}
    told = outcomes(view("residents", mine, [*THERE, *more])).filter(source="residents", outcome="unmatched")
    assert set(told["reason"]) == {expected}


PAIRS = pl.DataFrame(
    {
        "source_l": ["residents"] * 4,
        "record_id_l": ["alike", "unlike", "matched", "among residents"],
        "source_r": ["household", "household", "household", "residents"],
        "record_id_r": ["w1", "w1", "w1", "alike"],
        "match_probability": [0.01, 0.0001, 0.99, 0.01],
        "band": ["non-match", "non-match", "match", "non-match"],
    }
)


def test_only_somebody_who_is_a_little_like() -> None:
    weak = weak_pairs(PAIRS)
    assert dict(weak.schema) == dict(WEAK_PAIRS)
    rows: list[Row] = [{"id": name, "number": NUMBER} for name in ("alike", "unlike", "among residents")]
    base = view("residents", rows)
    told = outcomes(View(base.records, base.layouts, base.links, None, base.mentions, base.as_of, base.births, weak))
    of_residents = dict(told.filter(source="residents").select("record_id", "reason").iter_rows())
    assert of_residents == {"alike": "weak_candidate", "unlike": "id_not_there", "among residents": "id_not_there"}


# The words


@pytest.mark.parametrize("code", ["unmatched_resident", "unmatched_household_row"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_says_the_reason(code: str, language: str) -> None:
    mine = "residents" if code == "unmatched_resident" else "household"
    found = load_rule(code).find(view(mine, [{"born": "2026-10-20", "name": "王小宝"}]))
    [told] = [json.loads(text) for text in found["evidence"]]
    assert (told["variant"], told["why"]) == ("without_id", "newborn")
    plain = {"variant": "without_id"}
    assert reason(code, [], told, language) != reason(code, [], plain, language)
    assert action(code, told, language) != action(code, plain, language)


def test_every_reason_has_a_wording_of_its_own_or_that_of_its_variant() -> None:
    for why in REASONS:
        for code in ("unmatched_resident", "unmatched_household_row"):
            assert reason(code, [], {"variant": "with_id", "why": why}, "zh")
            assert action(code, {"variant": "with_id", "why": why}, "zh")
