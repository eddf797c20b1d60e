"""Latin text as registers abroad write it, what it becomes, and how it sounds."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.standardising.latin import standard_codes, standard_words

WORDS = [
    ("José", "JOSE", "a diacritic"),
    ("Jose\u0301", "JOSE", "a diacritic as a mark of its own"),
    ("  mary   ANN ", "MARY ANN", "case and blanks"),
    ("O'Brien", "OBRIEN", "an apostrophe"),
    ("O’Brien", "OBRIEN", "a typographic apostrophe"),
    ("Smith-Jones", "SMITH JONES", "a hyphen"),
    ("Groß", "GROSS", "sharp s"),
    ("Søren Łukasz", "SOREN LUKASZ", "letters that Unicode does not take apart"),
    ("12/14, Mary St.", "12 14 MARY ST", "punctuation"),
    ("ＭＡＲＹ", "MARY", "full width"),
    ("王伟", "王伟", "other scripts stay"),
    ("n/a", None, "nothing said"),
    ("--", None, "signs only"),
    ("'", None, "an apostrophe only"),
    ("", None, "empty"),
    (None, None, "null"),
]
CODES = [
    ("SW1A 1aa", "SW1A1AA", "blanks and case"),
    ("123-45-6789", "123456789", "hyphens"),
    ("2119.0", "2119", "a number cell"),
    ("0800", "0800", "leading zeros stay"),
    ("0", None, "nothing said"),
    (None, None, "null"),
]
# National Archives of the United States, General Information Leaflet 55, and Knuth
SOUNDS = {
    "Washington": "W252", "Lee": "L000", "Gutierrez": "G362", "Pfister": "P236", "Jackson": "J250",
    "Tymczak": "T522", "VanDeusen": "V532", "Ashcraft": "A261", "Robert": "R163", "Rupert": "R163", "Rubin": "R150",
    "Euler": "E460", "Ellery": "E460", "Gauss": "G200", "Hilbert": "H416", "Lloyd": "L300", "Lukasiewicz": "L222",
    "Honeyman": "H555",
}  # fmt: skip


@pytest.mark.parametrize(("raw", "expected", "why"), WORDS)
def test_words(raw, expected, why):
    assert standard_words(pl.Series([raw], dtype=pl.String))["std"].to_list() == [expected], why


@pytest.mark.parametrize(("raw", "expected", "why"), CODES)
def test_codes(raw, expected, why):
    assert standard_codes(pl.Series([raw], dtype=pl.String)).to_list() == [expected], why


def test_sounds():
    assert standard_words(pl.Series([*SOUNDS]))["sound"].to_list() == [*SOUNDS.values()]


def test_what_has_no_latin_letter_has_no_sound():
    assert standard_words(pl.Series(["王伟", "123", None]))["sound"].null_count() == 3


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=12), max_size=8))
def test_standardising_again_changes_nothing_and_rows_keep_their_place(raw):
    values = pl.Series(raw, dtype=pl.String)
    once = standard_words(values)
    assert standard_words(once["std"]).equals(once)
    assert once["std"].to_list() == [standard_words(pl.Series([v], dtype=pl.String))["std"][0] for v in raw]


@settings(deadline=None)
@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12))
def test_a_sound_is_a_letter_and_three_digits_and_the_same_in_any_case(name):
    upper, lower = standard_words(pl.Series([f"x{name}", f"X{name.lower()}"]))["sound"]
    assert upper == lower
    assert len(upper) == 4
    assert upper[0] == "X"
    assert upper[1:].isdigit()
