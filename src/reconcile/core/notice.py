"""Something that the clerk should know about a run beside its lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconcile.core.labels import source_label
from reconcile.core.messages import column_text, has_text, text

# Values of notices that are names of sources: those that the program gives are said as people call
# them.
_SOURCES = {
    "source_missing": ("sources",),
    "source_incomplete": ("name",),
    "town_incomplete": ("name",),
    "column_lost": ("name",),
    "areas_from_addresses": ("name",),
    "doubles": ("name",),
}


@dataclass(frozen=True)
class Notice:
    """One thing to know: `notices.<kind>` of the catalog and what goes into it. `str()` says it in
    the language in use; the values are the same in every language."""

    kind: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        spoken = dict(self.values)
        if "layout" in spoken:
            spoken["source"] = source_label(str(spoken["layout"]))
        if "column" in spoken:
            cost = text(f"notices.absent.{spoken['column']}")
            spoken |= {"cost": cost, "column": text(f"columns.{spoken['column']}")}
        if "field" in spoken:
            spoken["field"] = column_text(str(spoken["field"]))
        if "rule" in spoken and has_text(f"rules.{spoken['rule']}.name"):
            spoken["rule"] = text(f"rules.{spoken['rule']}.name")
        for name in _SOURCES.get(self.kind, ()):
            spoken[name] = text("lists.separator").join(
                map(source_label, str(spoken[name]).split(", "))
            )
        return text(f"notices.{self.kind}", None, **spoken)
