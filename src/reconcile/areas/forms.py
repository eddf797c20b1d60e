"""The forms in which the name of an area is looked up: without clutter, by its committee or office,
without its end."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reconcile.standardising.areas import standard_towns, standard_villages
from reconcile.standardising.text import VALUE, by_distinct, tidy

_CITY_IN_FRONT = r"^.{2,}[省市州盟](.+[区县旗市])$"
_DISTRICT_END = r"^(.{2,})(?:自治[县旗]|[区县旗市])$"
_TOWN_END = r"^(.{2,})(?:街道|镇|[民族]*乡|苏木|农场|林场)$"
# A village committee's 村 is the village's own; a residents' committee stands for a community.
_REWRITES = (
    (r"^(.+?)村?(?:村民委员会|村委会|村委)$", "${1}村"),
    (r"^(.+?村)(?:社区)?(?:居民委员会|社区居委会|居委会|居委|社区委员会)$", "$1"),
    (r"^(.+?)(?:社区)?(?:居民委员会|社区居委会|居委会|居委|社区委员会)$", "${1}社区"),
)
_GROUP = r"^(.{2,}?)第?[\d一二三四五六七八九十百]+(?:村民)?(?:小组|组|队|网格)$"
# The statistical codes end in noughts above the village: 460105001000 is the town, 460105000000 the
# district.
_NOUGHTS = (r"^(\d{6})000(?:000)?$", r"^(\d{9})000$")

Form = Callable[[pl.Series], pl.Series]


def _form(*rewrites: tuple[str, str]) -> Form:
    """A form of cleaned text, null where nothing is said; notes in brackets go."""

    def make(values: pl.Series) -> pl.Series:
        def read(frame: pl.LazyFrame) -> pl.LazyFrame:
            frame = tidy(frame.with_columns(read=VALUE))
            frame = frame.with_columns(
                VALUE.str.replace_all(r"\(.*?\)|\s", "").str.replace(r"\.0$", "")
            )
            for pattern, replacement in rewrites:
                frame = frame.with_columns(VALUE.str.replace(pattern, replacement))
            return frame.select(pl.when(VALUE != "").then(VALUE).alias("form"), value="read")

        return by_distinct(values, read)["form"]

    return make


plain = _form()
"""The words without blanks and brackets."""

codes = _form((_NOUGHTS[0], "$1"), (_NOUGHTS[1], "$1"))
"""A code without the noughts that stand for the levels below; other text as `plain` has it."""

district_form = _form((_CITY_IN_FRONT, "$1"))
"""海临市东华区 → 东华区."""

district_short = _form((_CITY_IN_FRONT, "$1"), (_DISTRICT_END, "$1"))
"""东华区 → 东华."""

town_form: Form = standard_towns
"""城东街道办事处, 东华区城东街道 → 城东街道;府城镇人民政府 → 府城镇."""

village_form = _form(*_REWRITES)
"""向阳社区居委会, 向阳居民委员会 → 向阳社区; 向阳村民委员会 → 向阳村: the name with its end."""

village_short: Form = standard_villages
"""向阳村, 向阳社区居委会 → 向阳, as the records' village_std has it."""


village_of_group = _form((_GROUP, "$1"), *_REWRITES)
"""向阳村三组, 向阳社区第2网格 → the village's form."""


def town_short(values: pl.Series) -> pl.Series:
    """城东街道 → 城东, 府城镇 → 府城."""
    return _form((_TOWN_END, "$1"))(town_form(values))
