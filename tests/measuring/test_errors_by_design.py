"""The made-up population of `benchmarks/errors` and its errors."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from benchmarks.errors.drawing import assigned, cells_of
from benchmarks.errors.families import FEMALE, NOBODY, TODAY, Columns, families
from benchmarks.errors.homes import Places
from benchmarks.errors.kinds import Kind, all_kinds, kind_names
from benchmarks.errors.population import BOTH, HOUSEHOLD, RESIDENT, population
from benchmarks.errors.registers import REGIMES, Design, tables
from benchmarks.errors.slips import in_full, rewritten
from polars.testing import assert_frame_equal
from stdnum.iso7064 import mod_11_2

PEOPLE = 2_000


@cache
def city(regime: str, missing: int = 38, overlap: int = 90) -> dict[str, pl.DataFrame]:
    return tables(Design(PEOPLE, regime, missing, overlap, seed=5))


@cache
def everyone() -> tuple[Columns, Places]:
    people, places = population(np.random.default_rng(3), PEOPLE, 90)
    return people | {"household_no": np.full(len(people["born"]), "1", dtype=object)}, places


# The people


def test_the_same_seed_gives_the_same_files() -> None:
    for name, frame in tables(Design(PEOPLE, "rich", seed=5)).items():
        assert_frame_equal(frame, city("rich")[name])
    assert not city("rich")["household"].equals(tables(Design(PEOPLE, "rich", seed=6))["household"])


def test_numbers_are_valid_and_agree_with_birth_date_and_sex() -> None:
    household = city("rich")["household"]
    assert household["公民身份号码"].n_unique() == household.height
    for number, born, sex in household.select("公民身份号码", "出生日期", "性别").rows():
        mod_11_2.validate(number)
        assert number[6:14] == born.replace("-", "")
        assert (int(number[16]) % 2 == 1) == (sex == "男")


def test_families_could_have_been() -> None:
    people = families(np.random.default_rng(1), 400)
    born, mother, father, spouse = (people[name] for name in ("born", "mother", "father", "spouse"))
    children = np.flatnonzero(mother != NOBODY)
    ages = (born[children] - born[mother[children]]) / 365.25
    assert (ages > 18).all()
    assert (ages < 46).all()
    assert (people["sex"][mother[children]] == FEMALE).all()
    assert (spouse[mother[children]] == father[children]).all()
    married = np.flatnonzero(spouse != NOBODY)
    assert (spouse[spouse[married]] == married).all()
    assert (people["sex"][married] != people["sex"][spouse[married]]).all()
    related = mother[married] != NOBODY
    assert (mother[married] != mother[spouse[married]])[related].all()  # no brother marries his sister
    assert (born <= TODAY).all()
    twins = pl.DataFrame({"mother": mother[children], "born": born[children]}).group_by("mother", "born").len()
    assert 0.005 < (twins["len"] == 2).mean() < 0.03  # type: ignore[operator]


def test_every_home_has_a_head_to_whom_its_people_are_related() -> None:
    people, _ = everyone()
    assert len(set(people["home"])) == (people["relation"] == "户主").sum()
    wives = np.flatnonzero(people["relation"] == "妻")
    assert (people["head"][wives] == people["spouse"][wives]).all()
    sons = np.flatnonzero(people["relation"] == "长子")
    assert ((people["head"][sons] == people["father"][sons]) | (people["head"][sons] == people["mother"][sons])).all()
    assert (people["relation"] == "其他").mean() < 0.02


@pytest.mark.parametrize("overlap", [90, 50, 10])
def test_registers_overlap_as_asked(overlap: int) -> None:
    people, _ = population(np.random.default_rng(4), PEOPLE, overlap)
    for register in (RESIDENT, HOUSEHOLD):
        inside = people["side"] & register > 0
        assert inside.sum() == pytest.approx(PEOPLE, rel=0.06)
        assert (people["side"] == BOTH)[inside].mean() == pytest.approx(overlap / 100, abs=0.04)


# The errors


def test_truth_names_every_row_once_and_shares_are_as_designed() -> None:
    for regime in REGIMES:
        made = city(regime)
        truth = made["truth_residents"]
        assert truth["record_id"].to_list() == made["residents"]["个人编码"].to_list()
        assert made["truth_household"]["record_id"].to_list() == made["household"]["户籍记录号"].to_list()
        first, second = truth.filter(copy="0"), truth.filter(copy="1")
        assert first["entity_id"].n_unique() == first.height
        assert second.height == pytest.approx(0.015 * first.height, abs=1)
        assert second["entity_id"].is_in(first["entity_id"].implode()).all()
        number = first["errors"].str.count_matches("|", literal=True) + (first["errors"] != "")
        for count, share in ((0, 0.2), (1, 0.4), (2, 0.4)):
            assert (number == count).mean() == pytest.approx(share, abs=0.01)


def test_what_a_regime_lacks_is_not_there() -> None:
    assert [regime for regime in REGIMES if "户编码" in city(regime)["residents"].columns] == ["rich"]
    assert [regime for regime in REGIMES if "父亲姓名" in city(regime)["residents"].columns] == ["rich", "kin"]
    assert [regime for regime in REGIMES if "户主姓名" in city(regime)["residents"].columns] == ["rich", "head"]
    assert [regime for regime in REGIMES if "村居" not in city(regime)["residents"].columns] == ["bare_no_area"]
    for regime in REGIMES:
        errors = "|".join(city(regime)["truth_residents"]["errors"])
        assert ("father" in errors) == (regime in ("rich", "kin"))
        assert "surname_wrong" in errors


@pytest.mark.parametrize(("missing", "least", "most"), [(0, 0.0, 0.15), (38, 0.36, 0.48), (100, 1.0, 1.0)])
def test_numbers_are_missing_as_asked(missing: int, least: float, most: float) -> None:
    made = city("bare", missing)
    assert least <= (made["residents"]["身份证号"] == "").mean() <= most  # type: ignore[operator]
    told = made["truth_residents"].with_columns(number=made["residents"]["身份证号"]).filter(copy="0")
    wrong = told.filter(pl.col("errors").str.contains("id_digit|id_of_relative"))
    assert (wrong["number"] != "").all()
    assert wrong.is_empty() == (missing == 100)


def test_cells_are_equally_large_and_alike_in_what_else_is_possible() -> None:
    random = np.random.default_rng(1)
    possible = np.ones((60_000, 6), dtype=bool)
    possible[:, 3] = random.random(60_000) < 0.7
    cell_of = assigned(random, possible, CELLS, {1: 0.4, 2: 0.4})
    assert (cell_of < 0).mean() == pytest.approx(0.2, abs=0.001)
    for size, count in ((1, 6), (2, 15)):
        sizes = np.bincount(cell_of[cell_of >= 0], minlength=len(CELLS))[[len(cell) == size for cell in CELLS]]
        assert len(sizes) == count
        assert (abs(sizes - 24_000 / count) < 4.5 * np.sqrt(24_000 / count)).all(), sizes
        # Where the fourth kind is in no cell, what is left of those that it can happen to is spread evenly.
        without = [at for at, cell in enumerate(CELLS) if len(cell) == size and 3 not in cell]
        left = possible[np.isin(cell_of, without), 3].mean()
        assert left < 0.7
        for at in without:
            ours = possible[cell_of == at, 3]
            assert abs(ours.mean() - left) < 4.5 * np.sqrt(0.25 / len(ours))
    for at, cell in enumerate(CELLS):
        assert possible[cell_of == at][:, list(cell)].all()


def test_a_row_to_which_nothing_can_happen_stays_right() -> None:
    possible = np.array([[True, True], [False, False]] * 50)
    cell_of = assigned(np.random.default_rng(1), possible, [(0, 1), (0,), (1,)], {2: 1.0})
    assert cell_of.tolist() == [0, -1] * 50


CELLS = [(i, j) for i in range(6) for j in range(i + 1, 6)] + [(i,) for i in range(6)]


def test_kinds_of_one_field_never_meet() -> None:
    kinds = all_kinds(everyone()[1])
    met = [cell for cell in cells_of(kinds) if len(cell) == 2]
    assert len(met) == len(set(met)) > 400
    for one, other in met:
        assert kinds[one].field != kinds[other].field
    for errors in city("rich")["truth_residents"].filter(copy="0")["errors"]:
        fields = [kind.field for kind in kinds if kind.name in errors.split("|")]
        assert len(fields) == len(set(fields))


@pytest.mark.parametrize("name", kind_names())
def test_a_kind_spoils_its_own_columns_and_nothing_else(name: str) -> None:
    people, places = everyone()
    kind = _kind(name, places)
    rows = {column: values.copy() for column, values in people.items()}
    hit = np.flatnonzero(kind.possible(rows))
    assert len(hit) > 100
    kind.slip(np.random.default_rng(2), rows, hit)
    changed = {column for column, values in rows.items() if (values != people[column]).any()}
    own = kind.columns | {column.replace("_name", "_id") for column in kind.columns}
    assert kind.columns <= changed <= own
    column = next(iter(kind.columns))
    assert (rows[column][hit] != people[column][hit]).all()
    missed = np.setdiff1d(np.arange(len(rows[column])), hit)
    assert (rows[column][missed] == people[column][missed]).all()
    assert (rows["born"] <= TODAY).all()


def test_wrong_days_are_of_all_kinds() -> None:
    people, places = everyone()
    rows = {column: values.copy() for column, values in people.items()}
    every = np.arange(len(rows["born"]))
    for name, least in (("day", 28), ("month", 11), ("year", 20)):
        wrong = {column: values.copy() for column, values in rows.items()}
        _kind(name, places).slip(np.random.default_rng(2), wrong, every)
        apart = pl.Series(wrong["born"] - rows["born"])
        assert apart.n_unique() >= least
        assert apart.value_counts()["count"].max() < 0.4 * len(every)  # type: ignore[operator]


def test_a_lunar_date_is_18_to_51_days_early_and_a_turned_one_keeps_the_year() -> None:
    people, places = everyone()
    for name, least, most in (("lunar", -51, -18), ("day_month_turned", -360, 360)):
        rows = {column: values.copy() for column, values in people.items()}
        hit = np.flatnonzero(_kind(name, places).possible(rows))
        _kind(name, places).slip(np.random.default_rng(2), rows, hit)
        days = (rows["born"] - people["born"])[hit]
        assert least <= days.min()
        assert days.max() <= most


@pytest.mark.parametrize("address", ["山前村4组23号", "商贸路84号御景小区19栋3单元503室"])
def test_an_address_is_rewritten_in_several_ways(address: str) -> None:
    random = np.random.default_rng(1)
    ways = {rewritten(random, address) for _ in range(60)}
    assert len(ways) == 5
    assert address not in ways
    assert in_full(address)
    assert not any(in_full(way) for way in ways)


def _kind(name: str, places: Places) -> Kind:
    return next(kind for kind in all_kinds(places) if kind.name == name)


def test_certificates_are_of_the_youngest_and_most_have_no_name() -> None:
    for regime in ("rich", "bare"):
        made = city(regime)
        births, truth = made["births"], made["truth_births"]
        assert births.height == 0.03 * PEOPLE
        assert births["出生证编号"].to_list() == truth["record_id"].to_list()
        assert truth["entity_id"].n_unique() == truth.height
        assert ("母亲身份证号" in births.columns) == (regime == "rich")
        unnamed = (births["新生儿姓名"] == "") | births["新生儿姓名"].str.contains("之[子女]$")
        assert 0.4 < unnamed.mean() < 0.8  # type: ignore[operator]
        known = pl.concat([made["truth_residents"]["entity_id"], made["truth_household"]["entity_id"]])
        assert 0.8 < truth["entity_id"].is_in(known.implode()).mean() < 1  # type: ignore[operator]
        assert not set("|".join(truth["errors"]).split("|")) & {"lunar", "surname_wrong", "village", "id_digit"}


def test_certificates_name_the_mother_whom_the_household_register_names() -> None:
    made = city("kin")
    births = made["births"].select(record_id="出生证编号", mother="母亲姓名").join(made["truth_births"], on="record_id")
    rows = (
        made["household"].select(record_id="户籍记录号", named="母亲姓名").join(made["truth_household"], on="record_id")
    )
    both = births.join(rows, on="entity_id")
    wrong = both["errors"].str.contains("mother_")
    assert wrong.sum() > 5
    assert ((both["mother"] == both["named"]) == ~wrong).all()
