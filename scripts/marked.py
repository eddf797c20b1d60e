"""Parts of documents that scripts write: between `<!-- name: … -->` and `<!-- /name -->`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def replaced(document: str, name: str, content: str) -> str:
    """The document with `content` in its part called `name`. ValueError when it has no such part,
    or several."""
    part = re.compile(
        rf"(<!-- {re.escape(name)}:[^>]*-->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL
    )
    changed, count = part.subn(lambda found: f"{found[1]}{content.strip()}\n{found[2]}", document)
    if count != 1:
        raise ValueError(f"there must be one part called {name}, not {count}")
    return changed


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], right: int = 0) -> str:
    """A Markdown table whose last `right` columns are aligned to the right."""
    rules = ["---"] * (len(headers) - right) + ["---:"] * right
    lines = [headers, rules, *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
