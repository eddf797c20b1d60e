"""The judgements that stand, as a list that can be used as a file of judgements again."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import DECISIONS
from reconcile.core.masking import mask_ids_within
from reconcile.core.messages import text
from reconcile.ledger.judgements import judgements, ordered
from reconcile.ledger.store import has_ledger, open_ledger
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable
from reconcile.matching.judgements import PAIR
from reconcile.quality.explanation import Judgement, Record
from reconcile.workspace import Workspace

_SAID = ("decision", "who", "when", "why")
_COLUMNS = (*PAIR, *_SAID)


def build_standing(judgements: pl.DataFrame, language: str, masked: bool) -> ListTable:
    """frames.JUDGEMENTS of the ledger as a list, by number. `masked`: ID numbers in keys and
    reasons are masked."""
    words = {decision: text(f"judgements.decision.{decision}", language) for decision in DECISIONS}
    nothing = pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS)
    frame = judgements.select(
        pl.col("judgement").cast(pl.Int64), *_COLUMNS, nothing
    ).with_columns(pl.col("decision").cast(pl.String).replace(words))  # fmt: skip
    if masked:
        frame = frame.with_columns(
            mask_ids_within(pl.col(name)) for name in ("record_id_l", "record_id_r", "why")
        )
    columns = [ListColumn("judgement", text("judgements.column.judgement", language), "number", 8)]
    columns += [
        ListColumn(name, text(f"judgements.column.{name}", language), "id", 16) for name in _COLUMNS
    ]
    return ListTable(
        "judgements", text("judgements.title", language), language, tuple(columns), frame
    )


def standing_of(workspace: Workspace, left: Record, right: Record) -> list[Judgement]:
    """What the ledger has of this pair now; nothing where there is no ledger."""
    if not has_ledger(workspace):
        return []
    pair = pl.DataFrame(
        [(left.source, left.record_id, right.source, right.record_id)], schema=PAIR, orient="row"
    )
    with open_ledger(workspace) as ledger:
        found = judgements(ledger).join(ordered(pair), on=PAIR, how="semi")
    return [Judgement(*row) for row in found.select(_SAID).iter_rows()]
