"""What every rule promises, walked over the folder: a new rule is held to it without a line here."""

import importlib
import inspect
import json
import re
from pathlib import Path

import pytest

from reconcile import messages
from reconcile.frames import SEVERITIES
from reconcile.rules import FINDINGS, action, load_rule, reason, rule_codes
from tests.views import view_of

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


def messy():
    """A view in which nearly every rule finds something."""
    wei = {"number": "460105199003070015", "born": "1990-03-07"}
    return view_of(
        residents=[
            {"person": "A", "name": "王伟", "sex": 2, "cancelled": False, **wei},
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
        ],
        household=[
            {"person": "A", "name": "王伟", **wei},
            {"person": "A", "name": "王伟"},
            {"name": "孙期", "born": "1990-08-07"},
            {"person": "D", "name": "孙七", "cancelled": True},
            {"name": "周九"},
        ],
        births=[
            {"born": "2026-10-01", "name": "吴一"},
            {"person": "C", "born": "2026-10-03", "name": "赵大"},
        ],
        links=[("residents:K1~2", "household:H3", "review", -2000)],
        period="2026-10",
    )


VIEWS = {
    "no rows": view_of(residents=[], household=[], births=[]),
    "one register": view_of(residents=[{"name": "王伟", "born": "1990-03-07"}]),
    "only births": view_of(births=[{"name": "王伟", "born": "2026-10-07"}]),
    "messy": messy(),
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


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("code", rule_codes())
def test_has_its_texts(code, lang):
    for text in ("name", "reason", "action"):
        assert messages.has_text(f"rules.{code}.{text}", lang)


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("code", rule_codes())
def test_tells_what_it_finds_without_values_of_people(code, lang):
    view = messy()
    people = set(view.population["name_std"]) | set(view.population["id_number_std"].drop_nulls())
    for fields, evidence in load_rule(code).find(view).select("fields", "evidence").rows():
        values = json.loads(evidence)
        told = reason(code, fields, values, lang) + action(code, values, lang)
        assert not re.search(r"[{}]|None", told)
        assert not any(value in told for value in people)


def test_every_rule_stands_in_the_docs():
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    rows = {cells[1].strip(" `"): cells for line in lines if len(cells := line.split("|")) == 6}
    assert set(rule_codes()) == rows.keys() - {"code", "---"}
    for code in rule_codes():
        _, _, name, severity, act, _ = (cell.strip() for cell in rows[code])
        expected = (
            messages.text(f"rules.{code}.name", "zh"),
            load_rule(code).SEVERITY,
            messages.text(f"rules.{code}.action", "en"),
        )
        assert (name, severity, act) == expected
