"""Which persons moved between two runs over nearly the same files, and why."""

from __future__ import annotations

import polars as pl

from reconcile.matchers import graded_levels, load_matcher
from reconcile.quality.labels import PAIR

RECORD = ("source", "record_id")
SIDES = [[f"{name}_{side}" for name in RECORD] for side in ("l", "r")]
# 1/1000 bit: from this weight on, one in a hundred, a pair is a contender.
LEAST = -6_630
# Why a pair weighs something else, and what is said of a person none of whose pairs does.
PARTS = ("odds", "chances", "frequency", "others")
REASONS = (*PARTS, "agreement", "compared once", "no pair")


def moved(
    before: pl.DataFrame, after: pl.DataFrame, touched: pl.DataFrame, contenders: pl.DataFrame
) -> pl.DataFrame:
    """person_id (of the first run), near: the persons whose records are grouped otherwise in the
    second run, and whether one of their records, or a contender's person, was changed. Changed
    records themselves do not count.

    `before`, `after`: source, record_id, person_id. `touched`: source, record_id. `contenders`:
    PAIR, of both runs.
    """
    both = before.join(after.rename({"person_id": "then"}), on=RECORD).join(
        touched, on=RECORD, how="anti"
    )
    groups = both.select("person_id", "then").unique()
    parted = pl.len().over("person_id") > 1
    joined = pl.len().over("then") > 1
    persons = groups.filter(parted | joined).select("person_id").unique()
    near = _near(of_changed_persons(before, after, touched), contenders)
    return (
        both.join(persons, on="person_id", how="semi")
        .join(near, on=RECORD, how="left")
        .group_by("person_id")
        .agg(pl.col("near").fill_null(False).any())
        .sort("person_id")
    )


def of_changed_persons(
    before: pl.DataFrame, after: pl.DataFrame, touched: pl.DataFrame
) -> pl.DataFrame:
    """source, record_id: the records of persons that hold a changed record in one of the runs."""
    return pl.concat(
        persons.join(
            persons.join(touched, on=RECORD, how="semi"), on="person_id", how="semi"
        ).select(RECORD)
        for persons in (before, after)
    ).unique()


def _near(changed: pl.DataFrame, contenders: pl.DataFrame) -> pl.DataFrame:
    """source, record_id, near (true): these records and their contenders."""
    beside = [
        contenders.join(changed, left_on=mine, right_on=RECORD, how="semi").select(
            pl.col(theirs).name.replace("_[lr]$", "")
        )
        for mine, theirs in (SIDES, SIDES[::-1])
    ]
    return pl.concat([changed, *beside]).unique().with_columns(near=pl.lit(True))


def shifts(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Of every pair that two runs compared, or one of them: PAIR; `once`, whether one run alone
    compared it; weight and then (match_weight, 1/1000 bit); agreement, whether it agrees otherwise
    in the second run; and by `PARTS` what it weighs more in it.

    `before`, `after`: the frame scored_pairs of the runs, those pairs that have a weight.
    """
    pairs = before.join(after, on=PAIR, how="full", coalesce=True, suffix="_then")
    names = [
        name.removeprefix("w_")
        for name in before.columns
        if f"{name}_then" in pairs.columns and name[:2] == "w_"
    ]
    by_value = {name: pl.col(name).is_in(_by_frequency(name)).fill_null(False) for name in names}
    differ = [pl.col(name).fill_null(0) != pl.col(f"{name}_then").fill_null(0) for name in names]
    return pairs.select(
        *PAIR,
        once=pl.any_horizontal(pl.col("match_weight", "match_weight_then").is_null()),
        weight="match_weight",
        then="match_weight_then",
        agreement=pl.any_horizontal(differ),
        odds=_more("prior") + _more("price"),
        chances=pl.sum_horizontal(
            _more(f"w_{name}") * (~by_value[name]).cast(pl.Int32) for name in names
        )
        + _more("kin"),
        frequency=pl.sum_horizontal(
            _more(f"w_{name}") * by_value[name].cast(pl.Int32) for name in names
        ),
        others=_more("others"),
    )


def _more(column: str) -> pl.Expr:
    return pl.col(f"{column}_then").fill_null(0) - pl.col(column).fill_null(0)


def _by_frequency(comparison: str) -> list[int]:
    """The levels whose weight depends on the records' values."""
    matcher = load_matcher(comparison)
    return [
        matcher.LEVELS.index(level) for level in {*matcher.FREQUENCIES, *graded_levels(comparison)}
    ]


def reasons(persons: pl.DataFrame, before: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """person_id, reason (of `REASONS`), bits (1/1000): of each of these persons the pair of its
    records that changed most, by the part that changed most; `no pair` where none of its
    contenders' pairs changed.

    `persons`: person_id. `before`: source, record_id, person_id. `pairs`: as `shifts` gives them.
    """
    members = before.join(persons, on="person_id", how="semi")
    moves = _by_reason(pairs.filter(_contends("weight") | _contends("then")))
    of_members = pl.concat(
        members.join(moves, left_on=RECORD, right_on=side).select("person_id", "reason", "bits")
        for side in SIDES
    )
    heaviest = of_members.sort(
        "person_id", pl.col("bits").abs(), "reason", descending=[False, True, False]
    )
    told = heaviest.unique("person_id", keep="first", maintain_order=True)
    unexplained = persons.join(told, on="person_id", how="anti").select(
        "person_id", reason=pl.lit("no pair"), bits=pl.lit(0, dtype=pl.Int32)
    )
    return pl.concat([told, unexplained.cast(dict(told.schema))]).sort("person_id")


def _contends(weight: str) -> pl.Expr:
    return pl.col(weight).fill_null(LEAST - 1) >= LEAST


def _by_reason(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs that changed: PAIR, reason, bits."""
    largest = pl.max_horizontal(pl.col(part).abs() for part in PARTS)
    parts = [pl.when(pl.col(part).abs() == largest).then(pl.lit(part)) for part in PARTS]
    once = pl.coalesce(pl.col("then"), -pl.col("weight"))
    return (
        pairs.with_columns(
            reason=pl.when("once")
            .then(pl.lit("compared once"))
            .when("agreement")
            .then(pl.lit("agreement"))
            .otherwise(pl.coalesce(parts)),
            bits=pl.when("once").then(once).otherwise(pl.col("then") - pl.col("weight")),
        )
        .filter(pl.col("bits") != 0)
        .select(*PAIR, "reason", "bits")
    )


def spread(pairs: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """How far the weights of pairs moved that agree as before and have no record of a changed
    person: a row for each of `PARTS` and for all of it: part, pairs, changed (their share), mean,
    p99, most (1/1000 bit, without sign), crossed (even odds).

    `pairs`: as `shifts` gives them. `changed`: as `of_changed_persons`.
    """
    same = pairs.filter(~pl.col("once"), ~pl.col("agreement")).with_columns(
        all=pl.col("then") - pl.col("weight")
    )
    for side in SIDES:
        same = same.join(changed, left_on=side, right_on=RECORD, how="anti")
    crossed = ((pl.col("then") > 0) != (pl.col("weight") > 0)).sum()
    rows = [
        same.select(
            part=pl.lit(part),
            pairs=pl.len(),
            changed=(pl.col(part) != 0).mean(),
            mean=pl.col(part).abs().mean(),
            p99=pl.col(part).abs().quantile(0.99, "nearest"),
            most=pl.col(part).abs().max(),
            crossed=crossed if part == "all" else None,
        )
        for part in (*PARTS, "all")
    ]
    return pl.concat(rows, how="vertical_relaxed")
