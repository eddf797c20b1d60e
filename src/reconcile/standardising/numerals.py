"""Chinese numerals in a text: 二十三号 → 23号, 二〇三室 → 203室."""

from __future__ import annotations

import polars as pl

NUMERALS = "〇零一二两三四五六七八九十百"
FORMAL = "壹贰叁肆伍陆柒捌玖拾佰"

_VALUES = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLAIN = str.maketrans(FORMAL, "一二三四五六七八九十百")


def in_digits(values: pl.Series, pattern: str) -> pl.Series:
    """`values` with the numerals of each match of `pattern` in digits.

    The distinct matches of a register are few: each is read once.
    """
    written = values.str.extract_all(pattern).list.explode().drop_nulls().unique().to_list()
    digits = {token: _with_digits(token) for token in written}
    return values.str.replace_many(digits, leftmost=True) if digits else values


def number(numerals: str) -> str:
    """`二十三` → `23`, `一百零五` → `105`, `二〇三` → `203`."""
    if "十" not in numerals and "百" not in numerals:
        return "".join(str(_VALUES[char]) for char in numerals)
    hundreds, _, rest = numerals.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return str(
        _small(hundreds, 1 if "百" in numerals else 0) * 100
        + _small(tens, 1 if ten else 0) * 10
        + _small(ones, 0)
    )


def in_numerals(digits: str) -> str:
    """`23` → `二十三`; digit by digit from 1000."""
    value = int(digits)
    if value >= 1000:
        return "".join(_digit(int(digit)) for digit in digits)
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    above = ("" if hundreds == 1 else _digit(hundreds)) + "百" if hundreds else ""
    ten = (
        ("" if tens == 1 and not hundreds else _digit(tens)) + "十"
        if tens
        else "零"
        if hundreds and ones
        else ""
    )
    return above + ten + (_digit(ones) if ones or not value else "")


def _with_digits(token: str) -> str:
    """A token with its run of numerals in digits: `第三期` → `第3期`."""
    plain = token.translate(_PLAIN)
    begin = next(at for at, char in enumerate(plain) if char in NUMERALS)
    end = next((at for at in range(begin, len(plain)) if plain[at] not in NUMERALS), len(plain))
    return f"{plain[:begin]}{number(plain[begin:end])}{plain[end:]}"


def _digit(value: int) -> str:
    return "零一二三四五六七八九"[value]


def _small(numerals: str, default: int) -> int:
    digits = "".join(str(_VALUES[char]) for char in numerals if char in _VALUES)
    return int(digits) if digits else default
