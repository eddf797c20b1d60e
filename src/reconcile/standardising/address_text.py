"""An address as it is parsed: `standard_addresses`, with one word for each kind of part and no
remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from reconcile.standardising.address_slips import mended
from reconcile.standardising.address_words import ESTATE
from reconcile.standardising.addresses import standard_addresses
from reconcile.standardising.numerals import FORMAL, NUMERALS, in_digits, in_numerals
from reconcile.standardising.text import VALUE, repaired

_INSIDE = r"[^()\[\]【】《》<>{}]"
_OPEN, _CLOSE = r"[(\[【《<{]", r"[)\]】》>}]"
_BRACKETS = f"{_OPEN}{_INSIDE}*{_CLOSE}"
# What stands in brackets is a remark unless it is a part: (二期), (阳光小区); (原12号) is a remark.
_REMARK = f"{_OPEN}(?:[原旧曾]{_INSIDE}*|{_INSIDE}*(?:旁边?|附近|对面|[前后]面?)){_CLOSE}"
_PART = (
    rf"{_OPEN}({_INSIDE}*(?:[\d{NUMERALS}A-Za-z甲乙丙丁][期区栋幢座号室房组楼层#]|\d-\d|单元"
    rf"|[东南西北中][区苑院]|{ESTATE}|新村|社区|村){_INSIDE}{{0,5}}){_CLOSE}"
)
_SIDE = f"{_OPEN}([东西南北中前后左右][侧边户门院楼]?){_CLOSE}"
_MARK = "栋|幢|座|单元|室|层|楼|号|-|－|—|#"
_NUMERALS_WRITTEN = (
    rf"[{FORMAL}][{FORMAL}零〇]*(?:{_MARK}|组|队|弄|户)",
    rf"[{NUMERALS}]+(?:期|区|梯|社|连|支弄|房|-)",
    rf"(?:栋|座|号)[{NUMERALS}]+门",
    rf"(?:栋|座|单元|号|楼|层|门|附|之|-)[{NUMERALS}]+(?:-|$)",
    rf"[{NUMERALS}]+(?:附|之|[甲乙丙丁]号)",
    rf"(?:附|之)[{NUMERALS}]+",
)
# 王五楼村, 203所, 107国道; 彩香2村, 前进5路, 东3胡同.
_NOT_OF_A_HOUSE = (
    r"\d+[楼户排队组巷里连房社期](?:村|庄|社区|[镇乡])|\d{1,3}团[\d场]|\d{1,4}[厂矿]|\d{2,4}(?:[所库团]|部队|医院|农场|[国省县乡]道)"
    r"|\d{1,2}(?:街坊|马?路|街|道街|大道|胡同|条|坊|段|片|里[店铺堡]|分场|小区|社区|村|委(?:[^员会]|$))"
    r"|[东南西北中前后]\d{1,2}(?:巷|里)"
)
_DIGIT_BY_DIGIT = str.maketrans("0123456789", "〇一二三四五六七八九")

_USUAL_WORDS = (
    (r"(?:村民|居民|生产)小?组|小组|生产小?队|小队", "组"),
    (r"行政村", "村"),
    (r"村委([^会员]|$)", "村委会$1"),
    (r"地下([一二三1-3])[层楼]", "负${1}层"),
    (r"地下(?:室|([\d一二三四五六七八九十]))", "负1层$1"),
    (r"底[楼层]", "1层"),
    (r"([^\d-])([甲乙丙丁][栋座幢]|[甲乙丙丁东西南北中]单元)", "$1-$2"),
    (r"(?:新疆)?(?:生产建设)?兵团", "新疆"),
    (rf"^(?:新疆)?农?第?[\d{NUMERALS}]{{1,3}}师([^范])", "新疆$1"),
    (r"(?:北大荒|农垦)集团(?:公司|有限公司)?", ""),
    (r"廿", "二十"),
    (r"卅", "三十"),
    (r"(\d)[撞憧橦]", "${1}栋"),
    (r"(\d{3,4})单元", "${1}室"),
    (r"(\d)单(\d)", "${1}单元$2"),
    (rf"([附之][{NUMERALS}]+)(\d)", "$1-$2"),
    (r"([0-9])[一ー]([0-9])", "$1-$2"),
    (rf"([{NUMERALS}])0", "${1}〇"),
    (rf"([{NUMERALS}])#", "${1}栋"),
    (r"(?:门牌号?|[Nn][Oo]\.?)[:：]? *([0-9])", "$1"),
)
_ONE_WORD = (
    (r"(\d)第(\d)", "$1-$2"),
    (r"第(\d)", "$1"),
    (r"([^0-9]|^)0+(\d)", "$1$2"),
    (r"(\d)[社连队](村民|[^区村队]|$)", "${1}组$2"),
    (r"组团", "区"),
    (r"(\d+)号([甲乙丙丁])([^单栋座户]|$)", "$1${2}号$3"),
    (r"([甲乙丙丁增])(\d+)(?:号|$)", "$2${1}号"),
    (r"([东西南北中]户)(\d{1,2})[楼层]$", "${2}层$1"),
    (r"-(\d{1,2})([东西南北中]户)", "-${1}层$2"),
    (r"(\d)之(\d+)号", "$1-${2}号"),
    (r"(\d)号之(\d+)(?:号|-)?", "$1-${2}号"),
    (r"(\d)附(\d)", "${1}号附$2"),
    (r"号-附", "号附"),
    (r"号-(\d{3,}|\d+[-栋座单])", "号$1"),
    (r"号大?院", "号"),
    (r"号内([\dA-Z])", "号$1"),
    (r"([A-Z])#", "${1}栋"),
    (r"栋楼", "栋"),
    (r"(州市?|^)27区", "${1}二七区"),
    (r"B(\d)([层楼])", "负$1$2"),
)
Rewrites = Sequence[tuple[str, str]]


def address_text(addresses: pl.Series) -> pl.Series:
    """The text that is parsed, of addresses raw or standardised; null where nothing is said.

    - remarks in brackets go, but not (二期);
    - numbers that blanks or slashes part get dashes: 11/4/1104 → 11-4-1104;
    - 第3村民小组, 3生产队, 3社, 3连 → 3组; 甲12号, 12号甲 → 12甲号; 12之2号 → 12-2号; 12号院 →
      12号;
    - further numerals in digits: 二期, 附三号, a room without 室; not in the names of villages:
      王五楼村.
    """
    values = repaired(
        mended(addresses.cast(pl.String)),
        VALUE.str.contains(r"[^0-9A-Z㐀-䶿一-鿿-]"),
        _without_remarks,
    )
    values = standard_addresses(_rewritten(values, _USUAL_WORDS))
    values = repaired(values, VALUE.str.contains("|".join(_NUMERALS_WRITTEN)), _further_numerals)
    values = repaired(values, VALUE.str.contains(_NOT_OF_A_HOUSE), _names_with_numbers)
    return _rewritten(values, _ONE_WORD)


def _rewritten(values: pl.Series, rewrites: Rewrites) -> pl.Series:
    """`values` with each pattern replaced, one after the other; values without any of them are not
    touched."""

    def rewrite(frame: pl.LazyFrame) -> pl.LazyFrame:
        text = VALUE
        for pattern, replacement in rewrites:
            text = text.str.replace_all(pattern, replacement)
        return frame.with_columns(text)

    return repaired(
        values, VALUE.str.contains("|".join(pattern for pattern, _ in rewrites)), rewrite
    )


def _without_remarks(frame: pl.LazyFrame) -> pl.LazyFrame:
    text = (
        VALUE.str.normalize("NFKC").str.replace_all("[○◯Οο]", "〇").str.replace_all("[·•‧・∙]", "")
    )
    text = (
        text.str.replace_all(_SIDE, "$1")
        .str.replace_all(_REMARK, "")
        .str.replace_all(_PART, "$1")
        .str.replace_all(_BRACKETS, "")
    )
    for _ in range(2):  # each match takes the digit with which the next one would begin
        text = text.str.replace_all(rf"([\d{NUMERALS}])[\s/、，,。.;；_]+(\d)", "$1-$2")
    return frame.with_columns(text)


def _further_numerals(frame: pl.LazyFrame) -> pl.LazyFrame:
    def read(frame: pl.DataFrame) -> pl.DataFrame:
        values = frame["value"]
        for pattern in _NUMERALS_WRITTEN:
            values = in_digits(values, pattern)
        return frame.with_columns(values)

    return frame.map_batches(read)


def _names_with_numbers(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Names get their numerals back: 王5楼村 → 王五楼村, 203所 → 二〇三所."""

    def read(frame: pl.DataFrame) -> pl.DataFrame:
        found = (
            frame["value"]
            .str.extract_all(_NOT_OF_A_HOUSE)
            .list.explode()
            .drop_nulls()
            .unique()
            .to_list()
        )
        names = {name: _with_numerals(name) for name in found}
        return frame.with_columns(frame["value"].str.replace_many(names, leftmost=True))

    return frame.map_batches(read)


def _with_numerals(name: str) -> str:
    before, digits, after = re.split(r"(\d+)", name, maxsplit=1)
    numerals = in_numerals(digits) if len(digits) < 3 else digits.translate(_DIGIT_BY_DIGIT)
    return f"{before}{numerals}{after}"
