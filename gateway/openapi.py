"""``/openapi.json``: what providers may post, from the same table that the paths come from. No secret is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.callback import Adapter, Door, Field

Json = Mapping[str, Any]

VERSION = "3.1.0"
SECRET = {
    "name": "secret",
    "in": "path",
    "required": True,
    "description": "one of the provider's secrets: 'kentongan secrets rotate' tells a new one once",
    "schema": {"type": "string", "format": "password", "pattern": "^[A-Za-z0-9_-]{22,}$"},
}
TEXT = {"text/plain": {"schema": {"type": "string"}}}
ERRORS: Json = {
    "400": {"description": "it says nothing that could be kept, or is cut off", "content": TEXT},
    "404": {"description": "no such provider, secret or path", "content": TEXT},
    "405": {"description": "another method is wanted (Allow)", "content": TEXT},
    "408": {"description": "the body did not come in time", "content": TEXT},
    "413": {"description": "more than 16 KiB", "content": TEXT},
    "503": {"description": "not kept, a fault of ours: post it again", "content": TEXT},
}


def document(adapters: Iterable[Adapter], *, title: str = "Kentongan") -> Json:
    """The description of every path of these providers."""
    return {
        "openapi": VERSION,
        "info": {"title": f"{title}: callbacks of providers", "version": "1", "description": _ABOUT},
        "paths": {
            f"/callbacks/{adapter.name}/{{secret}}/{what}": _path(adapter, what)
            for adapter in adapters
            for what in adapter.what
        },
    }


_ABOUT = (
    "What is posted is durable before it is answered 200. The same id again, at any time, is the same letter. "
    "Fields may come in any order, and more of them than are named here; what is wrong with a request is kept and "
    "marked, as long as it says anything."
)


def _path(adapter: Adapter, what: str) -> Json:
    door = adapter.door(what)
    return {
        "parameters": [SECRET],
        **{method.lower(): _operation(adapter, what, door, method) for method in door.methods},
    }


def _operation(adapter: Adapter, what: str, door: Door, method: str) -> Json:
    kept: dict[str, Any] = {"description": "kept"}
    if door.answer:
        kept["content"] = {door.answered_as: {"schema": {"type": "string", "pattern": door.answer}}}
    operation = {
        "operationId": f"{adapter.name}-{what}-{method.lower()}",
        "summary": door.about,
        "responses": {"200": kept, **ERRORS},
    }
    if method == "GET":
        return {**operation, "parameters": [_parameter(field) for field in door.fields]}
    return {**operation, "requestBody": {"required": True, "content": {door.content_type: {"schema": _schema(door)}}}}


def _parameter(field: Field) -> Json:
    return {"name": field.name, "in": "query", "description": field.about, "schema": _string(field)}


def _schema(door: Door) -> Json:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: {**_string(field), "description": field.about} for field in door.fields},
        "additionalProperties": {"type": "string"},
    }
    if door.least:
        schema["anyOf"] = [{"required": [name]} for name in door.least]
    return schema


def _string(field: Field) -> Json:
    return {"type": "string", **({"examples": [field.example]} if field.example else {})}
