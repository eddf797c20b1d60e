"""What the site changes beyond mkdocs and its plugins, which call it (`hooks` in mkdocs.yml).

The theme has one search for all languages, and cuts Chinese queries by words that it guesses, so
that most find nothing. Here a page searches what is in its language, and Chinese by its characters
(`separator` in mkdocs.yml).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

_OTHER_LANGUAGE = re.compile(r" ?\[(?:简体)?(?:中文|English)\]\([\w./-]+\.md\)")
_TO_ENGLISH = re.compile(r"\[([^\]]+)\]\(([\w/-]+)\.md(#[\w-]+)?\)")
_OF_THE_LANGUAGE = """
__index.docs = __index.docs.filter(doc => doc.location.startsWith("zh-CN/") == (document.documentElement.lang == "zh"))
"""  # noqa: E501
_GUESSED_WORDS = re.compile(r"\[\.\.\.\w+\(s,this\.index\.invertedIndex\)\]")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """The page without its own link to the other language, which the header has.

    Where a Chinese page links to an English one, the link leads out of the Chinese half of the
    site; left to mkdocs it would lead to the page's own Chinese form.
    """
    markdown = _OTHER_LANGUAGE.sub("", markdown, count=1)
    if not page.file.src_uri.endswith(".zh-CN.md"):
        return markdown
    up = "../" * page.file.url.count("/")
    return _TO_ENGLISH.sub(
        lambda link: f'<a href="{up}{link[2]}.html{link[3] or ""}">{link[1]}</a>', markdown
    )


@event_priority(-200)  # after the plugin `offline` has written the index
def on_post_build(*, config: Any) -> None:
    """Lets a page search what is in its language, and takes Chinese queries as they are typed."""
    site = Path(config.site_dir)
    with (site / "search" / "search_index.js").open("a", encoding="utf-8") as index:
        index.write(_OF_THE_LANGUAGE)
    for worker in site.glob("assets/javascripts/workers/search.*.js"):
        script = _GUESSED_WORDS.sub("[s]", worker.read_text(encoding="utf-8"))
        if "=>[s].join(" not in script:
            raise PluginError(
                "The theme's search has changed: see whether it finds 人户分离, and mend "
                "scripts/site_hooks.py"
            )
        worker.write_text(script, encoding="utf-8")
