"""Keys, severities and areas of what the rules find."""

import random
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.config import RuleConfig
from reconcile.core.frames import DISCREPANCIES
from reconcile.rules import rule_codes
from reconcile.rules.checking.check import check
from tests.views import view_of

KEY = b"a secret of the workspace"
DUPLICATES = "duplicate_person"


def only(code):
    return {other: RuleConfig(enabled=other == code) for other in rule_codes()}


def duplicates(*people, previous=None, key=KEY):
    """The duplicates of a register in which each person has these record ids."""
    rows = [{"id": record, "person": str(number)} for number, ids in enumerate(people) for record in ids]
    return check(view_of(residents=rows), only(DUPLICATES), key, previous)


def keys(discrepancies):
    """The key of each case, by its records."""
    cases = discrepancies.select("key", pl.col("subjects").list.join(" ").str.replace_all("residents:", "")).unique()
    return dict(cases.select("subjects", "key").rows())


def test_a_key_is_twelve_plain_characters_and_starts_with_a_letter():
    told = keys(duplicates(*[(f"R{i}", f"S{i}") for i in range(500)]))
    assert len(set(told.values())) == 500
    assert all(re.fullmatch(r"[A-HJKMNP-T][0-9A-HJKMNP-TV-Z]{11}", key) for key in told.values())


def test_a_key_is_known_only_with_the_workspaces_secret():
    assert keys(duplicates("ab")) != keys(duplicates("ab", key=b"another"))


def test_a_key_does_not_depend_on_what_else_is_wrong():
    assert keys(duplicates("ab", "cd"))["a b"] == keys(duplicates("ab"))["a b"]


CHANGES = [
    ("a record joins", ["bc"], ["abc"], {"b c": "a b c"}),
    ("the first record leaves", ["abc"], ["bc"], {"a b c": "b c"}),
    ("most subjects win", ["abcd"], ["ab", "cde"], {"a b c d": "a b"}),
    ("two cases become one", ["ab", "cde"], ["abcde"], {"c d e": "a b c d e"}),
    ("nothing shared", ["ab"], ["cd"], {}),
    ("a chain", ["abc", "def"], ["ax", "bcd", "ef"], {"a b c": "b c d", "d e f": "e f"}),
]


@pytest.mark.parametrize(("before", "after", "kept"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_case_keeps_its_number(before, after, kept):
    old = duplicates(*before)
    new = keys(duplicates(*after, previous=old))
    carried = {case: now for case, key in keys(old).items() for now, same in new.items() if same == key}
    assert carried == kept
    assert len(set(new.values())) == len(after)


def test_a_new_case_never_takes_a_number_that_is_carried_on():
    old = duplicates("abcd")
    # The carried case is bcd; the new case with a would have had the old number by itself.
    new = keys(duplicates("az", "bcd", previous=old))
    assert new["b c d"] == keys(old)["a b c d"]
    assert new["a z"] != new["b c d"]


def test_cases_with_the_same_smallest_record_have_their_own_numbers():
    view = view_of(
        residents=[{"id": f"R{i}"} for i in range(4)],
        household=[{"id": "H"}],
        links=[(f"residents:R{i}", "household:H", "review", 0) for i in range(4)],
    )
    told = check(view, only("possible_match"), KEY, None)
    assert told["key"].n_unique() == 4
    again = check(view, only("possible_match"), KEY, told)
    assert again.equals(told)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=20), st.lists(st.integers(0, 12), max_size=20))
def test_numbers_are_carried_one_to_one(now, before):
    def people(groups):
        return [[f"R{i}" for i, group in enumerate(groups) if group == g] for g in sorted(set(groups))]

    old = duplicates(*people(before))
    new = duplicates(*people(now), previous=old)
    assert new["subjects"].n_unique() == new["key"].n_unique()
    unchanged = keys(old).keys() & keys(new).keys()
    assert all(keys(old)[case] == keys(new)[case] for case in unchanged)
    assert duplicates(*people(now), previous=old).equals(new)


def test_the_order_of_the_rows_makes_no_difference():
    rows = [{"id": f"R{i}", "person": str(i // 3), "town": f"镇{i % 2}", "name": str(i % 5)} for i in range(30)]
    shuffled = random.Random(1).sample(rows, len(rows))
    assert check(view_of(residents=rows), {}, KEY, None).equals(check(view_of(residents=shuffled), {}, KEY, None))


def test_severity_is_the_rules_own_or_the_configs():
    view = view_of(residents=[{"status": "absent"}])
    assert check(view, only("id_missing"), KEY, None)["severity"].to_list() == ["medium"]
    rules = {**only("id_missing"), "id_missing": RuleConfig(severity="low")}
    assert check(view, rules, KEY, None)["severity"].to_list() == ["low"]


def test_a_rule_that_is_switched_off_is_silent():
    view = view_of(residents=[{"status": "absent"}])
    assert check(view, {"id_missing": RuleConfig(enabled=False)}, KEY, None).is_empty()


@pytest.mark.parametrize(
    ("left", "right", "area"),
    [
        ({"town": "东镇", "village": "东村"}, {"town": "西镇", "village": "西村"}, ("东镇", "东村")),
        ({}, {"town": "西镇", "village": "西村"}, ("西镇", "西村")),
        ({"town": "东镇"}, {"village": "西村"}, ("东镇", "西村")),
        ({}, {}, (None, None)),
    ],
)
def test_the_area_is_the_left_records(left, right, area):
    view = view_of(residents=[{"id": "A", "person": "P", **left}, {"id": "B", "person": "P", **right}])
    assert check(view, only(DUPLICATES), KEY, None).select("town", "village").rows() == [area]


def test_the_frame_is_as_it_was_agreed_and_sorted():
    view = view_of(
        residents=[
            {"town": "西镇", "status": "absent"},
            {"town": "东镇", "status": "absent"},
            {"town": "东镇", "status": "ruined"},
            {"status": "ruined"},
        ],
        period="2026-10",
    )
    told = check(view, {}, KEY, None)
    assert dict(told.schema) == dict(DISCREPANCIES)
    assert told.select("town", "code").rows() == [
        ("东镇", "id_ruined"), ("东镇", "id_missing"), ("西镇", "id_missing"), (None, "id_ruined"),
    ]  # fmt: skip
    assert told["period"].unique().to_list() == ["2026-10"]
    assert told["subjects"].to_list()[0] == ["residents:R3"]


def test_nothing_wrong_is_an_empty_frame():
    told = check(view_of(residents=[]), {}, KEY, None)
    assert told.is_empty()
    assert dict(told.schema) == dict(DISCREPANCIES)
