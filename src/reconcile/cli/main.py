"""The command `reconcile`: common options, the commands, and how every failure is told."""

from __future__ import annotations

import importlib
import io
import signal
import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Literal

import typer
from typer.main import get_command

from reconcile.cli import failures, help_texts
from reconcile.cli.settings import Settings, chosen_language, hoisted, spread
from reconcile.cli.usage import Commands
from reconcile.core import logs, messages
from reconcile.core.machine import stop_signals
from reconcile.core.messages import LANGUAGES, speak, text
from reconcile.core.version import __version__

# One module each, with `register(app)`, in the order of the help page.
COMMANDS = (
    "run",
    "dispatch",
    "feedback",
    "return_",
    "defer",
    "status",
    "exchange",
    "case",
    "review",
    "judgements",
    "survivors",
    "ledger",
    "inspect",
    "dedupe",
    "link",
    "births",
    "school",
    "claimed",
    "roster",
    "explain",
    "evaluate",
    "fit",
    "sample",
    "config",
)


def main() -> None:
    """Runs the command line and exits with what cron and scripts go by (see DESIGN: 0, 10, 1, 2, 3,
    4)."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs the command line `arguments`; the exit code."""
    words = spread(hoisted(arguments))
    language = chosen_language(words)
    if language in LANGUAGES:
        speak(language)
    logs.enable("--log-json" in words)
    _prepare_process()
    try:
        code = _command(messages.language())(words, prog_name="reconcile", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:
        return failures.tell(error, verbose="--verbose" in words)
    return failures.interrupted() if code == failures.INTERRUPTED else code or 0


@cache
def _command(language: str) -> Any:
    """The command in `language`, the one in use; made once for all that a process is asked to
    run."""
    return build_command()


def build_command() -> Any:
    """`reconcile` with every command, its texts in the language in use."""
    app = typer.Typer(
        cls=Commands,
        help=text("cli.help"),
        epilog=text("cli.example"),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_common)
    for name in COMMANDS:
        importlib.import_module(f"reconcile.cli.{name}").register(app)
    command = get_command(app)
    help_texts.translate(command)
    return command


def _common(
    context: typer.Context,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option(help=text("cli.option.lang"))] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help=text("cli.option.quiet"))] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help=text("cli.option.verbose"))] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help=text("cli.option.log_json"))] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_show_version,
            help=text("cli.option.version"),
        ),
    ] = False,
) -> None:
    context.obj = Settings(lang, quiet, verbose, log_json)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"reconcile {__version__}")
        raise typer.Exit


def _prepare_process() -> None:
    """Text that stdout cannot encode is escaped; a stream that is closed is empty; being told to
    stop cleans up."""
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO())
    sys.stdout = sys.stdout or io.TextIOWrapper(io.BytesIO())
    sys.stderr = sys.stderr or io.TextIOWrapper(io.BytesIO())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for number in stop_signals():
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)


def _stop(number: int, _: object) -> None:
    sys.exit(128 + number)
