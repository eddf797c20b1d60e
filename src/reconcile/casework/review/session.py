"""One sitting in front of the pairs: where one is, what was decided; every decision is in the
ledger at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import polars as pl

from reconcile.casework.review.booking import book_one, record_reveal, take_back
from reconcile.casework.review.pairs import scored_rows
from reconcile.casework.review.run import Reviewed, booked_last
from reconcile.casework.review.sides import Sides, side_by_side
from reconcile.casework.review.workbook import reasons, shown_sides
from reconcile.core.errors import UsageError
from reconcile.core.messages import language
from reconcile.ledger.judgements import ordered
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.matching.judgements import PAIR
from reconcile.quality.explanation import Comparison, comparison_of


@dataclass(frozen=True)
class Step:
    """What became of a pair in this sitting: its decision and number, or neither when it was
    skipped or decided so before."""

    decision: str | None = None
    number: int | None = None


@dataclass
class Session:
    """`at`: the pair in front, from 0; at the number of pairs when all have been seen. `steps`:
    what became of those before it. `revealed`: whether whole values are shown."""

    reviewed: Reviewed
    revealed: bool = False
    at: int = 0
    steps: list[Step] = field(default_factory=list)
    whys: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # All that is to be shown is read once: a run of millions of rows is not searched again for
        # every pair.
        pairs = self.reviewed.pairs
        self._reasons = reasons(pairs, language())
        self._sides = side_by_side(self.reviewed.folder, pairs)
        self._scored = scored_rows(self.reviewed.folder, pairs)

    @property
    def total(self) -> int:
        return self.reviewed.pairs.height

    @property
    def finished(self) -> bool:
        """Whether all pairs have been seen."""
        return self.at >= self.total

    @property
    def decided(self) -> int:
        return sum(step.decision is not None for step in self.steps)

    @property
    def skipped(self) -> int:
        return len(self.steps) - self.decided

    @property
    def pair(self) -> pl.DataFrame:
        """The pair in front: one row of review.pairs.PAIRS."""
        return self.reviewed.pairs.slice(self.at, 1)

    @property
    def reason(self) -> str:
        """Why the pair in front is asked about."""
        return str(self._reasons[self.at])

    def sides(self) -> Sides:
        """The values of the pair in front, masked unless they were revealed."""
        return shown_sides(self._sides.of(self.at), not self.revealed)

    def comparison(self) -> Comparison | None:
        """How the pair in front was weighed; None when it was never compared."""
        found = self._scored.join(ordered(self.pair), on=PAIR, how="semi")
        return comparison_of(found.row(0, named=True)) if found.height else None

    def earlier(self) -> tuple[str, str, str] | None:
        """decision, who and when of the judgement that the pair in front had when the sitting
        began."""
        found = self.reviewed.judged.join(ordered(self.pair), on=PAIR, how="semi")
        return (
            found.select(pl.col("decision").cast(pl.String), "who", "when").row(-1)
            if found.height
            else None
        )

    def decide(self, decision: str) -> int | None:
        """Books the decision on the pair in front and goes on; its number, None when the ledger had
        it already.

        Raises ReconcileError when it cannot be booked: then the pair stays in front.
        """
        decided = self.pair.select(PAIR).with_columns(
            decision=pl.lit(decision),
            who=pl.lit(""),
            why=pl.lit(self.whys.get(self.at, "")),
            named=pl.lit("s / d"),
        )
        with self._ledger() as ledger:
            number = book_one(ledger, decided)
        self._go_on(Step(decision, number))
        return number

    def skip(self) -> None:
        """Goes on without a decision."""
        self._go_on(Step())

    def back(self) -> int | None:
        """Goes back to the pair before and withdraws what was decided about it in this sitting; the
        number withdrawn.

        Raises ReconcileError when it cannot be withdrawn: then nothing has changed.
        """
        step = self.steps[-1]
        if step.number is not None:
            with self._ledger() as ledger:
                take_back(ledger, [step.number], "review")
        self.steps.pop()
        self.at -= 1
        return step.number

    def reveal(self, reason: str) -> None:
        """Shows whole values from here on. Raises ReconcileError when that cannot be recorded."""
        record_reveal(self.reviewed.workspace, reason, "review")
        self.revealed = True

    def _go_on(self, step: Step) -> None:
        self.steps.append(step)
        self.at += 1

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        """The ledger, locked for as long as a decision takes; UsageError when another run has been
        booked since."""
        with self.reviewed.workspace.lock(), open_ledger(self.reviewed.workspace) as ledger:
            if booked_last(ledger) != (self.reviewed.period, self.reviewed.run):
                raise UsageError("review.error.another_run")
            yield ledger
