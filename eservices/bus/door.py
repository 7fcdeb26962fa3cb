"""The trackers' door as ``/openapi.json`` tells of it (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
FIELDS: Mapping[str, str] = {
    "id": "the tracker's identifier in buses.toml; deviceid, too",
    "lat": "degrees; none, NaN or 0 with lon 0: no fix yet",
    "lon": "degrees",
    "timestamp": "seconds or milliseconds of Unix, or ISO 8601; none: now",
    "valid": "false: no fix yet",
    "bearing": "degrees from north; heading, too",
    "speed": "of the tracker's own unit; below 1 the bearing is not believed",
    "accuracy": "metres",
    "hdop": "dilution of precision, where there is no accuracy",
}
ANSWER: Json = {
    "type": "object",
    "properties": {"kept": {"type": "boolean"}, "why": {"type": "string"}},
    "required": ["kept", "why"],
}
COORDS: Json = {
    "type": "object",
    "properties": {name: {"type": "number"} for name in ("latitude", "longitude", "accuracy", "speed", "heading")},
}
LOCATION: Json = {"type": "object", "properties": {"timestamp": {"type": "string"}, "coords": COORDS}}
TOKEN: Json = {
    "name": "token",
    "in": "path",
    "required": True,
    "description": "one of [trackers] tokens",
    "schema": {"type": "string", "format": "password", "pattern": "^[A-Za-z0-9_-]{22,128}$"},
}


def trackers_door() -> Mapping[str, Json]:
    """Its path."""
    fields = [_parameter(name, about) for name, about in FIELDS.items()]
    form = {"type": "object", "properties": {name: {"type": "string"} for name in FIELDS}, "required": ["id"]}
    said = {"device_id": {"type": "string"}, "location": LOCATION}
    body: Json = {
        "required": False,
        "content": {
            "application/x-www-form-urlencoded": {"schema": form},
            "application/json": {"schema": {"type": "object", "properties": said, "required": list(said)}},
        },
    }
    get, post = _operation("get", "query"), {**_operation("post", "query, form or JSON"), "requestBody": body}
    return {"/trackers/{token}": {"parameters": [TOKEN, *fields], "get": get, "post": post}}


def _parameter(name: str, about: str) -> Json:
    return {"name": name, "in": "query", "required": False, "description": about, "schema": {"type": "string"}}


def _operation(method: str, where: str) -> Json:
    return {
        "operationId": f"trackers-{method}",
        "summary": f"Where a bus is, in the OsmAnd or Traccar form ({where})",
        "tags": ["trackers"],
        "responses": {
            "200": _told("taken; kept says whether it is the newest fix, and why it is not"),
            "400": _told("it says nothing in either form"),
            "404": _told("no such token, or no such tracker in the pack"),
            "413": {"description": "more than 4 KiB"},
            "415": {"description": "neither a form nor JSON"},
            "429": {
                **_told("too many of this tracker"),
                "headers": {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}},
            },
        },
    }


def _told(about: str) -> Json:
    return {"description": about, "content": {"application/json": {"schema": ANSWER}}}
