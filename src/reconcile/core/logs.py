"""Log lines for machines: one JSON object for each event on stderr, with `--log-json`.

An event is a word with numbers and names of things (stages, files, sources, codes); never a
person's values.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Literal

_enabled = False


def enable(on: bool) -> None:
    """Turns the log on or off."""
    global _enabled
    _enabled = on


def enabled() -> bool:
    """Whether there is a log; nothing else should then be said on stderr."""
    return _enabled


def event(
    name: str, level: Literal["info", "warning", "error"] = "info", **facts: int | float | str
) -> None:
    """Writes one event, if there is a log."""
    if not _enabled:
        return
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"time": time, "level": level, "event": name, **facts}
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)
