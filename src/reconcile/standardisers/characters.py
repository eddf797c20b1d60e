"""What is known of Chinese characters: readings, simplified forms, variants, look-alikes, dialects.

The tables are small files in `reconcile/data` (sources and licences in its NOTICE.md), read once when they are
first asked for. Readings are toneless pinyin, ü as v: `lv`, `nv`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

# What stands for a character that could not be written, in standardised names.
WILDCARD = "〓"

# Sounds that many speakers do not tell apart, longer spellings first [DOMAIN.md §4].
CONFUSED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"), ("hu", "f"))
CONFUSED_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


_DATA = Path(__file__).parent.parent / "data"


def _lines(name: str) -> list[str]:
    return (_DATA / name).read_text(encoding="utf-8").splitlines()


@cache
def readings_table() -> pl.DataFrame:
    """Every reading of every character: char, reading, rank (UInt8; 0 is the commonest), sorted by char, rank."""
    rows = [
        (char, reading, rank)
        for reading, *groups in (line.split("\t") for line in _lines("readings.tsv"))
        for rank, chars in enumerate(groups)
        for char in chars
    ]
    schema = {"char": pl.String, "reading": pl.String, "rank": pl.UInt8}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("char", "rank", "reading")


@cache
def first_readings() -> dict[str, str]:
    """{character: its commonest reading}."""
    first = readings_table().filter(pl.col("rank") == 0)
    return dict(zip(first["char"], first["reading"], strict=True))


@cache
def surname_readings() -> dict[str, str]:
    """{surname: reading} of one-character surnames not read as the character is elsewhere, and of all longer ones."""
    return dict(line.split("\t") for line in _lines("surnames.tsv"))


@cache
def compound_surnames() -> tuple[str, ...]:
    """Surnames of two and more characters, the longest first."""
    return tuple(sorted((name for name in surname_readings() if len(name) > 1), key=lambda name: (-len(name), name)))


@cache
def simplified() -> dict[str, str]:
    """{traditional character: simplified one} where rewriting loses no name: 張 → 张, but not 範, 於, 甯."""
    rows = (line.split("\t") for line in _lines("simplified.tsv"))
    return {char: simple for simple, chars in rows for char in chars}


@cache
def variant_classes() -> pl.DataFrame:
    """char, variant_class (the first character of its class): 宁 甯, 闫 阎, 钟 鍾 锺, 峰 峯; sorted by char.

    Members of a class may be written for each other, and may be different surnames: a level for a matcher,
    never a rewrite.
    """
    rows = [(char, chars[0]) for chars in _lines("variants.txt") for char in chars]
    return pl.DataFrame(rows, schema={"char": pl.String, "variant_class": pl.String}, orient="row").sort("char")


@cache
def lookalike_pairs() -> pl.DataFrame:
    """char_l, char_r: characters that look alike, each pair once with char_l < char_r (伟 炜, 己 已); sorted."""
    rows = [(char, other) for char, others in (line.split("\t") for line in _lines("lookalikes.tsv")) for other in others]
    return pl.DataFrame(rows, schema={"char_l": pl.String, "char_r": pl.String}, orient="row").sort("char_l", "char_r")


def dialect_fold(reading: pl.Expr) -> pl.Expr:
    """One syllable with the sounds that dialects confuse made one: `ning` and `lin`, `shang` and `san`, `huang` and `fan`.

    String in, String out. f and h are confused before u: `hu` + vowel is taken for `f`, `feng` and `hong` are
    not.
    """
    folded = reading.str.replace("^hu([aeio])", "f$1").str.replace("^hu$", "fu")
    folded = folded.str.replace("^fi$", "fei").str.replace("^fun$", "fen")
    folded = folded.str.replace("^([zcs])h", "$1").str.replace("^[nr]", "l")
    return folded.str.replace("([aei])ng$", "${1}n")
