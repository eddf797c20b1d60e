"""Tables of figures instead of records, as offices fill them in: whole numbers, total rows, areas,
remarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reconcile.core.frames import Schema
from reconcile.core.masking import mask_text
from reconcile.core.messages import column_text, text
from reconcile.standardising.areas import standard_towns
from reconcile.standardising.text import VALUE, by_distinct, clean

# Rows of a table that cannot be used. `reason` is a text `figures.reason.*`, `column` a canonical
# column.
REFUSED: Schema = {
    "file": pl.String,
    "row": pl.UInt32,
    "reason": pl.String,
    "column": pl.String,
    "shown": pl.String,
}

_TOTAL = r"^\S{0,8}?(?:合计|总计|小计|共计|累计)$|^[总合]?计$|^(?i:total)s?$"
_MOST_TOLD = 20
_LONGEST_AREA = 12  # characters
# What a figure or a month may be written with; anything else may be somebody's name or number.
_HARMLESS = (
    r"^[\d\s.,，/+\-−–—~～#?!年月日学度期季春秋上下第至到零〇一二三四五六七八九十百约人]{1,9}$"
)
_WIDEST = 36
_LEAST_SHARE = 0.05  # of what is said of a town, for a district that is no slip


@dataclass(frozen=True)
class Remark:
    """One thing to know beside a table: a text of the catalog, and what goes into it. `str()` says
    it."""

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return text(self.key, None, **self.values)


def remark(key: str, **values: object) -> Remark:
    """A remark of these values."""
    return Remark(key, values)


def counts(values: pl.Series) -> pl.DataFrame:
    """`count` (Int64) of each text, and `fault` (String) where it is none: a reason of REFUSED.

    Read are 1,234, 12人 and 12.0. An empty cell has neither.
    """

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        plain = clean(VALUE).str.replace_all(r"(\d)[,\s](\d{3})", "$1$2")
        plain = plain.str.replace(r"\s*[人名个]$", "").str.replace(r"^(\d+)\.0+$", "$1")
        frame = frame.with_columns(plain=plain)
        said = pl.col("plain")
        fault = (
            pl.when(said.str.contains(r"^\d{1,9}$") | (said == ""))
            .then(None)
            .when(said.str.contains(r"^[-−–]\s*\d"))
            .then(pl.lit("negative"))
            .when(said.str.contains(r"^\d+\.\d+$"))
            .then(pl.lit("fraction"))
            .when(said.str.contains(r"^\d+$"))
            .then(pl.lit("too_large"))
            .otherwise(pl.lit("no_number"))
        )
        number = pl.when(said.str.contains(r"^\d{1,9}$")).then(said.cast(pl.Int64, strict=False))
        return frame.select(VALUE, count=number, fault=pl.when(VALUE.is_not_null()).then(fault))

    return by_distinct(values, read)


def total_rows(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Series:
    """Whether a row says in one of these text columns that it is a total (合计, 小计 …):
    Boolean."""
    present = [name for name in columns if name in frame.columns]
    says = [
        pl.col(name).str.replace_all(r"\s", "").str.contains(_TOTAL).fill_null(False)
        for name in present
    ]
    return frame.select(total=pl.any_horizontal(pl.lit(False), *says))["total"]


def standard_area_towns(values: pl.Series) -> pl.Series:
    """Towns in one form; of codes of 9 digits and more the first 9, the town's."""
    towns = standard_towns(values)
    code = towns.str.contains(r"^\d{9,12}$").fill_null(False)
    return towns.str.slice(0, 9).zip_with(code, towns)


def standard_area_districts(values: pl.Series) -> pl.Series:
    """Districts in one form: 海北市城东区 → 城东区; of codes the first 6 digits, the county's."""
    plain = standard_towns(values).str.replace(r"^.{2,}[省市州盟](.{1,}[区县旗])$", "$1")
    code = plain.str.contains(r"^\d{6,12}$").fill_null(False)
    return plain.str.slice(0, 6).zip_with(code, plain)


def text_column(frame: pl.DataFrame, name: str) -> pl.Series:
    """A raw text column; nulls where the files have none of that name."""
    return (
        frame[name]
        if name in frame.columns
        else pl.Series(name, [None] * frame.height, dtype=pl.String)
    )


def districts_of_towns(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """district and town of the pairs that frames state, sorted; not those that are slips: another
    district is said so much more often of the town."""
    stated = pl.concat([frame.select("district", "town") for frame in frames]).drop_nulls()
    counted = stated.group_by("district", "town").len()
    usual = pl.col("len") >= _LEAST_SHARE * pl.col("len").sum().over("town")
    return counted.filter(usual).select("district", "town").sort("district", "town")


def with_districts(frame: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The rows with the district of their town, by `known` (see `districts_of_towns`): where they
    say none, or one that is a slip. A town that several districts have by this name tells none."""
    certain = known.filter(pl.len().over("town") == 1).rename({"district": "_of_town"})
    joined = frame.join(certain, on="town", how="left", maintain_order="left")
    return joined.with_columns(district=pl.coalesce("_of_town", "district")).drop("_of_town")


def listed_areas(names: pl.Series) -> str:
    """Names of areas for a remark: the first of them, in order, each cut to the length that one may
    have."""
    first = names.head(_MOST_TOLD).str.slice(0, _LONGEST_AREA).to_list()
    return "、".join(first) + ("…" if names.len() > _MOST_TOLD else "")


def area_width(names: pl.Series, least: int) -> int:
    """Room for names of areas, in narrow characters; a Chinese one takes two."""
    longest = names.str.len_chars().max()
    return min(max(least, 2 * longest if isinstance(longest, int) else 0), _WIDEST)


def refusals(rows: pl.DataFrame, reason: str | pl.Expr, column: str | pl.Expr) -> pl.DataFrame:
    """The rows (file, row, raw text columns) as REFUSED; `shown` is what the column says, masked
    where it does not look like a figure or a month."""
    reason, column = (
        pl.lit(given) if isinstance(given, str) else given for given in (reason, column)
    )
    named = rows.with_columns(reason=reason, column=column)
    texts = [
        name for name, dtype in named.schema.items() if dtype == pl.String and name not in REFUSED
    ]
    found = pl.coalesce(
        pl.lit(None, dtype=pl.String), *(pl.when(pl.col("column") == n).then(n) for n in texts)
    )
    said = found.fill_null("").str.strip_chars()
    return named.select(
        "file", pl.col("row").cast(pl.UInt32), "reason", "column",
        shown=pl.when(said.str.contains(_HARMLESS)).then(said).otherwise(mask_text(said)),
    )  # fmt: skip


def refusal_remarks(refused: pl.DataFrame) -> Sequence[Remark]:
    """A remark for each of the first rows that were refused (file, row, column), and how many more
    there are."""
    told = [_refusal_remark(row) for row in refused.head(_MOST_TOLD).iter_rows(named=True)]
    more = refused.height - len(told)
    return [*told, *([remark("figures.refused_more", count=more)] if more else [])]


def _refusal_remark(row: Mapping[str, object]) -> Remark:
    names = [column_text(name) for name in str(row["column"]).split("/")]
    shown = text("figures.shown", value=row["shown"]) if row["shown"] else ""
    reason = text(f"figures.reason.{row['reason']}")
    values = {
        "file": row["file"],
        "row": row["row"],
        "column": " / ".join(names),
        "reason": reason,
        "shown": shown,
    }
    return Remark("figures.refused", values)
