"""What the clerk should know about comparing where people live and are registered."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.core.notice import Notice
from reconcile.persons.residence.levels import not_known_to_both, residences
from reconcile.persons.view import View

_LEAST_SHARE = 0.02  # fewer are slips


def of_residences(view: View) -> Iterator[Notice]:
    """So many residents have an area under a name that the other register does not use, that a
    table of areas would tell more; counts only."""
    count = not_known_to_both(view)
    if count and count > _LEAST_SHARE * residences(view).height:
        yield Notice("areas_one_sided", {"count": count})
