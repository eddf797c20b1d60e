"""What can go wrong, in words that a clerk can act on.

An error names a text of the catalog (`reading.error.empty_file`) and the values that go into it, so
that it can be shown in either language. Values are names of files, columns and options, or masked;
never a person's data.
"""

from __future__ import annotations

from reconcile.core.messages import text


class ReconcileError(Exception):
    """Something the user can mend. `key` is a text of the catalog; `exit_code` is what cron
    sees."""

    exit_code = 2

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)

    def __str__(self) -> str:
        return text(self.key, None, **self.values)


class UsageError(ReconcileError):
    """Arguments that do not fit together."""


class ConfigError(ReconcileError):
    """A config file that cannot be used."""


class InputError(ReconcileError):
    """A file that cannot be read, or that lacks what is needed."""

    exit_code = 3


class WorkspaceError(ReconcileError):
    """A workspace that is busy, damaged or cannot be written."""

    exit_code = 4


class UnbalancedError(ReconcileError):
    """Rows that are not accounted for: a bug, never the user's doing."""

    exit_code = 1
