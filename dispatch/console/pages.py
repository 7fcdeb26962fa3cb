"""The console's routes: a page of static files, JSON looks, one live stream, and the five acts of a dispatcher.

GET  /                                     the page
GET  /console/city  /console/health  /console/post  /console/incidents  /console/incidents/ID
GET  /console/events                       text/event-stream; resumes at Last-Event-ID (or ?after=)
POST /console/incidents/ID/accept|next|confirm|cancel|close   {"as": NAME}
POST /console/letters/ID/seen              {"as": NAME}
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import web

from dispatch.console.feed import Feed, health_json
from dispatch.console.guard import guarded
from dispatch.console.house import ConsoleHouse, Json, NoSuchIncident, Refusal
from dispatch.console.shown import shown, shown_json

MOST_BODY = 16 * 1024  # bytes; the most that a callback may bring, and far more than a name
MOST_NAME = 60  # characters; a person's name on one line of the timeline
STATIC = Path(str(files("dispatch.console") / "static"))

Act = Callable[[int, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the front door puts to the right of the console on the same page (the demo's virtual world): a module that
    exports ``mount(element)``, and its style sheet. Both are paths of this same server."""

    script: str
    style: str


def routes(
    house: ConsoleHouse,
    *,
    beside: Beside | None = None,
    hosts: Iterable[str] = (),
    machines: tuple[str, ...] = ("/callbacks/",),
) -> web.Application:
    """The root application, guarded. The front door mounts the rest into it (``add_subapp``, ``add_get``) before it
    starts. ``hosts`` and ``machines``: see ``guarded``."""
    app = web.Application(client_max_size=MOST_BODY)
    guarded(app, hosts=hosts, machines=machines)
    pages = _Pages(house, Feed(house), _page(beside))
    app.cleanup_ctx.append(pages.feeding)
    app.on_shutdown.append(pages.closing)
    app.router.add_get("/", pages.page)
    app.router.add_get("/console/city", pages.city)
    app.router.add_get("/console/health", pages.health)
    app.router.add_get("/console/post", pages.post)
    app.router.add_post("/console/letters/{letter:out-[0-9]{1,18}}/seen", pages.seen)
    app.router.add_get("/console/events", pages.events)
    app.router.add_get("/console/incidents", pages.incidents)
    app.router.add_get(r"/console/incidents/{number:[0-9]{1,18}}", pages.incident)
    acts = {
        "accept": house.accept,
        "next": house.next_station,
        "confirm": house.confirm,
        "cancel": house.cancel,
        "close": house.close,
    }
    for name, act in acts.items():
        app.router.add_post(rf"/console/incidents/{{number:[0-9]{{1,18}}}}/{name}", pages.acting(act))
    app.router.add_static("/console/static/", STATIC)
    return app


def _page(beside: Beside | None) -> str:
    text = (STATIC / "page.html").read_text(encoding="utf-8")
    style = f'<link rel="stylesheet" href="{html.escape(beside.style)}">' if beside else ""
    script = f' data-beside="{html.escape(beside.script)}"' if beside else ""
    return text.replace("<!--beside-->", style).replace(" data-beside", script)


class _Pages:
    def __init__(self, house: ConsoleHouse, feed: Feed, page: str) -> None:
        self._house = house
        self._feed = feed
        self._page = page

    async def feeding(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._feed.run(), name="console-feed")
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def closing(self, _app: web.Application) -> None:
        self._feed.close()

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html", headers={"Cache-Control": "no-cache"})

    async def city(self, _request: web.Request) -> web.Response:
        return _json({**self._house.city(), "now": self._house.clock.now().isoformat()})

    async def health(self, _request: web.Request) -> web.Response:
        return _json([health_json(part) for part in await self._house.health()])

    async def post(self, _request: web.Request) -> web.Response:
        return _json(await self._house.post())

    async def seen(self, request: web.Request) -> web.Response:
        name = await _name(request)
        await self._house.seen(request.match_info["letter"], name)
        return _json(await self._house.post())

    async def incidents(self, _request: web.Request) -> web.Response:
        return _json(list(await self._house.incidents()))

    async def incident(self, request: web.Request) -> web.Response:
        try:
            return await self._told(_number(request))
        except NoSuchIncident:
            return _error(404, "tidak ada kejadian ini / no such incident")

    async def events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await stream.prepare(request)
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        async with contextlib.aclosing(self._feed.watch(after)) as events:
            with contextlib.suppress(ConnectionResetError):  # the page was closed
                async for event in events:
                    await stream.write(event.encode())
        return stream

    def acting(self, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                number = _number(request)
                await act(number, await _name(request))
                return await self._told(number)
            except NoSuchIncident:
                return _error(404, "tidak ada kejadian ini / no such incident")
            except Refusal as refusal:
                return _json({"error": str(refusal), "incident": await self._house.incident(number)}, 409)

        return handle

    async def _told(self, number: int) -> web.Response:
        incident = await self._house.incident(number)
        return _json({"incident": incident, "timeline": list(await self._house.timeline(number))})


def _number(request: web.Request) -> int:
    return int(request.match_info["number"])


async def _name(request: web.Request) -> str:
    """The name in ``{"as": NAME}``: one visible line. Raises HTTPBadRequest."""
    try:
        body: Any = await request.json()
    except (ValueError, UnicodeDecodeError):
        body = None
    name = body.get("as") if isinstance(body, dict) else None
    name = " ".join(name.split()) if isinstance(name, str) else ""
    if len(name) > MOST_NAME or shown(name) != name or not any(char.isalpha() for char in name):
        words = f'perlu {{"as": NAMA}}, paling banyak {MOST_NAME} huruf / needs {{"as": NAME}} of 1-{MOST_NAME} letters'
        raise web.HTTPBadRequest(text=json.dumps({"error": words}), content_type="application/json")
    return name


def _json(value: Json | list[Json], status: int = 200) -> web.Response:
    return web.json_response(shown_json(value), status=status)


def _error(status: int, words: str) -> web.Response:
    return _json({"error": words}, status)
