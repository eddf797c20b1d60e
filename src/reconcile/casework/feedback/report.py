"""What a call of `reconcile feedback` came to, in counts; nothing that a person is known by."""

from __future__ import annotations

from typing import Any

from reconcile.casework.feedback.booked_before import is_stale
from reconcile.casework.feedback.job import Outcome
from reconcile.casework.feedback.judging import OUTCOMES, reason_text
from reconcile.core.frames import ANSWERS
from reconcile.core.messages import language

# Rejected rows that a screen names; all of them are in the workbook.
TOLD = 10


def file_counts(outcome: Outcome) -> list[dict[str, Any]]:
    """One dict for each file, in their order: file, and the rows: rows, answered, booked, already,
    empty, rejected."""
    rows = outcome.judged.rows
    counted = {
        file: dict(found["outcome"].value_counts().iter_rows())
        for (file,), found in rows.group_by("file")
    }
    told = []
    for file in outcome.returned.files:
        counts = {name: counted.get(file.label, {}).get(name, 0) for name in OUTCOMES}
        total = sum(counts.values())
        told.append(
            {"file": file.label, "rows": total, "answered": total - counts["empty"], **counts}
        )
    return told


def answer_counts(outcome: Outcome) -> dict[str, int]:
    """How many cases got which answer, of all answers."""
    counted = dict(outcome.to_book()["answer"].value_counts().iter_rows())
    return {answer: counted.get(answer, 0) for answer in ANSWERS}


def notes(outcome: Outcome) -> dict[str, int]:
    """How many rows were left out (superseded), and how many cases are special: stale, gone (closed
    by a run), supplement (only day or remark differ)."""
    answers = outcome.judged.answers
    return {
        "superseded": outcome.returned.superseded,
        "stale": answers.filter(is_stale()).height,
        "gone": outcome.to_book().filter("gone").height,
        "supplement": answers.filter("supplement").height,
    }


def rejected_rows(outcome: Outcome) -> list[dict[str, Any]]:
    """file (with sheet), row, key, reason and text of every rejected row, in their order."""
    files = [table.file for table in outcome.returned.tables]
    lang = language()
    return [
        {
            "file": files[table],
            "row": row,
            "reason": reason,
            "text": reason_text(reason, said, lang),
        }
        for table, row, reason, said in outcome.judged.rejected()
        .select("table", "row", "reason", "said")
        .iter_rows()
    ]


def reason_counts(outcome: Outcome) -> list[tuple[str, int]]:
    """How many rows were rejected for which reason, most first."""
    counted = (
        outcome.judged.rejected()["reason"]
        .value_counts()
        .sort("count", "reason", descending=[True, False])
    )
    return [(reason, count) for reason, count in counted.iter_rows()]


def as_json(outcome: Outcome) -> dict[str, Any]:
    """All of it, for scripts."""
    return {
        "booked": outcome.booked,
        "files": [
            {**counts, "booked_before": outcome.before.get(counts["file"])}
            for counts in file_counts(outcome)
        ],
        "cases": outcome.to_book().height,
        "answers": answer_counts(outcome),
        **notes(outcome),
        "ignored": list(outcome.returned.ignored),
        "rejected": rejected_rows(outcome),
        "rejects": str(outcome.rejects) if outcome.rejects else None,
    }
