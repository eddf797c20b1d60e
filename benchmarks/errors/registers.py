"""Two registers of one population and their truth: a household register that is right, residents
with errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.errors.births import certificates
from benchmarks.errors.drawing import Cells, assigned, cells_of, spoil
from benchmarks.errors.families import MALE, Columns, Ints
from benchmarks.errors.homes import Places
from benchmarks.errors.kinds import RELATIVES, Kind, all_kinds
from benchmarks.errors.population import HOUSEHOLD, RESIDENT, population, taken
from benchmarks.errors.slips import Random

# The columns of the resident register, by regime; those of the household register are the same with
# its numbers.
_PERSON = ("surname", "given", "sex", "born", "id_number")
REGIMES: Mapping[str, tuple[str, ...]] = {
    "rich": (
        *_PERSON, "place", "address", "household_no", "relation",
        *(f"{relative}_{part}" for relative in RELATIVES for part in ("name", "id")),
    ),
    "kin": (*_PERSON, "place", "father_name", "mother_name", "spouse_name"),
    "head": (*_PERSON, "place", "address", "head_name"),
    "bare": (*_PERSON, "place"),
    "bare_no_area": _PERSON,
}  # fmt: skip
SHARES = {1: 0.4, 2: 0.4}  # of the residents, by the number of errors; the others have none
DOUBLES = 0.015
_IN_HOUSEHOLD = ("household_no", "relation")  # what a police register has in kin and head as well
_HEADERS = {
    "record_id": ("个人编码", "户籍记录号"), "household_no": ("户编码", "户号"), "name": ("姓名",
    "姓名"),
    "sex": ("性别", "性别"), "born": ("出生日期", "出生日期"), "id_number": ("身份证号",
    "公民身份号码"),
    "relation": ("与户主关系", "与户主关系"), "head_name": ("户主姓名", "户主姓名"),
    "head_id": ("户主身份证号", "户主身份证号"), "father_name": ("父亲姓名", "父亲姓名"),
    "father_id": ("父亲身份证号", "父亲身份证号"), "mother_name": ("母亲姓名", "母亲姓名"),
    "mother_id": ("母亲身份证号", "母亲身份证号"), "spouse_name": ("配偶姓名", "配偶姓名"),
    "spouse_id": ("配偶身份证号", "配偶身份证号"), "address": ("现居住地址", "住址"),
    "town": ("镇街", "镇街"),
    "village": ("村居", "村居"),
}  # fmt: skip


@dataclass(frozen=True)
class Design:
    """What is made: people in each register, columns, and in per cent: residents' ID numbers that
    are missing beside the errors, and people of each register who are in the other."""

    people: int = 200_000
    regime: str = "rich"
    missing: int = 38
    overlap: int = 90
    seed: int = 1

    @property
    def name(self) -> str:
        """A folder's name."""
        return f"{self.regime}-{self.people}-missing{self.missing}-overlap{self.overlap}-seed{self.seed}"  # noqa: E501


def made(design: Design, folder: Path) -> Path:
    """Writes residents.csv, household.csv, births.csv and their truth_*.csv into a new folder in
    `folder`, unless it is there."""
    target = folder / design.name
    if not (target / "truth_residents.csv").is_file():
        target.mkdir(parents=True, exist_ok=True)
        for name, frame in tables(design).items():
            frame.with_columns(pl.all().replace("", None)).write_csv(target / f"{name}.csv")
    return target


def tables(design: Design) -> dict[str, pl.DataFrame]:
    """The three registers and the truth of each, rows in an order that tells nothing."""
    random = np.random.default_rng(design.seed)
    people, places = population(random, design.people, design.overlap)
    columns = REGIMES[design.regime]
    random = np.random.default_rng([design.seed, design.missing, *design.regime.encode()])
    kinds = [kind for kind in all_kinds(places) if kind.columns <= set(columns)]
    if design.missing == 100:
        kinds = [kind for kind in kinds if kind.field != "id"]
    household, truth_household = _household(random, people, design.regime, places)
    residents, truth_residents = _residents(random, people, design, kinds, places)
    with_ids = "mother_id" in columns
    births, truth_births = certificates(
        random, people, design.people, all_kinds(places), places, with_ids
    )
    return {
        "residents": residents,
        "household": household,
        "births": births,
        "truth_household": truth_household,
        "truth_births": truth_births,
        "truth_residents": truth_residents,
    }


def _household(
    random: Random, people: Columns, regime: str, places: Places
) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = taken(people, random.permutation(np.flatnonzero(people["side"] & HOUSEHOLD)))
    rows |= _numbers(random, rows, "P", "4391")
    columns = REGIMES[regime] + (_IN_HOUSEHOLD if regime in ("kin", "head") else ())
    truth = {
        "record_id": rows["record_id"],
        "entity_id": rows["entity"],
        "errors": np.full(len(rows["born"]), ""),
    }
    return _written(rows, columns, places, 1), pl.DataFrame(
        truth, schema=dict.fromkeys(truth, pl.String)
    )


def _residents(
    random: Random, people: Columns, design: Design, kinds: Sequence[Kind], places: Places
) -> tuple[pl.DataFrame, pl.DataFrame]:
    cells = cells_of(kinds)
    first, errors = _first_rows(random, people, design.missing, kinds, cells)
    second, their_errors = _second_rows(random, first, errors, kinds, cells)
    rows = {name: np.concatenate([values, second[name]]) for name, values in first.items()}
    rows["record_id"] = np.array(
        [f"R{at:08d}" for at in random.permutation(len(rows["born"]))], dtype=object
    )
    order = random.permutation(len(rows["born"]))
    truth = {
        "record_id": rows["record_id"],
        "entity_id": rows["entity"],
        "errors": np.array([*errors, *their_errors], dtype=object),
        "copy": np.repeat(np.array(["0", "1"], dtype=object), [len(errors), len(their_errors)]),
    }
    written = _written(rows, REGIMES[design.regime], places, 0)
    return written[order], pl.DataFrame(truth, schema=dict.fromkeys(truth, pl.String))[order]


def _first_rows(
    random: Random, people: Columns, missing: int, kinds: Sequence[Kind], cells: Cells
) -> tuple[Columns, list[str]]:
    """A row for each resident, and what is wrong with it. Numbers are missing where no error needs
    them.
    """
    rows = taken(people, np.flatnonzero(people["side"] & RESIDENT))
    rows["household_no"] = _household_numbers(random, rows["home"], "H")
    possible = np.column_stack([kind.possible(rows) for kind in kinds])
    both = rows["side"] & HOUSEHOLD > 0
    found = np.full(len(both), -1)
    for which in (both, ~both):
        found[which] = assigned(random, possible[which], cells, SHARES)
    of_ids = np.array([any(kinds[at].field == "id" for at in cell) for cell in cells])
    kept = (found >= 0) & of_ids[found]
    for number in ("id_number", *(f"{relative}_id" for relative in RELATIVES)):
        blank = random.random(len(both)) < missing / 100
        rows[number][blank & ~(kept & (number == "id_number"))] = ""
    return rows, spoil(random, rows, kinds, cells, found)


def _second_rows(
    random: Random, first: Columns, errors: Sequence[str], kinds: Sequence[Kind], cells: Cells
) -> tuple[Columns, list[str]]:
    """Copies of some rows with one error more, or two; and what is wrong with them."""
    count = len(errors)
    at = np.sort(random.choice(count, round(DOUBLES * count), replace=False))
    rows = taken(first, at)
    possible = np.column_stack([kind.possible(rows) for kind in kinds])
    more = spoil(random, rows, kinds, cells, assigned(random, possible, cells, {1: 0.5, 2: 0.5}))
    return rows, [
        "|".join(filter(None, (errors[one], other))) for one, other in zip(at, more, strict=True)
    ]


def _numbers(random: Random, rows: Columns, letter: str, office: str) -> Columns:
    count = len(rows["born"])
    numbers = [f"{letter}{at:08d}" for at in random.permutation(count)]
    return {
        "record_id": np.array(numbers, dtype=object),
        "household_no": _household_numbers(random, rows["home"], office),
    }


def _household_numbers(random: Random, home: Ints, before: str) -> np.ndarray:
    """A register's own number for each home."""
    homes, which = np.unique(home, return_inverse=True)
    numbers = random.permutation(len(homes))
    return np.array([f"{before}{number:07d}" for number in numbers], dtype=object)[which]


def _written(rows: Columns, columns: Sequence[str], places: Places, register: int) -> pl.DataFrame:
    """The register as it is exported: its columns, under its headers."""
    texts = {
        "record_id": rows["record_id"],
        "name": rows["surname"] + rows["given"],
        "sex": np.where(rows["sex"] == MALE, "男", "女").astype(object),
        "born": rows["born"].astype("datetime64[D]").astype(str).astype(object),
        "town": places.town[rows["place"]],
        "village": places.village[rows["place"]],
    }
    asked = {"record_id", *columns} | ({"name"} if "given" in columns else set())
    asked |= {"town", "village"} if "place" in columns else set()
    shown = [name for name in _HEADERS if name in asked]
    frame = {_HEADERS[name][register]: texts.get(name, rows.get(name)) for name in shown}
    return pl.DataFrame(frame, schema=dict.fromkeys(frame, pl.String))
