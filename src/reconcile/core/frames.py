"""The schema of every frame that passes between stages.

Frames of one row a record carry `source` and `record_id`; inside the matching, a record is its
`node`: the position of its row in the population, the frame that stacks every source's standardised
records.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

# Where a row came from. `row` counts lines as the clerk sees them, the header included, from 1.
PROVENANCE: Schema = {"source": pl.String, "file": pl.String, "row": pl.UInt32}

# Rows that are not processed, and why. `reason` is a key of the catalog
# (`<stage>.reason.<reason>`), `column` a header as it stands in the file, `shown` a masked value or
# an empty string.
REJECTS: Schema = {**PROVENANCE, "reason": pl.String, "column": pl.String, "shown": pl.String}

ID_STATUSES = ("valid", "absent", "malformed", "checksum", "ruined")
DATE_FLAGS = ("", "absent", "unreadable", "partial", "default_day", "default_year", "impossible")

# What `standardise` adds, by the kind of a canonical column `c`. Raw columns stay beside, as text.
STANDARDISED_BY_KIND: Mapping[str, Mapping[str, pl.DataType]] = {
    "name": {"_std": pl.String()},
    "id_number": {"_std": pl.String(), "_status": pl.Enum(ID_STATUSES)},
    "date": {"_std": pl.Date(), "_flag": pl.Enum(DATE_FLAGS)},
    "datetime": {"_std": pl.Date(), "_flag": pl.Enum(DATE_FLAGS), "_minute": pl.Int16()},
    "sex": {"_std": pl.Int8()},
    "relation": {"_std": pl.Int8()},
    "area": {"_std": pl.String()},
    "address": {"_std": pl.String()},
    "flag": {"_std": pl.Boolean()},
    "integer": {"_std": pl.Int32()},
    "decimal": {"_std": pl.Decimal(18, 4)},
    "latin": {"_std": pl.String(), "_sound": pl.String()},
    "code": {"_std": pl.String()},
    "text": {"_std": pl.String()},
    "key": {},
}

BANDS = ("match", "review", "non-match")

PERSONS: Schema = {
    "person_id": pl.String,
    "source": pl.String,
    "record_id": pl.String,
    "how": pl.Enum(("alone", "judgement", "exact", "edge", "through")),
    "margin": pl.Int32,  # 1/1000 bit over the next best grouping; null when there is none
}

# Of each person of three and more records, the edge at which it would fall apart first.
WEAK_EDGES: Schema = {
    "person_id": pl.String,
    "source_l": pl.String,
    "record_id_l": pl.String,
    "source_r": pl.String,
    "record_id_r": pl.String,
    "match_weight": pl.Int32,  # 1/1000 bit; null when exact keys or a judgement join even this edge
}

DECISIONS = ("same", "different", "unsure")

# What people decided about pairs of records. `row` counts lines of the file, the header included,
# from 1; `judgement` is the number in the ledger. A judgement has one of the two.
JUDGEMENTS: Schema = {
    "source_l": pl.String,
    "record_id_l": pl.String,
    "source_r": pl.String,
    "record_id_r": pl.String,
    "decision": pl.Enum(DECISIONS),
    "who": pl.String,
    "when": pl.String,
    "why": pl.String,
    "row": pl.UInt32,
    "judgement": pl.UInt32,
}

LINKS: Schema = {
    "source": pl.String,
    "record_id": pl.String,
    "contender_source": pl.String,
    "contender_record_id": pl.String,
    "person_id": pl.String,
    "match_weight": pl.Int32,  # 1/1000 bit
    "margin": pl.Int32,
    "band": pl.Enum(BANDS),
}

# Pairs of records of two registers that are alike, but too little to be asked about.
WEAK_PAIRS: Schema = {
    "source_l": pl.String,
    "record_id_l": pl.String,
    "source_r": pl.String,
    "record_id_r": pl.String,
}

# Every pair that was compared or closed; beside these columns, the level and the weight of each
# comparison.
SCORED_PAIRS: Schema = {
    "source_l": pl.String,
    "record_id_l": pl.String,
    "source_r": pl.String,
    "record_id_r": pl.String,
    "match_key": pl.String,
    "match_probability": pl.Float64,
    "band": pl.Enum(BANDS),
    "kin": pl.Int32,  # 1/1000 bit, as all that follow
    "evidence": pl.Int32,
    "prior": pl.Int32,
    "price": pl.Int32,
    "others": pl.Int32,
    "match_weight": pl.Int32,
}

MENTIONS: Schema = {
    "source": pl.String,
    "record_id": pl.String,
    "role": pl.Enum(("mother", "father", "spouse", "head")),
    "name": pl.String,
    "id_number": pl.String,
    "person_id": pl.String,
    "margin": pl.Int32,
}

# Records that share a home are of one household, in whichever register (see population/homes.py).
HOMES: Schema = {"source": pl.String, "record_id": pl.String, "home": pl.UInt64}

# The children of the period: in which registers (record ids), and why not in all three (see
# children.py); a `paired` child has the record of its twin or its own, nobody can tell.
CHILDREN: Schema = {
    "person_id": pl.String,
    "births": pl.String,
    "residents": pl.String,
    "household": pl.String,
    "birth_date": pl.Date,
    "sex": pl.Int8,
    "district": pl.String,
    "town": pl.String,
    "village": pl.String,
    "cell": pl.String,
    "reason": pl.String,
    "paired": pl.Boolean,
    "issued_on": pl.Date,
    "residents_on": pl.Date,
    "household_on": pl.Date,
}

# Whose number in the household register may be that of a resident without a usable one: at most
# three for each.
COMPLETIONS: Schema = {
    "source": pl.String,
    "record_id": pl.String,
    # what is the matter with the resident's number: of completion.wanting.STATUSES
    "status": pl.String,
    "rank": pl.UInt8,  # from 1, the likeliest
    "household_source": pl.String,
    "household_record_id": pl.String,
    "id_number": pl.String,
    "match_probability": pl.Float64,
    # how the resident's number can have come of this one: of completion.repair.WAYS, or null
    "how": pl.String,
    # no other number of the register fits what is left, the birth date, the sex and the person
    "repaired": pl.Boolean,
    "agreement": pl.List(pl.String),  # comparison.level of what both records state
}

# Every resident: how far from home he is registered (`level`: residence.levels.LEVELS), and by
# which household row; `outside` names the area outside the city, empty where the address only says
# that it is outside.
RESIDENCES: Schema = {
    "source": pl.String,
    "record_id": pl.String,
    "household_source": pl.String,
    "household_record_id": pl.String,
    "level": pl.String,
    "outside": pl.String,
}

# Households that live together and are registered in several places: a row for each household and
# place, see persons/residence/households.py.
SPLIT_HOUSEHOLDS: Schema = {
    "source": pl.String,
    "household_no": pl.String,
    "head_name": pl.String,
    "town": pl.String,
    "village": pl.String,
    "members": pl.UInt32,
    "registered": pl.String,
    "registered_district": pl.String,
    "registered_town": pl.String,
    "registered_village": pl.String,
    "outside": pl.String,
    "people": pl.UInt32,
}

# What records write of areas that the table of areas does not tell, once for each source and
# wording.
UNRESOLVED_AREAS: Schema = {
    "source": pl.String,
    "district": pl.String,
    "town": pl.String,
    "village": pl.String,
    "how": pl.String,  # ambiguous, unknown
    "rows": pl.UInt32,
    "candidates": pl.List(pl.String),  # name and code
    "file": pl.String,
    "row": pl.UInt32,
}

# Households of one register none of whose members the other has (see
# persons/coverage/households.py).
UNCOVERED_HOUSEHOLDS: Schema = {
    "source": pl.String,
    "household_no": pl.String,
    "record_id": pl.String,  # of the head, else of the first member
    "head_name": pl.String,
    "members": pl.UInt32,
    "registered_outside": pl.UInt32,  # members who state a registered address outside the city
    "address": pl.String,
    "district": pl.String,
    "town": pl.String,
    "village": pl.String,
    "reason": pl.String,  # of coverage.households.REASONS
    "file": pl.String,
    "row": pl.UInt32,
}

# Villages and estates by what the registers have of them (see persons/coverage/areas.py).
AREA_COVERAGE: Schema = {
    "level": pl.String,  # village, estate
    "code": pl.String,
    "district": pl.String,
    "town": pl.String,
    "village": pl.String,
    "estate": pl.String,
    "residents": pl.UInt32,
    "household_rows": pl.UInt32,
    "households": pl.UInt32,
    "births": pl.UInt32,
    "ratio": pl.Float64,  # residents to household rows, over the city's
    "expected_people": pl.Int64,
    "expected_households": pl.Int64,
    "finding": pl.String,  # of coverage.areas.FINDINGS; null where nothing is the matter
}

SEVERITIES = ("high", "medium", "low")

# One row for each pair of records (or single record) that a case is about; a case with three
# records has two.
DISCREPANCIES: Schema = {
    "key": pl.String,
    "code": pl.String,
    "severity": pl.Enum(SEVERITIES),
    "source_l": pl.String,
    "record_id_l": pl.String,
    "source_r": pl.String,
    "record_id_r": pl.String,
    "subjects": pl.List(pl.String),  # source:record_id of every record of the case, sorted
    "fields": pl.List(pl.String),  # canonical columns whose values differ
    "evidence": pl.String,  # JSON: values for the reason's text
    "digest": pl.String,  # keyed digest of what the case rests on, see evidence_digests.py
    "match_probability": pl.Float64,
    "town": pl.String,
    "village": pl.String,
    "period": pl.String,
    "state": pl.String,  # of STATES; null in a run that the ledger does not know
    "answer": pl.String,  # of ANSWERS; empty for none
    "first_seen": pl.String,  # the period in which the case was found first
}

# The life of a case, see docs/ledger.md. `corrected`: said to be corrected; it is closed when an
# export shows it.
STATES = (
    "new",
    "dispatched",
    "answered",
    "returned",
    "deferred",
    "corrected",
    "reopened",
    "closed",
)
ANSWERS = ("confirmed", "corrected", "false_alarm", "moved_out", "unverifiable")
# Why a case is closed: the export shows another value, or no longer has the record; a person says
# that nothing was wrong, that it is so and nothing is to be corrected, or whether its records are
# one person; it was of its month only; the run that found it was replaced by one that does not.
CLOSED_AS = ("corrected", "removed", "false_alarm", "settled", "judged", "past", "withdrawn")
# Of these, what an answer closes by itself; it stays closed while it rests on what whoever answered
# was shown.
CLOSED_BY_ANSWER = ("false_alarm", "settled")
EVENTS = (
    "found",
    "reopened",
    "changed",
    "unseen",
    "closed",
    "dispatched",
    "answered",
    "returned",
    "deferred",
)

# Records that go on under a new key. `how`: what they were recognised by (see clearing/follow.py);
# `reused`: the record is gone and its key is another's now.
ALIASES: Schema = {"source": pl.String, "old": pl.String, "new": pl.String, "how": pl.String}

# Records of the last run that this one does not have under any key. `delivered`: 0 where so many of
# its town or source are gone that the file rather than the record is missing.
VANISHED: Schema = {"source": pl.String, "record_id": pl.String, "delivered": pl.Boolean}

# What happened to cases, in order: a null says that this column is as it was (see ledger/fold.py).
CASE_EVENTS: Schema = {
    "key": pl.String,
    "kind": pl.String,  # of EVENTS
    "period": pl.String,
    "run": pl.Int64,
    "batch": pl.Int64,
    "code": pl.String,
    "severity": pl.String,
    "town": pl.String,
    "village": pl.String,
    "subjects": pl.String,  # JSON list of source:record_id, sorted
    "evidence": pl.String,  # keyed digest of what is wrong
    "state": pl.String,  # of STATES
    "answer": pl.String,  # of ANSWERS; empty for none
    "seen": pl.String,  # the evidence that whoever answered was shown
    "due": pl.String,  # YYYY-MM-DD
    "how": pl.String,  # of CLOSED_AS; empty for none
    "done_on": pl.String,  # YYYY-MM-DD, the day that the answer states
    "remark": pl.String,
}

# The cases of the ledger as they stand; texts are empty where there is nothing to say, never null.
CASES: Schema = {
    "key": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "town": pl.String,
    "village": pl.String,
    "subjects": pl.String,
    "evidence": pl.String,
    "state": pl.String,
    "answer": pl.String,
    "seen": pl.String,
    "stale": pl.Int64,  # 1: the evidence has changed since the answer
    "batch": pl.Int64,  # the last batch that it was sent in, or null
    "due": pl.String,
    "how": pl.String,
    "first_seen": pl.String,
    "last_seen": pl.String,
    "opened_in": pl.String,  # the period in which it was found, or last came back
    "closed_in": pl.String,  # empty while it is open
    "reopened": pl.Int64,  # how often it has come back
}


def empty(schema: Schema) -> pl.DataFrame:
    """A frame of this schema without rows."""
    return pl.DataFrame(schema=dict(schema))


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The schema's columns in their order and dtypes; columns that are missing are filled with
    null."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
