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
from reconcile.config.plan import config_digest, config_for, default_matching, findings_digest, matching_of
from reconcile.config.schema import json_schema
from reconcile.preflight.loading import load_config
from reconcile.reading.source_files import source_files

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
    "load_config",
    "matching_of",
    "source_files",
]
