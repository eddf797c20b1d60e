"""How many children were born together, and which of them a record is: certificates and registers of small families."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.population.deliveries import with_deliveries
from reconcile.population.population import MISSING
from tests.people import population

DAY = "2026-10-05"
CERTIFICATE = {"born": DAY, "mother": "陈秀英", "mother_id": "M", "father": "李强", "issue": "首次", "sex": 1}
ROW = {"born": DAY, "house": "1", "sex": 1}
# Somebody else's child, so that the certificates' days reach from the first of the month to its last.
OTHERS = [
    {
        "id": f"other{day}",
        "born": f"2026-10-{day}",
        "mother": f"母{day}",
        "mother_id": f"N{day}",
        "issue": "首次",
        "sex": 2,
    }
    for day in ("01", "31")
]
NOTHING = (None, None, None)


def told(births, residents=()):
    """size, alike and place of each record that is not of OTHERS, by id, in words that a table can hold."""
    rows = {"births": [*births, *OTHERS], "residents": [{"id": "nobody"}, *residents]}
    known = with_deliveries(population(**rows))
    ids = known.frame["record_id"].to_list()
    columns = [known.numbers(f"delivery_{name}").tolist() for name in ("size", "alike", "place")]
    numbers = [tuple(None if n == MISSING else n for n in of) for of in zip(*columns, strict=True)]
    return {key: of for key, of in zip(ids, numbers, strict=True) if not key.startswith(("other", "nobody"))}


def certificates(*said):
    return [{"id": f"A{n}", **CERTIFICATE, **more} for n, more in enumerate(said, 1)]


def rows(*said):
    return [{"id": f"r{n}", **ROW, **more} for n, more in enumerate(said, 1)]


# What certificates of one mother say, and of each (children delivered, of its sex, place among these).
CERTIFICATES = [
    ("one child", [{}], [(1, 1, 1)]),
    ("one child of unknown sex", [{"sex": None}], [(1, 1, None)]),
    ("twins by their stated places", [{"delivered": 2, "place": 2}, {"delivered": 2, "place": 1}], [(2, 2, 2), (2, 2, 1)]),
    ("a place alone says that there are two", [{"place": 1}, {"place": 2}], [(2, 2, 1), (2, 2, 2)]),
    ("one of the twins has no certificate", [{"delivered": 2, "place": 2}], [(2, 1, 1)]),
    ("by the minute", [{"minute": 600}, {"minute": 590}], [(2, 2, 2), (2, 2, 1)]),
    ("the same minute, stated to be two", [{"minute": 600, "delivered": 2}, {"minute": 600, "delivered": 2}], [(2, 2, 1), (2, 2, 2)]),
    ("by the sequence of certificates", [{}, {}], [(2, 2, 1), (2, 2, 2)]),
    ("by 大 and 小", [{"called": 2}, {"called": 1}], [(2, 2, 2), (2, 2, 1)]),
    ("a stated place before 大 and 小", [{"place": 1, "called": 2}, {"place": 2, "called": 1}], [(2, 2, 1), (2, 2, 2)]),
    ("a boy and a girl", [{"sex": 1}, {"sex": 2}], [(2, 1, 1), (2, 1, 1)]),
    ("a boy and a girl, stated second and first", [{"sex": 1, "place": 2}, {"sex": 2, "place": 1}], [(2, 1, 1), (2, 1, 1)]),
    ("two girls and a boy", [{"place": 1, "sex": 2}, {"place": 2}, {"place": 3, "sex": 2}], [(3, 2, 1), (3, 1, 1), (3, 2, 2)]),
    ("triplets by places", [{"place": 3}, {"place": 1}, {"place": 2}], [(3, 3, 3), (3, 3, 1), (3, 3, 2)]),
    ("triplets by minutes", [{"minute": 3}, {"minute": 2}, {"minute": 1}], [(3, 3, 3), (3, 3, 2), (3, 3, 1)]),
    ("triplets by sequence", [{}, {}, {}], [(3, 3, 1), (3, 3, 2), (3, 3, 3)]),
    ("three of which two certificates are there", [{"delivered": 3}, {"delivered": 3}], [(3, 2, None), (3, 2, None)]),
    ("two in one place", [{"place": 1}, {"place": 1}, {"place": 2}], [(2, 2, 1), (2, 2, 1), (2, 2, 2)]),
    ("a single child's reissue", [{}, {"issue": "补发"}], [(1, 1, 1), (1, 1, 1)]),
    ("a reissue of the second twin", [{"place": 1}, {"place": 2}, {"place": 2, "issue": "换发"}], [(2, 2, 1), (2, 2, 2), (2, 2, 2)]),
    ("a reissue that says no place", [{"delivered": 2, "place": 1}, {"delivered": 2, "place": 2}, {"delivered": 2, "issue": "换发"}], [(2, 2, None)] * 3),
    ("one of the twins is there with its reissue alone", [{"place": 1}, {"place": 2, "issue": "补发"}], [(2, 2, 1), (2, 2, 2)]),
    ("no father", [{"father": None, "place": 1}, {"father": None, "place": 2}], [(2, 2, 1), (2, 2, 2)]),
    ("no mother's numbers", [{"mother_id": None, "place": 1}, {"mother_id": None, "place": 2}], [(2, 2, 1), (2, 2, 2)]),
    ("the mother's number mistyped on one", [{"place": 1}, {"place": 2, "mother_id": "M?"}], [(2, 2, 1), (2, 2, 2)]),
    ("and no places", [{}, {"mother_id": "M?"}], [(2, 2, 1), (2, 2, 2)]),
    ("and no father, but twins are stated", [{"father": None, "delivered": 2}, {"father": None, "delivered": 2, "mother_id": "M?"}], [(2, 2, 1), (2, 2, 2)]),
    ("two women of one name on one day", [{"father": "李强"}, {"father": "王军", "mother_id": "M2"}], [(1, 1, 1), (1, 1, 1)]),
    ("and neither names a father", [{"father": None}, {"father": None, "mother_id": "M2"}], [(1, 1, 1), (1, 1, 1)]),
    ("another day", [{}, {"born": "2026-10-06"}], [(1, 1, 1), (1, 1, 1)]),
    ("no birth date", [{"born": "2026-10-06"}, {"born": None}], [(1, 1, 1), NOTHING]),
    ("no parents at all", [{"mother": None, "mother_id": None, "father": None}], [NOTHING]),
]  # fmt: skip


def without_none(said):
    return {key: value for key, value in said.items() if value is not None}


@pytest.mark.parametrize(("said", "expected"), [case[1:] for case in CERTIFICATES], ids=[c[0] for c in CERTIFICATES])
def test_certificates(said, expected):
    births = [without_none(row) for row in certificates(*said)]
    assert [*told(births).values()] == expected


@pytest.mark.parametrize("said", [case[1] for case in CERTIFICATES], ids=[c[0] for c in CERTIFICATES])
def test_the_order_of_the_rows_does_not_matter(said):
    births = [without_none(row) for row in certificates(*said)]
    assert told(births[::-1]) == told(births)


# What rows of one household say, and of each (children of the day, of its sex, place among these).
REGISTERS = [
    ("one child", [{"name": "李小宝"}], [(1, 1, 1)]),
    ("the first and the second son", [{"name": "李小宝", "relation": 22}, {"name": "李小贝", "relation": 23}], [(2, 2, 1), (2, 2, 2)]),
    ("the second and the third son", [{"name": "李小宝", "relation": 24}, {"name": "李小贝", "relation": 23}], [(2, 2, 2), (2, 2, 1)]),
    ("the first and the second daughter", [{"name": "李小宝", "relation": 32, "sex": 2}, {"name": "李小贝", "relation": 33, "sex": 2}], [(2, 2, 1), (2, 2, 2)]),
    ("the first son and the first daughter", [{"name": "李小宝", "relation": 22}, {"name": "李小贝", "relation": 32, "sex": 2}], [(2, 1, 1), (2, 1, 1)]),
    ("two grandsons", [{"name": "李小宝", "relation": 41}, {"name": "李小贝", "relation": 41}], [(2, 2, None), (2, 2, None)]),
    ("two sons", [{"name": "李小宝", "relation": 20}, {"name": "李小贝", "relation": 20}], [(2, 2, None), (2, 2, None)]),
    ("two first sons", [{"name": "李小宝", "relation": 22}, {"name": "李小贝", "relation": 22}], [(2, 2, None), (2, 2, None)]),
    ("the first son and a son", [{"name": "李小宝", "relation": 22}, {"name": "李小贝", "relation": 20}], [(2, 2, None), (2, 2, None)]),
    ("a boy and a girl", [{"name": "李小宝"}, {"name": "李小贝", "sex": 2}], [(2, 1, 1), (2, 1, 1)]),
    ("without names, 大 and 小", [{"called": 2}, {"called": 1}], [(2, 2, 2), (2, 2, 1)]),
    ("only the elder is said", [{"called": 1}, {}], [(2, 2, 1), (2, 2, 2)]),
    ("only the younger is said", [{}, {"called": 2}], [(2, 2, 1), (2, 2, 2)]),
    ("without names and relations", [{}, {}], [(2, 2, None), (2, 2, None)]),
    ("two rows of one child", [{"name": "李小宝"}, {"name": "李小宝"}], [(1, 1, 1), (1, 1, 1)]),
    ("two rows of the second twin", [{"name": "李小宝", "relation": 22}, {"name": "李小贝", "relation": 23}, {"name": "李小贝", "relation": 23}], [(2, 2, 1), (2, 2, 2), (2, 2, 2)]),
    ("triplets by relation", [{"name": "李一", "relation": 23}, {"name": "李二", "relation": 22}, {"name": "李三", "relation": 24}], [(3, 3, 2), (3, 3, 1), (3, 3, 3)]),
    ("of three one is said to be the elder", [{"name": "李一", "called": 1}, {"name": "李二"}, {"name": "李三"}], [(3, 3, None)] * 3),
    ("unknown sex", [{"name": "李小宝", "sex": None}], [(1, 1, None)]),
    ("an elder brother", [{"name": "李小宝"}, {"name": "李大宝", "born": "2026-10-09"}], [(1, 1, 1), (1, 1, 1)]),
    ("another household", [{"name": "李小宝"}, {"name": "王小明", "house": "2"}], [(1, 1, 1), (1, 1, 1)]),
    ("no household, the same mother", [{"name": "李小宝", "house": None, "mother_id": "M"}, {"name": "李小贝", "house": None, "mother_id": "M"}], [(2, 2, None), (2, 2, None)]),
    ("no household, no mother", [{"name": "李小宝", "house": None}], [NOTHING]),
    ("born before the certificates' days", [{"born": "2026-09-30", "name": "李小宝"}], [NOTHING]),
    ("on their first day", [{"born": "2026-10-01", "name": "李小宝"}], [(1, 1, 1)]),
    ("on their last day", [{"born": "2026-10-31", "name": "李小宝"}], [(1, 1, 1)]),
    ("after it", [{"born": "2026-11-01", "name": "李小宝"}], [NOTHING]),
    ("no birth date", [{"born": None, "name": "李小宝"}], [NOTHING]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), [case[1:] for case in REGISTERS], ids=[case[0] for case in REGISTERS])
def test_registers(said, expected):
    residents = [without_none(row) for row in rows(*said)]
    found = told([], residents)
    assert [*found.values()] == expected
    assert told([], residents[::-1]) == found


def test_the_registers_do_not_count_each_others_children():
    both = population(
        births=[*certificates({}), *OTHERS], residents=rows({"name": "李一"}), household=rows({"name": "李二"})
    )
    assert set(with_deliveries(both).numbers("delivery_size").tolist()) == {1}


@pytest.mark.parametrize("births", [[], [{"id": "A1", "mother": "陈秀英", "issue": "首次"}]], ids=["none", "no dates"])
def test_without_certificates_nothing_is_known(births):
    known = with_deliveries(population(births=births or [{"id": "nobody"}], residents=rows({"name": "李一"})))
    assert set(known.numbers("delivery_size").tolist()) == {MISSING}
    assert set(known.numbers("delivery_certified").tolist()) == {MISSING}


def test_a_register_that_says_nothing_of_deliveries_is_none_of_certificates():
    known = with_deliveries(population(births=[*certificates({}), *OTHERS], residents=rows({"name": "李一"})))
    assert known.numbers("delivery_certified").tolist() == [1, 1, 1, 0]


families = st.lists(
    st.fixed_dictionaries(
        {"sex": st.sampled_from([1, 2]), "mother_id": st.sampled_from(["M", "N"])},
        optional={
            "place": st.integers(1, 3),
            "minute": st.integers(0, 3),
            "called": st.integers(1, 3),
            "delivered": st.integers(1, 3),
            "issue": st.sampled_from(["首次", "换发"]),
            "relation": st.sampled_from([20, 22, 23]),
        },
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(families, families)
def test_no_place_is_beyond_the_children_of_a_sex_nor_these_beyond_all(certified, registered):
    found = told(certificates(*certified), rows(*registered))
    certificates_of_day, rows_of_day = len(certified), len(registered)
    for key, (size, alike, place) in found.items():
        assert 1 <= alike <= size
        assert alike <= (certificates_of_day if key.startswith("A") else rows_of_day)
        assert place is None or 1 <= place <= alike
