"""Where a case stands, in words."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import ANSWERS, STATES
from reconcile.core.messages import text


def state_text(language: str) -> pl.Expr:
    """`state` in words, with the answer behind it where it is answered; null without one."""
    states = {state: text(f"lists.states.{state}", language) for state in STATES}
    answers = {answer: text(f"lists.answers.{answer}", language) for answer in ANSWERS}
    state = pl.col("state").replace_strict(states, default=None, return_dtype=pl.String)
    answer = pl.col("answer").replace_strict(answers, default=None, return_dtype=pl.String)
    with_answer = pl.format(text("lists.side", language, column="{}", label="{}"), state, answer)
    return (
        pl.when((pl.col("state") == "answered") & answer.is_not_null())
        .then(with_answer)
        .otherwise(state)
    )
