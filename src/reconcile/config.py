"""The models of `configs/*.yaml`: what to read, match, check and write."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["high", "medium", "low"]
ListFormat = Literal["xlsx", "csv", "ndjson", "parquet"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceConfig(Strict):
    """One register: its layout, its files, and what is special about them."""

    layout: str = Field(description="residents, household, births, or the path of a layout file (.toml)")
    files: list[str] = Field(min_length=1, description="paths or patterns, relative to the config file; - is stdin")
    columns: dict[str, str] = Field(default={}, description="canonical column: header in the file")
    encoding: str | None = Field(default=None, description="found by itself when not given")
    delimiter: str | None = Field(default=None, description="found by itself when not given")
    sheet: str | None = Field(default=None, description="name of the sheet; the first with a header otherwise")
    header_row: int | None = Field(default=None, ge=1, description="row of the header, from 1; found otherwise")


class LinkConfig(Strict):
    """Which two sources are compared (a source with itself too), found by which blocking rules, judged by which matchers."""

    sources: tuple[str, str]
    blocking: list[list[str]] = Field(min_length=1, description="each rule: standardised columns that must be equal")
    comparisons: list[str] = Field(min_length=1, description="matchers, by module name")
    max_block: int = Field(default=1000, ge=2, description="most pairs that one value of a rule may bring for a record")


class MatchingConfig(Strict):
    model: str = Field(default="default", description="name of a shipped model, or the path of a model file (.json)")
    match_probability: float = Field(default=0.5, gt=0, lt=1, description="from here on a pair is a match")
    review_probability: float = Field(default=0.05, gt=0, lt=1, description="from here on a pair goes to review")
    links: list[LinkConfig] = Field(min_length=1)


class RuleConfig(Strict):
    enabled: bool = True
    severity: Severity | None = Field(default=None, description="the rule's own when not given")


class ListsConfig(Strict):
    format: list[ListFormat] = ["xlsx"]
    split_by: Literal["town", "village"] | None = None
    whole_values: bool = Field(default=True, description="false: names and numbers are masked in the lists too")
    language: Literal["zh", "en"] = "zh"


class Config(Strict):
    """A whole run."""

    workspace: str = Field(default="work", description="folder for runs and the key, relative to the config file")
    language: Literal["zh", "en"] | None = None
    sources: dict[str, SourceConfig] = Field(min_length=1)
    matching: MatchingConfig | None = Field(default=None, description="the shipped matching plan when not given")
    rules: dict[str, RuleConfig] = {}
    lists: ListsConfig = ListsConfig()
    open_threshold: int | None = Field(default=None, ge=0, description="exit with 10 when more cases are open than this")
