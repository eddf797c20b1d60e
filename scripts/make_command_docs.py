"""Writes docs/commands.md and docs/commands.zh-CN.md: every command with its options, as `--help`
says it.

    .venv/bin/python -m scripts.make_command_docs

`tests/test_docs.py` fails when a command has changed and this script has not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from scripts.marked import ROOT, replaced, table

from reconcile.cli.main import build_command
from reconcile.core.messages import language as language_in_use
from reconcile.core.messages import speak, text

DOCUMENTS: Mapping[str, str] = {"en": "docs/commands.md", "zh": "docs/commands.zh-CN.md"}

_HEADERS: Mapping[str, tuple[str, str, str]] = {
    "en": ("argument or option", "what it says", "default"),
    "zh": ("参数或选项", "说明", "默认值"),
}


def main() -> None:
    for language, name in DOCUMENTS.items():
        path = ROOT / name
        path.write_text(with_commands(path.read_text(encoding="utf-8"), language), encoding="utf-8")


def with_commands(document: str, language: str) -> str:
    """The document with its part about the commands as it should be."""
    before = language_in_use()
    speak(language)
    try:
        root = build_command()
        parts = [_parameters(root, language), *_commands(root, "reconcile", language)]
    finally:
        speak(before)
    return replaced(document, "commands", "\n\n".join(parts))


def _commands(group: Any, name: str, language: str) -> Iterator[str]:
    """Every command below the group, groups by their members, and by themselves where they do
    something alone."""
    for word, command in group.commands.items():
        full = f"{name} {word}"
        if not hasattr(command, "commands") or command.invoke_without_command:
            parts = (
                f"## `{full}`",
                command.help,
                _parameters(command, language),
                _example(command.epilog),
            )
            yield "\n\n".join(part for part in parts if part)
        if hasattr(command, "commands"):
            yield from _commands(command, full, language)


def _example(epilog: str) -> str:
    """The commands of a help page's example, a line each."""
    commands = re.split(r"[；;]|，或|, or", re.split("[:：]", epilog, maxsplit=1)[1])
    return "```sh\n" + "\n".join(command.strip() for command in commands) + "\n```"


def _parameters(command: Any, language: str) -> str:
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    return table(_HEADERS[language], rows) if rows else ""


def _row(parameter: Any) -> tuple[str, str, str]:
    is_argument = parameter.param_type_name == "argument"
    names = (
        [parameter.name.upper() + "…" * (parameter.nargs == -1)] if is_argument else parameter.opts
    )
    choices = _choices(parameter.type_descriptor.annotation)
    told = parameter.help + (
        f" ({', '.join(f'`{choice}`' for choice in choices)})" if choices else ""
    )
    if parameter.required:
        default = text("cli.page.required").strip("()（）")
    else:
        default = "" if parameter.default in (None, False, [], ()) else f"`{parameter.default}`"
    return ", ".join(f"`{name}`" for name in names), told, default


def _choices(annotation: Any) -> tuple[str, ...]:
    """The words that a parameter takes, none where it takes any."""
    if get_origin(annotation) is list:
        return _choices(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return (
        tuple(annotation)
        if isinstance(annotation, type) and issubclass(annotation, StrEnum)
        else ()
    )


if __name__ == "__main__":
    main()
