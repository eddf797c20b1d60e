"""The option `--judgements` of the commands that match."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconcile.config import Config


def with_judgements(config: Config, judgements: Path | None) -> Config:
    """The config with this file of judgements in place of its own; unchanged without one."""
    from reconcile.config import matching_of

    if judgements is None:
        return config
    matching = matching_of(config).model_copy(update={"judgements": str(judgements)})
    return config.model_copy(update={"matching": matching})
