"""What is to be checked against what: from a command's arguments and a config, the rosters and the
registers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from reconcile.config import Config, RostersConfig, SourceConfig, config_for
from reconcile.core.errors import ConfigError, UsageError
from reconcile.core.layouts import load_layout
from reconcile.core.progress import Progress
from reconcile.crosschecks.roster.registers import REGISTERS, Registers, of_files, of_run
from reconcile.workspace import Workspace

ROSTER = "roster"


@dataclass(frozen=True)
class RosterOrder:
    """`rosters`: a config whose sources are the rosters only. `held`: one of the registers' files,
    None when a run has them. `against`: the layouts that count."""

    rosters: Config
    held: Config | None
    against: tuple[str, ...]

    @property
    def everything(self) -> Config:
        """A config of all sources whose files are read."""
        others = self.held.sources if self.held else {}
        return self.rosters.model_copy(update={"sources": {**others, **self.rosters.sources}})

    def registers(self, workspace: Path | None, run: Path | None, progress: Progress) -> Registers:
        """The registers: of the files that were named, else of a run, by default the latest of the
        workspace."""
        if self.held is None:
            place = workspace or Path(self.rosters.workspace)
            return of_run(run or Workspace(place).latest_run().path, self.against)
        if run or workspace:
            raise UsageError("roster.error.run_and_files")
        return of_files(self.held, self.against, progress)


def asked(
    config: Config | None,
    path: Path | None,
    files: Sequence[str],
    registers: Mapping[str, Sequence[str]],
    against: str,
    *,
    exclusive: bool,
) -> RosterOrder:
    """What the arguments ask for. UsageError or ConfigError when they do not fit together.

    `registers`: files by layout, in place of those that the config has. `against`: layouts, with
    commas.
    """
    chosen = _against(against)
    base = config or config_for({ROSTER: files or ["-"]}, Path("work"))
    sources = _with_files(base, path, files) if config else _of_files(files)
    rosters = _exclusive(base.rosters, list(sources)) if exclusive else base.rosters
    own = base.model_copy(update={"sources": sources, "rosters": rosters})
    return RosterOrder(own, _held(config, registers, chosen), chosen)


def _against(given: str) -> tuple[str, ...]:
    words = [word for word in re.split(r"[,，、\s]+", given) if word]
    for word in words or [given]:
        if word not in REGISTERS:
            raise UsageError(
                "roster.error.unknown_register", given=word, known=", ".join(REGISTERS)
            )
    return tuple(dict.fromkeys(words))


def _of_files(files: Sequence[str]) -> dict[str, SourceConfig]:
    """A roster for each file, called after it."""
    if not files:
        raise UsageError("roster.error.no_files")
    sources: dict[str, SourceConfig] = {}
    for file in files:
        name = re.sub(r"\W", "_", Path(file).stem)[:40] or ROSTER
        if name in sources:
            raise UsageError("roster.error.same_name", name=name)
        sources[name] = SourceConfig(layout=ROSTER, files=[file])
    return sources


def _with_files(config: Config, path: Path | None, files: Sequence[str]) -> dict[str, SourceConfig]:
    """The rosters of a config; where files are named, each with its file instead of its own."""
    sources = {
        name: source
        for name, source in config.sources.items()
        if load_layout(source.layout).name == ROSTER
    }
    if not sources:
        raise ConfigError("roster.error.no_rosters", config=path)
    if files and len(files) != len(sources):
        raise UsageError("roster.error.other_rosters", config=path, given=", ".join(sources))
    named = zip(sources.items(), files, strict=True) if files else ()
    return {
        name: source.model_copy(update={"files": [file]}) for (name, source), file in named
    } or sources


def _exclusive(rosters: RostersConfig, names: list[str]) -> RostersConfig:
    if len(names) < 2:
        raise UsageError("roster.error.one_roster")
    return rosters.model_copy(update={"exclusive": list(combinations(names, 2))})


def _held(
    config: Config | None, files: Mapping[str, Sequence[str]], against: Sequence[str]
) -> Config | None:
    """The registers' files, as arguments or as the config has them; None when there are none."""
    named = {layout: paths for layout, paths in files.items() if paths}
    if named:
        return config_for(named, Path("work"))
    if config is None:
        return None
    sources = {
        name: source
        for name, source in config.sources.items()
        if load_layout(source.layout).name in against
    }
    return config.model_copy(update={"sources": sources}) if sources else None
