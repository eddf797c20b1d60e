"""Twins never merge: small cities of twins through the shipped plan and model, whatever their rows leave out or get
wrong in one value."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reconcile.config import default_matching
from reconcile.core.progress import Progress
from reconcile.matching.link import link_records
from tests.matching.test_linkage import crowd
from tests.people import frame

FAMILIES = 3
SOURCES = ("births", "residents", "household")
# What a row may get wrong: the household, the date and the relation always stand as they are.
SLIPS = ("name", "sex", "mother", "mother_id", "father", "town", "village", "number")


def twin(family, place, named, sexes):
    """What is true of a twin."""
    surname = "赵钱孙"[family]
    told = {
        "born": f"2026-10-{5 + 3 * family:02}", "sex": sexes[place], "mother": f"陈秀{'英芳兰'[family]}",
        "mother_id": f"46010019900101{family}02{family}", "father": f"{surname}大明", "town": "甲镇", "village": "东村",
    }  # fmt: skip
    return told | ({"name": f"{surname}小{'宝贝'[place]}"} if named[place] else {})


def row(source, family, place, true, sexes):
    """The twin as a register has it: its place by relation there, by the certificate in the hospital."""
    key = f"{source[0]}{family}{place}"
    if source == "births":
        return {"id": key, **true, "place": place + 1, "delivered": 2, "minute": 600 + place, "issue": "首次"}
    base = 22 if sexes[place] == 1 else 32
    return {
        "id": key,
        **true,
        "house": f"{source[0]}{family}",
        "relation": base + (place if sexes[0] == sexes[1] else 0),
    }


def slipped(told, slip, value):
    """One value lost, or another one in its place."""
    if slip not in told:
        return told
    if value == "lost":
        return {key: was for key, was in told.items() if key != slip}
    other = {"sex": 3 - told["sex"]}.get(slip, f"{told[slip]}"[:-1] + "误")
    return {**told, slip: other}


families = st.fixed_dictionaries(
    {
        "named": st.sampled_from([(True, True), (True, False), (False, True), (False, False)]),
        "sexes": st.sampled_from([(1, 1), (2, 2), (1, 2), (2, 1)]),
        # Of the registers one has both: two that each lack the other twin look alike, nothing in them speaks of two.
        "missing": st.sets(st.tuples(st.sampled_from(SOURCES[:2]), st.integers(0, 1)), max_size=2),
        "slip": st.none()
        | st.tuples(
            st.sampled_from(SOURCES), st.integers(0, 1), st.sampled_from(SLIPS), st.sampled_from(["lost", "wrong"])
        ),
        "named_later": st.booleans(),
    }
)


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(families, min_size=FAMILIES, max_size=FAMILIES))
def test_no_person_holds_records_of_both_twins(told):
    rows = {source: [] for source in SOURCES}
    for family, of in enumerate(told):
        for source in SOURCES:
            for place in (0, 1):
                # The hospital does not know the names that parents give later.
                named = (False, False) if source == "births" and of["named_later"] else of["named"]
                record = row(source, family, place, twin(family, place, named, of["sexes"]), of["sexes"])
                if of["slip"] and of["slip"][:2] == (source, place):
                    record = slipped(record, *of["slip"][2:])
                # One fault a family: with a certificate missing, a wrong sex elsewhere may mislead.
                if of["slip"] or (source, place) not in of["missing"]:
                    rows[source].append(record)
    for source in ("residents", "household"):
        rows[source] += crowd(120)
    records = {source: frame(of or [{"id": "nobody"}]) for source, of in rows.items()}
    linked = link_records(records, default_matching({source: source for source in SOURCES}), Progress(quiet=True))
    for group in linked.persons.group_by("person_id").agg("record_id")["record_id"]:
        twins = {key[1:] for key in group if key[0] in "brh" and key[1:].isdigit()}
        assert len(twins) <= 1, sorted(group)
