"""Newborns whom a register misses by chance, for cities whose births are estimated from overlapping
lists."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reconcile.sample.city import City
from reconcile.sample.families import TODAY
from reconcile.sample.naming import Flags, Floats
from reconcile.sample.presets import Capture
from reconcile.sample.whereabouts import Whereabouts


def capture_newborns(
    city: City, where: Whereabouts, capture: Capture, rng: np.random.Generator
) -> Whereabouts:
    """Each child that all three lists should have is on each with the stated chance, and for no
    other reason.

    Such a child was born in a hospital of the city to a mother who lives there, and lived. None is
    late, and none is registered elsewhere.
    """
    due = due_on_all_lists(city, where)
    missed = {
        source: due & (rng.random(len(due)) >= chance)
        for source, chance in _chances(capture, len(due), rng).items()
    }
    return replace(
        where,
        missed=missed,
        incoming=where.incoming & ~due,
        unregistered=where.unregistered & ~due,
        resident_since=np.where(due, np.minimum(where.resident_since, TODAY), where.resident_since),
        registered_since=np.where(
            due, np.minimum(where.registered_since, TODAY), where.registered_since
        ),
    )


def due_on_all_lists(city: City, where: Whereabouts) -> Flags:
    """The newborns that hospitals, resident register and household register should all have, sooner
    or later."""
    elsewhere = city.visitor | where.born_elsewhere
    return where.newborn & ~elsewhere & ~where.home_birth & ~where.early_death


def _chances(capture: Capture, size: int, rng: np.random.Generator) -> dict[str, Floats]:
    """How likely each register is to hold each person: on average the stated share, less for the
    hidden."""
    hidden = rng.random(size) < capture.hidden
    others = (1 - capture.hidden * capture.hidden_times) / (1 - capture.hidden)
    times = np.where(hidden, capture.hidden_times, others)
    shares = {
        "births": capture.births,
        "residents": capture.residents,
        "household": capture.household,
    }
    return {source: share * times for source, share in shares.items()}
