"""Identity documents other than the resident identity number: passports, permits, cards of
foreigners and soldiers.

Their numbers have no check digit. A type column, a word beside the number (护照E12345678) or the
number's form alone tells them; a form that other things have too, as a letter and seven digits or
digits alone, needs the type.
"""

from __future__ import annotations

import polars as pl

from reconcile.standardising.text import HAN, VALUE, clean

# The first nine characters of a permit of Hong Kong or Macau are the person, the two behind them
# count renewals.
_HOME_RETURN = r"^([HM]\d{8})(?:\d{2})?$"
# Of foreigners until 2023-12: nationality, area, birth date without century.
_PERMANENT = r"^([A-Z]{3}\d{12})$"
# Nine characters, as passports of most countries have: E12345678, EA1234567, P1234567A, 12AB34567.
# Shorter ones look like cards of Hong Kong or the numbers of an office.
_PASSPORT = r"^([A-Z]\d{8}|[A-Z]{2}\d{7}|[A-Z]\d{7}[A-HJ-NP-Z]|\d{2}[A-Z]{2}\d{5})$"
# A counter filled up with noughts, or digits that somebody only leant on.
_MADE_UP = r"^[A-Z]+000|^(?:NO|ID|XX)|" + "|".join(f"{digit}{{7}}" for digit in range(10))

# Where a type says so; codes of WS 364.3 (two digits) and GA/T 517 (three).
_TAIWAN = (
    "台胞|台湾.*通行证|^07$|^51[12]$",
    r"^(\d{8})(?:\d{2})?[A-Z]?$",
)  # eight digits are the person
_HONG_KONG = ("香港.*身份证", r"^([A-Z]{1,2}\d{6})[\dA]?$")  # the check digit may stand in brackets
_ARMY = ("军|士兵|士官|警官|文职|^04$|^11[45]$", rf"^([{HAN}]{{0,3}}\d{{4,10}})$")
_ANY = r"^([A-Z0-9]{5,12})$"
_NAMED = "护照|通行证|台胞证|回乡证|旅行证|军官证|士兵证|警官证|永久居留证?|PASSPORT"
_OTHER = (
    rf"(?i){_NAMED}|军|士兵|士官|警官|文职|海员|出生|签证|居留|港澳|香港|澳门|台湾|台胞|回乡|外国|境外|国外"
    "|^0[3467]$|^11[4-7]$|^4[12]\\d$|^51\\d$|^55[345]$"
)
_ID_CARD = "身份证(?:[^件]|$)|^(?:01|11[12])$"
_FOUR_DIGITS = r"(?:\d[^\d]*){4}"

_TYPE, _NUMBER = pl.col("type"), pl.col("number")


def standard_documents(
    written: pl.Series, types: pl.Series | None, numbers: pl.Series
) -> pl.Series:
    """The document (String) that each number is, without its counter of renewals; null for any
    other number.

    `written`: capitals and digits without blanks and signs; `numbers`: the same as they stand in
    the register, where a word may name the kind. A passport or permit whose type is the identity
    card is none: one of the two is wrong.
    """
    kinds = pl.repeat(None, len(written), dtype=pl.String, eager=True) if types is None else types
    frame = pl.DataFrame({"number": written, "type": kinds, "value": numbers})
    return (
        frame.lazy()
        .with_columns(_NUMBER.str.replace_all(rf"(?:{_NAMED})(?:号码?|编号)?|:", ""))
        .with_columns(
            _TYPE.str.strip_chars().fill_null(""), named=clean(VALUE).str.contains(f"(?i){_NAMED}")
        )
        .select(document=_document())
        .collect()
        .to_series()
    )


def of_one_kind(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether two standardised numbers can contradict each other: both are ID numbers, or documents
    of one form.

    A passport beside an ID number, or beside a permit, is another document of perhaps the same
    person.
    """
    return _form(left) == _form(right)


def other_document(number: pl.Expr) -> pl.Expr:
    """Whether a standardised number is that of another document than the identity card; null for
    none."""
    return ~number.str.contains(r"^\d{17}[\dX]$")


def _document() -> pl.Expr:
    other = _TYPE.str.contains(_OTHER) | pl.col("named")
    by_form = pl.when(~_NUMBER.str.contains(_MADE_UP)).then(_NUMBER.str.extract(_PASSPORT))
    by_type = [_of_type(*kind) for kind in (_TAIWAN, _HONG_KONG, _ARMY)]
    any_other = pl.when(other & _NUMBER.str.contains(_FOUR_DIGITS)).then(_NUMBER.str.extract(_ANY))
    document = pl.coalesce(_NUMBER.str.extract(_HOME_RETURN), *by_type, by_form, any_other)
    claimed = pl.when(other | ~_TYPE.str.contains(_ID_CARD)).then(document)
    return pl.coalesce(_NUMBER.str.extract(_PERMANENT), claimed)


def _of_type(kind: str, form: str) -> pl.Expr:
    said = _TYPE.str.contains(kind) | (pl.col("named") & VALUE.str.contains(kind))
    return pl.when(said).then(_NUMBER.str.replace_all("[字第号]", "").str.extract(form))


def _form(number: pl.Expr) -> pl.Expr:
    """Digits as 9 and letters as A; of a permit H or M stays, for it is no passport's letter."""
    bare = number.str.replace(r"^(\d{17})X$", "${1}0").str.replace_all(r"\d", "9")
    return (
        pl.when(bare.str.contains(r"^[HM]9{8}$"))
        .then(bare)
        .otherwise(bare.str.replace_all("[A-Z]", "A"))
    )
