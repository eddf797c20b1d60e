"""Resident identity numbers (GB 11643) and the other documents that stand in their column.

A number is 6 digits of area, 8 of birth date, 3 of sequence (odd for men) and a check digit; the
residence permits of Hong Kong, Macau and Taiwan (81, 82, 83) and the permanent residence cards of
foreigners since 2023-12 (9) are built alike. County codes are not checked: numbers keep codes that
were abolished long ago.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl

from reconcile.core.frames import ID_STATUSES
from reconcile.standardising.dates import day_of
from reconcile.standardising.documents import standard_documents
from reconcile.standardising.text import VALUE, repaired, tidy

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_FIRST_BIRTH = date(1850, 1, 1)

_WELL_FORMED = r"^[1-9]\d{16}[\dX]$"
_NEARLY_FORMED = r"^\d{16,18}[\dX]$"  # a digit may be wrong, lost or too many
_OLD_FORM = r"^[1-9]\d{14}$"
_SCIENTIFIC = r"^\d(?:\.\d+)?E\+?\d{1,2}$"
_SCIENTIFIC_DATED = r"^\d\.\d{13,14}E\+?17$"  # a spreadsheet's 15 digits: the birth date is whole
# Of a disabled person: the number, the kind and the grade of the disability, and perhaps how often
# it was reissued.
_DISABILITY_CARD = r"^([1-9]\d{16}[\dX])[1-7][1-4](?:B\d{1,2})?$"

# Zeros at the end of one number in a thousand are chance; this many are the work of a spreadsheet.
_RUINED_COUNT, _RUINED_SHARE = 3, 0.02


def standard_id_numbers(
    numbers: pl.Series, types: pl.Series | None = None, *, as_of: date | None = None
) -> pl.DataFrame:
    """`std` (String) and `status` (frames.ID_STATUSES) of each number.

    - `valid`: right check digit and a birth date that can be (from 1850 to `as_of`, today when not
      given); 15 digits are made 18 first, of the 20 of a disabled person's card the first 18 are
      taken. Also another document, told by `types` or by its form (see `documents`): of these
      neither check digit nor birth date can be read.
    - `checksum`: well formed, but the check digit is wrong.
    - `ruined`: a spreadsheet kept 15 digits (`…000`) or fewer (`4.60105E+17`). A right check digit
      does not save a number ending in 000 when far more numbers of the column end so than chance
      allows.
    - `malformed`: anything else; `absent`: blank or a word for nothing.

    `std` is null unless valid or checksum.
    """
    if numbers.null_count() * 2 <= len(numbers):
        return _read(numbers, types, as_of).select("std", "status").collect()
    # Most rows name no such relative: only what is there is looked at.
    there = numbers.is_not_null()
    found = standard_id_numbers(
        numbers.filter(there), None if types is None else types.filter(there), as_of=as_of
    )
    place = pl.select(pl.when(there).then(there.cum_sum().cast(pl.UInt32) - 1)).to_series()
    return pl.DataFrame(
        [found["std"].gather(place), found["status"].gather(place).fill_null("absent")]
    )


def subject_id_numbers(
    numbers: pl.Series, types: pl.Series | None = None, *, as_of: date | None = None
) -> pl.DataFrame:
    """`std` and `status`, what the number says of its bearer, and its parts: `core`, `head`,
    `tail`, `birth`, `sex`.

    `core` (String) is the first 17 characters where they are digits and not ruined, also of a
    number that lost its check digit. `head` (area and birth date, 14 digits) and `tail` (sequence
    and check digit, 4 characters) are the ends of anything of 17 to 19 digits that is not ruined:
    one wrong, lost or further digit spoils one of the two only. `birth` (Date) and `sex` (Int8) are
    read from valid numbers, `birth` also from ruined ones whose date digits are whole (`…000`,
    `4.60105198005120E+17`).
    """
    status = pl.col("status")
    ruined, valid = status == "ruined", status == "valid"
    return (
        _read(numbers, types, as_of)
        .select(
            "std",
            "status",
            core=pl.when(~ruined & _NUMBER.str.contains(r"^\d{17}[\dX]?$")).then(
                _NUMBER.str.slice(0, 17)
            ),
            head=pl.when(~ruined & _NUMBER.str.contains(_NEARLY_FORMED)).then(_NUMBER.str.head(14)),
            tail=pl.when(~ruined & _NUMBER.str.contains(_NEARLY_FORMED)).then(_NUMBER.str.tail(4)),
            birth=pl.when(valid | (ruined & pl.col("ends_in_zeros"))).then("birth"),
            sex=pl.when(valid).then(_sex(_BODY)),
        )
        .collect()
    )


def _read(numbers: pl.Series, types: pl.Series | None, as_of: date | None) -> pl.LazyFrame:
    birth = pl.col("birth")
    written = _written(numbers)
    return (
        pl.LazyFrame({"number": written, "document": _documents(written, types, numbers)})
        .with_columns(body=_body(_NUMBER), kept=_body(_of_15_digits()))
        .with_columns(ends_in_zeros=_NUMBER.str.ends_with("000") | pl.col("kept").is_not_null())
        .with_columns(
            birth=_birth(pl.coalesce("body", "kept")),
            matches=_check_digit(_BODY) == _NUMBER.str.slice(17, 1),
        )
        .with_columns(
            birth=pl.when(birth.is_between(_FIRST_BIRTH, as_of or date.today())).then(birth)
        )
        .with_columns(status=_status())
        .with_columns(status=pl.when(_ruined_column()).then(_literal("ruined")).otherwise("status"))
        .with_columns(
            std=pl.when(pl.col("status").is_in(_KEPT)).then(pl.coalesce("document", _NUMBER))
        )
    )


def _documents(written: pl.Series, types: pl.Series | None, numbers: pl.Series) -> pl.Series:
    """The other documents among the numbers, null for the rest: only what has not the form of a
    number is looked at."""
    rows = (written.is_not_null() & ~written.str.contains(_WELL_FORMED)).arg_true()
    none = pl.repeat(None, len(written), dtype=pl.String, eager=True)
    if rows.is_empty():
        return none
    kinds = None if types is None else types.gather(rows)
    return none.scatter(rows, standard_documents(written.gather(rows), kinds, numbers.gather(rows)))


def check_digit_ok(number: pl.Expr) -> pl.Expr:
    """Whether the 18th character is the check digit of the 17 digits before it; null for other
    forms."""
    return _check_digit(_body(number)) == number.str.slice(17, 1)


def birth_of(number: pl.Expr) -> pl.Expr:
    """The birth date (Date) in a number of 18 characters; null for other forms and impossible
    days."""
    return _birth(_body(number))


def sex_of(number: pl.Expr) -> pl.Expr:
    """The sex (Int8, 1 male, 2 female) in a number of 18 characters; null for other forms."""
    return _sex(_body(number))


_NUMBER, _BODY = pl.col("number"), pl.col("body")
_KEPT = ("valid", "checksum")


def _literal(status: str) -> pl.Expr:
    return pl.lit(status, dtype=pl.Enum(ID_STATUSES))


def _status() -> pl.Expr:
    dated, matches, zeros = (
        pl.col("birth").is_not_null(),
        pl.col("matches"),
        pl.col("ends_in_zeros"),
    )
    return (
        pl.when(_NUMBER.is_null())
        .then(_literal("absent"))
        .when(dated & matches)
        .then(_literal("valid"))
        .when((dated & zeros) | _NUMBER.str.contains(_SCIENTIFIC))
        .then(_literal("ruined"))
        .when(pl.col("document").is_not_null())
        .then(_literal("valid"))
        .when(dated)
        .then(_literal("checksum"))
        .otherwise(_literal("malformed"))
    )


def _ruined_column() -> pl.Expr:
    """Numbers ending in 000 in a column with so many of them that a spreadsheet must have made
    them."""
    dated = pl.col("birth").is_not_null()
    suspect = dated & pl.col("ends_in_zeros")
    return (
        suspect & (suspect.sum() >= _RUINED_COUNT) & (suspect.sum() > dated.sum() * _RUINED_SHARE)
    )


def _written(numbers: pl.Series) -> pl.Series:
    """The numbers without blanks, dashes, notes and wrong kinds of X; 15 digits made 18; null for
    nothing."""
    return repaired(numbers, ~VALUE.str.contains(_WELL_FORMED), _rewrite)


def _rewrite(frame: pl.LazyFrame) -> pl.LazyFrame:
    bare = VALUE.str.to_uppercase().str.replace_all(r"\(.*?\)", "").str.replace(r"\.0+$", "")
    joined = VALUE.str.replace_all(r"[\s\-–—_·.,'\"]", "").str.replace(
        r"^(\d{17})[×✕╳☓*ХΧ]$", "${1}X"
    )
    return (
        tidy(frame)
        .with_columns(bare)
        .with_columns(pl.when(VALUE.str.contains(_SCIENTIFIC)).then(VALUE).otherwise(joined))
        .with_columns(old=pl.when(VALUE.str.contains(_OLD_FORM)).then(VALUE))
        .with_columns(old=_with_century(pl.col("old")))
        .with_columns(card=VALUE.str.extract(_DISABILITY_CARD))
        .with_columns(card=pl.when(check_digit_ok(pl.col("card"))).then("card"))
        .with_columns(
            pl.coalesce(
                "card", pl.col("old") + _check_digit(pl.col("old").cast(pl.Int64)), VALUE
            ).alias("value")
        )
    )


def _with_century(number: pl.Expr) -> pl.Expr:
    """The 17 digits of a number of 15; sequences 996 to 999 belong to people born before 1900."""
    century = pl.when(number.str.slice(12, 3).is_in(("996", "997", "998", "999"))).then(
        pl.lit("18")
    )
    return number.str.slice(0, 6) + century.otherwise(pl.lit("19")) + number.str.slice(6, 9)


def _body(number: pl.Expr) -> pl.Expr:
    """The first 17 digits as an Int64; null where the number has another form."""
    return pl.when(number.str.contains(_WELL_FORMED)).then(number.str.slice(0, 17)).cast(pl.Int64)


def _of_15_digits() -> pl.Expr:
    """A number that a spreadsheet shows as `4.60105198005120E+17`, with noughts for the digits that
    it lost."""
    digits = _NUMBER.str.replace(r"E.*$", "").str.replace(".", "", literal=True)
    return pl.when(_NUMBER.str.contains(_SCIENTIFIC_DATED)).then(digits.str.pad_end(18, "0"))


def _birth(body: pl.Expr) -> pl.Expr:
    return day_of(body // 1000 % 10**8)


def _sex(body: pl.Expr) -> pl.Expr:
    return (2 - body % 2).cast(pl.Int8)


def _check_digit(body: pl.Expr) -> pl.Expr:
    """The check digit of 17 digits: the sum of the weighted digits modulo 11 indexes `10X98765432`.

    The sum is looked up in three parts, which is five times as fast as taking 17 digits from each
    number.
    """
    first, second, third = _weighted_sums()
    total = (
        pl.lit(first).gather(body // 10**11)
        + pl.lit(second).gather(body // 10**5 % 10**6)
        + pl.lit(third).gather(body % 10**5)
    )
    return pl.lit(pl.Series(list(_CHECK_DIGITS))).gather(total % 11)


@cache
def _weighted_sums() -> tuple[pl.Series, pl.Series, pl.Series]:
    """For each value of the digits 1–6, 7–12 and 13–17: the sum of digits times weights, modulo
    11."""
    tables = []
    for weights in (_WEIGHTS[:6], _WEIGHTS[6:12], _WEIGHTS[12:]):
        values = np.arange(10 ** len(weights))
        powers = 10 ** np.arange(len(weights))[::-1]
        total = sum(
            (values // power % 10) * weight for power, weight in zip(powers, weights, strict=True)
        )
        tables.append(pl.Series(np.asarray(total) % 11, dtype=pl.UInt8))
    return tables[0], tables[1], tables[2]
