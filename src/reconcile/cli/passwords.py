"""Passwords: from a file, the environment or the keyboard; never from the command line, and never
said."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import typer

from reconcile.core.errors import InputError
from reconcile.core.messages import text

VARIABLE = "RECONCILE_PASSWORD"


def password_from(file: Path | None) -> Callable[[], str | None]:
    """Gives the password when it is asked for, once: the first line of the file, else
    RECONCILE_PASSWORD, else what is typed at the terminal; None where there is none to ask.
    InputError for a file that cannot be read or is empty."""
    told = given(file)

    @cache
    def password() -> str | None:
        if told or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return told
        typed: str = typer.prompt(
            text("feedback.ask_password"), hide_input=True, err=True, default="", show_default=False
        )
        return typed or None

    return password


def given(file: Path | None) -> str | None:
    """The password in the first line of the file, else in RECONCILE_PASSWORD; InputError for a file
    that cannot be read or is empty."""
    if file is None:
        return os.environ.get(VARIABLE) or None
    try:
        first = file.read_text(encoding="utf-8-sig").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("passwords.error.file", file=file) from error
    if not first:
        raise InputError("passwords.error.empty", file=file)
    return first
