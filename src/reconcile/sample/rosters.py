"""Two made-up lists of people, of old age and of insurance, with errors of their own, and the truth
about each row.

Who is on them: people of the city, some of whom have died or moved away, some from elsewhere, some
twice, some in both; and people whom nobody has.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from reconcile.sample import errors, naming, numbers
from reconcile.sample.city import City
from reconcile.sample.families import TODAY, YEAR
from reconcile.sample.naming import DATA, Floats, Integers, put
from reconcile.sample.presets import Preset
from reconcile.sample.register import Register
from reconcile.sample.registers import address_of, kin_columns, phones, with_committee
from reconcile.sample.slips_of_numbers import no_number
from reconcile.sample.whereabouts import Whereabouts

ROSTERS = ("roster_a", "roster_b")
_OLD = 60 * YEAR
# How likely a roster is to list those who live here, have died, have moved away, or came from
# elsewhere.
_LISTED = {"roster_a": (0.9, 0.10, 0.25, 0.4), "roster_b": (0.35, 0.03, 0.10, 0.05)}
_OLD_IN_B = 0.03
_BAD_NUMBERS = ("no_id", "id_digit", "id_swap", "id_ruined")
_UNREADABLE = ("见附表", "约1200", "1.2万", "——元", "1,20")


def write_rosters(
    folder: Path,
    city: City,
    where: Whereabouts,
    registers: Sequence[Register],
    preset: Preset,
    form: str,
    rng: np.random.Generator,
) -> list[Path]:
    """Write `roster_a.csv`, `roster_b.csv` and `truth_roster_a.csv`, `truth_roster_b.csv`; gives
    the files.

    `registers`: residents and household as exported, for what they say of the people. The truth has
    record_id, entity_id, errors (see register.KINDS) and findings: what a check of the roster
    should say of the row, joined by |.
    """
    written = {name: _written(name, city, where, preset, rng) for name in ROSTERS}
    files = []
    for name, other in zip(ROSTERS, ROSTERS[::-1], strict=True):
        truth = _truth(written[name], written[other].frame["entity"], registers)
        path = folder / f"truth_{name}.csv"
        truth.write_csv(path)
        files += [_export(name, written[name].frame, folder, form), path]
    return files


def _written(
    name: str, city: City, where: Whereabouts, preset: Preset, rng: np.random.Generator
) -> Register:
    """The roster with all its errors, in the order of the file."""
    roster = _clean(name, city, where, preset, rng)
    _add_second_rows(roster)
    errors.spoil_numbers(roster, city)
    errors.spoil_names(roster, city)
    errors.spoil_dates(roster)
    roster.slip("sex", "sex", lambda sex, _: sex.replace({"男": "女", "女": "男"}))
    _add_made_up(roster)
    _leave_names_only(roster)
    _spoil_amounts(roster)
    roster.frame = roster.frame.with_columns(number=_valid_numbers(roster))
    errors.finish(roster)
    roster.frame = roster.frame.with_columns(pl.col(pl.String).replace("", None))
    roster.sort("town", "village", "record_key")
    return roster


def _clean(
    name: str, city: City, where: Whereabouts, preset: Preset, rng: np.random.Generator
) -> Register:
    kin = city.families
    old = city.days_old() >= _OLD
    here, died, left, elsewhere = _LISTED[name]
    chance = np.select(
        [where.died > 0, where.left > 0, city.visitor], [died, left, elsewhere], here
    )
    chance *= old if name == "roster_a" else np.where(old, _OLD_IN_B, 1.0)
    who = np.flatnonzero((rng.random(kin.size) < chance) & ~where.early_death)
    house = kin.house[who]
    home = city.places.of_houses(city.places.house_village[house], house)
    form = _forms()[name]
    units, rate = _units_and_rates(name, city.days_old()[who] / YEAR, rng)
    values = kin_columns(city, who)
    frame = pl.DataFrame(
        {
            "record_key": _keys(name, len(who), rng),
            **{column: values[column] for column in ("name", "sex", "id_number", "birth_date")},
            "phone": phones(len(who), rng),
            "address": address_of(home, "{district}{town}{within}"),
            "district": home["district"],
            "town": home["town"],
            "village": with_committee(home["village"]),
            "paid_units": pl.Series(units).cast(pl.String),
            "paid_rate": pl.Series(rate).cast(pl.String),
            "paid_amount": pl.Series(units * rate).cast(pl.String),
            "entity": city.persons["entity"].gather(who),
            "who": pl.Series(who),
        }
    ).with_columns(
        paid_category=pl.lit(form["category"]),
        paid_on=pl.lit(form["paid_on"]),
        amount_wrong=pl.lit(False),
    )
    return Register(name, frame, preset.rates["rosters"], preset.carelessness, rng)


def _units_and_rates(name: str, age: Floats, rng: np.random.Generator) -> tuple[Integers, Integers]:
    if name == "roster_b":
        return np.ones(len(age), np.int64), np.full(len(age), 400)
    months = np.where(rng.random(len(age)) < 0.8, 12, rng.integers(1, 12, len(age)))
    return months, np.select([age >= 90, age >= 80, age >= 70], [500, 200, 100], 60)


def _keys(name: str, size: int, rng: np.random.Generator) -> pl.Series:
    """Keys in no order; even numbers are left for later rows."""
    return name[-1].upper() + pl.Series(2 * rng.permutation(size) + 1).cast(pl.String).str.zfill(8)


def _later_keys(roster: Register, size: int) -> pl.Series:
    taken = roster.frame.height
    return roster.source[-1].upper() + pl.Series(2 * (taken + np.arange(size))).cast(
        pl.String
    ).str.zfill(8)


def _add_second_rows(roster: Register) -> None:
    rows = roster.struck("duplicate")
    copies = roster.add_copies(rows, _later_keys(roster, len(rows)), 2.0)
    roster.mark("duplicate", copies)


def _add_made_up(roster: Register) -> None:
    """People with valid numbers whom no register has."""
    rng = roster.rng
    rows = roster.struck("made_up")
    copies = roster.add_copies(rows, _later_keys(roster, len(rows)), 0.0)
    male = roster.frame["sex"].gather(copies).to_numpy() == "男"
    day = TODAY - rng.integers(61 if roster.source == "roster_a" else 1, 90, len(rows)) * 365
    born = pl.Series(day.astype(np.int32)).cast(pl.Date)
    year = born.dt.year().cast(pl.Int64).to_numpy()
    surname = naming.surnames().draw(rng.random(len(rows)))
    compact = born.dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    area = numbers.county_codes(year, np.zeros(len(rows), bool), rng)
    values = {
        "name": surname + naming.given_names(male, year, rng.random(len(rows)), rng),
        "id_number": numbers.issue(area, compact, male, rng),
        "birth_date": born.dt.strftime("%Y-%m-%d"),
        "entity": pl.select(
            pl.format("{}-{}", pl.lit(roster.source), pl.int_range(len(rows)))
        ).to_series(),
    }
    roster.frame = roster.frame.with_columns(
        put(roster.frame[name], copies, value) for name, value in values.items()
    )
    roster.errors[copies] = 0


def _leave_names_only(roster: Register) -> None:
    rows = roster.struck("name_only")
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
    roster.frame = roster.frame.with_columns(
        put(roster.frame["birth_date"], rows, nothing),
        put(roster.frame["id_number"], rows, no_number(nothing, roster.rng)),
    )
    roster.mark("no_id", rows)


def _spoil_amounts(roster: Register) -> None:
    rng, amount = roster.rng, roster.frame["paid_amount"]
    wrong = {
        "amount": (
            amount.cast(pl.Int64) + pl.Series(rng.choice([-60, -10, 10, 60, 600], amount.len()))
        ).cast(pl.String),
        "unreadable_amount": pl.Series(_UNREADABLE).gather(
            rng.integers(0, len(_UNREADABLE), amount.len())
        ),
        "missing_amount": pl.Series([None], dtype=pl.String).new_from_index(0, amount.len()),
    }
    flags = np.zeros(amount.len(), bool)
    for kind, values in wrong.items():
        rows = roster.struck(kind)
        amount, flags[rows] = put(amount, rows, values.gather(rows)), True
    plain = amount.str.contains(r"^\d+$").fill_null(False)
    how = rng.integers(0, 8, amount.len())
    for place, form in enumerate(("{}.00", "￥{}", "{}元")):
        dressed = pl.select(pl.format(form, amount)).to_series()
        amount = dressed.zip_with(plain & pl.Series(how == place), amount)
    roster.frame = roster.frame.with_columns(
        amount.alias("paid_amount"), pl.Series("amount_wrong", flags)
    )


def _valid_numbers(roster: Register) -> pl.Series:
    """The number of each row whose number is whole, before stray characters hide it."""
    bad = np.logical_or.reduce([roster.has(kind) for kind in _BAD_NUMBERS])
    return roster.frame["id_number"].set(pl.Series(bad), None)


def _truth(roster: Register, others: pl.Series, registers: Sequence[Register]) -> pl.DataFrame:
    frame, entity = roster.frame, pl.col("entity")
    known = pl.concat(register.frame["entity"] for register in registers).unique()
    died, ended = _ended(registers)
    people = pl.col("entity").n_unique().over("number")
    bad = np.logical_or.reduce([roster.has(kind) for kind in _BAD_NUMBERS])
    found: Mapping[str, pl.Expr] = {
        "deceased": entity.is_in(died.implode()),
        "cancelled": entity.is_in(ended.implode()) & ~entity.is_in(died.implode()),
        "duplicate": entity.is_duplicated(),
        "excluded": entity.is_in(others.unique().implode()),
        "id_shared": pl.col("number").is_not_null() & (people > 1),
        "not_found": ~entity.is_in(known.implode()),
        "id_bad": pl.lit(pl.Series(bad)),
        "amount": pl.col("amount_wrong"),
    }
    again = pl.int_range(1, pl.len() + 1).over("record_key")
    return frame.with_columns(roster.error_texts(), again=again).select(
        record_id=pl.when(pl.col("again") > 1)
        .then(pl.format("{}~{}", "record_key", "again"))
        .otherwise("record_key"),
        entity_id="entity",
        errors="errors",
        findings=pl.concat_str(
            [pl.when(expression).then(pl.lit(name)) for name, expression in found.items()],
            separator="|",
            ignore_nulls=True,
        ),
    )


def _ended(registers: Sequence[Register]) -> tuple[pl.Series, pl.Series]:
    """Entities that a register has cancelled for a death; those that have no row in force in one of
    the registers."""
    died, gone = [], []
    for register in registers:
        cancelled = register.frame.filter(pl.col("ended") > 0)
        died.append(cancelled.filter(pl.col("cancelled_reason") == "死亡")["entity"])
        force = register.frame.filter(pl.col("ended") <= 0)["entity"]
        gone.append(cancelled.filter(~pl.col("entity").is_in(force.implode()))["entity"])
    return pl.concat(died).unique(), pl.concat(gone).unique()


@cache
def _forms() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / "rosters.toml").read_text(encoding="utf-8"))


def _export(name: str, frame: pl.DataFrame, folder: Path, form: str) -> Path:
    """A plain CSV file; as offices write it, also with a title, a total and an encoding of their
    own."""
    own = _forms()[name]
    sheet = frame.select(
        *(pl.col(column).alias(header) for column, header in own["headers"].items()),
        *(pl.lit(value).alias(header) for header, value in own["after"].items()),
    )
    text, encoding = sheet.write_csv(), "utf-8"
    if form != "plain":
        empty = "," * (sheet.width - 1)
        text, encoding = (
            f"{own['title']}{empty}\n{text}合计,{sheet.height}{empty[1:]}\n",
            own["encoding"],
        )
    path = folder / f"{name}.csv"
    path.write_text(text, encoding=encoding, newline="\n")
    return path
