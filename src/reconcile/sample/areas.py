"""The city's table of areas, and registers whose clerks write areas in other ways than the table
does.

Areas have been renamed, merged and abolished; two pairs of villages bear one name, and one that is
no more bore that of another; one or two are empty. A share of the rows names its area as it was
once called, in short, by code, without the town, without anything else that tells where it is
(bare), with a wrong character, or in the wrong town.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from reconcile.sample.columns import made_columns
from reconcile.sample.places import DISTRICTS, Places, unused_names
from reconcile.sample.register import Register

# Not `truth_….csv`: those are the truth of sources.
TABLE, TRUTH = "areas.csv", "areas_truth.csv"

# How a row writes its area, and of how many rows. `former_…` and `old_code` strike only where there
# has been another.
WAYS = {
    "plain": 0.0, "former_village": 0.08, "former_town": 0.06, "short_village": 0.05,
    "short_town": 0.05, "code": 0.02,
    "old_code": 0.03,
    "no_town": 0.05, "village_alone": 0.02, "together": 0.02, "bare": 0.01, "typo": 0.01,
    "other_town": 0.005,
    "former_alone": 0.03,
}  # fmt: skip
_NAMESAKES = 2
_RENAMED, _MERGED, _FORMER_TOWNS = 0.2, 0.15, 0.3  # of the villages and towns, one at least
_FIRST_OLD, _FIRST_EMPTY = (
    901,
    951,
)  # serial numbers of villages that are no more, and of those without people
_TYPO = "曌"  # no name of a place here has it
_TELLING = ("household_no", "address", "police_station")
_PLAIN_VILLAGE = r"(?:社区居委会|村委会|社区|村)$"


@dataclass(frozen=True)
class Areas:
    """`villages`: one row each as places have it, with former_name (village or null), old_code,
    old_name (of a village that was merged into it), former_town, neighbour (another town). `table`:
    of all areas, as an office has it.
    """

    villages: pl.DataFrame
    table: pl.DataFrame


def with_namesakes(places: Places, rng: np.random.Generator) -> Places:
    """The places with two pairs of villages, each of one name, in different towns."""
    villages = places.villages
    towns = villages["town"].to_list()
    names, taken = villages["village"].to_list(), set[int]()
    for one in rng.permutation(villages.height).tolist():
        other = next(
            (n for n in range(villages.height) if not {n, one} & taken and towns[n] != towns[one]),
            None
        )  # fmt: skip
        if other is not None and len(taken) < 2 * _NAMESAKES:
            names[other] = names[one]
            taken |= {one, other}
    return replace(places, villages=villages.with_columns(village=pl.Series(names)))


def make(places: Places, rng: np.random.Generator) -> Areas:
    """What the areas of the city were called before, and the table that says so."""
    villages = places.villages
    fresh = unused_names(villages["town"].to_list() + villages["village"].to_list(), rng)
    towns = villages.select("district", "town", town_code=pl.col("code").str.head(9)).unique(
        maintain_order=True
    )
    end = pl.col("village").str.extract("(社区|村)$")
    once = _some(towns.height, _FORMER_TOWNS, rng)
    towns = towns.with_columns(
        neighbour=pl.col("town").shift(-1).fill_null(pl.col("town").first()),
        former_town=_given(once, fresh) + "乡",
        old_town_code=pl.col("town_code").str.head(6)
        + pl.Series([f"{300 + n}" for n in range(towns.height)]),
    )
    renamed, merged = (_some(villages.height, share, rng) for share in (_RENAMED, _MERGED))
    villages = villages.join(towns, on=["district", "town"], maintain_order="left").with_columns(
        former_name=_given(renamed, fresh) + end,
        old_name=_given(merged, fresh) + end,
    )
    villages = villages.with_columns(old_name=_one_taken(villages))
    serial = pl.int_range(pl.len()).over("town_code")
    old_code = pl.col("town_code") + (serial + _FIRST_OLD).cast(pl.String)
    villages = villages.with_columns(
        old_code=pl.when(pl.col("old_name").is_not_null()).then(old_code)
    )
    empty = towns.sample(min(2, towns.height), seed=int(rng.integers(1 << 31))).sort("town_code")
    empty = empty.with_columns(village=pl.Series([f"{next(fresh)}村" for _ in range(empty.height)]))
    return Areas(villages, _table(towns, villages, empty))


def _some(size: int, share: float, rng: np.random.Generator) -> pl.Series:
    chosen = np.zeros(size, bool)
    chosen[rng.permutation(size)[: max(1, round(size * share))]] = True
    return pl.Series(chosen)


def _given(chosen: pl.Series, names: Iterator[str]) -> pl.Series:
    """A name for each that is chosen, null for the others."""
    return pl.Series([next(names) if one else None for one in chosen], dtype=pl.String)


def _one_taken(villages: pl.DataFrame) -> pl.Series:
    """The old names, one of which is that of a village in another town, where there is one."""
    old = villages["old_name"]
    for place in old.is_not_null().arg_true():
        elsewhere = (villages["town"] != villages["town"][place]) & (
            villages["urban"] == villages["urban"][place]
        )
        if elsewhere.any():
            return old.scatter(place, villages.filter(elsewhere)["village"][-1])
    return old


def _table(towns: pl.DataFrame, villages: pl.DataFrame, empty: pl.DataFrame) -> pl.DataFrame:
    """As an office exports it: codes of 12 digits, parents by code or, of villages, by name."""
    codes, names = zip(*DISTRICTS, strict=True)
    used = set(towns["district"])
    districts = pl.DataFrame({"code": codes, "name": names}).filter(
        pl.col("name").is_in(list(used))
    )
    level = {
        name: pl.lit(word)
        for name, word in (("district", "区县"), ("town", "镇街"), ("village", "村居"))
    }
    gone = villages.drop_nulls("old_name")
    parts = [
        districts.with_columns(level=level["district"]),
        towns.select(code="town_code", name="town", parent=pl.col("town_code").str.head(6),
        level=level["town"]),
        towns.drop_nulls("former_town").select(
            code="old_town_code", name="former_town", parent=pl.col("town_code").str.head(6),
            level=level["town"],
            to=pl.lit("2014-12-31"), successor="town_code",
        ),
        villages.select("code", name="village", parent="town", level=level["village"],
        former="former_name"),
        gone.select(
            code="old_code", name="old_name", parent="town", level=level["village"],
            to=pl.lit("2019-12-31"),
            successor="code",
        ),
        empty.select(
            code=pl.col("town_code") + str(_FIRST_EMPTY), name="village", parent="town",
            level=level["village"],
            **{"from": pl.lit("2026-01-01")},
        ),
    ]  # fmt: skip
    stacked = pl.concat(parts, how="diagonal").sort("code")
    headers = {
        "区划代码": "code", "名称": "name", "上级": "parent", "级别": "level", "启用日期": "from",
        "撤销日期": "to",
        "曾用名": "former", "合并到": "successor",
    }  # fmt: skip
    padded = [pl.col(name).str.pad_end(12, "0") for name in ("code", "successor")]
    return stacked.with_columns(padded).select(
        **{header: pl.col(name) for header, name in headers.items()}
    )


def rewrite(register: Register, areas: Areas, rng: np.random.Generator) -> pl.DataFrame:
    """Lets rows of the register write their area in one of WAYS; rows given twice stay the same.

    Gives the truth, see `write`: record_id, source, area_code (null where no village is written),
    written.
    """
    frame = register.frame
    content = [column.name for column in made_columns(register.source)]
    first = frame.with_row_index("place").select(pl.col("place").min().over(content)).to_series()
    drawn = pl.Series(
        rng.choice(len(WAYS), frame.height, p=[1 - sum(WAYS.values()), *list(WAYS.values())[1:]])
    )
    way = drawn.gather(first)
    name = pl.col("village").str.replace("(?:居委会|委会)$", "")
    own = frame.select("district", "town", village=name).join(
        areas.villages, on=["district", "town", "village"], how="left", maintain_order="left"
    )
    told = frame.select(*_said(frame, own, way))
    changed = told.select(
        pl.any_horizontal(told[c].ne_missing(frame[c]) for c in told.columns)
    ).to_series()
    names = way.cast(pl.Int64).replace_strict(dict(enumerate(WAYS)), return_dtype=pl.String)
    register.frame = frame.with_columns(told)
    return _truth(
        register,
        pl.DataFrame(
            [own["code"].alias("area_code"), names.set(~changed, "plain").alias("written")]
        ),
    )


def _said(frame: pl.DataFrame, own: pl.DataFrame, way: pl.Series) -> list[pl.Series]:
    """district, town and village, and what else tells of them, as each row writes it."""
    committee = frame["village"].str.extract("((?:居委会|委会))$").fill_null("")
    said = own.select("district", "town").with_columns(frame["village"])
    columns = said.with_columns(
        own.select(pl.exclude("district", "town", "village")), committee=committee, way=way
    )
    number = {name: place for place, name in enumerate(WAYS)}

    def when(*ways: str) -> pl.Expr:
        return pl.col("way").is_in([number[name] for name in ways]) & pl.col("code").is_not_null()

    nothing = pl.lit(None, dtype=pl.String)
    told = columns.select(
        district=pl.when(when("village_alone", "together", "bare", "former_alone"))
        .then(nothing)
        .otherwise("district"),
        town=pl.when(when("no_town", "village_alone", "together", "bare", "former_alone"))
        .then(nothing)
        .when(when("other_town"))
        .then("neighbour")
        .when(when("former_town"))
        .then(pl.coalesce("former_town", "town"))
        .when(when("short_town"))
        .then(pl.col("town").str.replace("(?:街道|镇)$", ""))
        .when(when("code"))
        .then("town_code")
        .otherwise("town"),
        village=pl.when(when("former_village", "former_alone"))
        .then(pl.coalesce(pl.coalesce("former_name", "old_name") + pl.col("committee"), "village"))
        .when(when("short_village"))
        .then(pl.col("village").str.replace(_PLAIN_VILLAGE, ""))
        .when(when("code"))
        .then("code")
        .when(when("typo"))
        .then(pl.lit(_TYPO) + pl.col("village").str.slice(1))
        .when(when("old_code"))
        .then(pl.coalesce("old_code", "village"))
        .when(when("together"))
        .then(pl.concat_str("district", "town", "village"))
        .otherwise("village"),
    )
    bare = columns.select(when("bare")).to_series()
    lost = [frame[column].set(bare, None) for column in _TELLING if column in frame.columns]
    return [*told.get_columns(), *lost]


def _truth(register: Register, told: pl.DataFrame) -> pl.DataFrame:
    """What is told of each row, by the records' names in the register's truth file."""
    content = [column.name for column in made_columns(register.source)]
    numbered = (
        register.frame.with_columns(told)
        .unique(content, keep="first", maintain_order=True)
        .with_columns(again=pl.int_range(1, pl.len() + 1).over("record_key"))
    )
    again = pl.col("again") > 1
    return numbered.select(
        record_id=pl.when(again)
        .then(pl.format("{}~{}", "record_key", "again"))
        .otherwise("record_key"),
        source=pl.lit(register.source),
        area_code="area_code",
        written="written",
    )


def write(folder: Path, areas: Areas, truths: list[pl.DataFrame]) -> list[Path]:
    """`areas.csv`, the table, and `areas_truth.csv`: the village that each record writes of, and in
    which way."""
    areas.table.write_csv(folder / TABLE)
    pl.concat(truths).write_csv(folder / TRUTH)
    return [folder / TABLE, folder / TRUTH]
