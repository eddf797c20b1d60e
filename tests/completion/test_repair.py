"""What is left of a number, and which numbers it can have been."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.completion.repair import leading_digits, packed, remains, rounded, ways_of
from tests.completion.registers import number

pytestmark = pytest.mark.slow

MAN = number("46010519800101001")
WITH_X = "46010519900307001X"
NEIGHBOUR = number("46010519800101003")  # born on the same day, one number later
HELD = (MAN, WITH_X, NEIGHBOUR)
OLD = MAN[:6] + MAN[8:17]

RUINS = [
    ("15 digits of the old form", OLD, MAN, "old_form"),
    ("the old form, spaced", f" {OLD[:6]} {OLD[6:]}", MAN, "old_form"),
    ("a letter O for a zero", MAN[:4].replace("0", "O") + MAN[4:], MAN, "letters"),
    ("a letter l for a one", MAN[:6] + "l" + MAN[7:], MAN, "letters"),
    ("the X lost", WITH_X[:17], WITH_X, "x_lost"),
    ("the check digit lost", MAN[:17], MAN, "last_digits_lost"),
    ("two digits lost", MAN[:16], MAN, "last_digits_lost"),
    ("three digits lost", WITH_X[:15], WITH_X, "last_digits_lost"),
    ("zeros at the end", MAN[:15] + "000", MAN, "zeros_at_end"),
    ("an apostrophe before zeros", "'" + MAN[:15] + "000", MAN, "zeros_at_end"),
    ("two neighbours swapped", MAN[:7] + MAN[8] + MAN[7] + MAN[9:], MAN, "swap"),
    ("one digit wrong", MAN[:7] + "8" + MAN[8:], MAN, "one_digit"),
    ("the check digit wrong", MAN[:17] + ("1" if MAN[17] != "1" else "2"), MAN, "one_digit"),
    ("one digit missing", MAN[:8] + MAN[9:], MAN, "digit_missing"),
    ("one digit missing before an X", WITH_X[:8] + WITH_X[9:], WITH_X, "digit_missing"),
    ("one digit twice", MAN[:9] + MAN[8] + MAN[9:], MAN, "digit_too_many"),
]  # fmt: skip


def ways(text: str, held: tuple[str, ...] = HELD) -> dict[str, str]:
    """By number: how the text can have come of it."""
    texts = pl.DataFrame({"node": [0]}, schema={"node": pl.UInt32}).with_columns(remains(pl.Series([text])))
    by_code = dict(zip(codes(held), held, strict=True))
    found = ways_of(texts, pl.Series(by_code.keys()))
    return {by_code[code]: way for code, way in found.select("number", pl.col("way").cast(pl.String)).iter_rows()}


def codes(numbers: tuple[str, ...]) -> list[int]:
    return pl.DataFrame({"n": numbers}).select(packed(pl.col("n"))).to_series().to_list()


@pytest.mark.parametrize(("text", "of", "how"), [case[1:] for case in RUINS], ids=[case[0] for case in RUINS])
def test_each_ruin_is_explained_by_the_number_it_came_of(text: str, of: str, how: str) -> None:
    assert ways(text)[of] == how


@pytest.mark.parametrize(
    "text",
    ["", "无", "不详", MAN[:14], MAN[:7] + "77" + MAN[9:], "护照G12345678", MAN[:7] + "8" + MAN[8:12] + "9" + MAN[13:]],
    ids=["blank", "none", "unknown", "14 digits", "two wrong", "a passport", "two wrong apart"],
)  # fmt: skip
def test_what_is_no_ruin_of_a_number_fits_none(text: str) -> None:
    assert ways(text) == {}


def test_what_a_spreadsheet_kept_may_fit_several() -> None:
    assert ways(MAN[:15] + "000") == {MAN: "zeros_at_end", NEIGHBOUR: "zeros_at_end"}


def test_no_spreadsheet_ruins_a_number_with_an_x() -> None:
    assert ways(WITH_X[:15] + "000") == {}


BODIES = st.tuples(
    st.integers(110000, 659999), st.dates(date(1900, 1, 1), date(2026, 10, 31)), st.integers(1, 995)
).map(lambda parts: f"{parts[0]}{parts[1]:%Y%m%d}{parts[2]:03}")


@settings(deadline=None, max_examples=50)
@given(BODIES, st.integers(0, 16), st.integers(0, 9))
def test_any_number_is_found_again_with_one_digit_wrong(body: str, place: int, digit: int) -> None:
    whole = number(body)
    wrong = whole[:place] + str(digit) + whole[place + 1 :]
    if wrong != whole and not wrong.startswith("0") and not wrong.endswith("000"):
        assert ways(wrong, (whole,))[whole] in ("one_digit", "swap")


@settings(deadline=None, max_examples=50)
@given(BODIES, st.integers(0, 17))
def test_any_number_is_found_again_with_a_digit_left_out(body: str, place: int) -> None:
    whole = number(body)
    assert ways(whole[:place] + whole[place + 1 :], (whole,)).keys() == {whole}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("4.60105E+17", True),
        ("4.60105e17", True),
        ("4.601051980010100E+17", True),
        ("4.6E+17", True),
        ("4.60106E+17", False),
        ("4.60104E+17", False),
        ("4.60105E+16", False),
    ],
)
def test_the_leading_digits_are_rounded_as_a_spreadsheet_does(text: str, fits: bool) -> None:
    frame = pl.DataFrame({"text": remains(pl.Series([text])), "number": codes((MAN,))})
    digits, count = leading_digits(pl.col("text"))
    same = frame.select((digits == rounded(pl.col("number"), count)).fill_null(False)).item()
    assert same is fits


def test_leading_digits_round_up() -> None:
    later = number("46010570000101001")  # 4.601057 is shown as 4.60106
    frame = pl.DataFrame({"text": ["4.60106E+17"], "number": codes((later,))})
    digits, count = leading_digits(pl.col("text"))
    assert frame.select(digits == rounded(pl.col("number"), count)).item()
