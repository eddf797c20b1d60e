"""ID completion: for residents without a usable ID number, whose number of the household register may be theirs.

A list to confirm: nothing is ever filled in.
"""

from __future__ import annotations

import polars as pl

from reconcile.completion.contenders import PAIR, contenders, registered
from reconcile.completion.likely import likely
from reconcile.completion.looking import looked_at
from reconcile.completion.wanting import wanting
from reconcile.linkage import Linked
from reconcile.view import View


def candidates(view: View, linked: Linked):
    asked = wanting(view)
    pairs = contenders(view, linked, asked, registered(view))
    unseen = pairs["name"].is_null()
    seen = looked_at(view, linked, pairs.filter(unseen).select(PAIR))
    told = pairs.filter(unseen).select(pl.exclude(seen.columns)).hstack(seen)
    whole = pl.concat([pairs.filter(~unseen), told], how="diagonal_relaxed")
    return asked, likely(view, asked, whole)
