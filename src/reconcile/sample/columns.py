"""Which of a layout's columns the made-up registers have."""

from __future__ import annotations

from reconcile.core.layouts import Column, load_layout

# Registers name the kind of a relative's document seldom, the police never: theirs are identity
# cards.
_NOT_MADE = {
    ("household", "id_type"),
    *(
        (source, f"{role}_id_type")
        for source in ("residents", "household")
        for role in ("head", "father", "mother", "spouse")
    ),
}


def made_columns(source: str) -> list[Column]:
    """The columns of a made-up register, in the order of its layout."""
    return [
        column for column in load_layout(source).columns if (source, column.name) not in _NOT_MADE
    ]
