"""What Typer says about wrong arguments, in the language in use."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup

from reconcile.core.errors import UsageError
from reconcile.core.messages import text

# Typer says these in English only.
_CHOICE = re.compile(r"'(.*)' is not one of (.*)\.")
_CLOSED = re.compile(r"path '(.*)' is not readable")
_EXTRA = re.compile(r"unexpected extra argument\S* \((.*)\)")


class Commands(TyperGroup):
    """Says an unknown command in the language in use, with what is near it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = ", ".join(self.list_commands(ctx))
            raise UsageError("cli.usage.no_such_command", command=args[0], known=known)
        return super().resolve_command(ctx, args)


def usage_message(error: typer.TyperException) -> str:
    """The message, and where the command's help is; empty when the help page was the answer."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return ""
    context = getattr(error, "ctx", None)
    if context is None:
        return _message(error)
    return text("cli.usage.frame", message=_message(error), command=context.command_path)


def _message(error: Any) -> str:
    """Typer's errors are told apart by their class names, since its classes for them are
    private."""
    match type(error).__name__:
        case "NoSuchOption":
            near = ", ".join(sorted(error.possibilities or ()))
            key = "cli.usage.no_such_option_near" if near else "cli.usage.no_such_option"
            return text(key, option=error.option_name, near=near)
        case "MissingParameter":
            return text("cli.usage.missing", parameter=_parameter(error))
        case "BadParameter":
            return text("cli.usage.bad_value", parameter=_parameter(error), reason=_reason(error))
        case "BadOptionUsage":
            return text("cli.usage.bad_option", option=error.option_name)
        case _ if extra := _EXTRA.search(error.format_message()):
            return text("cli.usage.extra", words=extra[1])
        case _:
            return text("cli.usage.other", reason=error.format_message())


def _reason(error: Any) -> str:
    """Why a value is wrong, in the words that there are for a config's values."""
    from pydantic import ValidationError

    from reconcile.config.problems import Problem
    from reconcile.preflight.loading import problem_of

    if path := _CLOSED.search(error.message):
        return text("cli.usage.not_readable", path=path[1])
    if choice := _CHOICE.search(error.message):
        given, allowed = choice[1], tuple(re.findall(r"'([^']*)'", choice[2]))
        return str(
            Problem("not_allowed", (), values={"given": given}, allowed=allowed, given=given)
        )
    cause = error.__cause__
    return (
        str(problem_of(cause.errors()[0])) if isinstance(cause, ValidationError) else error.message
    )


def _parameter(error: Any) -> str:
    return str(error.param_hint or (error.param.get_error_hint() if error.param else "")).replace(
        "'", ""
    )
