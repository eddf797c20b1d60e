"""The catalog says the same things in both languages."""

from __future__ import annotations

import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

import reconcile
from reconcile.core.messages import LANGUAGES

LOCALES = Path(reconcile.__file__).parent / "locales"
AREAS = sorted({path.name for language in LANGUAGES for path in (LOCALES / language).glob("*.toml")})


def texts(language: str, area: str) -> dict[str, str]:
    """Every text of an area by its dotted key."""

    def flat(table: dict[str, Any], above: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in table.items():
            found |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
        return found

    path = LOCALES / language / area
    return flat(tomllib.loads(path.read_text(encoding="utf-8")), "") if path.exists() else {}


def values(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_texts_with_the_same_values(area: str) -> None:
    chinese, english = texts("zh", area), texts("en", area)
    assert chinese.keys() == english.keys()
    for key, text in chinese.items():
        assert values(text) == values(english[key]), key
