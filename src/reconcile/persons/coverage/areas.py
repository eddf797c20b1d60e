"""Every village and estate by what the registers have of it, and where that is none or too little
to be true."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
from scipy.special import bdtr, pdtr

from reconcile.areas.rows import LEVELS
from reconcile.core.frames import AREA_COVERAGE, conform
from reconcile.persons.view import View
from reconcile.standardising.addresses import standard_addresses

# What is the matter with an area, the first that is true.
FINDINGS = (
    "none", "residents_only", "household_only", "few_residents", "few_household_rows",
    "fewer_people_than_expected",
    "fewer_households_than_expected",
)  # fmt: skip

LEAST_CHANCE = 1e-3  # of so few or fewer, were the area like the city
_HALF = 0.5  # and it must be less than half of what it should be
_COUNTED = {"residents": "residents", "household": "household_rows", "births": "births"}
_FOUND_IN = ("residents", "household")
_AREA = ("district", "town", "village")


def area_coverage(view: View) -> pl.DataFrame:
    """frames.AREA_COVERAGE: the villages and estates of the area table; without one, the villages
    that records name.

    Counted are people, by the records that stand for them and are not cancelled; births those of
    the period.
    """
    records = _records(view)
    has_villages = view.areas is not None and (view.areas["level"] == "village").any()
    counted = (
        _of_table(records, view.areas)
        if view.areas is not None and has_villages
        else _named(records)
    )
    return conform(_with_findings(counted, view), AREA_COVERAGE).sort(
        *_AREA, pl.col("level").cast(pl.Enum(LEVELS)), "estate", "code", nulls_last=True
    )


def _records(view: View) -> pl.DataFrame:
    """layout, area_code, district, town, village, household_no, address of every record that
    counts."""
    counted = view.population.filter(pl.col("layout").is_in(list(_COUNTED)), "stands", "active")
    if view.bounds:
        born = pl.col("birth_date_std").is_between(*view.bounds, closed="left")
        counted = counted.filter((pl.col("layout") != "births") | born)
    columns = ("area_code", "household_no_std", "address_std", *(f"{name}_std" for name in _AREA))
    values = view.values(counted["node"], *columns).with_columns(pl.col(columns).cast(pl.String))
    return counted.select(pl.col("layout").cast(pl.String), "source").hstack(
        values.rename(lambda name: name.removesuffix("_std"))
    )


def _named(records: pl.DataFrame) -> pl.DataFrame:
    """The villages of the records, by town and name; the district is the one that most of their
    records state."""
    villages = records.drop_nulls("village")
    stated = villages.drop_nulls("district").group_by("town", "village", "district").len()
    districts = stated.sort("len", "district", descending=[True, False]).unique(
        ["town", "village"], keep="first", maintain_order=True
    )
    counted = _counts(villages, ["town", "village"])
    return counted.join(
        districts.drop("len"), on=["town", "village"], how="left", nulls_equal=True
    ).with_columns(level=pl.lit("village"))


def _counts(records: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    of_police = pl.col("layout") == "household"
    return records.group_by(keys).agg(
        *((pl.col("layout") == layout).sum().alias(name) for layout, name in _COUNTED.items()),
        households=pl.struct("source", "household_no")
        .filter(of_police & pl.col("household_no").is_not_null())
        .n_unique(),
    )


def _of_table(records: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """The villages and estates of the table, those without records too."""
    lies = areas.select("village_code", "level", area_code="code")
    placed = records.join(lies, on="area_code", how="left").drop_nulls("village_code")
    of_villages = _counts(placed, ["village_code"]).rename({"village_code": "code"})
    estates = areas.filter(pl.col("level") == "estate")
    of_estates = _counts(_in_estates(placed, estates), ["estate_code"]).rename(
        {"estate_code": "code"}
    )
    names = {column: pl.col(f"{column}_std") for column in _AREA}
    listed = areas.filter(pl.col("level").is_in(["village", "estate"])).select(
        "code", "expected_people", "expected_households",
        level=pl.col("level").cast(pl.String),
        estate=pl.when(pl.col("level") == "estate").then("name"),
        **names,
    )  # fmt: skip
    joined = listed.join(pl.concat([of_villages, of_estates]), on="code", how="left")
    return joined.with_columns(pl.col(*_COUNTED.values(), "households").fill_null(0))


def _in_estates(placed: pl.DataFrame, estates: pl.DataFrame) -> pl.DataFrame:
    """The records with `estate_code`: as placed, else by the name of an estate of their village in
    the address."""
    by_code = placed.filter(pl.col("level") == "estate").with_columns(estate_code="area_code")
    found = [by_code]
    others = placed.filter(pl.col("level") != "estate").drop_nulls("address")
    names = _estate_names(estates)
    for village, of_village in others.partition_by("village_code", as_dict=True).items():
        known = names.filter(pl.col("village_code") == village[0])
        if known.height:
            pattern = "(" + "|".join(re.escape(name) for name in known["name"]) + ")"
            told = of_village.with_columns(name=pl.col("address").str.extract(pattern))
            found.append(
                told.join(known.select("name", estate_code="code"), on="name").drop("name")
            )
    return pl.concat(found, how="diagonal")


def _estate_names(estates: pl.DataFrame) -> pl.DataFrame:
    """village_code, name, code: every name of an estate as addresses have it, the longest first;
    only those that one estate of the village has."""
    names = estates.select(
        "code", "village_code", name=pl.concat_list("name", "other_names")
    ).explode("name")
    names = names.with_columns(name=standard_addresses(names["name"])).drop_nulls("name").unique()
    single = names.filter(pl.len().over("village_code", "name") == 1)
    return single.sort(pl.col("name").str.len_chars(), "name", descending=[True, False])


def _with_findings(counted: pl.DataFrame, view: View) -> pl.DataFrame:
    """The areas with `ratio` (residents to household rows, over the city's) and `finding`."""
    villages = counted.filter(pl.col("level") == "village")
    all_residents, all_rows = (
        int(villages["residents"].sum()),
        int(villages["household_rows"].sum()),
    )
    residents, rows = pl.col("residents"), pl.col("household_rows")
    both = all(view.of_layout(layout) for layout in _FOUND_IN)
    city = all_residents / all_rows if both and all_rows and all_residents else None
    ratio = (
        pl.when(rows > 0).then(residents / rows / city) if city else pl.lit(None, dtype=pl.Float64)
    )
    share = all_residents / (all_residents + all_rows) if city else 0.5
    few = _few(counted, share)
    judged = (pl.col("level") == "village") & pl.lit(city is not None)
    people = "residents" if view.of_layout("residents") else "household_rows"
    found: dict[str, pl.Expr | pl.Series] = {
        "none": (residents == 0) & (rows == 0) & (pl.col("births") == 0),
        "residents_only": judged & (rows == 0) & (residents > 0),
        "household_only": judged & (residents == 0) & (rows > 0),
        "few_residents": judged & few["residents"] & (pl.col("ratio") < _HALF),
        "few_household_rows": judged & few["household_rows"] & (pl.col("ratio") > 1 / _HALF),
        "fewer_people_than_expected": _below(counted, people, "expected_people"),
        "fewer_households_than_expected": pl.lit(bool(view.of_layout("household")))
        & _below(counted, "households", "expected_households"),
    }
    return counted.with_columns(ratio=ratio).with_columns(
        finding=pl.coalesce(pl.when(found[name]).then(pl.lit(name)) for name in FINDINGS)
    )


def _few(counted: pl.DataFrame, share: float) -> dict[str, pl.Series]:
    """Whether an area has too few of either: the chance of so few among all of its records, exactly
    (binomial)."""
    numbers: dict[str, Any] = {
        name: counted[name].to_numpy().astype(np.int64) for name in _COUNTED.values()
    }
    together = numbers["residents"] + numbers["household_rows"]
    shares = {"residents": share, "household_rows": 1 - share}
    return {
        name: pl.Series(bdtr(numbers[name], together, p) < LEAST_CHANCE)
        for name, p in shares.items()
    }


def _below(counted: pl.DataFrame, count: str, expected: str) -> pl.Series:
    """Whether an area has too few for what the table expects of it: the chance of so few
    (Poisson)."""
    if expected not in counted.columns:
        return pl.repeat(False, counted.height, eager=True)
    number = counted[count].to_numpy().astype(np.int64)
    told = counted[expected].fill_null(0).to_numpy().astype(np.float64)
    rare = (pdtr(number, np.maximum(told, 1e-9)) < LEAST_CHANCE) & (number < _HALF * told)
    return pl.Series(rare & (told > 0))
