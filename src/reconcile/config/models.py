"""The models of `configs/*.yaml`. What a field means is in the catalog:
`config.field.<model>.<field>`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Severity = Literal["high", "medium", "low"]
ListFormat = Literal["xlsx", "csv", "ndjson", "parquet"]
# The lists of a run that are not of cases.
TableCode = Literal[
    "birth_cells",
    "birth_statistics",
    "match_outcomes",
    "id_completion",
    "registered_elsewhere_by_area",
    "split_households",
    "unresolved_areas",
    "households_without_residents",
    "residents_without_household",
    "area_coverage",
]

# A source's name goes into file names and into `source:record_id`.
SourceName = Annotated[str, StringConstraints(pattern=r"^\w[\w-]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[list[str], Field(min_length=1)]


class Strict(BaseModel):
    """No unknown keys, no changes, no infinities."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FilesConfig(Strict):
    """Files of one kind, and what is special about them."""

    files: list[Text] = Field(min_length=1)
    columns: dict[str, Text] = {}
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: Text | None = None
    header_row: int | None = Field(default=None, ge=1)


class SourceConfig(FilesConfig):
    """One register: its layout and its files."""

    layout: Text


class AreasConfig(FilesConfig):
    """The table of the city's areas."""

    def as_source(self) -> SourceConfig:
        """The table as a source of layout `areas`."""
        return SourceConfig(layout="areas", **self.model_dump())


class LinkConfig(Strict):
    """Two sources that are compared (a source with itself too), by which blocking rules and
    matchers."""

    sources: tuple[str, str]
    exact: list[Key] = []
    blocking: list[Key] = Field(min_length=1)
    wide: list[Annotated[list[str], Field(min_length=1)]] = []
    comparisons: list[str] = Field(min_length=1)
    barred: list[str] = []
    parameters: Text = "people"
    max_block: int = Field(default=1000, ge=2)

    @property
    def inside(self) -> bool:
        """Whether a source is compared with itself."""
        return self.sources[0] == self.sources[1]


class MatchingConfig(Strict):
    """Which records are compared, how, and from which probability on they are the same person.

    Links that are not given are those of the shipped plan.
    """

    model: Text = "default"
    match_probability: float = Field(default=0.5, gt=0, lt=1)
    review_probability: float = Field(default=0.05, gt=0, lt=1)
    max_false_share: float | None = Field(default=None, gt=0, lt=1)
    estimate: Literal["weights", "shares", "nothing"] = "weights"
    judgements: Text | None = None
    links: list[LinkConfig] = []


class RuleConfig(Strict):
    """One rule: whether it runs, and how severe its cases are."""

    enabled: bool = True
    severity: Severity | None = None


class ListsConfig(Strict):
    """The lists that people work from."""

    format: list[ListFormat] = Field(default=["xlsx"], min_length=1)
    split_by: Literal["town", "village"] | None = None
    whole_values: bool = True
    language: Literal["zh", "en"] = "zh"
    leave_out: list[TableCode] = []


class BirthsConfig(Strict):
    """How births are held against the registers: the days allowed for registering, and what belongs
    to the city."""

    registration_days: int = Field(default=30, ge=0, le=3660)
    home_areas: list[Text] = []


class AmountConfig(Strict):
    """How amounts of a roster are checked: units and rate that its columns do not give, and the
    difference allowed."""

    units: float | None = Field(default=None, ge=0)
    rate: float | None = Field(default=None, ge=0)
    tolerance: float = Field(default=0.01, ge=0)


class RostersConfig(Strict):
    """What is asked of rosters: which exclude each other, and how their amounts come about. For
    `reconcile roster`."""

    exclusive: list[tuple[SourceName, SourceName]] = []
    amounts: dict[SourceName, AmountConfig] = {}


class Config(Strict):
    """A whole run."""

    workspace: Text = "work"
    language: Literal["zh", "en"] | None = None
    sources: dict[SourceName, SourceConfig] = Field(min_length=1)
    areas: AreasConfig | None = None
    matching: MatchingConfig | None = None
    rules: dict[str, RuleConfig] = {}
    lists: ListsConfig = ListsConfig()
    births: BirthsConfig = BirthsConfig()
    rosters: RostersConfig = RostersConfig()
    open_threshold: int | None = Field(default=None, ge=0)
