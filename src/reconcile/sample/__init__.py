"""A made-up city's three exports with their errors, and the truth beside them.

What is simulated: households with kin, names as common as in life, valid ID numbers, births of the
last months, moves and deaths; then each register is written down by offices that leave columns
empty and make every error of the domain (`register.KINDS`), more in some rows than in others.

How hard it is was set by `benchmarks/exact_joins.py` at 200,000 people, not by published rates:
plain joins are to score F1 .971 on residents → household, .826 on duplicates, .832 and .935 on
births → residents and → household under `modern`; .920 and .643 on the first two under `seed2012`.
That takes more errors in names and dates than the published 0.1 to 0.8 %, and under `modern` about
one number in eight missing; the shares of duplicates, of numbers never given (`seed2012`) and of
numbers that two people bear are near the published ones. The other presets are `modern` but for one
thing each: see `presets.toml`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from reconcile.core.errors import UsageError
from reconcile.sample import areas as area_tables
from reconcile.sample import (
    births,
    captures,
    city,
    errors,
    exports,
    presets,
    registers,
    rosters,
    truth,
    whereabouts,
    year,
)
from reconcile.sample.exports import FORMATS, MOST_ROWS

__all__ = ["FORMATS", "MONTHS", "write_sample"]

MONTHS = 24
_FEWEST = 50
# Beside the seed, so that what is drawn for captures, a year, rosters or areas leaves everything
# else as it is.
_CAPTURES, _YEAR, _ROSTERS, _AREAS = 4, 5, 6, 7
_MOST_MONTHS = 36


def write_sample(
    folder: Path,
    people: int = 2_000,
    seed: int = 1,
    preset: str = "modern",
    birth_months: int = MONTHS,
    form: str = "mixed",
    error_scale: float = 1.0,
    ruined: str | None = None,
    months: int = 1,
    with_rosters: bool = False,
    areas: bool = False,
) -> list[Path]:
    """Write the three exports of a city with about `people` residents and their truth files; gives
    the files.

    The same arguments give the same bytes. `birth_months`: months of births; `form` is one of
    FORMATS; `error_scale` multiplies every rate of error; `ruined` names a source whose whole
    column of ID numbers went through a spreadsheet. Of more `months` than one each has a folder,
    with the city as it was then, and the truth has its own: see `year`. `with_rosters`: two lists
    of people besides, see `rosters`. With `areas` a table of the city's areas is written too, and
    rows do not always go by it: see `areas`. UsageError when an argument is out of range or the
    folder cannot be written.
    """
    _check(people, seed, birth_months, form, error_scale, ruined)
    _check_months(months, ruined, with_rosters, areas)
    if months > 1:
        birth_months = max(birth_months, months + year.BIRTHS_BEFORE)
    rates = presets.load(preset, error_scale)
    rng = np.random.Generator(np.random.PCG64(seed))
    town = city.build(people, birth_months, rng, rates.events)
    of_areas = np.random.Generator(np.random.PCG64([seed, _AREAS]))
    if areas:
        town = replace(town, places=area_tables.with_namesakes(town.places, of_areas))
    where = whereabouts.follow(town, birth_months, rng, rates.events)
    if rates.capture:
        own = np.random.Generator(np.random.PCG64([seed, _CAPTURES]))
        where = captures.capture_newborns(town, where, rates.capture, own)
    _make(folder)
    if months > 1:
        own = np.random.Generator(np.random.PCG64([seed, _YEAR]))
        return year.write_year(folder, town, where, rates, months, form, own)
    files: list[Path] = []
    written = []
    table = area_tables.make(town.places, of_areas) if areas else None
    told = []
    for write_down in (registers.residents, registers.household, births.births):
        register = write_down(town, where, rates, rng)
        if register.source == "births":
            errors.spoil_births(register, town)
        else:
            errors.spoil(register, town, where.newborn, rates)
        if register.source == ruined:
            errors.ruin_numbers(register)
        register.frame = register.frame.with_columns(pl.col(pl.String).replace("", None))
        register.sort("household_no" if register.source != "births" else "issued_on", "record_key")
        if table is not None:
            told.append(area_tables.rewrite(register, table, of_areas))
        files += exports.write(register.source, register.frame, folder, form)
        files.append(truth.write_records(register, folder))
        written.append(register)
    if table is not None:
        files += area_tables.write(folder, table, told)
    beside = (truth.write_children, truth.write_people)
    files += [write(town, where, written, folder) for write in beside]
    if with_rosters:
        own = np.random.Generator(np.random.PCG64([seed, _ROSTERS]))
        files += rosters.write_rosters(folder, town, where, written[:2], rates, form, own)
    return files


def _check(
    people: int, seed: int, birth_months: int, form: str, error_scale: float, ruined: str | None
) -> None:
    if people < _FEWEST:
        raise UsageError("sample.error.people", fewest=_FEWEST)
    if seed < 0:
        raise UsageError("sample.error.seed")
    if not 1 <= birth_months <= 120:
        raise UsageError("sample.error.birth_months")
    if form not in FORMATS:
        raise UsageError("sample.error.form", form=form, known=", ".join(FORMATS))
    if form == "xlsx" and people > MOST_ROWS * 0.9:
        raise UsageError("sample.error.too_long", rows=people, most=MOST_ROWS)
    if not 0 <= error_scale < float("inf"):
        raise UsageError("sample.error.scale")
    if ruined not in (None, "residents", "household", "births"):
        raise UsageError("sample.error.ruined", source=ruined)


def _check_months(months: int, ruined: str | None, with_rosters: bool, areas: bool) -> None:
    if not 1 <= months <= _MOST_MONTHS:
        raise UsageError("sample.error.months", most=_MOST_MONTHS)
    if months > 1 and ruined is not None:
        raise UsageError("sample.error.ruined_months")
    if months > 1 and with_rosters:
        raise UsageError("sample.error.rosters_months")
    if months > 1 and areas:
        raise UsageError("sample.error.areas_months")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("sample.error.folder", folder=folder, reason=error.strerror) from error
