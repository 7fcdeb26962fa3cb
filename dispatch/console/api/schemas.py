"""What the objects of the API hold, as JSON Schema: the objects of ``--json``. More fields may stand in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
WHOLE: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
NUMBER: Json = {"type": ["number", "null"]}
OBJECT: Json = {"type": "object"}


def thing(properties: Json, required: tuple[str, ...] = ()) -> Json:
    """An object with at least these."""
    return {"type": "object", "properties": dict(properties), "required": list(required or properties)}


PLACE = thing(
    {"kelurahan": MAYBE, "street": MAYBE, "lat": NUMBER, "lon": NUMBER, "source": TEXT, "certainty": TEXT},
)
EFFECT = thing({"effect": TEXT, "target": TEXT, "key": TEXT}, ("effect", "target"))
INCIDENT = thing(
    {
        "id": WHOLE,
        "code": TEXT,
        "state": TEXT,
        "state_label": OBJECT,
        "kind": TEXT,
        "caller": TEXT,
        "registered": FLAG,
        "place": PLACE,
        "station": MAYBE,
        "accepted_by": MAYBE,
        "opened_at": TEXT,
        "messages": {"type": "array", "items": OBJECT},
        "effects": {"type": "array", "items": EFFECT},
    }
)
LETTER = thing(
    {
        "id": TEXT,
        "direction": TEXT,
        "channel": MAYBE,
        "from": MAYBE,
        "to": MAYBE,
        "text": TEXT,
        "lane": MAYBE,
        "state": TEXT,
        "parts": WHOLE,
        "expires_at": MAYBE,
        "hides": FLAG,
    }
)
STATION = thing({"id": TEXT, "name": TEXT}, ("id", "name"))
RESIDENT = thing({"phone": TEXT, "name": TEXT, "kelurahan": MAYBE, "confirmed": FLAG})
HEALTH = thing({"status": TEXT, "parts": {"type": "array", "items": OBJECT}})
