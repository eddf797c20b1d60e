"""Writes the reference of rules and comparisons in both languages: docs/rules.md, docs/matchers.md,
and the comparisons that are told their columns in docs/how-to/match-other-registers.md.

    .venv/bin/python -m scripts.make_reference_docs

What a rule or a comparison is about is the first paragraph of its docstring, in Chinese that of
`docstrings.zh.toml`; the rest comes from the rules, the matchers, the shipped model and the
catalog. `tests/test_docs.py` fails when one of these has changed and this script has not run.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from scripts.make_matching_docs import shipped_links
from scripts.marked import ROOT, replaced, table

from reconcile.config import LinkConfig
from reconcile.core.messages import text
from reconcile.matchers import general_matchers, graded_levels, load_matcher
from reconcile.matchers.shared.levels import Level
from reconcile.matching.model import Model, load_model
from reconcile.rules import load_rule, rule_codes

RULES: Mapping[str, str] = {"en": "docs/rules.md", "zh": "docs/rules.zh-CN.md"}
MATCHERS: Mapping[str, str] = {"en": "docs/matchers.md", "zh": "docs/matchers.zh-CN.md"}
# Where the comparisons that are told their columns stand.
TOLD: Mapping[str, str] = {
    "en": "docs/how-to/match-other-registers.md",
    "zh": "docs/how-to/match-other-registers.zh-CN.md",
}
CHINESE = Path(__file__).with_name("docstrings.zh.toml")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "code": "code",
        "name": "name",
        "severity": "severity",
        "action": "what to do",
        "colon": ": ",
        "comparison": "comparison",
        "level": "level",
        "meaning": "meaning",
        "stranger": "against strangers<br>{name}",
        "kin": "against kin<br>{name}",
        "frequency": "by frequency",
        "graded": "by coverage",
    },
    "zh": {
        "code": "代码",
        "name": "名称",
        "severity": "严重程度",
        "action": "怎么办",
        "colon": "：",
        "comparison": "比较方法",
        "level": "结果代码",
        "meaning": "含义",
        "stranger": "对陌生人<br>{name}",
        "kin": "对亲属<br>{name}",
        "frequency": "按频率",
        "graded": "按覆盖",
    },
}


def main() -> None:
    for documents, written in ((RULES, with_rules), (MATCHERS, with_levels), (TOLD, with_told)):
        for language, name in documents.items():
            path = ROOT / name
            path.write_text(written(path.read_text(encoding="utf-8"), language), encoding="utf-8")


def with_rules(document: str, language: str) -> str:
    """The document with its table of rules, and with what each one means."""
    document = replaced(document, "rules", _rules(language))
    return replaced(document, "meanings", _meanings(language))


def with_levels(document: str, language: str) -> str:
    """The document with the levels of every comparison of the shipped plan."""
    return replaced(document, "levels", "\n\n".join(_levels(shipped_links(), language)))


def with_told(document: str, language: str) -> str:
    """The document with its table of the comparisons that are told their columns."""
    words = _WORDS[language]
    rows = [
        (f"`{name}`", f"`{level}`", text(f"matching.level.{name}.{level}", language))
        for name, matcher in general_matchers().items()
        for level in matcher.LEVELS
    ]
    abouts = [
        f"- `{name}`{words['colon']}{about('matchers', name, language)}"
        for name in general_matchers()
    ]
    levels = table([words["comparison"], words["level"], words["meaning"]], rows)
    return replaced(document, "told", "\n".join(abouts) + f"\n\n{levels}")


def about(kind: str, name: str, language: str) -> str:
    """What a module of `rules` or `matchers` is about, in one paragraph; KeyError where the Chinese
    is missing."""
    docstring = import_module(f"reconcile.{kind}.{name}").__doc__ or ""
    english = " ".join(docstring.split("\n\n")[0].split())
    return english if language == "en" else _chinese()[kind][english]


@cache
def _chinese() -> dict[str, dict[str, str]]:
    return tomllib.loads(CHINESE.read_text(encoding="utf-8"))


def _rules(language: str) -> str:
    """Code, name in the lists, severity and action of each rule."""
    words = _WORDS[language]
    rows = [
        (
            f"`{code}`",
            text(f"rules.{code}.name", "zh"),
            text(f"lists.severities.{load_rule(code).SEVERITY}", language),
            text(f"rules.{code}.action", language),
        )
        for code in rule_codes()
    ]
    return table([words[key] for key in ("code", "name", "severity", "action")], rows)


def _meanings(language: str) -> str:
    colon = _WORDS[language]["colon"]
    return "\n".join(
        f"- **{code}**{colon}{about('rules', code, language)}" for code in rule_codes()
    )


def _levels(links: list[LinkConfig], language: str) -> Iterator[str]:
    """A heading and a table for each comparison, in the order of the plan."""
    model = load_model("default")
    for comparison in dict.fromkeys(name for link in links for name in link.comparisons):
        yield f"### {text(f'matching.comparison.{comparison}', language)}: `{comparison}`"
        yield about("matchers", comparison, language)
        yield _table_of(comparison, model, language)


def _table_of(comparison: str, model: Model, language: str) -> str:
    words, matcher = _WORDS[language], load_matcher(comparison)
    sets = [name for name, members in model.comparisons.items() if comparison in members]
    headers = [words["level"], words["meaning"]]
    headers += [
        words[against].format(name=name) for name in sets for against in ("stranger", "kin")
    ]
    rows = []
    for level in matcher.LEVELS:
        weights = []
        for name in sets:
            chances = model.comparisons[name][comparison].get(level)
            weights += [_weight(chances, "u"), _weight(chances, "k")]
            if level in matcher.FREQUENCIES:
                weights[-2] = words["frequency"]
            elif level in graded_levels(comparison):
                weights[-2:] = [words["graded"]] * 2
        rows.append(
            (f"`{level}`", text(f"matching.level.{comparison}.{level}", language), *weights)
        )
    return table(headers, rows, right=2 * len(sets))


def _weight(chances: Level | None, against: str) -> str:
    """log2 of how much likelier the level is among matches, in bits; a missing value says
    nothing."""
    return "0" if chances is None else f"{math.log2(chances.m / getattr(chances, against)):+.1f}"


if __name__ == "__main__":
    main()
