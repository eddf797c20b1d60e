"""Follow the records from the last run to this one: same key, a new key, or gone.

Sources give a record a new key now and then, and correct it at the same time; a file without keys
gives one to every record that is corrected. Only what vanished is held against what appeared, so
little evidence makes certain; where two could be meant, none is. A key that someone else has now is
no longer the record's: both its holders are looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reconcile.core.frames import ALIASES, VANISHED, conform, empty

# What makes a record that appeared the one that vanished, the surest first. All columns must be
# there and agree, and no other record may share them.
_BY: Mapping[str, tuple[str, ...]] = {
    "number_and_name": ("id_number_std", "name_std"),
    "number_and_birth": ("id_number_std", "birth_date_std"),
    "home": ("name_std", "birth_date_std", "sex_std", "household_no_std"),
    "parents": ("name_std", "birth_date_std", "mother_name_std", "father_name_std"),
    "village": ("name_std", "birth_date_std", "sex_std", "village_std"),
    "birth": ("name_std", "birth_date_std", "sex_std"),
    "place_in_home": (
        "household_no_std",
        "birth_date_std",
        "sex_std",
    ),  # twins are two, so neither is taken
}
# A record of the person in another register leads from the one to the other, if they agree in one
# of these.
_ANCHORED = ("name_std", "birth_date_std", "id_number_std")
# What records are held against each other by.
COLUMNS = (
    "record_id", "person_id", "town_std", "village_std", "name_std", "birth_date_std", "sex_std",
    "id_number_std",
    "household_no_std", "mother_name_std", "father_name_std",
)  # fmt: skip
REUSED = "†"
# By these a key is seen to be another record's now.
_TELLING = (
    "name_std",
    "birth_date_std",
    "id_number_std",
    "mother_name_std",
    "household_no_std",
    "sex_std",
)
# From such a share of a source, or of a town with so many records, the file is taken to be
# incomplete.
_LOST_OF_SOURCE, _LOST_OF_TOWN, _TOWN = 0.2, 0.5, 20


@dataclass(frozen=True)
class Followed:
    """`aliases`: frames.ALIASES; a record that is gone and whose key another has now goes by the
    key with REUSED behind it. `vanished`: frames.VANISHED. `incomplete`: sources that lost so many
    records that their files cannot be whole; `towns`: (source, town) likewise."""

    aliases: pl.DataFrame
    vanished: pl.DataFrame
    incomplete: tuple[str, ...] = ()
    towns: tuple[tuple[str, str], ...] = ()


NOTHING = Followed(empty(ALIASES), empty(VANISHED))


def follow(before: Mapping[str, pl.DataFrame], now: Mapping[str, pl.DataFrame]) -> Followed:
    """Holds the standardised records of the last run, with person_id, against those of this one, by
    source.

    Of a source that is in one of the two only, nothing is said.
    """
    shared = [source for source in before if source in now]
    others = {s: _others(before[s], now[s]) for s in shared}
    gone = {s: _apart(before[s], now[s], others[s]) for s in shared}
    come = {s: _apart(now[s], before[s], others[s]) for s in shared}
    anchors = _anchors(before, now, others)
    parts = [empty(ALIASES), *(_same(s, gone[s], come[s], *anchors) for s in shared)]
    aliases = pl.concat(parts).sort("source", "old")
    lost = {
        s: gone[s].join(aliases.filter(source=s), left_on="record_id", right_on="old", how="anti")
        for s in shared
    }
    incomplete = [s for s in shared if lost[s].height > _LOST_OF_SOURCE * before[s].height]
    towns = {s: _lost_towns(before[s], lost[s]) for s in shared if s not in incomplete}
    vanished = [_vanished(s, lost[s], s in incomplete, towns.get(s, [])) for s in shared]
    reused = [_reused(s, lost[s], now[s]) for s in shared]
    return Followed(
        pl.concat([aliases, *reused]).sort("source", "old"),
        pl.concat([empty(VANISHED), *vanished]).sort("source", "record_id"),
        tuple(incomplete),
        tuple((s, town) for s, of_source in towns.items() for town in of_source),
    )


def _columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`COLUMNS` as text, null where the source lacks them."""
    return frame.select(
        (pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String)).alias(
            name
        )
        for name in COLUMNS
    )


def _others(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """record_id of the keys under which the two runs have two different people: they have other
    names, birth dates, numbers, mothers and homes, as far as there are any."""
    there = [
        name for name in ("record_id", *_TELLING) if name in before.columns and name in now.columns
    ]
    both = before.select(there).join(now.select(there), on="record_id", suffix="_now")
    same = {
        name: pl.col(name) == pl.col(f"{name}_now") if name in there else pl.lit(None, pl.Boolean)
        for name in _TELLING
    }
    home = same["household_no_std"] & same["sex_std"]
    kept = [same["id_number_std"], same["mother_name_std"], home]
    agree = pl.any_horizontal(agrees.fill_null(False) for agrees in kept)
    return both.filter(~same["name_std"] & ~same["birth_date_std"] & ~agree).select("record_id")


def _apart(frame: pl.DataFrame, other: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """`_columns` of the records that only this frame has, or whose key is another's in the other
    one."""
    alone = frame.join(other, on="record_id", how="anti")
    return pl.concat([_columns(alone), _columns(frame.join(others, on="record_id", how="semi"))])


def _reused(source: str, lost: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """frames.ALIASES of those who are gone and whose keys others have now."""
    taken = lost.join(now, on="record_id", how="semi")
    return conform(
        taken.select(
            source=pl.lit(source, pl.String),
            old="record_id",
            new=pl.col("record_id") + REUSED,
            how=pl.lit("reused", pl.String),
        ),
        ALIASES,
    )


def _same(
    source: str,
    gone: pl.DataFrame,
    come: pl.DataFrame,
    anchors_before: pl.DataFrame,
    anchors_now: pl.DataFrame,
) -> pl.DataFrame:
    """frames.ALIASES of one source."""
    found = [empty(ALIASES)]
    steps = {**_BY, "person": ("anchor",)}
    gone = gone.join(_of_source(anchors_before, source), on="person_id", how="left")
    come = come.join(_of_source(anchors_now, source), on="person_id", how="left")
    for how, keys in steps.items():
        pairs = _one_to_one(gone, come, keys)
        if how == "person":
            pairs = pairs.filter(
                pl.any_horizontal(pl.col(c) == pl.col(f"{c}_right") for c in _ANCHORED)
            )
        named = pairs.select(
            old="record_id",
            new="record_id_right",
            source=pl.lit(source),
            how=pl.lit(how, dtype=pl.String),
        )
        found.append(conform(named, ALIASES))
        gone = gone.join(named, left_on="record_id", right_on="old", how="anti")
        come = come.join(named, left_on="record_id", right_on="new", how="anti")
    return pl.concat(found)


def _one_to_one(gone: pl.DataFrame, come: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """The pairs that agree in all `keys`, where neither side has a second record that does."""
    one, other = (f.drop_nulls(keys).filter(pl.struct(keys).is_unique()) for f in (gone, come))
    return one.with_columns(pl.col(key).alias(f"_{key}") for key in keys).join(
        other.with_columns(pl.col(key).alias(f"_{key}") for key in keys),
        on=[f"_{key}" for key in keys],
    )


def _records_of_persons(
    frames: Mapping[str, pl.DataFrame], others: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """source, person_id, anchor (source:record_id) of every record that has a person and its own
    key."""
    schema = {"source": pl.String, "person_id": pl.String, "anchor": pl.String}
    found = [
        frames[s]
        .select("record_id", "person_id")
        .join(other, on="record_id", how="anti")
        .select(
            pl.lit(s).alias("source"),
            "person_id",
            anchor=pl.format("{}:{}", pl.lit(s), "record_id"),
        )
        .drop_nulls("person_id")
        for s, other in others.items()
        if "person_id" in frames[s].columns
    ]
    return pl.concat([pl.DataFrame(schema=schema), *found])


def _anchors(
    before: Mapping[str, pl.DataFrame],
    now: Mapping[str, pl.DataFrame],
    others: Mapping[str, pl.DataFrame],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of either run: source, person_id, anchor, for the records that both runs have under one
    key."""
    one, other = _records_of_persons(before, others), _records_of_persons(now, others)
    return one.join(other, on="anchor", how="semi"), other.join(one, on="anchor", how="semi")


def _of_source(anchors: pl.DataFrame, source: str) -> pl.DataFrame:
    """person_id, anchor: a record of the person outside `source`, the first of several."""
    return (
        anchors.filter(pl.col("source") != source).group_by("person_id").agg(pl.col("anchor").min())
    )


def _lost_towns(before: pl.DataFrame, lost: pl.DataFrame) -> list[str]:
    """The towns most of whose records are gone, sorted."""
    had = before.group_by(town_std=pl.col("town_std").cast(pl.String)).agg(had=pl.len())
    shares = lost.group_by("town_std").agg(lost=pl.len()).join(had, on="town_std")
    most = shares.filter(pl.col("had") >= _TOWN, pl.col("lost") > _LOST_OF_TOWN * pl.col("had"))
    return most["town_std"].sort().to_list()


def _vanished(source: str, lost: pl.DataFrame, incomplete: bool, towns: list[str]) -> pl.DataFrame:
    missing = pl.lit(incomplete) | pl.col("town_std").is_in(towns).fill_null(False)
    return lost.select("record_id", source=pl.lit(source), delivered=~missing).pipe(
        conform, VANISHED
    )
