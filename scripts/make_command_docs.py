"""Writes docs/commands.md and docs/commands.zh-CN.md: every command with its options, as `--help` says it.

    .venv/bin/python -m scripts.make_command_docs

`tests/test_docs.py` fails when a command has changed and this script has not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconcile.cli.main import build_command
from reconcile.messages import language as language_in_use
from reconcile.messages import set_language, text
from scripts.marked import ROOT, replaced, table

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
    set_language(language)
    try:
        root = build_command()
        parts = [_parameters(root, language), *_commands(root, "reconcile", language)]
    finally:
        set_language(before)
    return replaced(document, "commands", "\n\n".join(parts))


def _commands(group: Any, name: str, language: str) -> Iterator[str]:
    """Every command below the group, groups by their members."""
    for word, command in group.commands.items():
        full = f"{name} {word}"
        if hasattr(command, "commands"):
            yield from _commands(command, full, language)
            continue
        example = f"{command.epilog}" if command.epilog else ""
        yield "\n\n".join(
            part for part in (f"## `{full}`", command.help, _parameters(command, language), _quoted(example)) if part
        )


def _quoted(example: str) -> str:
    """The example's commands as code."""
    head, mark, commands = example.partition("：" if "：" in example else ": ")
    if not mark:
        return ""
    lines = (part.strip() for part in commands.replace("；", ";").replace("，或 ", ";").replace(", or ", ";").split(";"))
    return head + mark.strip() + "\n\n```sh\n" + "\n".join(lines) + "\n```"


def _parameters(command: Any, language: str) -> str:
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    return table(_HEADERS[language], rows) if rows else ""


def _row(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        name = f"`{parameter.name.upper()}{'…' if parameter.nargs == -1 else ''}`"
    else:
        name = ", ".join(f"`{word}`" for word in parameter.opts)
    choices = getattr(parameter.type, "choices", ())
    told = parameter.help + (f" ({' '.join(f'`{c}`' for c in choices)})" if choices else "")
    if parameter.required:
        return name, told, text("cli.page.required").strip("()（）")
    default = parameter.default
    return name, told.replace("|", "\\|"), "" if default in (None, False, [], ()) else f"`{default}`"


if __name__ == "__main__":
    main()
