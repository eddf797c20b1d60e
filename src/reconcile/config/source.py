"""The YAML text of a config: its values, and the line of each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from reconcile.config.problems import Place, Problem
from reconcile.core.errors import ConfigError


@dataclass
class ConfigSource:
    """What a config file says: `data` as plain values, `lines` from 1 by place, `problems` of its
    form."""

    path: Path
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of the nearest thing that is written down at or above this place."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_source(path: Path) -> ConfigSource:
    """Reads a config file; what is not YAML, or is said twice, is in `problems`.

    Raises ConfigError when there is no text to be had from `path` at all.
    """
    source = ConfigSource(path)
    text = _read_text(path)
    try:
        tree = _yaml().compose(text)
        if tree is not None:
            _walk(tree, (), source, set())
        source.data = _yaml().load(text)
    except (YAMLError, RecursionError, ValueError) as error:
        source.problems = [_not_yaml(error, text)]
    return source


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_duplicate_keys = True  # `_walk` finds all of them, the parser only the first
    return yaml


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("config.error.not_utf8", file=path) from error
    except FileNotFoundError as error:
        raise ConfigError("config.error.no_file", file=path) from error
    except IsADirectoryError as error:
        raise ConfigError("config.error.is_folder", file=path) from error
    except PermissionError as error:
        raise ConfigError("config.error.forbidden", file=path) from error
    except OSError as error:
        raise ConfigError(
            "config.error.unreadable", file=path, reason=error.strerror or error
        ) from error


def _walk(node: Node, place: Place, source: ConfigSource, seen: set[int]) -> None:
    """Notes the line of every value below `node`, and the keys that are written twice."""
    source.lines.setdefault(place, node.start_mark.line + 1)
    if id(node) in seen:  # an alias: its content has its lines already, and may contain itself
        return
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        for position, item in enumerate(node.value):
            _walk(item, (*place, position), source, seen)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            line = key.start_mark.line + 1
            if inner in source.lines:
                source.problems.append(
                    Problem("duplicate_key", inner, line, {"first": source.lines[inner]})
                )
                continue
            source.lines[inner] = line
            _walk(value, inner, source, seen)


def _not_yaml(error: Exception, text: str) -> Problem:
    if isinstance(error, RecursionError):
        return Problem("too_deep", (), 1)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    near = text.splitlines()[max(line - 2, 0) : line]
    if any("\t" in _indent(one) for one in near[-1:]):
        return Problem("tab", (), line)
    if any("：" in one.split("#")[0] for one in near):
        return Problem("full_width_colon", (), line)
    reason = error.problem if isinstance(error, MarkedYAMLError) else str(error).splitlines()[0]
    return Problem("not_yaml", (), line, {"reason": reason})


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
