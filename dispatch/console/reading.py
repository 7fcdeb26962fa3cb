"""A request into a ``Visit``: the one place where what a browser sent becomes values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from dispatch.console.guard import SAFE
from dispatch.console.keeper import SEAT_COOKIE, Session
from gateway.page import NOBODY, Page, Visit

LANGUAGE_COOKIE = "kentongan-language"
CSRF_HEADER = "X-CSRF"  # for modules, which have no form
FIRST_LANGUAGE = "id"


def glance(request: web.Request, session: Session | None, now: datetime, first: str = FIRST_LANGUAGE) -> Visit:
    """A visit without what its body says, for a page that only tells why not. ``first``: the city's language."""
    user = session.user if session else NOBODY
    return Visit(
        user=user,
        path=request.path_qs,
        now=now,
        language=request.cookies.get(LANGUAGE_COOKIE) or user.language or first,  # this browser's first
        at=dict(request.match_info),
        query=_last(request.query),
        headers=dict(request.headers),
        session=session.key if session else "",
        seat=request.cookies.get(SEAT_COOKIE, ""),
        peer=request.remote or "",
        sure=session.sure if session else False,
    )


async def read_visit(
    request: web.Request, page: Page, session: Session | None, now: datetime, first: str = FIRST_LANGUAGE
) -> Visit:
    """Raises HTTPRequestEntityTooLarge, HTTPUnsupportedMediaType, HTTPBadRequest."""
    form: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    if request.method not in SAFE:
        if (request.content_length or 0) > page.most_body:
            raise web.HTTPRequestEntityTooLarge(page.most_body, request.content_length or 0)
        await _body(request, page, form, many, files)
        if CSRF_HEADER in request.headers:
            form["csrf"] = request.headers[CSRF_HEADER]
    return replace(glance(request, session, now, first), form=form, many=many, files=files)


async def _body(
    request: web.Request, page: Page, form: dict[str, str], many: dict[str, list[str]], files: dict[str, bytes]
) -> None:
    kind = request.content_type
    if page.takes == "json" or kind == "application/json":
        form |= await _json(request)
    elif page.takes == "raw":
        files["body"] = await request.read()
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = value.file.read()
            elif isinstance(value, str):
                form[name] = value
                many.setdefault(name, []).append(value)
    elif request.can_read_body:
        raise web.HTTPUnsupportedMediaType(text="form atau JSON / a form or JSON only\n")


async def _json(request: web.Request) -> dict[str, str]:
    if request.can_read_body and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="hanya application/json / JSON only\n")
    try:
        body: Any = await request.json() if request.can_read_body else {}
    except (ValueError, UnicodeDecodeError, RecursionError):
        body = None
    if not isinstance(body, Mapping):
        raise web.HTTPBadRequest(
            text='{"error": "perlu objek JSON / needs a JSON object"}', content_type="application/json"
        )
    return {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in body.items()}


def _last(values: MultiMapping[str]) -> dict[str, str]:
    return {name: values.getall(name)[-1] for name in values}
