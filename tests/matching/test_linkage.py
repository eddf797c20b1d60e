"""Who is joined with whom, over three registers and through the shipped plan and model: the cases of DOMAIN.md."""

import pytest

from reconcile.config import default_matching
from reconcile.core.progress import Progress
from reconcile.matching.link import link_records
from tests.people import frame

# A number that is valid and fits its row, and others.
A, B = "460100198005010011", "460100198005010038"

WANG = {"name": "王晓明", "born": "1980-05-01", "sex": 1, "number": A, "town": "甲镇", "village": "东村"}
BARE = {key: WANG[key] for key in ("name", "born", "sex", "town", "village")}
MOTHER = {
    "name": "陈秀英",
    "born": "1990-03-04",
    "sex": 2,
    "number": "M",
    "house": "1",
    "relation": 2,
    "town": "甲镇",
    "village": "东村",
}
CHILD = {
    "name": "李小宝",
    "born": "2026-10-05",
    "sex": 1,
    "house": "1",
    "relation": 20,
    "town": "甲镇",
    "village": "东村",
}
BIRTH = {
    "id": "X1",
    "born": "2026-10-05",
    "sex": 1,
    "mother": "陈秀英",
    "mother_id": "M",
    "town": "甲镇",
    "village": "东村",
}


def crowd(size=400):
    """Other people, so that names and dates have frequencies: each in both registers."""
    names = [f"{s}{g}{h}" for s in "赵钱孙周吴郑冯褚" for g in "建国文志海春" for h in "伟芳娜敏静丽强磊军"][:size]
    return [
        {"id": f"c{i}", "name": name, "born": f"19{40 + i % 60}-{1 + i % 12:02}-{1 + i % 28:02}", "sex": 1 + i % 2,
         "number": f"{i:018}", "town": f"{i % 5}镇", "village": f"{i % 37}村"}
        for i, name in enumerate(names)
    ]  # fmt: skip


def persons(plan=None, **sources):
    """The groups of record ids, without the crowd."""
    rows = {
        source: [{"id": f"{source[0]}{i}", **row} for i, row in enumerate(given)] for source, given in sources.items()
    }
    records = {source: frame([*given, *([] if source == "births" else crowd())]) for source, given in rows.items()}
    plan = plan or default_matching({source: source for source in sources})
    linked = link_records(records, plan, Progress(quiet=True))
    wanted = {row["id"] for given in rows.values() for row in given}
    groups = linked.persons.group_by("person_id").agg("record_id")["record_id"].to_list()
    return linked, {frozenset(set(group) & wanted) for group in groups if set(group) & wanted}


PEOPLE = [
    ("the same in everything", [WANG], [WANG], [{"r0", "h0"}]),
    ("no number on one side", [BARE], [WANG], [{"r0", "h0"}]),
    ("a homophone and no number", [{**BARE, "name": "王小明"}], [WANG], [{"r0", "h0"}]),
    ("the same number, the name cut short", [{**WANG, "name": "王明"}], [WANG], [{"r0", "h0"}]),
    ("one digit wrong in the number", [{**WANG, "number": A[:-1] + "2", "trusted": False}], [WANG], [{"r0", "h0"}]),
    ("namesakes of one day, both numbers known to both registers", [WANG, {**WANG, "number": B}], [WANG, {**WANG, "number": B}], [{"r0", "h0"}, {"r1", "h1"}]),
    ("a valid number that the other register does not know", [{**WANG, "number": B}], [WANG], [{"r0", "h0"}]),
    ("a namesake born on another day", [{**BARE, "born": "1975-01-20", "village": "西村"}], [WANG], [{"r0"}, {"h0"}]),
    ("one resident twice, the second without a number", [WANG, {**BARE, "name": "王小明"}], [WANG], [{"r0", "r1", "h0"}]),
    ("a resident twice, one of the two valid numbers known to nobody else", [WANG, {**WANG, "number": B}], [WANG], [{"r0", "r1", "h0"}]),
    ("one number on two quite different people", [WANG, {"name": "周丽", "born": "1962-11-30", "sex": 2, "number": A, "trusted": False}], [WANG], [{"r0", "h0"}, {"r1"}]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "residents", "household", "expected"), PEOPLE, ids=[case[0] for case in PEOPLE])
def test_people(what, residents, household, expected):
    assert persons(residents=residents, household=household)[1] == {frozenset(group) for group in expected}


def test_one_register_alone_cannot_doubt_a_valid_number():
    assert persons(residents=[WANG, {**WANG, "number": B}])[1] == {frozenset({"r0"}), frozenset({"r1"})}


TWIN = {**CHILD, "name": "李小贝"}

BIRTHS = [
    ("an unnamed newborn and the child of its mother", [MOTHER, CHILD], [BIRTH], [{"r0"}, {"r1", "X1"}]),
    ("a child of another day is a sibling", [MOTHER, {**CHILD, "born": "2023-02-11"}], [BIRTH], [{"r0"}, {"r1"}, {"X1"}]),
    ("twins that nothing tells apart stay undecided", [MOTHER, CHILD, TWIN], [{**BIRTH, "place": 1}, {**BIRTH, "id": "X2", "place": 2}], [{"r0"}, {"r1"}, {"r2"}, {"X1"}, {"X2"}]),
    ("twins of two sexes are told apart", [MOTHER, CHILD, {**TWIN, "sex": 2}], [{**BIRTH, "place": 1}, {**BIRTH, "id": "X2", "place": 2, "sex": 2}], [{"r0"}, {"r1", "X1"}, {"r2", "X2"}]),
    ("twins with names go to their namesakes", [MOTHER, CHILD, TWIN], [{**BIRTH, "place": 1, "name": "李小贝"}, {**BIRTH, "id": "X2", "place": 2, "name": "李小宝"}], [{"r0"}, {"r1", "X2"}, {"r2", "X1"}]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "residents", "births", "expected"), BIRTHS, ids=[case[0] for case in BIRTHS])
def test_births(what, residents, births, expected):
    assert persons(residents=residents, births=births)[1] == {frozenset(group) for group in expected}


def test_a_birth_reaches_the_household_row_through_the_resident():
    unknown_mother = [{**CHILD, "number": A, "house": None, "relation": None}]
    linked, groups = persons(residents=[MOTHER, {**CHILD, "number": A}], household=unknown_mother, births=[BIRTH])
    assert frozenset({"r1", "h0", "X1"}) in groups
    assert linked.persons.height == 2 + 1 + 1 + 2 * len(crowd())


def test_every_record_is_in_one_person_once_and_the_weights_add_up():
    linked, _ = persons(residents=[WANG, BARE, MOTHER, CHILD], household=[WANG, MOTHER], births=[BIRTH])
    assert not linked.persons.select("source", "record_id").is_duplicated().any()
    scored = linked.scored_pairs.drop_nulls("match_weight")
    parts = [c for c in scored.columns if c.startswith("w_")] + ["kin", "prior", "price", "others"]
    assert (scored.select(parts).sum_horizontal() == scored["match_weight"]).all()


def test_a_pair_that_lost_is_named_as_a_contender():
    twice = [WANG, {**WANG, "number": B}]
    linked, _ = persons(residents=twice, household=[WANG, {**WANG, "number": B, "name": "王小明"}])
    assert ("r0", "r1", "review") in set(linked.links.select("record_id", "contender_record_id", "band").iter_rows())


def test_doubles_that_no_link_looks_for_go_with_their_best_and_are_told():
    plan = default_matching({"residents": "residents", "household": "household"})
    plan = plan.model_copy(update={"links": [link for link in plan.links if len(set(link.sources)) == 2]})
    twice = [WANG, {**WANG, "village": "西村"}]
    linked, groups = persons(plan, residents=[WANG], household=twice)
    assert groups == {frozenset({"r0", "h0", "h1"})}
    assert linked.unsearched_doubles == {"household": 1}
    assert persons(residents=[WANG], household=twice)[0].unsearched_doubles == {}


# Two rows of one resident: the first closes exactly with its household row, the second has errors.
SETTLED = {**WANG, "mother": "李秀英", "father": "王大山"}
SLIPPED = {
    "name": "王小明",
    "born": "1980-06-05",
    "sex": 1,
    "town": "甲镇",
    "village": "东村",
    "mother": "李秀英",
    "father": "王大山",
}


def test_a_double_is_held_against_what_its_first_row_matches():
    linked, _ = persons(residents=[SETTLED, SLIPPED], household=[SETTLED])
    pairs = linked.scored_pairs.select("record_id_l", "record_id_r", "match_key").rows()
    assert [key for left, right, key in pairs if {left, right} == {"r1", "h0"}] == ["double"]
