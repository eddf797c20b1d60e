"""block: which pairs are worth comparing. Population → candidate pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.matching.population import MISSING, Population

# A block over the cap is divided by these, one after the other.
SPLITTERS = ("birth_year", "sex_std", "town_std", "village_std", "given")


@dataclass(frozen=True)
class RuleReport:
    """What one blocking rule brought: its pairs, those no earlier rule had, and what it refused."""

    link: tuple[str, str]
    rule: str
    pairs: int
    new_pairs: int
    refused_blocks: int
    largest_refused: int


@dataclass(frozen=True)
class Candidates:
    """`pairs`: node_l, node_r, rule (position in `rules`), sorted by nodes; each pair once."""

    pairs: pl.DataFrame
    rules: tuple[str, ...]
    reports: tuple[RuleReport, ...]


def block(
    population: Population,
    link: LinkConfig,
    rules: Sequence[Sequence[str]],
    homes: pl.DataFrame,
    probes: npt.NDArray[np.bool_],
) -> Candidates:
    """The pairs of `link` that share a key of one of `rules`, with at least one side among `probes`.

    `homes`: node, home; the rule column `home` means any of them. `probes`: one flag a node; records that are
    settled are no probes, but stay targets. A pair keeps the first rule that found it.
    """
    left, right = (population.source == population.sources.index(s) for s in link.sources)
    names = tuple(" + ".join(rule) for rule in rules)
    found, refusals = [_NO_PAIRS], []
    for position, rule in enumerate(rules):
        pairs, refused = _pairs_of_rule(population, rule, homes, left, right, probes, link.max_block)
        found.append(pairs.with_columns(pl.lit(position, dtype=pl.UInt16).alias("rule")))
        refusals.append(refused)
    pairs = pl.concat(found).group_by("node_l", "node_r").agg(pl.col("rule").min()).sort("node_l", "node_r")
    new = dict(pairs.group_by("rule").len().iter_rows())
    reports = tuple(
        RuleReport(link.sources, names[i], found[i + 1].height, new.get(i, 0), *refusals[i]) for i in range(len(names))
    )
    return Candidates(pairs, names, reports)


_NO_PAIRS = pl.DataFrame(schema={"node_l": pl.UInt32, "node_r": pl.UInt32, "rule": pl.UInt16})


def _pairs_of_rule(
    population: Population,
    rule: Sequence[str],
    homes: pl.DataFrame,
    left: npt.NDArray[np.bool_],
    right: npt.NDArray[np.bool_],
    probes: npt.NDArray[np.bool_],
    cap: int,
) -> tuple[pl.DataFrame, tuple[int, int]]:
    """Pairs of one rule: probes of either side against everyone of the other."""
    keys = rule_keys(population, rule, homes)
    nodes = keys["node"].to_numpy()
    within = bool((left & right).any())
    sides = [(left & probes, right)] if within else [(left & probes, right), (left & ~probes, right & probes)]
    parts, refused = [], (0, 0)
    for probe_side, target_side in sides:
        probe = keys.filter(pl.Series(probe_side[nodes]))
        target = keys.filter(pl.Series(target_side[nodes])).join(probe.select("key").unique(), on="key", how="semi")
        pairs, more = _join(population, probe, target, cap)
        parts.append(pairs)
        refused = (refused[0] + more[0], max(refused[1], more[1]))
    pairs = pl.concat(parts)
    if within:
        pairs = pairs.filter(pl.col("node_l") != pl.col("node_r")).select(
            pl.min_horizontal("node_l", "node_r").alias("node_l"),
            pl.max_horizontal("node_l", "node_r").alias("node_r"),
        )
    return pairs.unique(), refused


def _join(
    population: Population, probe: pl.DataFrame, target: pl.DataFrame, cap: int
) -> tuple[pl.DataFrame, tuple[int, int]]:
    """Joins by key. Blocks with more than `cap` targets are split by the next key, at last refused."""
    parts = []
    for splitter in (*SPLITTERS, None):
        large = target.group_by("key").len().filter(pl.col("len") > cap)
        small_target = target.join(large, on="key", how="anti")
        parts.append(_pairs(probe, small_target))
        if large.is_empty():
            return pl.concat(parts), (0, 0)
        if splitter is None:
            break
        probe = _split(population, probe.join(large, on="key", how="semi"), splitter)
        target = _split(population, target.join(large, on="key", how="semi"), splitter)
    largest = large["len"].max()
    return pl.concat(parts), (large.height, int(largest) if isinstance(largest, int) else 0)


def _pairs(probe: pl.DataFrame, target: pl.DataFrame) -> pl.DataFrame:
    joined = probe.rename({"node": "node_l"}).join(target.rename({"node": "node_r"}), on="key")
    return joined.select("node_l", "node_r")


def _split(population: Population, keys: pl.DataFrame, splitter: str) -> pl.DataFrame:
    """The same keys, finer by one more column; records without a value there leave the block."""
    codes = key_codes(population, splitter)[keys["node"].to_numpy()]
    return keys.with_columns(_mixed(keys["key"].to_numpy(), codes)).filter(pl.Series(codes != 0))


def rule_keys(population: Population, rule: Sequence[str], homes: pl.DataFrame) -> pl.DataFrame:
    """`node`, `key`: one row for each record that has every value of the rule (more where it has more homes)."""
    columns = [column for column in rule if column != "home"]
    if "home" in rule:
        nodes, key = homes["node"].to_numpy(), homes["home"].to_numpy()
    else:
        nodes = np.arange(len(population), dtype=np.uint32)
        key = np.zeros(len(population), dtype=np.uint64)
    known = np.ones(len(nodes), dtype=bool)
    for column in columns:
        codes = key_codes(population, column)[nodes]
        known &= codes != 0
        key = _mixed(key, codes).to_numpy()
    return pl.DataFrame({"node": nodes[known], "key": key[known]})


def _mixed(key: npt.NDArray[np.uint64], codes: npt.NDArray[np.uint64]) -> pl.Series:
    with np.errstate(over="ignore"):
        return pl.Series("key", (key * np.uint64(0x9E3779B97F4A7C15)) ^ codes)


def key_codes(population: Population, column: str) -> npt.NDArray[np.uint64]:
    """A number for each node's value of a key column, 0 where it has none."""
    if column in DERIVED_DATES:
        days = population.numbers("birth_date_std")
        values = DERIVED_DATES[column](days.astype("datetime64[D]"))
        return np.where(days == MISSING, 0, values + 1_000_000).astype(np.uint64)
    if population.frame.schema[column] == pl.String:
        return population.codes(column)
    numbers = population.numbers(column)
    return np.where(numbers == MISSING, 0, numbers + 1_000_000).astype(np.uint64)


def _month_and_day(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64) % 12 * 31 + (dates - months).astype(np.int64)


# Keys made of the birth date.
DERIVED_DATES = {
    "birth_year": lambda dates: dates.astype("datetime64[Y]").astype(np.int64),
    "birth_month": lambda dates: dates.astype("datetime64[M]").astype(np.int64),
    "birth_month_and_day": _month_and_day,
}
