"""Writes the tables of docs/matching.md in both languages: the shipped plan and what it covers.

    .venv/bin/python -m scripts.make_matching_docs

They come from the plan, the shipped model and the catalog; `tests/test_docs.py` fails when one of
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
from reconcile.matching.model import load_model

DOCUMENTS: Mapping[str, str] = {"en": "docs/matching.md", "zh": "docs/matching.zh-CN.md"}

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
        "register": "{left} – {right}",
        "inside": "{left}内部",
    },
}


def main() -> None:
    for language, name in DOCUMENTS.items():
        path = ROOT / name
        path.write_text(with_tables(path.read_text(encoding="utf-8"), language), encoding="utf-8")


def with_tables(document: str, language: str) -> str:
    """The document with its tables as they should be."""
    document = replaced(document, "shares", _shares(language))
    document = replaced(document, "coverage", coverage_tables(language))
    return replaced(document, "plan", _plan(shipped_links(), language))


def shipped_links() -> list[LinkConfig]:
    """The links of the plan for the three registers of a city."""
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
                    _listed(
                        text(f"matching.comparison.{name}", language) for name in link.comparisons
                    ),
                    _listed(f"`{level}`" for level in link.barred),
                )
                for link in links
            ],
        )
    ]
    for kind in ("exact", "blocking", "wide"):
        rows = [
            (_compared(link, language), rules)
            for link in links
            if (rules := _rules(getattr(link, kind)))
        ]
        parts.append(table([words["compared"], words[kind]], _merged(rows)))
    return "\n\n".join(parts)


def _compared(link: LinkConfig, language: str) -> str:
    left, right = (text(f"lists.sources.{source}", language) for source in link.sources)
    return _WORDS[language]["inside" if left == right else "register"].format(
        left=left, right=right
    )


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


if __name__ == "__main__":
    main()
