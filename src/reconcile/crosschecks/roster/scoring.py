"""Pairs of a roster's rows, weighed by how common values are in the registers.

How common they are in a roster says nothing: in a list of ten, every name has a tenth of the
people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reconcile.config import LinkConfig
from reconcile.matching.link_runs import LinkRun
from reconcile.matching.linkage import Linkage
from reconcile.matching.score import Bits, LinkOf, Scorer
from reconcile.population.frequencies import counts
from reconcile.population.population import Nodes


class RosterRun(LinkRun):
    """Links of rosters that are compared alike; the rows of rosters are the first `rosters` nodes
    of the population."""

    def __init__(self, linkage: Linkage, links: Sequence[LinkConfig], rosters: int) -> None:
        super().__init__(linkage, links)
        self._rosters = rosters
        self.expect()

    def scorer(self) -> Scorer:
        """Weighs pairs by the linkage's model and the registers' values."""
        scorer = _RosterScorer(self._ground.population, self.links, self._ground.model)
        scorer.rosters = self._rosters
        return scorer


class _RosterScorer(Scorer):
    rosters = 0

    def _share(
        self, column: str, left: Nodes, right: Nodes, link: LinkOf, cohort: bool = False
    ) -> Bits:
        """How common each pair's value is in the registers, the commoner one where the two sides
        differ."""
        codes = self._population.codes(column)
        among = codes[self.rosters :]
        found = np.maximum(counts(among, codes[left]), counts(among, codes[right]))
        shares: Bits = np.maximum(found, 1) / max(len(among), 1)
        return shares
