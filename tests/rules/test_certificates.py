"""certificate_malformed, certificate_repeated, reissue_counted_twice, birth_within_nine_months."""

import pytest

from tests.views import evidence_of, found, variants_of, view_of

BORN = "2026-10-05"


def births(*keys, **more):
    return [{"born": BORN, "key": key, **more} for key in keys]


NUMBERS = [
    ("T460000001", []),
    (" t460000001 ", []),
    ("Ｔ４６００００００１", []),
    ("T46000-0001", []),
    ("460000001", ["no_letter"]),
    ("T46000001", ["length"]),
    ("T4600000012", ["length"]),
    ("T46000000O", [None]),
    (None, ["absent"]),
    ("无", ["absent"]),
]


@pytest.mark.parametrize(("number", "variants"), NUMBERS)
def test_the_form_of_a_number(number, variants):
    assert variants_of(view_of(births=births(number, "T460000002", "T460000003")), "certificate_malformed") == variants


def test_a_hospitals_own_keys_are_no_numbers_of_certificates():
    assert found(view_of(births=births("1", "2", "3")), "certificate_malformed") == []


@pytest.mark.parametrize(("persons", "variant"), [(("A", "A"), "one_child"), (("A", "B"), "two_children")])
def test_one_number_on_two_records(persons, variant):
    rows = [
        {"born": BORN, "key": key, "person": who}
        for key, who in zip(("T460000001", "t460000001"), persons, strict=True)
    ]
    view = view_of(births=[*rows, *births("T460000002")])
    assert found(view, "certificate_repeated") == [("B1", "B2")]
    assert evidence_of(view, "certificate_repeated") == [{"uses": 2, "variant": variant}]
    assert found(view, "reissue_counted_twice") == []


@pytest.mark.parametrize(("key", "cases"), [("T460000001", 1), ("1", 0)])
def test_across_hospitals_only_numbers_of_certificates_are_one(key, cases):
    view = view_of(births=births(key), births_2=[{"id": "X", **births(key)[0]}])
    assert len(found(view, "certificate_repeated")) == cases


def test_a_certificate_is_not_in_key_repeated():
    rows = [{"id": key, "born": BORN, "key": "T460000001", "repeated": True} for key in ("K", "K~2")]
    view = view_of(births=rows)
    assert found(view, "key_repeated") == []
    assert found(view, "certificate_repeated") == [("K", "K~2")]


def test_without_numbers_nothing_is_repeated():
    assert found(view_of(births=births(None, None)), "certificate_repeated") == []


ISSUES = [
    ("首次签发", "换发", "reissue"),
    ("首次", "补发", "reissue"),
    ("首次", "首次", "both_first"),
    (None, None, None),
]


@pytest.mark.parametrize(("first", "second", "variant"), ISSUES)
def test_one_child_with_two_certificates(first, second, variant):
    rows = [
        {"person": "A", "born": BORN, "key": "T460000001", "issue": first, "issued": "2026-10-08"},
        {"person": "A", "born": BORN, "key": "T460000009", "issue": second, "issued": "2026-10-28"},
    ]
    view = view_of(births=rows)
    assert found(view, "reissue_counted_twice") == [("B2", "B1")]
    assert evidence_of(view, "reissue_counted_twice") == [{"certificates": 2, "days": 20, "variant": variant}]


def test_three_certificates_are_one_case():
    rows = [{"person": "A", "born": BORN, "issued": f"2026-10-{day}"} for day in (10, 11, 12)]
    assert found(view_of(births=rows), "reissue_counted_twice") == [("B3", "B1"), ("B3", "B2")]


def pair(born, **more):
    return [{"born": date, "mother_id": "M", **more} for date in (BORN, born)]


CLOSE = [
    ("the same day", pair(BORN), ["one_delivery"]),
    ("the next day", pair("2026-10-06"), ["one_delivery"]),
    ("half a year", pair("2027-03-05"), [None]),
    ("eight months", pair("2027-06-05"), []),
    ("stated twins", pair(BORN, delivered=2), []),
    ("one child", pair(BORN, person="A"), []),
    ("another mother", [*pair(BORN)[:1], {"born": BORN, "mother_id": "N"}], []),
]


@pytest.mark.parametrize(("rows", "variants"), [row[1:] for row in CLOSE], ids=[row[0] for row in CLOSE])
def test_two_records_of_one_mother(rows, variants):
    assert variants_of(view_of(births=rows), "birth_within_nine_months") == variants


def test_what_possible_match_asks_is_not_asked_twice():
    view = view_of(births=pair(BORN), links=[("births:B1", "births:B2", "review", 0)])
    assert found(view, "possible_match") == [("B1", "B2")]
    assert found(view, "birth_within_nine_months") == []
