"""Documents other than the ID number, and names in two scripts, as evidence for the same person."""

import numpy as np
import polars as pl
import pytest

from reconcile.config import LinkConfig
from reconcile.matchers import load_matcher
from reconcile.matching.settle import settle
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from reconcile.population.population import Population
from reconcile.standardising.id_numbers import subject_id_numbers
from reconcile.standardising.names import name_parts, standard_names

ID, OTHER_ID = "460105199001011232", "460205198503071245"


def record(name: str | None = None, number: str | None = None, kind: str | None = None, **more: str) -> pl.DataFrame:
    """One standardised record; `kind` is the type of its document."""
    numbers = subject_id_numbers(pl.Series([number], dtype=pl.String), pl.Series([kind], dtype=pl.String))
    names = standard_names(pl.Series([name], dtype=pl.String))
    facts = {
        "id_number_std": numbers["std"],
        "id_number_core": numbers["core"],
        "id_number_trusted": numbers["sex"].is_not_null(),
        "name_std": names["std"],
        **{f"{part}_std": pl.Series([value]) for part, value in more.items()},
    }
    return pl.DataFrame({"record_id": ["1"], **facts}).hstack(name_parts(names["std"]))


def level(comparison: str, left: pl.DataFrame, right: pl.DataFrame) -> str:
    stacked = Population.stack({"residents": left, "household": right})
    homes = Homes.of(len(stacked), np.zeros(0, np.uint32), np.zeros(0, np.uint32))
    one, other = (np.array([node], dtype=np.uint32) for node in (0, 1))
    found = load_matcher(comparison)
    levels = {found.LEVELS[int(found.levels(Pairs(stacked, a, b, homes))[0])] for a, b in ((one, other), (other, one))}
    assert len(levels) == 1, "the other way round"
    return levels.pop()


@pytest.mark.parametrize(
    ("left", "right", "expected", "why"),
    [
        (("E12345678", "护照"), ("E12345678", None), "equal", "one register names the type"),
        (("H1234567801", None), ("H12345678", None), "equal", "a permit that was renewed"),
        (("1234567802", "台胞证"), ("12345678", "台胞证"), "equal", "a permit that was renewed"),
        ((f"{ID}43", None), (ID, None), "equal", "a disabled person's card"),
        (("E12345678", None), (ID, None), "missing", "a passport and an ID number"),
        (("E12345678", None), ("H12345678", None), "missing", "a passport and a permit"),
        (("E12345678", None), ("EA1234567", None), "missing", "an old and a new passport"),
        (("E12345678", None), ("E12345679", None), "missing", "passports of a family follow each other"),
        (("E12345678", None), (ID[:17], None), "missing", "a passport and an ID number that lost a digit"),
        ((ID, None), (OTHER_ID, None), "suspect", "an ID number stays what it was"),
    ],
)
def test_documents(left, right, expected, why):
    doubtful = pl.lit(False).alias("id_number_trusted")
    rows = [record(None, *said).with_columns(doubtful) for said in (left, right)]
    assert level("id_number", *rows) == expected, why


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("ZHANG WEI", "张伟", "same_reading"),
        ("Wei Zhang", "张伟", "same_reading"),
        ("WANG XIAOMING", "王晓明", "same_reading"),
        ("SMITH JOHN", "史密斯", "missing"),
        ("SMITH JOHN", "约翰·史密斯", "missing"),
        ("SMITH JOHN", "John Smith", "same_reading"),
        ("Smith-Jones, Anna", "ANNA SMITH JONES", "same_reading"),
        ("SMITH JOHN", "Smith, John", "equal"),
        ("SMITH JOHN", "MILLER MARY", "different"),
        ("张伟", "李娜", "different"),
    ],
)
def test_names(left, right, expected):
    assert level("name", record(left), record(right)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected", "why"),
    [
        (("SMITH ANNA", "E12345678"), ("安娜·史密斯", "E12345678"), "same_number", "one passport"),
        (
            ("SMITH ANNA", "E12345678"),
            ("安娜·史密斯", ID),
            "missing",
            "another document, a name that cannot be compared",
        ),
        (("SMITH ANNA", None), ("安娜·史密斯", None), "missing", "a name that cannot be compared"),
        (("ZHANG WEI", None), ("张伟", None), "similar_name", "the name in pinyin"),
        (("ZHANG WEI", ID), ("李娜", OTHER_ID), "different", "two ID numbers"),
        (("张伟", "E12345678"), ("张伟", ID), "same_name", "another document"),
        (("张伟", OTHER_ID), ("张伟", ID), "other_number", "two ID numbers"),
        ((None, "E12345678"), (None, ID), "missing", "another document"),
        ((None, OTHER_ID), (None, ID), "different", "two ID numbers"),
        (("张伟", None), ("李娜", None), "different", "two names"),
    ],
)
@pytest.mark.parametrize("role", ["mother", "father", "spouse"])
def test_relatives(role, left, right, expected, why):
    rows = []
    for name, number in (left, right):
        said = {f"{role}_name": name, f"{role}_id": number}
        rows.append(record(None, None, **{part: value for part, value in said.items() if value}))
    assert level(role, *rows) == expected, why


@pytest.mark.parametrize(
    ("left", "right", "closed"),
    [((ID, None), ("E12345678", None), True), ((ID, None), (OTHER_ID, None), False), ((ID, None), (None, None), True)],
)
def test_another_document_does_not_keep_a_sure_pair_open(left, right, closed):
    rows = [record("张伟", *said, village="东风村") for said in (left, right)]
    population = Population.stack({"residents": rows[0], "household": rows[1]})
    link = LinkConfig(
        sources=["residents", "household"],
        exact=[["name_std", "village_std"]],
        blocking=[["name_std"]],
        comparisons=["name"],
    )
    assert settle(population, [link]).height == closed
