"""What is left of a ruined ID number, held against numbers that exist: which of them it can have
been, and how.

By itself what is left fits 9 to 500 numbers; so nothing is ever filled in from digits alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.standardising.text import clean, something

# How a text came of a number; of two ways the first that explains it is told.
WAYS = (
    "old_form",  # 15 digits: no century, no check digit
    "letters",  # O for 0, I or l for 1
    "x_lost",  # all but the X at the end
    "last_digits_lost",
    "zeros_at_end",  # a spreadsheet keeps 15 digits
    "leading_digits",  # 4.60105E+17
    "swap",
    "one_digit",
    "digit_missing",
    "digit_too_many",
)
WAY = pl.Enum(WAYS)

Digits = npt.NDArray[np.int64]  # a row for each number, a column for each place; X is 10
_Number = npt.NDArray[np.int64]  # the 17 digits times 11, plus the check digit

_LENGTH, _X = 18, 10
_NOISE = r"[\s\-–—_·.,'\"]|\(.*?\)"
_SCIENTIFIC = r"^(\d)(?:\.(\d+))?E\+?17$"
_LOOK_ALIKES = {"O": "0", "Q": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "B": "8"}
_AT_ONCE = 20_000  # texts; each has up to 200 variants
_MOST_DIGITS = 16  # a spreadsheet's number has no more that mean anything
_TEXT = pl.col("text")


def remains(raw: pl.Series) -> pl.Series:
    """The raw texts of numbers as digits, capitals and an exponent at most; null where nothing is
    said."""
    bare = pl.col("raw").str.to_uppercase()
    point = bare.str.contains(_SCIENTIFIC)
    return (
        raw.to_frame("raw")
        .lazy()
        .with_columns(something(clean(pl.col("raw"))))
        .select(pl.when(point).then(bare).otherwise(bare.str.replace_all(_NOISE, "")).alias("text"))
        .collect()
        .to_series()
    )


def packed(numbers: pl.Expr) -> pl.Expr:
    """Numbers of 18 characters as Int64: the 17 digits times 11, plus the check digit; null for
    other forms."""
    body = numbers.str.slice(0, _LENGTH - 1).str.to_integer(strict=False, dtype=pl.Int64)
    check = numbers.str.slice(_LENGTH - 1).replace_strict(
        [*map(str, range(10)), "X"], range(11), default=None
    )
    return pl.when(numbers.str.len_chars() == _LENGTH).then(body * 11 + check.cast(pl.Int64))


def ways_of(texts: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Which numbers each text can have been, but for texts in scientific notation: `node`,
    `number`, `way` (WAY).

    `texts`: node, text (as `remains` gives it). `numbers`: packed, each once. A pair has the first
    of its ways.
    """
    held = pl.DataFrame({"number": numbers})
    told = texts.drop_nulls("text")
    plain = told.filter(_TEXT.str.contains(r"^\d{14,}[\dX]?$"))
    found = [
        _joined(_letters(told), held, "number", "letters"),
        *(_by_prefix(plain, held)),
        _joined(_old_forms(plain), held, "number", "old_form"),
        *(_joined(variants, held, "number", way) for way, variants in _slips(plain)),
    ]
    return (
        pl.concat(found)
        .sort("node", "number", "way")
        .unique(["node", "number"], keep="first", maintain_order=True)
    )


def leading_digits(texts: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Of texts in scientific notation: the digits before the exponent as a whole number, and how
    many they are."""
    parts = [texts.str.extract(_SCIENTIFIC, group) for group in (1, 2)]
    digits = parts[0] + parts[1].fill_null("")
    return digits.str.head(_MOST_DIGITS).str.to_integer(
        strict=False, dtype=pl.Int64
    ), digits.str.len_chars().clip(1, _MOST_DIGITS)


def rounded(number: pl.Expr, count: pl.Expr) -> pl.Expr:
    """The first `count` digits of packed numbers (up to 16), rounded, as a spreadsheet shows them;
    null for those with an X, which no spreadsheet takes for a number."""
    body, check = number // 11, number % 11
    unit = pl.lit(10, dtype=pl.Int64).pow(_LENGTH - 1 - count.cast(pl.UInt32))
    return pl.when(check != _X).then((body + unit // 2) // unit)


def _letters(texts: pl.DataFrame) -> pl.DataFrame:
    """The texts with letters read as the digits that they look like."""
    looks = _TEXT.str.contains(r"^[\dXOQIL|ZSB]{18}$") & _TEXT.str.contains(r"[OQIL|ZSB]")
    return texts.filter(looks).select(
        "node", packed(_TEXT.str.replace_many(_LOOK_ALIKES)).alias("number")
    )


def _old_forms(plain: pl.DataFrame) -> pl.DataFrame:
    """15 digits as a number of the 1900s, whichever the check digit: there are 11 of it, of which
    one can be."""
    body = _TEXT.str.slice(0, 6) + "19" + _TEXT.str.slice(6)
    return (
        plain.filter(_TEXT.str.contains(r"^\d{15}$"))
        .select(
            "node", number=body.cast(pl.Int64) * 11 + pl.lit(range(11), dtype=pl.List(pl.Int64))
        )
        .explode("number")
    )


def _by_prefix(plain: pl.DataFrame, held: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Texts that are the beginning of a number, or 15 digits of it and 000."""
    for count in (15, 16, 17):
        begins = plain.filter(_TEXT.str.contains(rf"^\d{{{count}}}$")).select(
            "node", part=_TEXT.cast(pl.Int64)
        )
        parts = held.with_columns(part=pl.col("number") // 11 // 10 ** (_LENGTH - 1 - count))
        found = _joined(begins, parts, "part", "last_digits_lost")
        with_x = (pl.col("number") % 11 == _X) & (count == _LENGTH - 1)
        yield found.with_columns(
            pl.when(with_x).then(pl.lit("x_lost", WAY)).otherwise("way").alias("way")
        )
    zeros = plain.filter(_TEXT.str.contains(r"^\d{15}000$")).select(
        "node", part=_TEXT.str.head(15).cast(pl.Int64)
    )
    parts = held.filter(pl.col("number") % 11 != _X).with_columns(
        part=pl.col("number") // 11 // 100
    )
    yield _joined(zeros, parts, "part", "zeros_at_end")


def _joined(texts: pl.DataFrame, held: pl.DataFrame, on: str, way: str) -> pl.DataFrame:
    found = texts.join(held, on=on)
    return found.select(pl.col("node").cast(pl.UInt32), "number", way=pl.lit(way, dtype=WAY))


def _slips(plain: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every number that is one slip away from a text, way by way: node, number."""
    for length, ways in _MAKERS.items():
        for texts in plain.filter(_TEXT.str.len_chars() == length).iter_slices(_AT_ONCE):
            digits, node = _digits(texts["text"], length), texts["node"].cast(pl.UInt32)
            for way, make in ways:
                yield way, pl.concat(_written(node, variants) for variants in make(digits))


def _digits(texts: pl.Series, length: int) -> Digits:
    letters = np.frombuffer("".join(texts.to_list()).encode("ascii"), dtype=np.uint8).reshape(
        -1, length
    )
    return np.where(letters == ord("X"), _X, letters.astype(np.int64) - ord("0"))


def _written(node: pl.Series, digits: Digits) -> pl.DataFrame:
    """The numbers of these digits; an X can only be the last of them."""
    powers = 10 ** np.arange(_LENGTH - 2, -1, -1, dtype=np.int64)
    number = digits[:, :-1] @ powers * 11 + digits[:, -1]
    frame = pl.DataFrame([node.alias("node"), pl.Series("number", number)])
    return frame.filter(pl.Series((digits[:, :-1] < _X).all(axis=1)))


def _swapped(digits: Digits) -> Iterator[Digits]:
    for place in range(_LENGTH - 1):
        variant = digits.copy()
        variant[:, [place, place + 1]] = digits[:, [place + 1, place]]
        variant[digits[:, place] == digits[:, place + 1], 0] = _X  # nothing has changed: no number
        yield variant


def _replaced(digits: Digits) -> Iterator[Digits]:
    for place in range(_LENGTH):
        for step in range(1, 11 if place == _LENGTH - 1 else 10):
            variant = digits.copy()
            variant[:, place] = (digits[:, place] + step) % (11 if place == _LENGTH - 1 else 10)
            yield variant


def _put_in(digits: Digits) -> Iterator[Digits]:
    for place in range(_LENGTH):
        for digit in range(11 if place == _LENGTH - 1 else 10):
            yield np.insert(digits, place, digit, axis=1)


def _left_out(digits: Digits) -> Iterator[Digits]:
    for place in range(_LENGTH + 1):
        yield np.delete(digits, place, axis=1)


_Maker = Callable[[Digits], Iterator[Digits]]
# By the length of a text: the ways that lead to it, and what makes every number that it can have
# been.
_MAKERS: Mapping[int, tuple[tuple[str, _Maker], ...]] = {
    18: (("swap", _swapped), ("one_digit", _replaced)),
    17: (("digit_missing", _put_in),),
    19: (("digit_too_many", _left_out),),
}
