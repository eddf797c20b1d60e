"""The tables of the ledger, by version. A ledger of an older version is brought up to date, one of
a newer one refused.

`audit` is the hash-chained log of every command that changed something. `events` is append-only:
nothing in it is changed or deleted. `cases` is what the events come to (see fold.py), kept beside
them so that it need not be reckoned anew each time.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE audit (
  entry     INTEGER PRIMARY KEY,
  at        TEXT NOT NULL,
  who       TEXT NOT NULL,
  command   TEXT NOT NULL,
  facts     TEXT NOT NULL,             -- JSON: digests, counts, versions; no personal values
  events    TEXT NOT NULL,             -- keyed digest of the rows that this command added
  previous  TEXT NOT NULL,
  digest    TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE runs (
  run       INTEGER PRIMARY KEY,
  period    TEXT NOT NULL,
  manifest  TEXT NOT NULL,             -- SHA-256 of the run folder's manifest
  inputs    TEXT NOT NULL,             -- digest of what was read and asked for
  sources   TEXT NOT NULL,             -- JSON: source -> kept rows
  replaced  INTEGER REFERENCES audit,  -- the entry that put another run in its place
  entry     INTEGER NOT NULL REFERENCES audit
) STRICT;
CREATE UNIQUE INDEX one_run_a_period ON runs (period) WHERE replaced IS NULL;

CREATE TABLE batches (
  batch     INTEGER PRIMARY KEY,
  number    TEXT NOT NULL UNIQUE,      -- 2026-10-01: the first of October's run
  period    TEXT NOT NULL,
  due       TEXT NOT NULL,
  facts     TEXT NOT NULL,             -- JSON: by what it was split, how many cases and workbooks
  entry     INTEGER NOT NULL REFERENCES audit
) STRICT;

CREATE TABLE events (
  event     INTEGER PRIMARY KEY,
  key       TEXT NOT NULL,
  kind      TEXT NOT NULL,
  period    TEXT NOT NULL,
  run       INTEGER REFERENCES runs,
  batch     INTEGER REFERENCES batches,
  code      TEXT,
  severity  TEXT,
  town      TEXT,
  village   TEXT,
  subjects  TEXT,                      -- JSON list of source:record_id, sorted
  evidence  TEXT,                      -- keyed digest
  state     TEXT,
  answer    TEXT,
  seen      TEXT,                      -- the evidence that whoever answered was shown
  due       TEXT,
  how       TEXT,
  done_on   TEXT,                      -- the day that the answer states
  remark    TEXT,                      -- free text of people; the only column that a purge may blank
  entry     INTEGER NOT NULL REFERENCES audit
) STRICT;
CREATE INDEX events_of_key ON events (key);
CREATE INDEX events_of_run ON events (run);
CREATE INDEX events_of_batch ON events (batch);

CREATE TABLE cases (
  key        TEXT PRIMARY KEY,
  code       TEXT NOT NULL,
  severity   TEXT NOT NULL,
  town       TEXT NOT NULL,
  village    TEXT NOT NULL,
  subjects   TEXT NOT NULL,
  evidence   TEXT NOT NULL,
  state      TEXT NOT NULL,
  answer     TEXT NOT NULL,
  seen       TEXT NOT NULL,
  stale      INTEGER NOT NULL,
  batch      INTEGER,
  due        TEXT NOT NULL,
  how        TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen  TEXT NOT NULL,
  opened_in  TEXT NOT NULL,
  closed_in  TEXT NOT NULL,
  reopened   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_of_state ON cases (state);

CREATE TABLE sent (                    -- see ledger/sent.py
  key       TEXT PRIMARY KEY,
  period    TEXT NOT NULL,
  due       TEXT NOT NULL,
  answered  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE months (                  -- the status of a month when the next one was booked, by area and code
  period    TEXT NOT NULL,
  town      TEXT NOT NULL,
  village   TEXT NOT NULL,
  code      TEXT NOT NULL,
  counts    TEXT NOT NULL,             -- JSON
  PRIMARY KEY (period, town, village, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE judgements (
  judgement   INTEGER PRIMARY KEY,
  source_l    TEXT NOT NULL,
  record_id_l TEXT NOT NULL,
  source_r    TEXT NOT NULL,
  record_id_r TEXT NOT NULL,
  decision    TEXT NOT NULL,
  who         TEXT NOT NULL,
  at          TEXT NOT NULL,
  why         TEXT NOT NULL,
  entry       INTEGER NOT NULL REFERENCES audit,
  withdrawn   INTEGER REFERENCES audit
) STRICT;
CREATE INDEX judgements_of_pair ON judgements (source_l, record_id_l, source_r, record_id_r);

CREATE TABLE aliases (                 -- a record that goes on under a new key
  source    TEXT NOT NULL,
  old       TEXT NOT NULL,
  new       TEXT NOT NULL,
  how       TEXT NOT NULL,
  run       INTEGER NOT NULL REFERENCES runs
) STRICT;

CREATE TABLE files (                   -- workbooks booked, so that booking one again changes nothing
  sha256    TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  entry     INTEGER NOT NULL REFERENCES audit
) STRICT, WITHOUT ROWID;
"""  # noqa: E501

MIGRATIONS = (_FIRST,)
VERSION = len(MIGRATIONS)
