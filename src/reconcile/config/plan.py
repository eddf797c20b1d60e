"""The shipped matching plan, and configs made from a command's arguments instead of a file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations_with_replacement, product
from pathlib import Path

from ruamel.yaml import YAML

from reconcile.config.models import Config, LinkConfig, ListsConfig, MatchingConfig, SourceConfig
from reconcile.core.errors import ConfigError, UsageError
from reconcile.core.layouts import load_layout

# Its links name layouts where a config's name sources.
PLAN = Path(__file__).parents[1] / "matching" / "plan.yaml"


def default_matching(sources: Mapping[str, str]) -> MatchingConfig:
    """The shipped plan for these sources (name: layout): each of its links once for each fitting
    pair.

    Raises ConfigError when it has no link for any of them.
    """
    plan = _plan()
    layouts = {name: load_layout(layout).name for name, layout in sources.items()}
    links = [
        link.model_copy(update={"sources": pair})
        for link in plan.links
        for pair in _fitting(link, layouts)
    ]
    if not links:
        raise ConfigError("config.error.no_links", layouts=", ".join(sorted(set(layouts.values()))))
    return plan.model_copy(update={"links": links})


@cache
def _plan() -> MatchingConfig:
    return MatchingConfig.model_validate(YAML(typ="safe", pure=True).load(PLAN))


def _fitting(link: LinkConfig, layouts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The pairs of sources whose layouts are the link's."""
    left, right = ([name for name in layouts if layouts[name] == layout] for layout in link.sources)
    yield from combinations_with_replacement(left, 2) if left == right else product(left, right)


def matching_of(config: Config) -> MatchingConfig:
    """What the config says of matching, the rest from the shipped plan."""
    given = config.matching
    if given and given.links:
        return given
    plan = default_matching({name: source.layout for name, source in config.sources.items()})
    changed = given.model_fields_set - {"links"} if given else set()
    return plan.model_copy(update={name: getattr(given, name) for name in changed})


def config_for(files: Mapping[str, Sequence[str]], output: Path) -> Config:
    """A config for these files by layout, with `output` as its workspace.

    Layouts without files are left out. Raises UsageError when there is no file at all.
    """
    given = {layout: list(paths) for layout, paths in files.items() if paths}
    sources = {
        _source_name(layout): SourceConfig(layout=layout, files=paths)
        for layout, paths in given.items()
    }
    if not sources:
        raise UsageError("config.error.no_sources")
    return Config(workspace=str(output), sources=sources)


def _source_name(layout: str) -> str:
    """What a source is called that nobody named: after its layout, which may be the path of a
    file."""
    return re.sub(r"\W", "_", Path(layout).stem)[:40] or "_"


def findings_digest(config: Config) -> str:
    """As `config_digest`, of what decides what is found: not the looks of lists, the language or
    the threshold."""
    return config_digest(
        config.model_copy(update={"lists": ListsConfig(), "language": None, "open_threshold": None})
    )


def config_digest(config: Config) -> str:
    """SHA-256 of what is asked for, but not where it is (files, workspace), and not of rosters."""
    asked = config.model_dump(mode="json", exclude={"workspace", "matching", "rosters"})
    asked["matching"] = matching_of(config).model_dump(mode="json")
    for name in ("model", "judgements"):
        path = asked["matching"][name]
        asked["matching"][name] = path and Path(path).name
    for source in asked["sources"].values():
        del source["files"]
        source["layout"] = Path(source["layout"]).name
    if asked["areas"] is None:
        del asked["areas"]  # a run without a table is the run that it was before there were any
    else:
        del asked["areas"]["files"]
    return hashlib.sha256(
        json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
