"""A page's answer into bytes: HTML, JSON, a table to take away. Why not is said by ``refusing.py``."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import quote, urlencode

from aiohttp import web

from dispatch.console.keeper import COOKIE, SEAT_COOKIE, Session
from dispatch.console.render import Renderer, html
from dispatch.console.sheets import sheet_csv, sheet_pdf, written
from dispatch.console.shown import shown_json
from gateway.page import Answer, Handed, Moved, Page, Sheet, Shown, Told, Visit

LOOK_S = 365 * 86400  # seconds that a browser keeps how it likes the pages to look
WITHIN = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f\\]*")  # a path here: browsers read "\\" as "/", and skip tabs
SEAT_S = 90 * 86400  # seconds that a browser is known for, as the store knows it
SESSION_S = 30 * 86400  # seconds that a browser keeps the cookie; the session itself may end sooner, on our side
Looked = Callable[[Visit, Page, Sequence[str]], Awaitable[None]]


class Answering:
    """``looked``: writes down whom an answer shows, before it leaves. ``now``: the program's time."""

    def __init__(self, renderer: Renderer, now: Callable[[], datetime], looked: Looked) -> None:
        self.renderer, self.now, self._looked = renderer, now, looked

    async def sent(
        self, request: web.Request, page: Page, visit: Visit, session: Session | None, found: Answer
    ) -> web.StreamResponse:
        looked = getattr(found, "looked", ())
        if looked:
            await self._looked(visit, page, looked)
        if isinstance(found, Sheet):
            response: web.StreamResponse = await self._sheet(visit, found)
        else:
            response = self._response(request, page, visit, session, found)
        came = session and (session.token or request.cookies.get(COOKIE) == session.key)
        if session and session.key and not came and not isinstance(found, Moved):
            _keep(response, session.key)  # a guest's new session; a token is never a cookie
        return response

    def _response(
        self, request: web.Request, page: Page, visit: Visit, session: Session | None, found: Answer
    ) -> web.StreamResponse:
        if isinstance(found, Shown):
            return html(self.renderer.page(found.template, found.data, visit, session, page), found.status)
        if isinstance(found, Moved):
            return self._moved(visit, found)
        if isinstance(found, Told):
            again = {"Retry-After": str(found.again_s)} if found.again_s else None  # RFC 9110, 10.2.3
            return web.json_response(shown_json(found.value), status=found.status, headers=again)
        assert isinstance(found, Handed)
        headers = {"Cache-Control": f"max-age={found.keep_s}" if found.keep_s else "no-store"}
        if found.filename:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.filename)}"
        return web.Response(body=found.body, headers={**headers, "Content-Type": found.content_type})

    def _moved(self, visit: Visit, found: Moved) -> web.Response:
        to = found.to
        if found.said:  # words by their key: nobody can put words of his own into an address
            to += ("&" if "?" in to else "?") + urlencode({"said": found.said})
        if not WITHIN.fullmatch(to):
            raise ValueError(f"a page moves only within the site: {to}")
        response = web.Response(status=303, headers={"Location": to, "Cache-Control": "no-store"})
        for name, value in found.kept.items():
            response.set_cookie(name, value, max_age=LOOK_S, path="/", samesite="Strict")
        if found.seat:
            _keep(response, found.seat, name=SEAT_COOKIE, for_s=SEAT_S)
        if found.session:
            _keep(response, found.session)
        elif found.session == "":
            response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
        return response

    async def _sheet(self, visit: Visit, found: Sheet) -> web.Response:
        """Made beside the loop: a PDF takes seconds, in which emergencies go on."""
        as_pdf = visit.query.get("as") == "pdf"
        say = partial(self.renderer.cell, language=visit.language, exact=not as_pdf, seconds=found.seconds)
        sheet = written(found, self.renderer.zone(visit.now), say)
        body = await asyncio.to_thread(sheet_pdf if as_pdf else sheet_csv, sheet)
        name = f"{found.name}.{'pdf' if as_pdf else 'csv'}"
        kind = "application/pdf" if as_pdf else "text/csv"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
        return web.Response(body=body, content_type=kind, headers=headers)


def _keep(response: web.StreamResponse, key: str, *, name: str = COOKIE, for_s: int = SESSION_S) -> None:
    response.set_cookie(name, key, max_age=for_s, path="/", secure=True, httponly=True, samesite="Strict")
