"""reconcile: clean a city's population registers month by month.

For programs: `read`, `standardise`, `link`, `dedupe`, `check` and `evaluate`, on Polars frames.
They are loaded when they are first asked for, so that `import reconcile` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reconcile.core.version import __version__

if TYPE_CHECKING:
    from reconcile.pipeline.interface import check, dedupe, link, read, standardise
    from reconcile.quality.evaluation import score as evaluate

__all__ = ["__version__", "check", "dedupe", "evaluate", "link", "read", "standardise"]


_HOMES = {
    **{
        name: ("reconcile.pipeline.interface", name)
        for name in ("check", "dedupe", "link", "read", "standardise")
    },
    "evaluate": ("reconcile.quality.evaluation", "score"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'reconcile' has no attribute {name!r}")
    module, function = _HOMES[name]
    return getattr(import_module(module), function)


def __dir__() -> list[str]:
    return sorted(__all__)
