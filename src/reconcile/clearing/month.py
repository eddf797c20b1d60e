"""A month's steps, in the ledger or out of it: open → followed → cleared → booked."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import polars as pl

from reconcile.clearing.judgements import BindingJudgements
from reconcile.clearing.ledger_month import OpenMonth
from reconcile.clearing.unbooked import OpenRun
from reconcile.config import RuleConfig
from reconcile.core.errors import UsageError
from reconcile.core.notice import Notice
from reconcile.core.period import Period
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from reconcile.workspace.inputs import RunInputs


class Open(Protocol):
    """Before the run."""

    @property
    def rules(self) -> Mapping[str, RuleConfig]:
        """The rules to run."""

    def configured(self, rules: Mapping[str, RuleConfig]) -> Open:
        """The same under the config's rules, less those that cannot be judged."""

    def bound_by(
        self, judged: BindingJudgements, records: Mapping[str, pl.DataFrame]
    ) -> BindingJudgements:
        """The judgements under the keys of these standardised records."""

    def followed(self, records: Mapping[str, pl.DataFrame], judged: BindingJudgements) -> Followed:
        """The next step: the records of the run are known. `judged`: what bound it."""


class Followed(Protocol):
    """The records are known, and which of the last run's they are."""

    @property
    def known(self) -> pl.DataFrame | None:
        """The cases known before, the `previous` of `check`; None without any."""

    def cleared(self, discrepancies: pl.DataFrame, codes: Collection[str]) -> Cleared:
        """The next step: what these rules found is held against the cases. frames.DISCREPANCIES."""


class Cleared(Protocol):
    """What became of the cases is known; only the booking is left."""

    @property
    def reported(self) -> pl.DataFrame:
        """frames.DISCREPANCIES that the lists show."""

    @property
    def counts(self) -> Mapping[str, int]:
        """The cases of the ledger in this run, by `clear.CLEARANCE`."""

    def notices(self) -> list[Notice]:
        """What the clerk should know beside the lists."""

    def book(self, folder: Path) -> None:
        """Books the run whose finished folder this is."""


@contextmanager
def month_of(
    workspace: Workspace, period: Period | None, inputs: RunInputs, may_replace: Callable[[], bool]
) -> Iterator[Open]:
    """The month ready to be run; needs the workspace's lock.

    `may_replace` is asked when this month is booked already with other inputs. Raises UsageError
    when it says no, and when a later month is booked: a month that others build on cannot change
    under them.
    """
    if period is None:
        yield OpenRun(workspace)
        return
    with open_ledger(workspace, create=True) as ledger:
        name, latest = str(period), ledger.latest_period()
        if latest is not None and name < latest:
            raise UsageError("ledger.error.earlier", period=period, latest=latest)
        booked = ledger.query(
            "SELECT run, inputs FROM runs WHERE period = ? AND replaced IS NULL", name
        )
        if booked and booked[0]["inputs"] != inputs.digest and not may_replace():
            raise UsageError("ledger.error.booked", period=period)
        runs = ledger.query(
            "SELECT period, sources FROM runs WHERE replaced IS NULL AND period < ?", name
        )
        before = {run["period"]: json.loads(run["sources"]) for run in runs}
        yield OpenMonth(ledger, period, inputs, booked[0]["run"] if booked else None, before, {})
