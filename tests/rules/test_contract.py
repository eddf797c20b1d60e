"""What every rule promises, walked over the folder: a new rule is held to it without a line here."""

import importlib
import inspect
import json
import re

import pytest

from reconcile.core import messages
from reconcile.core.frames import SEVERITIES
from reconcile.rules import FINDINGS, action, load_rule, reason, rule_codes
from tests.views import view_of

GIRL_OF_2020 = {"mother_id": "46010520200307002X"}
# What the registers of some places do not have.
OF_BIRTHS = (
    "record_key", "name", "mother_id_std", "father_name_std", "father_id_std", "issue_type_std", "birth_place_std",
    "remark_std", "phone_std", "order_of_child_std", "place_in_delivery_std", "children_delivered_std", "weight_std",
    "issued_on_std", "moved_in_on_std", "registered_on_std", "mother_name_std",
)  # fmt: skip


def messy(**options):
    """A view in which nearly every rule finds something."""
    wei = {"number": "460105199003070015", "born": "1990-03-07"}
    return view_of(
        residents=[
            {"person": "A", "name": "王伟", "sex": 2, "cancelled": False, "town": "甲镇", **wei},
            {"person": "A", "name": "王玮", "born": "1990-07-03", "repeated": True, "id": "K1"},
            {
                "name": "李四",
                "status": "malformed",
                "id": "K1~2",
                "repeated": True,
            },
            {"name": "钱五", "status": "ruined"},
            {"person": "C", "name": "赵小", "born": "2026-10-03"},
            {"person": "D", "name": "孙七", "born": "1990-08-07", "number": wei["number"]},
            {"person": "G", "born": "2026-10-07", "name": "吴十"},
            {"person": "E", "born": "2026-11-13", "sex": 2, "mother": "郑大", "registered": "2026-12-20"},
        ],
        household=[
            {"person": "A", "name": "王伟", "town": "乙镇", **wei},
            {"person": "A", "name": "王伟"},
            {"name": "孙期", "born": "1990-08-07"},
            {"person": "D", "name": "孙七", "cancelled": True},
            {"name": "周九"},
            {"born": "2022-05-08", **GIRL_OF_2020},
            {"person": "G", "born": "2026-10-07", "name": "吴石"},
        ],
        births=[
            {"born": "2026-10-01", "name": "吴一"},
            {"person": "C", "born": "2026-10-03", "name": "赵大"},
            {
                "person": "E",
                "born": "2026-10-13",
                "sex": 1,
                "mother": "冯二",
                "key": "T460000001",
                "issued": "2026-10-14",
            },
            {"person": "E", "born": "2026-10-13", "mother": "冯二", "key": "T460000002"},
            {"person": "F", "born": "2026-10-14", "issued": "2026-10-13", "key": "T460000001", "weight": 32},
            {"born": "2026-10-14", "key": "T46", "delivered": 3, "order": 1, **GIRL_OF_2020},
            {"born": "2026-10-14", "key": "T460000003", "place": 2, "order": 1, **GIRL_OF_2020},
            {"born": "2026-10-01", "order": 1, "mother_id": "M"},
            {"born": "2026-10-02", "order": 1, "mother_id": "M"},
        ],
        links=[("residents:K1~2", "household:H3", "review", -2000)],
        period="2026-10",
        **options,
    )


VIEWS = {
    "no rows": view_of(residents=[], household=[], births=[]),
    "one register": view_of(residents=[{"name": "王伟", "born": "1990-03-07"}]),
    "only births": view_of(births=[{"name": "王伟", "born": "2026-10-07"}]),
    "messy": messy(),
    "few columns": messy(lacking=OF_BIRTHS),
}


@pytest.mark.parametrize("code", rule_codes())
def test_says_what_it_is(code):
    rule = load_rule(code)
    assert rule.SEVERITY in SEVERITIES
    assert inspect.getdoc(importlib.import_module(f"reconcile.rules.{code}"))


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("code", rule_codes())
def test_finds_findings(code, view):
    found = load_rule(code).find(view)
    assert dict(found.schema) == dict(FINDINGS)
    assert found.drop("node_r", "match_probability").null_count().sum_horizontal().item() == 0
    assert found["node_l"].is_in(view.population["node"].implode()).all()
    for evidence in found["evidence"]:
        values = json.loads(evidence)
        assert list(values) == sorted(values)


@pytest.mark.parametrize("code", rule_codes())
def test_finds_something_in_the_messy_view(code):
    assert load_rule(code).find(messy()).height


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("code", rule_codes())
def test_has_its_texts(code, lang):
    for text in ("name", "reason", "action"):
        assert messages.has_text(f"rules.{code}.{text}", lang)


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("code", rule_codes())
def test_tells_what_it_finds_without_values_of_people(code, lang):
    view = messy()
    people = set(view.population["name_std"].drop_nulls()) | set(view.population["id_number_std"].drop_nulls())
    for fields, evidence in load_rule(code).find(view).select("fields", "evidence").rows():
        values = json.loads(evidence)
        told = reason(code, fields, values, lang) + action(code, values, lang)
        assert not re.search(r"[{}]|None", told)
        assert not any(value in told for value in people)
