"""Why rows were rejected or set aside, in words."""

from __future__ import annotations

from collections.abc import Mapping

from reconcile.core.messages import has_text, text


def row_reason(reason: str, language: str | None = None) -> str:
    """Why a row was rejected or set aside, in words."""
    keys = (f"{area}.reason.{reason}" for area in ("reading", "standardising", "areas"))
    return next((text(key, language) for key in keys if has_text(key, language)), reason)


def reasons_text(counts: Mapping[str, int]) -> str:
    """Why rows were rejected or set aside, and how many, the most frequent reason first."""
    in_order = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return text("summary.separator").join(
        text("summary.reason_count", reason=row_reason(reason), count=f"{count:,}")
        for reason, count in in_order
        if count
    )
