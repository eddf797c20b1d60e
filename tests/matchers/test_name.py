"""Pairs of names as clerks know them, and the level each must get."""

import polars as pl
import pytest

from reconcile.matchers import name
from reconcile.matchers.shared.written_names import LEVELS, OTHER_SCRIPT, written_levels

WRITTEN = [
    ("甯静", "宁静", "variant", "variant form"),
    ("李〓明", "李晓明", "variant", "a character that the system could not show"),
    ("王伟", "王玮", "same_reading", "the same sound"),
    ("王晓明", "王小明", "same_reading", "the same sound"),
    ("张艳", "张燕", "same_reading", "the same sound"),
    ("刘宁", "刘玲", "similar", "n and l, in and ing"),
    ("陈己", "陈已", "similar", "look-alikes"),
    ("王明晓", "王晓明", "similar", "given characters in another order"),
    ("王明", "王晓明", "character_missing", "the middle character is missing"),
    ("王大明", "王小明", None, "another name"),
    ("王伟", "李伟", None, "another surname"),
    ("王晓明", "王晓红", None, "brother and sister"),
    ("买买提·吐尔逊江", "买买提·吐尔逊", "character_missing", "truncated"),
    ("王", "王明", None, "a surname alone is inside everybody's name"),
    ("ZHANG WEI", "WEI ZHANG", "same_reading", "the same words"),
    ("LI WEI", "WEI LI", "same_reading", "the same words, few letters"),
    ("SMITH-JONES ANNA", "ANNA SMITH JONES", "same_reading", "a hyphen"),
    ("SMITH JOHN", "SMITH MARY", None, "another given name"),
]


@pytest.mark.parametrize(("left", "right", "level", "why"), WRITTEN, ids=[f"{a}-{b}" for a, b, _, _ in WRITTEN])
def test_written_levels(left, right, level, why):
    expected = LEVELS.index(level) if level else 0
    assert written_levels(pl.Series([left]), pl.Series([right])).tolist() == [expected], why
    assert written_levels(pl.Series([right]), pl.Series([left])).tolist() == [expected], "the other way round"


def test_many_pairs_at_once_do_not_depend_on_each_other():
    left, right = (pl.Series([row[side] for row in WRITTEN]) for side in (0, 1))
    one_by_one = [int(written_levels(left[i : i + 1], right[i : i + 1])[0]) for i in range(len(left))]
    assert written_levels(left, right).tolist() == one_by_one


def test_levels_are_ordered_from_equal_to_different():
    assert name.LEVELS[0] == "missing"
    assert name.LEVELS[1] == "equal"
    assert name.LEVELS[-1] == "different"


@pytest.mark.parametrize(
    ("left", "right"), [("SMITH JOHN", "史密斯"), ("李伟", "ZHANG WEI"), ("约翰·史密斯", "SMITH JOHN")]
)
def test_names_in_two_scripts_cannot_be_compared_as_written(left, right):
    assert written_levels(pl.Series([left]), pl.Series([right])).tolist() == [OTHER_SCRIPT]
