"""From a config file to a `Config`: every problem is collected, and all are told at once."""

from __future__ import annotations

import os
import re
from copy import deepcopy
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from reconcile.config.models import Config
from reconcile.config.problems import Place, Problem, dotted
from reconcile.config.source import ConfigSource, read_source
from reconcile.core.errors import ConfigError
from reconcile.core.messages import text
from reconcile.reading.inputs import STDIN

# pydantic's error types under our texts; any other type keeps pydantic's own words
_KINDS = {
    "extra_forbidden": "unknown_key",
    "invalid_key": "key_not_text",
    "missing": "missing",
    "literal_error": "not_allowed",
    "string_type": "not_text",
    "list_type": "not_list",
    "tuple_type": "not_list",
    "dict_type": "not_mapping",
    "model_type": "not_mapping",
    "model_attributes_type": "not_mapping",
    "int_type": "not_whole_number",
    "int_parsing": "not_whole_number",
    "int_from_float": "not_whole_number",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "finite_number": "not_number",
    "bool_type": "not_yes_no",
    "bool_parsing": "not_yes_no",
    "greater_than": "not_above",
    "greater_than_equal": "too_small",
    "less_than": "not_below",
    "too_short": "too_few",
    "too_long": "too_many",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "bad_name",
}


def load_config(path: Path, *, need_files: bool = True) -> Config:
    """The config in the YAML file `path`, its relative paths resolved against the file's folder.

    `need_files`: a path without a file, and a pattern that no file matches, are errors too. Raises
    one ConfigError that lists every problem with file, line, place, and what is allowed there.
    """
    from reconcile.preflight.checks import (
        check,
    )  # it knows the whole program, which imports this package

    source = read_source(path)
    problems = source.problems
    if source.data is None:
        problems = problems or [Problem("no_content", ())]
        config = None
    else:
        config, wrong = _validated(source.data)
        problems += wrong
    if config is not None:
        config = _resolved(config, path.parent)
        problems += check(config, need_files=need_files)
    if problems or config is None:
        raise ConfigError("config.error.problems", file=path, problems=_listing(problems, source))
    return config


def _validated(data: Any) -> tuple[Config | None, list[Problem]]:
    """The config, and what is wrong with the form of `data`.

    A config is made from the rest when optional parts are wrong, so that the rest is checked as
    well.
    """
    try:
        return Config.model_validate(data), []
    except ValidationError as error:
        problems = _without_consequences(
            [problem_of(details) for details in error.errors(include_url=False)]
        )
    rest = deepcopy(data)
    for problem in problems:
        _drop(rest, problem.place)
    try:
        return Config.model_validate(rest), problems
    except ValidationError:
        return None, problems


def _drop(data: Any, place: Place) -> None:
    """Takes the innermost key on the way to `place` out of `data`."""
    innermost: tuple[dict[Any, Any], Any] | None = None
    for part in place:
        if isinstance(data, dict) and part in data:
            innermost = (data, part)
        elif not (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            break
        data = data[part]
    if innermost:
        innermost[0].pop(innermost[1])


def problem_of(error: Any) -> Problem:
    """One of Pydantic's errors in our words."""
    place: Place = tuple(part for part in error["loc"] if part != "[key]")
    given, context = error.get("input"), error.get("ctx", {})
    kind = _KINDS.get(error["type"], "other")
    if given is None and error["type"] != "missing":
        kind = "empty"
    if kind == "unknown_key":
        return Problem(kind, place, allowed=_keys_at(place[:-1]), given=str(place[-1]))
    if kind == "not_allowed":
        allowed = tuple(re.findall(r"'([^']*)'", context["expected"]))
        return Problem(
            kind, place, values={"given": _shown(given)}, allowed=allowed, given=str(given)
        )
    values = {"given": _shown(given), "reason": error["msg"], **context}
    return Problem(kind, place, values=values)


def _shown(given: object) -> str:
    """What stands in the file, cut short."""
    shown = str(given)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """Drops 'missing' for a key that is there, misspelt."""
    misspelt = {(*p.place[:-1], p.suggestion) for p in problems if p.kind == "unknown_key"}
    return [p for p in problems if p.kind != "missing" or p.place not in misspelt]


def _keys_at(place: Place) -> tuple[str, ...]:
    """The keys that the model at `place` knows."""
    kind: Any = Config
    for part in place:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(part)].annotation
        else:
            kind = get_args(kind)[-1]
        if get_origin(kind) in (Union, UnionType):
            kind = next(option for option in get_args(kind) if option is not type(None))
    return tuple(kind.model_fields)


def _resolved(config: Config, folder: Path) -> Config:
    """The config with every relative path taken from `folder`."""

    def resolve(path: str) -> str:
        return path if path == STDIN else os.path.normpath(folder / Path(path).expanduser())

    sources = {
        name: source.model_copy(
            update={
                "files": [resolve(file) for file in source.files],
                "layout": resolve(source.layout)
                if source.layout.endswith(".toml")
                else source.layout,
            }
        )
        for name, source in config.sources.items()
    }
    update: dict[str, object] = {"sources": sources, "workspace": resolve(config.workspace)}
    if config.areas:
        update["areas"] = config.areas.model_copy(
            update={"files": [resolve(file) for file in config.areas.files]}
        )
    if config.matching:
        model, judgements = config.matching.model, config.matching.judgements
        named = {
            "model": resolve(model) if model.endswith(".json") else model,
            "judgements": judgements and resolve(judgements),
        }
        update["matching"] = config.matching.model_copy(update=named)
    return config.model_copy(update=update)


def _listing(problems: list[Problem], source: ConfigSource) -> str:
    """One line for each problem, in the order of the file."""
    lines = [(p.line or source.line(p.place), dotted(p.place), str(p)) for p in problems]
    return "\n".join(
        text("config.error.problem", file=source.path, line=line, place=place, problem=problem)
        if place
        else text("config.error.problem_of_file", file=source.path, line=line, problem=problem)
        for line, place, problem in sorted(lines)
    )
