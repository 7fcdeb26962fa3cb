"""A request into a ``Visit``: the one place where what a browser sent becomes values."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from aiohttp import web
from multidict import MultiMapping

from dispatch.console.bodies import read_body
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
    if request.method in SAFE:
        return glance(request, session, now, first)
    body = await read_body(request, page)
    if CSRF_HEADER in request.headers:
        body.form["csrf"] = request.headers[CSRF_HEADER]
    return replace(glance(request, session, now, first), form=body.form, many=body.many, files=body.files)


def _last(values: MultiMapping[str]) -> dict[str, str]:
    return {name: values.getall(name)[-1] for name in values}
