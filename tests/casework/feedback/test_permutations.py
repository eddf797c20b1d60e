"""However rows and columns are moved and deleted, the rows that are left are booked with the same answers."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.casework.feedback.booked_before import BOOK
from reconcile.casework.feedback.judging import judge
from reconcile.casework.feedback.read_forms import read_returned
from reconcile.casework.form import FORM
from reconcile.core.frames import ANSWERS
from reconcile.core.messages import text
from reconcile.ledger.actor import today
from reconcile.ledger.store import open_ledger
from tests.casework.feedback.forms import BATCH, Office, form, key_of, office, sent_rows, write_xlsx

CASES = 12
NEEDED = [FORM.index("key"), FORM.index("result")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office(tmp_path_factory.mktemp("w") / "work", CASES)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_rows_that_are_left_are_booked_the_same(tmp_path: Path, made: Office, data: st.DataObject) -> None:
    answers = data.draw(st.lists(st.sampled_from(["", *ANSWERS]), min_size=CASES, max_size=CASES))
    typed = {case: text(f"lists.answers.{answer}") if answer else "" for case, answer in enumerate(answers)}
    header, *rows = form(sent_rows(BATCH, range(CASES)), typed)
    rows = [rows[place] for place in data.draw(st.permutations(range(CASES)))][: data.draw(st.integers(1, CASES))]
    deleted = data.draw(st.sets(st.integers(0, len(FORM) - 1))) - set(NEEDED)
    order = [place for place in data.draw(st.permutations(range(len(FORM)))) if place not in deleted]
    path = write_xlsx(tmp_path / "form.xlsx", [[row[place] for place in order] for row in [header, *rows]])

    with open_ledger(made.workspace) as ledger:
        judged = judge(read_returned([str(path)], lambda: None).rows, ledger, today(), replace=False)
    left = {row[FORM.index("key")] for row in rows}
    expected = {key_of(case): answer for case, answer in enumerate(answers) if answer and key_of(case) in left}
    to_book = judged.answers.filter(pl.col("fate") == BOOK)
    assert dict(to_book.select("key", "answer").iter_rows()) == expected
    assert judged.rejected().is_empty()
    assert judged.rows.height == len(rows)
