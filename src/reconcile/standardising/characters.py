"""What is known of Chinese characters: readings, simplified forms, variants, look-alikes, dialects.

The tables are small files in `reconcile/data` (sources and licences in its NOTICE.md), read once
when they are first asked for. Readings are toneless pinyin, ü as v: `lv`, `nv`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

# What stands for a character that could not be written, in standardised names.
WILDCARD = "〓"

_DATA = Path(__file__).parent.parent / "data"


def _lines(name: str) -> list[str]:
    return (_DATA / name).read_text(encoding="utf-8").splitlines()


@cache
def readings_table() -> pl.DataFrame:
    """Every reading of every character: char, reading, rank (UInt8: 0 the commonest, 1 any other).

    Sorted by char, rank, reading.
    """
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
    """{surname: reading} of surnames read otherwise than the character is elsewhere, and of
    compound ones."""
    return dict(line.split("\t") for line in _lines("surnames.tsv"))


@cache
def compound_surnames() -> tuple[str, ...]:
    """Surnames of two and more characters, the longest first."""
    return tuple(
        sorted(
            (name for name in surname_readings() if len(name) > 1),
            key=lambda name: (-len(name), name),
        )
    )


@cache
def simplified() -> dict[str, str]:
    """{traditional character: simplified one} where rewriting loses no name: 張 → 张, but not 範,
    於, 甯."""
    rows = (line.split("\t") for line in _lines("simplified.tsv"))
    return {char: simple for simple, chars in rows for char in chars}


@cache
def variant_classes() -> pl.DataFrame:
    """char, variant_class (the first character of its class): 宁 甯, 闫 阎, 钟 鍾 锺, 峰 峯; sorted
    by char.

    Members of a class may be written for each other, and may be different surnames: a level for a
    matcher, never a rewrite.
    """
    rows = [(char, chars[0]) for chars in _lines("variants.txt") for char in chars]
    return pl.DataFrame(
        rows, schema={"char": pl.String, "variant_class": pl.String}, orient="row"
    ).sort("char")


@cache
def lookalike_pairs() -> pl.DataFrame:
    """char_l, char_r: characters that look alike (伟 炜, 己 已), each pair once, char_l < char_r;
    sorted."""
    rows = [
        (char, other)
        for char, others in (line.split("\t") for line in _lines("lookalikes.tsv"))
        for other in others
    ]
    return pl.DataFrame(rows, schema={"char_l": pl.String, "char_r": pl.String}, orient="row").sort(
        "char_l", "char_r"
    )


def dialect_fold(reading: pl.Expr) -> pl.Expr:
    """One syllable with the sounds that dialects confuse made one [DOMAIN.md §4]: String in, String
    out.

    n, l and r; z, c, s and zh, ch, sh; -an, -en, -in and -ang, -eng, -ing; f and h where h is
    followed by u (`fang` and `huang`, not `fan` and `han`).
    """
    folded = (
        reading.str.replace("^hui$", "fei").str.replace("^hun$", "fen").str.replace("^hu$", "fu")
    )
    folded = folded.str.replace("^hu([aeo])", "f$1")
    folded = folded.str.replace("^([zcs])h", "$1").str.replace("^[nr]", "l")
    return folded.str.replace("([aei])ng$", "${1}n")
