"""The options that go with every command, before or after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import typer

from reconcile.cli.bars import bars
from reconcile.core.progress import Progress

FLAGS = ("--quiet", "--verbose", "--log-json", "--version")
LANG = "--lang"
# Options that take every word up to the next option, as a shell writes out a pattern.
SPREADING = ("--residents", "--household", "--births")


@dataclass(frozen=True)
class Settings:
    """How much is said, and in which language (None: as the environment, or the config, has it)."""

    lang: str | None = None
    quiet: bool = False
    verbose: bool = False
    log_json: bool = False

    def progress(self) -> Progress:
        return Progress(quiet=self.quiet, verbose=self.verbose, bars=bars)


def settings(context: typer.Context) -> Settings:
    """The settings that a command was called with."""
    found = context.find_object(Settings)
    return found or Settings()


def hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with the common options moved before the command; what follows `--` stays."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    common, rest = [], []
    words = iter(arguments[:end])
    for word in words:
        if word == LANG:
            common += [word, next(words, "")]
        elif word in FLAGS or word.startswith(f"{LANG}="):
            common.append(word)
        else:
            rest.append(word)
    return [*common, *rest, *arguments[end:]]


def spread(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--residents a b` written as `--residents a --residents b`."""
    words: list[str] = []
    option = None
    for word in arguments:
        if word.startswith("-") and word != "-":
            option = word if word in SPREADING else None
        elif option and words[-1] != option:
            words.append(option)
        words.append(word)
    return words


def chosen_language(arguments: Sequence[str]) -> str | None:
    """The value of `--lang` in hoisted arguments, right or wrong."""
    for word, following in pairwise([*arguments, ""]):
        if word == LANG:
            return following
        if word.startswith(f"{LANG}="):
            return word.removeprefix(f"{LANG}=")
    return None
