"""The people of the made-up city are possible people."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from stdnum.cn import ric

from reconcile.sample import city, families, naming, numbers

PEOPLE = 20_000


@pytest.fixture(scope="module")
def town() -> city.City:
    return city.build(PEOPLE, 24, np.random.Generator(np.random.PCG64(11)))


def test_everyone_has_a_number_of_their_own_that_is_valid(town: city.City) -> None:
    ids = town.persons["id_number"]
    assert ids.n_unique() == ids.len()
    assert not set(ids) & set(town.persons["second_id"].drop_nulls())
    assert all(ric.calc_check_digit(one) == one[-1] for one in ids.head(500))


def test_numbers_carry_birth_date_and_sex(town: city.City) -> None:
    persons = town.persons
    born = persons["born"].dt.strftime("%Y%m%d")
    assert (persons["id_number"].str.slice(6, 8) == born).all()
    odd = persons["id_number"].str.slice(16, 1).cast(pl.Int8) % 2 == 1
    assert (odd == (persons["sex"] == "男")).all()


def test_issue_never_repeats_on_a_crowded_day() -> None:
    size = 600
    rng = np.random.Generator(np.random.PCG64(1))
    male = np.arange(size) % 2 == 0
    ids = numbers.issue(np.full(size, 460105), np.full(size, 20260101), male, rng)
    assert ids.n_unique() == size


def test_parents_are_of_an_age_to_be(town: city.City) -> None:
    kin = town.families
    for parent in (kin.mother, kin.father):
        child = np.flatnonzero(parent >= 0)
        age = (kin.born[child] - kin.born[parent[child]]) / families.YEAR
        assert age.min() > 16
        assert age.max() < 62
    assert (kin.born <= families.TODAY).all()
    assert not np.any(kin.male[kin.mother[kin.mother >= 0]])
    assert np.all(kin.male[kin.father[kin.father >= 0]])


def test_nobody_marries_a_sibling(town: city.City) -> None:
    kin = town.families
    married = np.flatnonzero((kin.spouse >= 0) & (kin.mother >= 0))
    assert not np.any(kin.mother[married] == kin.mother[kin.spouse[married]])


def test_children_bear_their_fathers_surname_and_wives_their_own(town: city.City) -> None:
    kin, names = town.families, town.persons["name"]
    plain = ~names.str.contains(naming.DOT).to_numpy()
    child = np.flatnonzero((kin.delivery >= 0) & (kin.father >= 0) & plain)
    child = child[plain[kin.father[child]]]
    same = naming.surname_of(names.gather(child)) == naming.surname_of(names.gather(kin.father[child]))
    assert 0.94 < same.mean() < 0.99  # type: ignore[operator]
    wife = np.flatnonzero((kin.place == families.WIFE) & (kin.spouse >= 0))
    same = naming.surname_of(names.gather(wife)) == naming.surname_of(names.gather(kin.spouse[wife]))
    assert same.mean() < 0.1  # type: ignore[operator]


def test_nobody_has_the_name_of_someone_in_the_house(town: city.City) -> None:
    frame = pl.DataFrame({"house": town.families.house, "name": town.persons["name"]})
    assert not frame.is_duplicated().any()


def test_twins_share_mother_and_day_and_their_numbers_follow_on(town: city.City) -> None:
    kin = town.families
    child = np.flatnonzero(kin.delivery >= 0)
    twins = [(a, b) for a, b in pairwise(child) if kin.delivery[a] == kin.delivery[b]]
    assert 0.008 < len(twins) / len(np.unique(kin.delivery[child])) < 0.022
    ids = town.persons["id_number"]
    for one, other in twins:
        assert kin.mother[one] == kin.mother[other]
        assert kin.born[one] == kin.born[other]
        assert ids[int(one)][:14] == ids[int(other)][:14]


def test_names_are_as_common_as_in_life() -> None:
    big = city.build(100_000, 24, np.random.Generator(np.random.PCG64(5)))
    names = big.persons["name"]
    length = names.str.len_chars()
    assert 0.78 < (length == 3).mean() < 0.9  # type: ignore[operator]
    assert 0.08 < (length == 2).mean() < 0.2  # type: ignore[operator]
    assert 10 < names.value_counts()["count"].max() < 100  # type: ignore[operator]
    hundred = set(naming.surnames().values.head(100))
    assert 0.83 < naming.surname_of(names).is_in(list(hundred)).mean() < 0.89  # type: ignore[operator]


def test_births_come_at_the_rate_of_a_city(town: city.City) -> None:
    within_a_year = (town.days_old() < families.YEAR) & ~town.visitor
    assert 0.005 < within_a_year.mean() < 0.011


def test_children_of_the_head_are_numbered_as_the_standard_does(town: city.City) -> None:
    kin = town.families
    of_head = np.flatnonzero((kin.delivery >= 0) & (kin.relation < 40))
    frame = pl.DataFrame({name: getattr(kin, name)[of_head] for name in ("house", "male", "relation", "born", "order")})
    counts = frame.with_columns(pl.len().over("house").alias("children"))
    assert counts.filter(children=1)["relation"].is_in([21, 31]).all()  # 独生子, 独生女
    eldest = counts.filter(pl.col("children") > 1).sort("order").unique(["house", "male"], keep="first")
    assert eldest["relation"].is_in([22, 32]).all()  # 长子, 长女
    second = counts.filter(pl.col("children") > 1, pl.len().over("house", "male") == 2).sort("order")
    assert set(second.group_by("house", "male").agg("relation")["relation"].list.last()) == {23, 33}
