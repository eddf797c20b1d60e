"""Headers: what they mean in a layout, and why.

The config's word goes first; then a header that is a synonym as it stands; then one that is a
synonym once the clutter of forms is off: `*身份证号码（必填）：`, `1. 姓 名`, full-width letters,
traditional forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from reconcile.core.layouts import Layout
from reconcile.reading.out_of_bounds import is_out_of_bounds

CONFIG, SYNONYM, NORMALISED = "config", "synonym", "normalised"
OUT_OF_BOUNDS, UNUSED = "out_of_bounds", "unused"


@dataclass(frozen=True)
class ColumnMatch:
    """What a header was taken for. `column` is None where it is not read; `why` is in
    `reading.why`."""

    header: str
    column: str | None
    why: str


_NUMBERING = re.compile(
    r"^(?:[①-⑳㈠-㈩]|[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:[)）.．、:：]|\s+))\s*"
)
_BRACKETS = re.compile(r"[(（\[【〔<《](?P<hint>[^)）\]】〕>》]*)[)）\]】〕>》]")
# What brackets say about filling in a form; other words in brackets belong to the name: 村（居）.
_HINT = re.compile(
    r"^\W*(?:.*[必选可][填录须].*|.*可(?:空|不填|为空)|.*不(?:能|可|得)为空|非空|[公阳新]历|格式.*|[如例].*|请.*|须.*|注[:：].*"
    r"|.*与?(?:身份证|户口簿|户口本)(?:上)?(?:一致|相同).*|详细.*|精确.*|年月日|年-月-日|y{2,4}.*|\d+位.*|.*小时制"
    r"|文本.*|数字.*|字符.*|汉字|中文|全称|下拉.*|单选|代码|编码|阿拉伯数字|g|kg|千?克|公斤|斤|岁|周岁|人|个|元|cm|厘米|次)?\W*$",
    re.IGNORECASE,
)
_CLUTTER = re.compile(
    r"[\s\u200b-\u200f\u2060\ufeff*＊★☆※#\"'`“”‘’·•:：;；,，.。、\-_—–/\\|=?？!！()（）\[\]【】〔〕<>《》]+"
)
_NTH = re.compile(r"#(?=[1-9]\d*$)")
_SIMPLIFIED = str.maketrans(
    "個編碼證號別親現戶與關係話時間鎮鄉記註銷類體產婦嬰兒發簽點機構醫變遷區歷稱電聯絡種屬單數齡國據員詳細從軍碼錄業頭轉條職務備衛紙條貫縣區門牌樓號蹟質況婚態徵學歷",
    "个编码证号别亲现户与关系话时间镇乡记注销类体产妇婴儿发签点机构医变迁区历称电联络种属单数龄国据员详细从军码录业头转条职务备卫纸条贯县区门牌楼号迹质况婚态征学历",
)


@lru_cache(maxsize=4096)
def normalise(header: str) -> str:
    """A header without the clutter of forms: numbering, hints in brackets, signs, spaces, widths,
    case."""
    text = _NUMBERING.sub("", header.strip().lstrip("*＊★☆※'\"= "))
    text = _BRACKETS.sub(lambda m: "" if _HINT.match(m["hint"]) else m["hint"], text)
    text = _CLUTTER.sub("", unicodedata.normalize("NFKC", text))
    return text.lower().translate(_SIMPLIFIED)


@cache
def synonyms(layout: Layout) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Header → canonical column: as written in the layout, and normalised. A column's own name
    counts."""
    exact = {
        header: column.name
        for column in layout.columns
        for header in (column.name, *column.headers)
    }
    return exact, {normalise(header): column for header, column in exact.items()}


def match_headers(
    headers: Sequence[str], layout: Layout, chosen: Mapping[str, str]
) -> tuple[ColumnMatch, ...]:
    """What each header means. `chosen`: canonical column → header; `姓名#2` is the second one of
    that name.

    Nothing is raised here: a header that is missing or fits twice is for `header_checks` to refuse.
    """
    by_config = {
        found[0]: column
        for column, header in chosen.items()
        if len(found := places(headers, header)) == 1
    }
    return tuple(
        ColumnMatch(header, by_config[place], CONFIG)
        if place in by_config
        else _match(header, layout, set(by_config.values()))
        for place, header in enumerate(headers)
    )


def _match(header: str, layout: Layout, settled: Collection[str]) -> ColumnMatch:
    normal = normalise(header)
    if is_out_of_bounds(normal):
        return ColumnMatch(header, None, OUT_OF_BOUNDS)
    exact, normalised = synonyms(layout)
    column, why = exact.get(header.strip()), SYNONYM
    if column is None:
        column, why = normalised.get(normal), NORMALISED
    if column is None or column in settled:
        return ColumnMatch(header, None, UNUSED)
    return ColumnMatch(header, column, why)


def places(headers: Sequence[str], wanted: str) -> list[int]:
    """Where the config's header stands: as it is written, else normalised. `姓名#2` is the second
    姓名."""
    name, nth = (*_NTH.split(wanted), "")[:2]
    found = [place for place, header in enumerate(headers) if header.strip() == name.strip()]
    found = found or [
        place for place, header in enumerate(headers) if normalise(header) == normalise(name)
    ]
    return found[int(nth) - 1 : int(nth)] if nth else found
