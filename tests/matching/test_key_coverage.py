"""Any two fields of a record may fail together, and some key of the shipped plan still finds it."""

from __future__ import annotations

import pytest
from scripts.coverage_kinds import FIELDS, KINDS
from scripts.coverage_people import REGIMES
from scripts.key_coverage import BIRTHS, LINKS, UNTOLD, found_by_keys, untold


@pytest.mark.slow
@pytest.mark.parametrize("link", LINKS, ids=" – ".join)
def test_two_errors_in_one_record_leave_a_key(link):
    holes = {
        f"{found.regime}, {found.example.who}, {found.example.given or 'no name'}: {' × '.join(found.errors)}"
        for found in found_by_keys(link)
        if not found.keys and not untold(link, found)
    }
    assert not holes, "no key is left for\n" + "\n".join(sorted(holes))


@pytest.mark.parametrize("case", UNTOLD, ids=lambda case: case.name)
def test_what_nothing_can_tell_is_found_by_no_key(case):
    covered = [(link, found) for link in case.links for found in found_by_keys(link) if case.covers(link, found)]
    errors = {frozenset(found.errors) for _, found in covered if not found.keys}
    assert errors == {frozenset({one, other}) for one in case.one for other in case.other}
    assert {link for link, found in covered if not found.keys} == set(case.links)


# What a record cannot state, cannot be wrong in it; a certificate has no number of the child's.
STATED = {
    "rich": set(FIELDS),
    "kin": set(FIELDS) - {"head", "household_no", "address"},
    "head": set(FIELDS) - {"mother", "father", "spouse", "household_no"},
    "bare": {"given", "surname", "year", "day", "area", "sex", "id"},
}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("link", LINKS[:2], ids=" – ".join)
def test_every_two_kinds_of_what_the_residents_state_are_tried(link, regime):
    stated = [kind for kind in KINDS if kind.field in STATED[regime]]
    pairs = {frozenset({a.name, b.name}) for a in stated for b in stated if a.field != b.field}
    assert {frozenset(found.errors) for found in found_by_keys(link) if found.regime == regime} == pairs


@pytest.mark.parametrize("link", LINKS[2:], ids=" – ".join)
def test_certificates_and_the_registers_rows_of_newborns_are_tried_as_well(link):
    tried = {kind for found in found_by_keys(link) for kind in found.errors}
    not_of_newborns = {kind.name for kind in KINDS if kind.field in ("id", "spouse")}
    assert tried == {kind.name for kind in KINDS} - not_of_newborns
    assert link[0] == BIRTHS
    assert {bool(found.example.given) for found in found_by_keys(link)} == {True, False}


def test_the_people_are_what_their_names_say():
    """A kind that does not reach the key it is to spoil would find keys that are none."""
    by_errors = {}
    for found in found_by_keys(LINKS[0]):
        by_errors.setdefault(found.errors, set()).update(found.keys)
    spoilt = {
        "given": ("given", "name_std"),
        "surname": ("surname", "name_std", "name_reading"),
        "year": ("birth_year", "birth_date_std", "birth_month"),
        "day": ("birth_date_std",),
        "area": ("village_std",),
        "sex": ("sex_std",),
        "id": ("id_number_std",),
        "address": ("dwelling_std",),
    }
    fields = {kind.name: kind.field for kind in KINDS}
    for errors, keys in by_errors.items():
        parts = {part for key in keys for part in key.split(" + ")}
        for kind in errors:
            assert parts.isdisjoint(spoilt.get(fields[kind], ())), (errors, kind)
