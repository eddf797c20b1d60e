"""Text in Latin letters: names, addresses and codes of registers abroad, and how words sound in
English.

Case, diacritics and punctuation say nothing about who is who: José, JOSE and jose' are one given
name. Values of a column repeat, so that each distinct one is made over once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.standardising.text import NOTHING, VALUE, by_distinct, repaired, something, tidy

# Letters that Unicode does not take apart into a plain one and a mark.
_LETTERS = {
    "Æ": "AE", "Œ": "OE", "Ø": "O", "Đ": "D", "Ð": "D", "Ł": "L", "Þ": "TH", "ẞ": "SS", "Ħ": "H",
    "Ŋ": "N", "Ŧ": "T",
}  # fmt: skip
_BETWEEN = r"[^\p{L}\p{N}]+"
_APOSTROPHES = "['’‘`´ʼʹ]"  # O'Brien is OBRIEN, while Smith-Jones is two words
_DONE = r"^[A-Z0-9]+(?: [A-Z0-9]+)*$"  # nothing is left to do

# The groups of letters that are one sound in Soundex, by its digits.
_SOUNDS = ("AEIOUY", "BFPV", "CGJKQSXZ", "DT", "L", "MN", "R")
_PASSED_OVER = 7
_END = 8
_HEARD = 32  # letters
_DIGITS = 3


def standard_words(values: pl.Series) -> pl.DataFrame:
    """`std`: upper-case words of plain letters and digits with single spaces; `sound`: their
    Soundex code.

    São Paulo → SAO PAULO; O'Brien-Smith → OBRIEN SMITH; `12/14, Mary St.` → 12 14 MARY ST. Letters
    of other scripts stay as they are. Null where nothing is said; no sound without a letter of A–Z.
    """
    sound = pl.col("std").map_batches(soundex, return_dtype=pl.String())
    return by_distinct(values, lambda frame: _words(frame).with_columns(sound=sound))


def standard_codes(values: pl.Series) -> pl.Series:
    """Letters and digits of numbers and short codes, in upper case: `SW1A 1aa` → SW1A1AA; null
    without any."""
    return by_distinct(
        values, lambda f: _words(f).with_columns(pl.col("std").str.replace_all(" ", ""))
    ).to_series()


def _words(frame: pl.LazyFrame) -> pl.LazyFrame:
    """VALUE and its words, `std`."""
    return frame.with_columns(std=VALUE.map_batches(_of_values, return_dtype=pl.String()))


def _of_values(values: pl.Series) -> pl.Series:
    odd = ~VALUE.str.contains(_DONE) | VALUE.str.contains(NOTHING)
    return repaired(values.str.to_uppercase(), odd, _rewrite)


def _rewrite(frame: pl.LazyFrame) -> pl.LazyFrame:
    plain = VALUE.str.replace(r"^(\d+)\.0$", "$1")  # a number cell
    unmarked = (
        VALUE.str.to_uppercase()
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.normalize("NFC")
    )
    words = (
        unmarked.str.replace_many(_LETTERS)
        .str.replace_all(_APOSTROPHES, "")
        .str.replace_all(_BETWEEN, " ")
    )
    return tidy(frame.with_columns(plain)).with_columns(something(words.str.strip_chars()))


def soundex(words: pl.Series) -> pl.Series:
    """The American Soundex code of upper-case words taken together (ROBERT and RUPERT: R163).

    The first letter, then the digits of up to three sounds: letters of one digit side by side, or
    with only H or W between, are one sound; vowels are none, and part two sounds. Null without a
    letter of A–Z; letters from the 33rd on are not heard. (National Archives of the United States,
    General Information Leaflet 55; Knuth, The Art of Computer Programming 3, 6.)
    """
    letters = words.str.replace_all("[^A-Z]", "").replace("", None)
    padded = (
        letters.fill_null("").str.slice(0, _HEARD).str.pad_end(_HEARD, "\0").str.join("").item()
    )
    heard = _sound_table()[np.frombuffer(padded.encode(), dtype=np.uint8)].reshape(-1, _HEARD)
    last, code = heard[:, 0].copy(), np.zeros(len(heard), dtype=np.int16)
    for sound in heard.T[1:]:
        new = (sound > 0) & (sound < _PASSED_OVER) & (sound != last) & (code < 10 ** (_DIGITS - 1))
        code[new] = code[new] * 10 + sound[new]
        last = np.where(sound < _PASSED_OVER, sound, last)
    digits = (
        pl.Series(code, dtype=pl.Int16).cast(pl.String).replace("0", "").str.pad_end(_DIGITS, "0")
    )
    return letters.str.slice(0, 1) + digits


def _sound_table() -> npt.NDArray[np.uint8]:
    """The sound of each ASCII character: its digit, 0 for a vowel, `_PASSED_OVER` for H and W,
    `_END` for none."""
    table = np.full(128, _END, dtype=np.uint8)
    for digit, letters in enumerate(_SOUNDS):
        table[[ord(letter) for letter in letters]] = digit
    table[[ord("H"), ord("W")]] = _PASSED_OVER
    return table
