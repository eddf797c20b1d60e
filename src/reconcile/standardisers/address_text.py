"""An address as it is parsed: `standard_addresses`, with one word for each kind of part and no remarks."""

from __future__ import annotations

import polars as pl

from reconcile.standardisers.addresses import standard_addresses
from reconcile.standardisers.numerals import FORMAL, NUMERALS, in_digits, in_numerals
from reconcile.standardisers.text import VALUE, repaired

_BRACKETS = r"[(\[【《<{]([^()\[\]【】《》<>{}]*)[)\]】》>}]"
# What stands in brackets is a remark unless it is a part: (二期), (阳光小区).
_PART_IN_BRACKETS = (
    rf"[(\[【《<{{][^()\[\]【】《》<>{{}}]*(?:[\d{NUMERALS}A-Za-z甲乙丙丁][期区栋幢座号室房组#]|单元"
    r"|小区|花园|[家嘉佳]园|公寓|大厦|广场|新村|苑|家属院|宿舍|大院|社区|村)[^()\[\]【】《》<>{}]{0,5}[)\]】》>}]"
)
_MARK = "栋|幢|座|单元|室|层|楼|号|-|－|—|#"
_NUMERALS_WRITTEN = (
    rf"[{FORMAL}]+(?:{_MARK}|组|队|弄|户)",
    rf"[{NUMERALS}]+(?:期|区|门|社|连|支弄|条|-)",
    rf"(?:栋|座|单元|号|楼|层|门|附|之|-)[{NUMERALS}]+(?:-|$)",
    rf"(?:附|之)[{NUMERALS}]+",
)
_WITH_NUMERALS = "|".join(_NUMERALS_WRITTEN)
_NOT_OF_A_HOUSE = r"(\d+)([楼户排队组巷条里连])(村|庄|社区|[镇乡])"


def address_text(addresses: pl.Series) -> pl.Series:
    """The text that is parsed, of addresses raw or standardised; null where nothing is said.

    - remarks in brackets go, but not (二期);
    - numbers that blanks or slashes part get dashes: 11/4/1104 → 11-4-1104;
    - 第3村民小组, 3生产队, 3社, 3连 → 3组; 甲12号, 12号甲 → 12甲号; 12之2号 → 12-2号; 12号院 → 12号;
    - further numerals in digits: 二期, 附三号, a room without 室; not in the names of villages: 王五楼村.
    """
    values = repaired(addresses.cast(pl.String), VALUE.str.contains(r"[^0-9A-Z㐀-䶿一-鿿-]"), _without_remarks)
    values = repaired(values, VALUE.str.contains(r"小组|生产队"), _groups)
    values = standard_addresses(values)
    values = repaired(values, VALUE.str.contains(_WITH_NUMERALS), _further_numerals)
    values = repaired(values, VALUE.str.contains(_NOT_OF_A_HOUSE), _names_with_numbers)
    return repaired(values, VALUE.str.contains(r"第|[甲乙丙丁]|\d[社连队]|之|附|号大?院|号-|组团|#|\b0|\D0"), _one_word)


def _without_remarks(frame: pl.LazyFrame) -> pl.LazyFrame:
    text = VALUE.str.normalize("NFKC").str.replace_all("[○◯Οο]", "〇")
    part = text.str.contains(_PART_IN_BRACKETS)
    text = pl.when(part).then(text.str.replace_all(_BRACKETS, "$1")).otherwise(text.str.replace_all(_BRACKETS, ""))
    for _ in range(2):  # each match takes the digit with which the next one would begin
        text = text.str.replace_all(r"(\d)[\s/、，,。.;；]+(\d)", "$1-$2")
    return frame.with_columns(text)


def _groups(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.with_columns(VALUE.str.replace_all("(?:村民|居民|生产)?小组|生产队", "组"))


def _further_numerals(frame: pl.LazyFrame) -> pl.LazyFrame:
    def read(frame: pl.DataFrame) -> pl.DataFrame:
        values = frame["value"]
        for pattern in _NUMERALS_WRITTEN:
            values = in_digits(values, pattern)
        return frame.with_columns(values)

    return frame.map_batches(read)


def _names_with_numbers(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Villages' names get their numerals back: 王5楼村 → 王五楼村."""

    def read(frame: pl.DataFrame) -> pl.DataFrame:
        values = frame["value"]
        found = values.str.extract_all(_NOT_OF_A_HOUSE).list.explode().drop_nulls().unique()
        digits = found.str.extract(r"^(\d+)").to_list()
        names = {name: name.replace(d, in_numerals(d), 1) for name, d in zip(found.to_list(), digits, strict=True)}
        return frame.with_columns(values.str.replace_many(names, leftmost=True))

    return frame.map_batches(read)


def _one_word(frame: pl.LazyFrame) -> pl.LazyFrame:
    rewrites = (
        (r"第(\d)", "$1"),
        (r"(\D|^)0+(\d)", "$1$2"),
        (r"(\d)(?:社|连|队)(村民|[^区村队]|$)", "${1}组$2"),
        (r"组团", "区"),
        (r"([甲乙丙丁])(\d+)号", "$2${1}号"),
        (r"(\d+)号([甲乙丙丁])([^单栋座\d]|$)", "$1${2}号$3"),
        (r"(\d)之(\d+)号", "$1-${2}号"),
        (r"号之(\d)", "号-$1"),
        (r"(\d)附(\d)", "${1}号附$2"),
        (r"号-(\d{3,}|\d+[-栋座单])", "号$1"),
        (r"号大?院", "号"),
        (r"([A-Z])#", "${1}栋"),
        (r"栋楼", "栋"),
    )
    text = VALUE
    for pattern, replacement in rewrites:
        text = text.str.replace_all(pattern, replacement)
    return frame.with_columns(text)
