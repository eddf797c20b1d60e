"""The words that Typer puts on help pages by itself, in the language in use."""

from __future__ import annotations

from typing import Any

import typer
from typer import rich_utils

from reconcile.core.messages import text

_rich_text = rich_utils._make_rich_text


def translate(command: Any) -> None:
    """Puts our words on the help pages of a Typer command and of every command below it."""
    rich_utils.ARGUMENTS_PANEL_TITLE = text("cli.page.arguments")
    rich_utils.OPTIONS_PANEL_TITLE = text("cli.page.options")
    rich_utils.COMMANDS_PANEL_TITLE = text("cli.page.commands")
    rich_utils.REQUIRED_LONG_STRING = text("cli.page.required")
    rich_utils.DEFAULT_STRING = text("cli.page.default")
    rich_utils._make_rich_text = _folding_text
    _translate_options(command)


def _translate_options(command: Any) -> None:
    command.get_help_option(typer.Context(command)).help = text("cli.option.help")
    for parameter in command.params:
        if parameter.name in ("install_completion", "show_completion"):
            parameter.help = text(f"cli.option.{parameter.name}")
    for inner in getattr(command, "commands", {}).values():
        _translate_options(inner)


def _folding_text(**options: Any) -> Any:
    """Chinese has no spaces to wrap at: without folding, Rich cuts a long help text off."""
    made: Any = _rich_text(**options)
    made.overflow = "fold"
    return made
