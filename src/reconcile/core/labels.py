"""What people call the sources of a run."""

from __future__ import annotations

from collections.abc import Mapping

from reconcile.core.messages import has_text, text

# Registers by their layout, and the two files of a `link` whose sides are told apart by nothing
# else.
_NAMED = ("lists.sources", "notices.sources")


def source_label(source: str, language: str | None = None) -> str:
    """What people call a register, by the name of its layout; a source that the user has named
    keeps its name."""
    return _known(source, language) or source


def source_labels(layouts: Mapping[str, str], language: str) -> dict[str, str]:
    """What people call each source: its register, or its own name where that does not tell it
    apart.

    `layouts`: the name of each source's layout.
    """
    of_layouts = list(layouts.values())
    return {
        source: (_known(layout, language) if of_layouts.count(layout) == 1 else None) or source
        for source, layout in layouts.items()
    }


def _known(name: str, language: str | None) -> str | None:
    keys = (f"{area}.{name}" for area in _NAMED)
    return next((text(key, language) for key in keys if has_text(key, language)), None)
