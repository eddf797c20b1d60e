"""Towns and villages: one comparable form of a name; codes of 6, 9 and 12 digits stay as they
are."""

from __future__ import annotations

import polars as pl

from reconcile.standardising.text import VALUE, by_distinct, tidy

_TOWN_END = "街道|镇|乡|苏木|农场|林场|开发区|管理区|园区"
_ABOVE_TOWN = rf"^.{{2,}}[省市州盟县区旗](.+(?:{_TOWN_END}))$"
_ABOVE_VILLAGE = r"^.{2,}(?:街道(?:办事处)?|镇|乡|苏木)(.{2,})$"
_VILLAGE_END = r"(?:社区|村民|居民|村|居)*(?:委员会|委会)|村民小组|社区|村"


def standard_towns(values: pl.Series) -> pl.Series:
    """城东街道办事处 and 海北市城东街道 → 城东街道; 府城镇人民政府 → 府城镇. Without notes in
    brackets."""
    office = VALUE.str.replace(r"街道(?:办事处|办)$", "街道").str.replace(r"(?:人民)?政府$", "")
    return _standard(
        values,
        office.str.replace(r"(.{2,})办事处$", "${1}街道"),
        VALUE.str.replace(_ABOVE_TOWN, "$1"),
    )


def standard_villages(values: pl.Series) -> pl.Series:
    """向阳村民委员会, 向阳村委会, 向阳社区, 府城镇向阳村 → 向阳. At least two characters are
    left."""
    bare = VALUE.str.replace(rf"^(.{{2,}}?)(?:{_VILLAGE_END})+$", "$1")
    return _standard(values, VALUE.str.replace(_ABOVE_VILLAGE, "$1"), bare)


def _standard(values: pl.Series, *rewrites: pl.Expr) -> pl.Series:
    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        frame = tidy(frame.with_columns(read=VALUE))
        frame = frame.with_columns(
            VALUE.str.replace_all(r"\(.*?\)|\s", "").str.replace(r"\.0$", "")
        )
        for rewrite in rewrites:
            frame = frame.with_columns(rewrite)
        return frame.select(pl.when(VALUE != "").then(VALUE).alias("std"), value="read")

    return by_distinct(values, read)["std"]
