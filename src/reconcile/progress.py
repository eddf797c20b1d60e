"""How far a run is, told on stderr; and how long each stage took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconcile import logs
from reconcile.machine import peak_memory
from reconcile.messages import text

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

Advance = Callable[[int], None]


class Progress:
    """The stages of a run. A terminal sees a bar or a spinner, `verbose` a line for each stage elsewhere.

    A stage's name is a text of the catalog (`progress.stage.<name>`).
    """

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self._lively = sys.stderr.isatty() and not quiet and not logs.enabled()
        self._plain = verbose and not quiet and not self._lively and not logs.enabled()
        self._bars: Bars | None = None
        self._seconds: dict[str, float] = {}
        self._peaks: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Times a stage and shows it. `total`: its steps when they are known; the block is given a function
        that takes the number of steps just done. A stage entered twice adds up; stages may be nested."""
        label = text(f"progress.stage.{name}")
        start = time.perf_counter()
        with self._shown(label, total) as advance:
            yield advance
        seconds = time.perf_counter() - start
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds
        self._peaks[name] = peak_memory()
        logs.event("stage", stage=name, seconds=round(seconds, 3))
        if self._plain:
            print(text("progress.done", stage=label, seconds=f"{seconds:.1f}"), file=sys.stderr, flush=True)

    @contextmanager
    def _shown(self, label: str, total: int | None) -> Iterator[Advance]:
        if not self._lively:
            yield lambda steps: None
            return
        outermost = self._bars is None
        bars = self._bars = self._bars or _bars()
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
        """Wall seconds of each stage; the peak memory of this process (MiB) up to the end of each stage, and so far."""
        seconds = {name: round(taken, 3) for name, taken in self._seconds.items()}
        return {"seconds": seconds, "peak_memory_mib_by_stage": self._peaks, "peak_memory_mib": peak_memory()}


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
