"""Why a page did not do what was asked, in words, with the way on: HTML for people, JSON for modules.

A fault of ours is a sentence and a number that the log knows; what went wrong within is never shown.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from dispatch.console.guard import SAFE
from dispatch.console.keeper import Session
from dispatch.console.reading import glance
from dispatch.console.render import Renderer, html
from dispatch.console.shown import shown
from dispatch.console.ways import Ways
from gateway.page import PUBLIC, Declined, Page, Visit
from gateway.store import StoreFault

_log = logging.getLogger(__name__)

FAULT_OCTETS = 4  # of the number by which a person names a fault to whom reads the log
PROOF = "pin"  # the field of a form (or of a JSON object) in which a person proves again who he is
UNSEEN = ("csrf", PROOF)  # fields that a form gets anew
SECRET = ("password", "sandi", "secret", "token", "code", "kode", "otp")  # in a field's name: not written into a page
NOWHERE = Page(path="", handle=lambda visit: None, roles=PUBLIC)  # type: ignore[arg-type, return-value]
BY_STATUS = {400: "site.bad", 404: "site.missing", 405: "site.missing", 413: "site.large", 415: "site.bad"}


class Refusing:
    """``now``: the program's time."""

    def __init__(self, renderer: Renderer, now: Callable[[], datetime], ways: Ways) -> None:
        self._renderer, self._now, self._ways = renderer, now, ways

    async def refused(self, request: web.Request, page: Page, session: Session | None) -> web.StreamResponse:
        """Not logged in: to the login, and back. Logged in, and not his: told so."""
        if session is None or not (session.token or session.user.roles):  # he is still coming in
            if _person(request):
                return self._to_login(request, session)
            return error(401, self._renderer.words.say(self._glance(request).language, "site.login"), "site.login")
        return self._told(request, page, self._glance(request, session), session, 403, "site.not_yours")

    def _to_login(self, request: web.Request, session: Session | None) -> web.Response:
        if request.method in SAFE:
            asked = {"to": request.path_qs}
        else:  # what he typed is gone with his session
            asked = {"to": self._ways.back(request, None), "said": "site.ended"}
        return web.Response(status=303, headers={"Location": f"/login?{urlencode(asked)}"})

    async def stale(self, request: web.Request, page: Page, visit: Visit, session: Session) -> web.StreamResponse:
        """The form was not one of this session."""
        return self._told(request, page, visit, session, 403, "site.stale")

    async def unproven(self, request: web.Request, page: Page, visit: Visit, session: Session) -> web.StreamResponse:
        """He did not prove who he is. The form is shown once more with nothing but the PIN to type: the rest is kept as
        it was. That is safe because its token was right; but no secret and no file is written into a page."""
        key = "site.unproven" if visit.form.get(PROOF) else "site.prove"
        kept = {name: values for name, values in visit.many.items() if name not in UNSEEN}
        again = bool(visit.many) and not visit.files and not any(one in name for name in kept for one in SECRET)
        data = {"kept": [(name, one) for name, values in kept.items() for one in values], "again": again}
        return self._told(request, page, visit, session, 403, key, template="unproven", data=data)

    async def declined(
        self, request: web.Request, page: Page, visit: Visit, session: Session | None, why: Declined
    ) -> web.StreamResponse:
        """The page said no."""
        return self._told(request, page, visit, session, 409, why.why, why.fields)

    async def missing(
        self, request: web.Request, page: Page, visit: Visit, session: Session | None
    ) -> web.StreamResponse:
        """There is nothing of that name, or nothing that this person may know of."""
        return self._told(request, page, visit, session, 404, "site.missing", template="missing")

    async def fallen(self, request: web.Request, session: Session | None, fell: web.HTTPException) -> web.Response:
        """What no page answered (an unknown path, a body too large), for people. Raises ``fell`` for others."""
        if not _person(request) or fell.status not in BY_STATUS:
            raise fell
        key = BY_STATUS[fell.status]
        template = "missing" if key == "site.missing" else "declined"
        visit = self._glance(request, session)
        return self._told(request, NOWHERE, visit, session, fell.status, key, template=template)

    async def broken(self, request: web.Request, session: Session | None, fault: Exception) -> web.Response:
        """A fault of ours, with its number."""
        number = secrets.token_hex(FAULT_OCTETS)
        _log.error("page fault %s: %s %s", number, request.method, request.path, exc_info=fault)
        status, key = (503, "site.store") if isinstance(fault, StoreFault) else (500, "site.broken")
        visit = self._glance(request, session)
        try:
            return self._told(request, NOWHERE, visit, session, status, key, {"number": number}, template="broken")
        except Exception as worse:  # the frame itself: then without it
            _log.error("page fault %s, and no page to say so", number, exc_info=worse)
            words = self._renderer.words.say(visit.language, key, {"number": number})
            return web.Response(text=f"{words}\n", status=status, headers={"Cache-Control": "no-store"})

    def _glance(self, request: web.Request, session: Session | None = None) -> Visit:
        return glance(request, session, self._now(), self._renderer.language)

    def _told(
        self,
        request: web.Request,
        page: Page,
        visit: Visit,
        session: Session | None,
        status: int,
        key: str,
        fields: Mapping[str, object] | None = None,
        *,
        template: str = "declined",
        data: Mapping[str, object] | None = None,
    ) -> web.Response:
        try:
            words = self._renderer.words.say(visit.language, key, fields)
        except KeyError:  # a sentence already
            words = key
        if not _person(request):
            return error(status, words, key)
        told = {"why": words, "way_back": self._ways.back(request, session), **(data or {})}
        return html(self._renderer.page(f"console/{template}.html", told, visit, session, page), status)


def _person(request: web.Request) -> bool:
    """Whether a browser asks for a page to look at; modules and machines ask for something else."""
    return "text/html" in request.headers.get("Accept", "")


def error(status: int, words: str, key: str = "") -> web.Response:
    """A refusal for a module: ``error`` in the visitor's language, ``key`` of words for what it does next."""
    return web.json_response({"error": shown(words), "key": key}, status=status)
