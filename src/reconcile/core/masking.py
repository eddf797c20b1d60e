"""Values of persons as screens, logs and masked lists show them: Polars expressions on String; null
stays."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reconcile.core.messages import has_text

# Keys of blocking rules that tell nobody who it is
_WHERE_PEOPLE_LIVE = (
    "address", "registered_address", "mother_address", "dwelling", "registered_dwelling",
    "building",
)  # fmt: skip
_HARMLESS = ("home", "birth_year", "birth_month", "birth_month_and_day")
# An ID number inside other text, such as a record key made of it
# with what the card of a disabled person has behind it
_ID_WITHIN = r"(\d{3})\d{8,11}(\d{3}[\dXx])(?:[1-7][1-4])?"
_DISABILITY_CARD = r"^(?:\D*\d){17}\D*[\dXx]\D*[1-7]\D*[1-4]"

# A key that is an ID number: six digits of an area, a day, three more and the check digit, or the
# old form.
_ID_AS_KEY = r"^\d{6}(19|20)?\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]?(~\d+)?$"


def mask_name(name: pl.Expr) -> pl.Expr:
    """张*三 for 张小三, 王* for 王伟, 欧**娜 for 欧阳丽娜; a single character is a star."""
    name = name.str.strip_chars()
    inner = _starred(name.str.slice(1, (name.str.len_chars().cast(pl.Int64) - 2).clip(0)))
    return (
        pl.when(name.str.len_chars() > 2)
        .then(pl.concat_str(name.str.head(1), inner, name.str.tail(1)))
        .when(name.str.len_chars() == 2)
        .then(pl.concat_str(name.str.head(1), pl.lit("*")))
        .otherwise(_starred(name))
    )


def mask_id(number: pl.Expr) -> pl.Expr:
    """460***********123X: the first 3 and the last 4 characters; stars alone when there are fewer
    than 12.

    Passports and permits are stars alone. The 20 digits of a disabled person's card end in the kind
    and the grade of the disability: of these only the first 3 are shown.
    """
    inner = _starred(number.str.slice(3, (number.str.len_chars().cast(pl.Int64) - 7).clip(0)))
    last = number.str.tail(4)
    shown = pl.when(number.str.contains(_DISABILITY_CARD)).then(_starred(last)).otherwise(last)
    masked = pl.concat_str(number.str.head(3), inner, shown)
    return pl.when(number.str.len_chars() >= 12).then(masked).otherwise(_starred(number))


def mask_text(text: pl.Expr) -> pl.Expr:
    """海*** for an address, 1*** for a telephone number: the first character; empty stays empty."""
    masked = pl.concat_str(text.str.head(1), pl.lit("***"))
    return pl.when(text.str.len_chars() > 0).then(masked).otherwise(text)


def mask_ids_within(text: pl.Expr) -> pl.Expr:
    """Text in which every number as long as an ID number (15 to 18 digits) is masked."""
    return text.str.replace_all(_ID_WITHIN, "$1********$2")


def mask_record_key(key: pl.Expr) -> pl.Expr:
    """A record's or household's number, by which whoever works on a list finds it; masked where it
    is an ID number."""
    return pl.when(key.str.contains(_ID_AS_KEY)).then(mask_id(key)).otherwise(key)


def _starred(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"(?s).", "*")


def masked_value(column: str, value: str | None) -> str:
    """One value of a canonical column as a screen shows it; empty for none. Dates, sexes and areas
    stay whole."""
    if value is None:
        return ""
    mask = _mask_of(column)
    return value if mask is None else str(pl.select(mask(pl.lit(value, dtype=pl.String))).item())


def masked_text(value: str) -> str:
    """Text that people wrote, without the ID numbers that may stand in it."""
    return str(pl.select(mask_ids_within(pl.lit(value))).item())


def masked_column(column: str) -> pl.Expr:
    """A canonical column as a screen shows it; null stays. Dates, sexes and areas stay whole."""
    mask = _mask_of(column)
    return pl.col(column) if mask is None else mask(pl.col(column)).alias(column)


def _mask_of(column: str) -> Callable[[pl.Expr], pl.Expr] | None:
    if column.endswith("name") or column in ("name_reading", "surname", "given"):
        return mask_name
    if column.endswith(("_id", "id_number", "id_number_core", "id_number_head", "id_number_tail")):
        return mask_id
    if column in _WHERE_PEOPLE_LIVE or column == "phone":
        return mask_text
    # What a layout of one's own holds may be anything.
    return None if column in _HARMLESS or has_text(f"columns.{column}") else mask_text
