"""Comparisons and their levels in words."""

from __future__ import annotations

from reconcile.core.messages import column_text, text
from reconcile.matchers import named_columns


def comparison_text(comparison: str) -> str:
    """What people call a comparison: `surname` for `text(surname_std, given_name_std)`, by its
    first column."""
    name, columns = named_columns(comparison)
    return (
        column_text(columns[0].removesuffix("_std"))
        if columns
        else text(f"matching.comparison.{name}")
    )


def level_text(comparison: str, level: str) -> str:
    """What a level of a comparison says."""
    return text(f"matching.level.{named_columns(comparison)[0]}.{level}")
