"""What a talk about a look-up remembers between two screens, as its state. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.lookup import Row
from gateway.dialogue import State

LIST = "list"  # where a talk stands that shows one


def listed_state(title: str, labels: Sequence[str], values: Sequence[object]) -> dict[str, str]:
    """The state of a list at its first page."""
    packed = {"labels": json.dumps(list(labels), ensure_ascii=False), "values": json.dumps(values, ensure_ascii=False)}
    return {"at": LIST, "title": title, "from": "0", **packed}


def list_in(state: State, name: str) -> list[Any]:
    """A list that is remembered under that name; empty where there is none."""
    try:
        found = json.loads(state.get(name, ""))
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def row_in(state: State) -> Row | None:
    """The row that was told."""
    found = list_in(state, "row")
    return values_in(found[0]) if found and isinstance(found[0], dict) else None


def values_in(found: dict[Any, Any]) -> Row:
    """A row as it was remembered."""
    return {str(name): str(value) for name, value in found.items()}


def as_of_in(state: State) -> datetime | None:
    """When what was found was so."""
    try:
        return datetime.fromisoformat(state.get("as_of", ""))
    except ValueError:
        return None


def place_in(state: State) -> int:
    """At which line the page begins."""
    written = state.get("from", "")
    return int(written) if written.isdecimal() else 0
