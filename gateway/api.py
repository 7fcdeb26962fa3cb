"""The HTTP API for the city's other systems: each room lists its operations, and from the same list come the routes,
the check of what was sent, and the description at ``/openapi.json`` (OpenAPI 3.1)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.page import Handle, Page, Role, Told, Visit

PREFIX = "/api/v1"
TOO_LARGE = 10**18  # integers of a request stay below; both engines keep them
Json = Mapping[str, Any]
Asked = Mapping[str, Any]
"""What was asked, checked: a string or an integer by the parameter's name, None where it was not sent."""
Does = Callable[[Visit, Asked], Awaitable[Told]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value of a request. ``where``: query, path or body. ``pattern``: the whole value (ECMA-262 and Python read it
    alike). ``whole``: an integer from ``least`` to ``most``; for text ``most`` is its length in characters."""

    name: str
    about: str
    where: str = "query"
    pattern: str = ""
    choices: tuple[str, ...] = ()
    whole: bool = False
    least: int = 0
    most: int = 200
    required: bool = False

    def schema(self) -> Json:
        """Its JSON Schema."""
        if self.whole:
            return {"type": "integer", "minimum": self.least, "maximum": self.most}
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        form = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        return {"type": "string", "maxLength": self.most, **({"minLength": 1} if self.required else {}), **form}

    def read(self, sent: str | None) -> Any:
        """The value. Raises ValueError."""
        if sent is None or (sent == "" and not self.required):
            if self.required:
                raise ValueError
            return None
        if self.whole:
            if not re.fullmatch(r"-?[0-9]{1,19}", sent) or not self.least <= int(sent) <= self.most:
                raise ValueError
            return int(sent)
        if self.choices and sent not in self.choices:
            raise ValueError
        if not sent or len(sent) > self.most or (self.pattern and not re.fullmatch(self.pattern, sent)):
            raise ValueError
        return sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that another system may ask. ``path`` below ``/api/v1``; ``answer``: the JSON Schema of what it gets;
    ``refuses``: whether it may say no (409). ``danger``: a person who is logged in gives his PIN; a token has none."""

    name: str
    method: str
    path: str
    about: str
    roles: frozenset[Role]
    does: Does
    answer: Json
    parameters: Sequence[Parameter] = ()
    refuses: bool = False
    status: int = 200
    tag: str = ""
    danger: Callable[[Visit], bool] | bool = False

    def page(self) -> Page:
        """Its route."""
        page = Page(path=PREFIX + self.path, handle=self._handle(), roles=self.roles, method=self.method)
        return replace(page, takes="json", tokens=True, danger=self.danger)

    def _handle(self) -> Handle:
        async def handle(visit: Visit) -> Told:
            asked: dict[str, Any] = {}
            for one in self.parameters:
                sent = {"path": visit.at, "query": visit.query, "body": visit.form}[one.where].get(one.name)
                try:
                    asked[one.name] = one.read(sent)
                except ValueError:
                    return wrong(f"{one.name}: {one.about}", "api.wrong", 400)
            return await self.does(visit, asked)

        return handle


def wrong(words: str, key: str, status: int) -> Told:
    """An error's body."""
    return Told(value={"error": words, "key": key}, status=status)


def missing(what: str) -> Told:
    """There is nothing of that name."""
    return wrong(f"there is no {what}", "api.missing", 404)


ERROR: Json = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "key": {"type": "string"}},
    "required": ["error"],
}
_TEXT: Json = {"text/plain": {"schema": {"type": "string"}}}
_SAID: Json = {"application/json": {"schema": ERROR}}
_REFUSALS: Json = {
    "400": {"description": "a value is not what it must be", "content": {**_SAID, **_TEXT}},
    "401": {"description": "no token, or one that ended", "content": _SAID},
    "403": {"description": "the token's roles do not reach that", "content": _SAID},
    "404": {"description": "there is none", "content": {**_SAID, **_TEXT}},
}
_OF_BODIES: Json = {
    "413": {"description": "too large", "content": _TEXT},
    "415": {"description": "JSON is wanted", "content": _TEXT},
}
_REFUSED: Json = {"409": {"description": "not done; the words say why", "content": _SAID}}


def listed(item: Json) -> Json:
    """The schema of a list."""
    return {"type": "array", "items": item}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A whole description. ``callbacks``: what ``gateway.openapi.document`` tells of the providers' paths;
    ``doors``: other paths of machines, told as they stand."""

    title: str
    operations: Sequence[Operation]
    callbacks: Json = field(default_factory=dict)
    doors: Json = field(default_factory=dict)

    def document(self) -> Json:
        """OpenAPI 3.1."""
        paths: dict[str, dict[str, Any]] = {
            path: dict(told) for path, told in {**self.callbacks.get("paths", {}), **self.doors}.items()
        }
        for one in self.operations:
            paths.setdefault(PREFIX + re.sub(r"\{(\w+):[^/]*\}", r"{\1}", one.path), {})[one.method.lower()] = _told(
                one
            )
        about = "For the city's other systems. A token is made on the page of tokens, and sent as a bearer (RFC 6750)."
        if self.callbacks:
            about = f"{about} {self.callbacks['info']['description']}"
        return {
            "openapi": "3.1.0",
            "info": {"title": self.title, "version": "1", "description": about},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "paths": paths,
        }


def _told(one: Operation) -> Json:
    sent = [each for each in one.parameters if each.where == "body"]
    done = {"description": "done", "content": {"application/json": {"schema": one.answer}}}
    answers: dict[str, Any] = {str(one.status): done, **_REFUSALS}
    if one.method != "GET":
        answers |= _OF_BODIES
    if one.refuses:
        answers |= _REFUSED
    told: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.about,
        "tags": [one.tag or one.name.split("-")[0]],
        "security": [{"token": []}],
        "parameters": [_parameter(each) for each in one.parameters if each.where != "body"],
        "responses": answers,
    }
    if sent:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _object(sent)}}}
    return told


def _parameter(one: Parameter) -> Json:
    said = {"name": one.name, "in": one.where, "description": one.about, "schema": one.schema()}
    return {**said, "required": one.required or one.where == "path"}


def _object(fields: Iterable[Parameter]) -> Json:
    each = list(fields)
    return {
        "type": "object",
        "properties": {one.name: {**one.schema(), "description": one.about} for one in each},
        "required": [one.name for one in each if one.required],
    }
