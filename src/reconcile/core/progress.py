"""How far a run is, told on stderr; and how long each stage took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from reconcile.core import logs
from reconcile.core.machine import peak_memory
from reconcile.core.messages import text

Advance = Callable[[int], None]


class Bars(Protocol):
    """Bars on a terminal, one for each stage that is on its way."""

    def add_task(self, description: str, *, total: float | None) -> Any: ...
    def advance(self, task_id: Any, advance: float) -> None: ...
    def remove_task(self, task_id: Any) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Progress:
    """The stages of a run. A terminal sees a bar or a spinner, if `bars` makes them; `verbose`: a
    line for each stage elsewhere.

    A stage's name is a text of the catalog (`progress.stage.<name>`).
    """

    def __init__(
        self, *, quiet: bool = False, verbose: bool = False, bars: Callable[[], Bars] | None = None
    ) -> None:
        self._new_bars = bars
        self._lively = bars is not None and sys.stderr.isatty() and not quiet and not logs.enabled()
        self._plain = verbose and not quiet and not self._lively and not logs.enabled()
        self._bars: Bars | None = None
        self._seconds: dict[str, float] = {}
        self._peaks: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Times a stage and shows it. `total`: its steps when they are known; the block is given a
        function that takes the number of steps just done. A stage entered twice adds up; stages may
        be nested."""
        label = text(f"progress.stage.{name}")
        start = time.perf_counter()
        with self._shown(label, total) as advance:
            yield advance
        seconds = time.perf_counter() - start
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds
        self._peaks[name] = peak_memory()
        logs.event("stage", stage=name, seconds=round(seconds, 3))
        if self._plain:
            print(
                text("progress.done", stage=label, seconds=f"{seconds:.1f}"),
                file=sys.stderr,
                flush=True,
            )

    @contextmanager
    def _shown(self, label: str, total: int | None) -> Iterator[Advance]:
        if not self._lively or self._new_bars is None:
            yield lambda steps: None
            return
        outermost = self._bars is None
        bars = self._bars = self._bars or self._new_bars()
        task = bars.add_task(label, total=total)
        try:
            if outermost:
                bars.start()
            yield lambda steps: bars.advance(task, steps)
        finally:
            bars.remove_task(task)
            if outermost:
                bars.stop()
                self._bars = None

    def timings(self) -> dict[str, object]:
        """Wall seconds of each stage; the peak memory of this process (MiB) up to the end of each
        stage, and so far."""
        seconds = {name: round(taken, 3) for name, taken in self._seconds.items()}
        return {
            "seconds": seconds,
            "peak_memory_mib_by_stage": self._peaks,
            "peak_memory_mib": peak_memory(),
        }
