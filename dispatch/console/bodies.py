"""What a request's body holds, by field. Whoever sends it, at most so many bytes of it are taken, counted as they
come: its head may say nothing of its length (RFC 9112, 7.1: chunked), and the loop that reads it rings alarms.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from gateway.page import MOST_BODY, Page

JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
MOST_TYPED = 256 * 1024  # bytes of what is no file, on pages that take large files
MOST_FIELDS = 1000
BODY_S = 120.0  # in which a whole body must be here: a large list over a slow line
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})  # others are not what our pages send, and some take long


@dataclass(slots=True)
class Body:
    """``form``: fields, the last of each; ``many``: all of each; ``files``: by field (``body``: a raw body)."""

    form: dict[str, str] = field(default_factory=dict)
    many: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, name: str, value: str) -> None:
        """One field more."""
        self.form[name] = value
        self.many.setdefault(name, []).append(value)


async def read_body(request: web.Request, page: Page) -> Body:
    """Raises HTTPRequestEntityTooLarge, HTTPUnsupportedMediaType, HTTPBadRequest."""
    kind, body = request.content_type, Body()
    most = _most(page, kind)
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    if (request.charset or "utf-8").lower() not in CHARSETS:
        raise web.HTTPUnsupportedMediaType(text="hanya UTF-8 / UTF-8 only\n")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":  # nothing of ours packs what it sends
        raise web.HTTPUnsupportedMediaType(text="tanpa Content-Encoding / no Content-Encoding\n")
    bounded = request.clone(client_max_size=most)
    try:
        async with asyncio.timeout(BODY_S):  # the wire's time, whatever clock the program runs on
            await _read(bounded, page, most, body)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="isi tidak datang / the body did not come\n") from None
    except (ClientPayloadError, web.RequestPayloadError, HttpProcessingError):  # cut off
        raise _unreadable() from None
    return body


async def _read(bounded: web.Request, page: Page, most: int, body: Body) -> None:
    kind = bounded.content_type
    if page.takes == "json" or kind == JSON:
        body.form |= await _json(bounded)
    elif page.takes == "raw":
        body.files["body"] = await bounded.read()
    elif kind == FORM:
        await _typed(bounded, body)
    elif kind == PARTS:
        await _parts(bounded, body, most)
    elif bounded.can_read_body:
        raise web.HTTPUnsupportedMediaType(text="form atau JSON / a form or JSON only\n")


def _most(page: Page, kind: str) -> int:
    """A page that takes large files takes nothing else that is large."""
    if kind == JSON and page.takes != "json":
        return min(page.most_body, MOST_BODY)
    return min(page.most_body, MOST_TYPED) if kind == FORM else page.most_body


async def _json(request: web.Request) -> dict[str, str]:
    if request.can_read_body and request.content_type != JSON:
        raise web.HTTPUnsupportedMediaType(text="hanya application/json / JSON only\n")
    raw = await request.read()
    try:
        said: Any = json.loads(raw) if raw else {}
        if isinstance(said, Mapping):
            return {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in said.items()}
    except (ValueError, RecursionError):
        pass
    raise web.HTTPBadRequest(text='{"error": "perlu objek JSON / needs a JSON object"}', content_type=JSON)


async def _typed(request: web.Request, body: Body) -> None:
    raw = await request.read()
    try:
        fields = parse_qsl(raw.rstrip().decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise _unreadable() from None
    for name, value in fields:
        body.put(name, value)


async def _parts(request: web.Request, body: Body, most: int) -> None:
    """A field of each part (RFC 7578); what a part says of its charset and encoding is not asked (4.5 to 4.7)."""
    seen = 0
    try:
        async for part in await request.multipart():
            seen += 1
            if not isinstance(part, BodyPartReader) or part.name is None or seen > MOST_FIELDS:
                raise _unreadable()
            content = await _part(request, part, most if part.filename else min(most, MOST_TYPED), most)
            if part.filename:
                body.files[part.name] = content
            else:
                body.put(part.name, content.decode())
    except ValueError:
        raise _unreadable() from None


async def _part(request: web.Request, part: BodyPartReader, longest: int, most: int) -> bytes:
    content = bytearray()
    while True:
        chunk = await part.read_chunk()
        content += chunk
        if len(content) > longest or request.content.total_bytes > most:
            raise web.HTTPRequestEntityTooLarge(most, request.content.total_bytes)
        if not chunk:
            return bytes(content)


def _unreadable() -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text="formulir tidak terbaca / the form cannot be read\n")
