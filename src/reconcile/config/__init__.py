"""The only reader of YAML: what to read, match, check and write."""

from reconcile.config.models import (
    AmountConfig,
    AreasConfig,
    BirthsConfig,
    Config,
    LinkConfig,
    ListFormat,
    ListsConfig,
    MatchingConfig,
    RostersConfig,
    RuleConfig,
    Severity,
    SourceConfig,
)
from reconcile.config.plan import (
    config_digest,
    config_for,
    default_matching,
    findings_digest,
    matching_of,
)
from reconcile.config.schema import json_schema

__all__ = [
    "AmountConfig",
    "AreasConfig",
    "BirthsConfig",
    "Config",
    "LinkConfig",
    "ListFormat",
    "ListsConfig",
    "MatchingConfig",
    "RostersConfig",
    "RuleConfig",
    "Severity",
    "SourceConfig",
    "config_digest",
    "config_for",
    "default_matching",
    "findings_digest",
    "json_schema",
    "matching_of",
]
