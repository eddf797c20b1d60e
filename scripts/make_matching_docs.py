"""Writes the tables of docs/matching.md and docs/matchers.md in both languages: the shipped plan, what it covers, the
levels.

    .venv/bin/python -m scripts.make_matching_docs

They come from the plan, the matchers, the shipped model and the catalog; `tests/test_docs.py` fails when one of
these has changed and this script has not run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from scripts.coverage_tables import coverage_tables
from scripts.marked import ROOT, replaced, table

from reconcile.config import LinkConfig
from reconcile.config.plan import default_matching
from reconcile.core.layouts import layout_names
from reconcile.core.messages import text
from reconcile.matchers import general_matchers, graded_levels, load_matcher
from reconcile.matchers.shared.levels import Level
from reconcile.matching.model import Model, load_model

DOCUMENTS: Mapping[str, str] = {"en": "docs/matching.md", "zh": "docs/matching.zh-CN.md"}
MATCHERS: Mapping[str, str] = {"en": "docs/matchers.md", "zh": "docs/matchers.zh-CN.md"}
# Where the comparisons that are told their columns stand.
TOLD: Mapping[str, str] = {
    "en": "docs/how-to/match-other-registers.md",
    "zh": "docs/how-to/match-other-registers.zh-CN.md",
}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "compared": "compared",
        "exact": "closed at once by",
        "blocking": "candidate pairs share",
        "wide": "records without a sure match, also",
        "comparisons": "comparisons",
        "barred": "never joined at",
        "set": "parameters",
        "price": "price, bits",
        "comparison": "comparison",
        "level": "level",
        "meaning": "meaning",
        "stranger": "against strangers<br>{name}",
        "kin": "against kin<br>{name}",
        "frequency": "by frequency",
        "graded": "by coverage",
        "register": "{left} – {right}",
        "inside": "inside {left}",
    },
    "zh": {
        "compared": "比较对象",
        "exact": "直接认定所用的键",
        "blocking": "候选对须共有",
        "wide": "没有把握大的匹配时，再找共有",
        "comparisons": "比较项",
        "barred": "出现时不归为一人",
        "set": "参数组",
        "price": "代价（比特）",
        "comparison": "比较方法",
        "level": "结果代码",
        "meaning": "含义",
        "stranger": "对陌生人<br>{name}",
        "kin": "对亲属<br>{name}",
        "frequency": "按频率",
        "graded": "按覆盖",
        "register": "{left} – {right}",
        "inside": "{left}内部",
    },
}


def main() -> None:
    for documents, written in ((DOCUMENTS, with_tables), (MATCHERS, with_levels), (TOLD, with_told)):
        for language, name in documents.items():
            path = ROOT / name
            path.write_text(written(path.read_text(encoding="utf-8"), language), encoding="utf-8")


def with_tables(document: str, language: str) -> str:
    """The document with its tables as they should be."""
    document = replaced(document, "shares", _shares(language))
    document = replaced(document, "coverage", coverage_tables(language))
    return replaced(document, "plan", _plan(_shipped_links(), language))


def with_levels(document: str, language: str) -> str:
    """The document with the levels of every comparison of the shipped plan."""
    return replaced(document, "levels", "\n\n".join(_levels(_shipped_links(), language)))


def with_told(document: str, language: str) -> str:
    """The document with its table of the comparisons that are told their columns."""
    words = _WORDS[language]
    rows = [
        (f"`{name}`", f"`{level}`", text(f"matching.level.{name}.{level}", language))
        for name, matcher in general_matchers().items()
        for level in matcher.LEVELS
    ]
    return replaced(document, "told", table([words["comparison"], words["level"], words["meaning"]], rows))


def _shipped_links() -> list[LinkConfig]:
    return default_matching({name: name for name in layout_names()}).links


def _shares(language: str) -> str:
    """The shares of each parameter set and the price that follows from them."""
    words, model = _WORDS[language], load_model("default")
    rows = [
        (f"`{name}`", s.linked, s.repeated, f"{math.log2(s.repeated / s.linked):+.1f}", model.kin)
        for name, s in model.shares.items()
    ]
    return table([words["set"], "`linked`", "`repeated`", words["price"], "`kin`"], rows, right=4)


def _plan(links: list[LinkConfig], language: str) -> str:
    words = _WORDS[language]
    parts = [
        table(
            [words["compared"], words["set"], words["comparisons"], words["barred"]],
            [
                (
                    _compared(link, language),
                    f"`{link.parameters}`",
                    _listed(text(f"matching.comparison.{name}", language) for name in link.comparisons),
                    _listed(f"`{level}`" for level in link.barred),
                )
                for link in links
            ],
        )
    ]
    for kind in ("exact", "blocking", "wide"):
        rows = [(_compared(link, language), rules) for link in links if (rules := _rules(getattr(link, kind)))]
        parts.append(table([words["compared"], words[kind]], _merged(rows)))
    return "\n\n".join(parts)


def _compared(link: LinkConfig, language: str) -> str:
    left, right = (text(f"lists.sources.{source}", language) for source in link.sources)
    return _WORDS[language]["inside" if left == right else "register"].format(left=left, right=right)


def _rules(rules: list[list[str]]) -> str:
    return "<br>".join(f"`{' + '.join(rule)}`" for rule in rules)


def _merged(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Links that share their rules in one row."""
    merged: dict[str, list[str]] = {}
    for compared, rules in rows:
        merged.setdefault(rules, []).append(compared)
    return [("<br>".join(compared), rules) for rules, compared in merged.items()]


def _listed(words: Iterator[str]) -> str:
    return ", ".join(words) or "–"


def _levels(links: list[LinkConfig], language: str) -> Iterator[str]:
    """A heading and a table for each comparison, in the order of the plan."""
    model = load_model("default")
    for comparison in dict.fromkeys(name for link in links for name in link.comparisons):
        yield f"### {text(f'matching.comparison.{comparison}', language)}: `{comparison}`"
        yield _table_of(comparison, model, language)


def _table_of(comparison: str, model: Model, language: str) -> str:
    words, matcher = _WORDS[language], load_matcher(comparison)
    sets = [name for name, members in model.comparisons.items() if comparison in members]
    headers = [words["level"], words["meaning"]]
    headers += [words[against].format(name=name) for name in sets for against in ("stranger", "kin")]
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
        rows.append((f"`{level}`", text(f"matching.level.{comparison}.{level}", language), *weights))
    return table(headers, rows, right=2 * len(sets))


def _weight(chances: Level | None, against: str) -> str:
    """log2 of how much likelier the level is among matches, in bits; a missing value says nothing."""
    return "0" if chances is None else f"{math.log2(chances.m / getattr(chances, against)):+.1f}"


if __name__ == "__main__":
    main()
