"""The JSON schema of the config, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from reconcile.config.models import Config
from reconcile.core.messages import text


def json_schema() -> dict[str, Any]:
    """The schema, with what each field means in the language in use."""
    schema = Config.model_json_schema()
    for model, definition in {"Config": schema, **schema["$defs"]}.items():
        definition["description"] = text(f"config.model.{model}")
        for field, described in definition["properties"].items():
            described["description"] = text(f"config.field.{model}.{field}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
