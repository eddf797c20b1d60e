"""What the site changes of a page, a hook of mkdocs: its header has the link to the other language."""

from __future__ import annotations

import re
from typing import Any

_OTHER_LANGUAGE = re.compile(r" ?\[(?:中文|English)\]\([\w./-]+\.md\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page without its own link to the other language."""
    return _OTHER_LANGUAGE.sub("", markdown, count=1)
