"""All wings' pages as one web application: who may is asked here, once, before any page is.

Every route that stands in the application was opened by ``Site.open`` with its roles; one that was not, or a page that
names no role, is an ``Unguarded`` at the start: the program does not run with a door that nobody watches.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from hmac import compare_digest
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from dispatch.console.answering import Answering
from dispatch.console.guard import SAFE, guarded
from dispatch.console.keeper import COOKIE, Keeper, Session
from dispatch.console.near import near
from dispatch.console.packing import packing
from dispatch.console.reading import read_visit
from dispatch.console.refusing import PROOF, Refusing
from dispatch.console.ways import Ways
from gateway.page import NOBODY, Declined, NotThere, Page, Role, Streamed, User, Visit, Wing
from gateway.store import StoreFault

MOST_STREAMS = 12  # pages of one session that are open at once
MOST_OF_A_TOKEN = 100
HOLDS_S = 3.0  # seconds after its session's end that a stream ends
HOME = "/"  # where every login leads


class Unguarded(Exception):
    """A route without a role."""


class Site:
    """The application. ``doors``: each open route's roles, ``proofs``: its ``danger``, for the table of privileges."""

    def __init__(
        self,
        wings: Sequence[Wing],
        keeper: Keeper,
        answering: Answering,
        *,
        hosts: Iterable[str] = (),
        public_url: str = "",
        secure: bool = False,
    ) -> None:
        self.doors: dict[tuple[str, str], frozenset[Role]] = {}
        self.proofs: dict[tuple[str, str], Any] = {}
        self._keeper, self._answering = keeper, answering
        self._now: Callable[[], Any] = answering.now
        self._machines: list[str] = []
        self._streams: Counter[str] = Counter()
        self._nav = sorted((one for wing in wings for one in wing.pages if one.nav), key=lambda one: one.nav)
        self.app = web.Application()  # what a page takes of a body, it says itself (``bodies.py``)
        self._refusing = Refusing(answering.renderer, answering.now, Ways(self.app, self.doors))
        guarded(self.app, hosts=hosts, machines=self._is_machine, public_url=public_url, secure=secure)
        self.app.middlewares.extend((packing, self._catching()))
        for wing in wings:
            for page in wing.pages:
                self.open(page)
        self.app.on_startup.append(self._nothing_unwatched)

    def open(self, page: Page) -> None:
        """One page more. Raises Unguarded."""
        if not page.roles:
            raise Unguarded(f"{page.method} {page.path} names no role")
        route = self.app.router.add_route(page.method, page.path, self._door(page))
        assert route.resource is not None
        self.watch(page.method, route.resource.canonical, page.roles, machine=page.machine)
        self.proofs[(page.method, route.resource.canonical)] = page.danger

    def watch(self, method: str, path: str, roles: frozenset[Role], *, machine: bool = False) -> None:
        """A route that others put into ``app`` (the health, callbacks, a mounted world), with who may use it. A path
        that ends in ``/`` stands for all below it."""
        self.doors[(method, path)] = roles
        if machine:
            self._machines.append(path.partition("{")[0])

    def _is_machine(self, path: str) -> bool:
        return path.startswith(tuple(self._machines)) if self._machines else False

    async def _nothing_unwatched(self, app: web.Application) -> None:
        below = tuple(path for _, path in self.doors if path.endswith("/") and path != "/")
        for route in app.router.routes():
            path = route.resource.canonical if route.resource else ""
            known = (route.method, path) in self.doors or ("*", path) in self.doors
            head = route.method == "HEAD" and ("GET", path) in self.doors
            if not (known or head or f"{path}/".startswith(below)):
                raise Unguarded(f"{route.method} {path} names no role")

    def _door(self, page: Page) -> Callable[[web.Request], Any]:
        async def door(request: web.Request) -> web.StreamResponse:
            session = None if page.machine else await self._session(request, page)
            user = session.user if session else NOBODY
            if not user.may(page.roles):
                if page.path == HOME and "text/html" in request.headers.get("Accept", "") and (to := self._first(user)):
                    return web.Response(status=303, headers={"Location": to})
                return await self._refusing.refused(request, page, session)
            visit = await read_visit(request, page, session, self._now(), self._answering.renderer.language)
            if session and session.token and not _for_tokens(page, session):
                return await self._refusing.refused(request, page, session)  # it cannot prove who sends it
            if request.method not in SAFE and session and not session.token and not _own_form(visit, session):
                return await self._refusing.stale(request, page, visit, session)
            asked = page.asks(visit) and not visit.sure and session and not session.token
            if asked and session and not await self._keeper.prove(session, visit.form.get(PROOF, "")):
                return await self._refusing.unproven(request, page, visit, session)
            try:
                found = await page.handle(visit)
            except NotThere:
                return await self._refusing.missing(request, page, visit, session)
            except Declined as why:
                return await self._refusing.declined(request, page, visit, session, why)
            if isinstance(found, Streamed):
                return await self._stream(request, found, session)
            return await self._answering.sent(request, page, visit, session, found)

        return door

    def _first(self, user: User) -> str:
        """Where the work of somebody begins who has nothing to do with incidents; "": nowhere."""
        return next((one.path for one in self._nav if user.may(one.roles)), "")

    def _catching(self) -> Middleware:
        """What no page answered, and what broke, is told like everything else. Machines are told in their own way."""

        @web.middleware
        async def catching(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                return await handler(request)
            except web.HTTPException as fell:
                if self._is_machine(request.path):
                    raise
                return await self._refusing.fallen(request, await self._known(request), fell)
            except ConnectionError:  # he went away
                raise
            except Exception as fault:
                if self._is_machine(request.path) or request.writer.output_size:
                    raise
                return await self._refusing.broken(request, await self._known(request), fault)

        return catching

    async def _known(self, request: web.Request) -> Session | None:
        with suppress(Exception):  # the store may be what broke
            if key := request.cookies.get(COOKIE):
                return await self._keeper.session(key)
        return None

    async def _session(self, request: web.Request, page: Page) -> Session | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._keeper.bearer(token.strip())
        if (key := request.cookies.get(COOKIE)) and (session := await self._keeper.session(key)):
            return session
        if (
            request.method == "GET"
            and "text/html" in request.headers.get("Accept", "")
            and Role.PUBLIC not in page.roles
            and near(request.remote or "", request.headers)
        ):
            return await self._keeper.guest(request.remote or "")
        return None

    async def _stream(self, request: web.Request, found: Streamed, session: Session | None) -> web.StreamResponse:
        """Until the page is closed, the events end, or the session does. 429: too many of one session."""
        who = session.key if session else request.remote or ""
        most = MOST_OF_A_TOKEN if session and session.token else MOST_STREAMS
        if self._streams[who] >= most:
            async with aclosing(found.events):  # type: ignore[type-var]
                return web.Response(status=429, text="terlalu banyak halaman terbuka / too many open pages\n")
        self._streams[who] += 1
        try:
            return await self._streaming(request, found, session)
        finally:
            self._streams[who] -= 1
            self._streams += Counter()  # without those that have none

    async def _streaming(self, request: web.Request, found: Streamed, session: Session | None) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": found.content_type, "X-Accel-Buffering": "no"})
        await stream.prepare(request)
        writing = asyncio.create_task(_write(stream, found.events))
        try:
            while not writing.done() and await self._holds(session):
                await asyncio.wait((writing,), timeout=HOLDS_S)
        finally:
            writing.cancel()
            await asyncio.wait((writing,))
        if not writing.cancelled():
            writing.result()
        return stream

    async def _holds(self, session: Session | None) -> bool:
        try:
            return session is None or await self._keeper.holds(session)
        except StoreFault:  # nobody knows: who looks at the board then needs it most
            return True


async def _write(stream: web.StreamResponse, events: Any) -> None:
    async with aclosing(events) as coming:
        with suppress(ConnectionResetError):  # the page was closed
            async for event in coming:
                await stream.write(event)


def _for_tokens(page: Page, session: Session) -> bool:
    """A token proves nobody: it reaches what is told to other systems and nothing else, and changes something only
    where it may write."""
    return page.tokens and (page.method in SAFE or session.writes)


def _own_form(visit: Visit, session: Session) -> bool:
    return compare_digest(visit.form.get("csrf", "").encode(), session.csrf.encode())
