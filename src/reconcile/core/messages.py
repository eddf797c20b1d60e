"""Texts in both languages: `text("reading.error.empty_file", file="a.csv")`.

The catalog is `locales/<lang>/<area>.toml`, one file for each area; `reading.error.empty_file` is
the entry `empty_file` in the table `[error]` of `reading.toml`.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
_LOCALES = Path(__file__).parents[1] / "locales"
_spoken: ContextVar[str] = ContextVar("language", default="")


def speak(language: str) -> None:
    """The language of everything said from here on in this context (`zh` or `en`)."""
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """As `speak`, until the block ends; an empty language is that of the environment."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language in use: as spoken, else from RECONCILE_LANG or the system's locale, else
    Chinese."""
    return _spoken.get() or _from_environment()


@cache
def _from_environment() -> str:
    for name in ("RECONCILE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value.startswith(("zh", "en")):
            return value[:2]
    value = (locale.getlocale()[0] or "").lower()
    return "en" if value.startswith("en") else "zh"


@cache
def _area(lang: str, area: str) -> dict[str, Any]:
    """The texts of an area; none of one that there is not."""
    path = _LOCALES / lang / f"{area}.toml"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return tomllib.load(file)


def has_text(key: str, lang: str | None = None) -> bool:
    """Whether the catalog has this text."""
    return _find(key, lang or language()) is not None


def _find(key: str, lang: str) -> str | None:
    area, *path = key.split(".")
    found: Any = _area(lang, area)
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def text(key: str, lang: str | None = None, **values: object) -> str:
    """The text under `key` with `{values}` filled in. An unknown key raises KeyError: that is a
    bug."""
    found = _find(key, lang or language())
    if found is None:
        raise KeyError(key)
    return found.format(**values) if values else found


def column_text(column: str, lang: str | None = None) -> str:
    """What people call a canonical column; one of a layout of one's own goes by its name."""
    key = f"columns.{column}"
    return text(key, lang) if has_text(key, lang) else column


def texts(key: str, lang: str | None = None) -> dict[str, str]:
    """All texts of the table `key`, by name: `texts("rules.id_missing")`; empty without such a
    table."""
    area, *path = key.split(".")
    found: Any = _area(lang or language(), area)
    for part in path:
        found = found.get(part, {})
    return {name: value for name, value in found.items() if isinstance(value, str)}
