"""The virtual world as a page: who holds which phone is the front door's to say (``Cast``), the rest is read live.

    GET /               the page of its own      GET /static/…         its files (``static/world.js`` exports ``mount``)
    GET /scene/events   text/event-stream: ``stage``, ``folk`` (who is here), then each ``person`` and ``post`` that
                        changed, and what goes through the ``air``

What the page does in the world goes through the network's own HTTP control (``web.py``), mounted beside these routes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import web

from modem.virtual import shown
from modem.virtual.cast import Cast, Person, Post, everybody
from modem.virtual.journal import Event
from modem.virtual.network import Network
from modem.virtual.phone import Phone

STATIC = Path(str(files("modem.virtual") / "static"))
TICK_EVERY = 10.0  # seconds; so that a page that went away is noticed
REST = 0.05  # seconds; what happens within them is one message to the page
KEPT = 50  # texts of one phone, and events of the air, that a newly opened page is told
AIR = frozenset({"submit", "deliver", "alert", "answer", "key", "release", "siren", "ussd"})

Json = dict[str, Any]


def add_page(app: web.Application, network: Network, cast: Callable[[], Cast] | None = None) -> None:
    """Add the page's routes to the application that serves the network's control. ``cast`` is asked each time the
    scene is told, for shifts change; each of the cast gets his phone. Without one everybody is shown by number."""
    stage = _Stage(network, cast or (lambda: everybody(network)))
    app.router.add_get("/", _page)
    app.router.add_get("/scene/events", stage.events)
    app.router.add_static("/static/", STATIC)
    app.on_shutdown.append(stage.closing)
    app.on_cleanup.append(stage.ended)


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "page.html")


class _Stage:
    """Watches the network's log, and tells each open page what reads differently than what it was told before."""

    def __init__(self, network: Network, cast: Callable[[], Cast]) -> None:
        self._network = network
        self._cast = cast
        self._sent: dict[str, deque[Json]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._air: deque[Event] = deque(maxlen=KEPT)
        self._watchers: set[asyncio.Event] = set()
        self._closed = False
        self._unsubscribe = network.subscribe(self._happened)

    def _happened(self, event: Event) -> None:
        if event.kind in AIR:
            self._air.append(event)
            if event.kind == "submit":
                self._sent[str(event.fields["from"])].append({"text": event.fields["text"], "at": event.t.isoformat()})
        if event.kind not in ("at_in", "at_out"):
            self._wake()

    def _wake(self) -> None:
        for bell in self._watchers:
            bell.set()

    async def closing(self, _app: web.Application) -> None:
        self._closed = True
        self._wake()

    async def ended(self, _app: web.Application) -> None:
        self._unsubscribe()

    async def events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        bell = asyncio.Event()
        self._watchers.add(bell)
        try:
            with contextlib.suppress(ConnectionResetError):  # the page was closed
                await self._tell(stream, bell)
        finally:
            self._watchers.discard(bell)
        return stream

    async def _tell(self, stream: web.StreamResponse, bell: asyncio.Event) -> None:
        told: dict[str, str] = {}
        heard = 0
        while not self._closed:
            for subject, kind, value in self._scene():
                data = json.dumps(value)
                if told.get(subject) != data:
                    told[subject] = data
                    await stream.write(f"event: {kind}\ndata: {data}\n\n".encode())
            for event in [one for one in self._air if one.seq > heard]:
                heard = event.seq
                await stream.write(f"event: air\ndata: {json.dumps(event.row())}\n\n".encode())
            await stream.write(b": here\n\n")
            await self._network.clock.sleep(REST)
            await self._next(bell)

    async def _next(self, bell: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            async with self._network.clock.timeout(TICK_EVERY):
                await bell.wait()
        bell.clear()

    def _scene(self) -> Iterator[tuple[str, str, Json | list[str]]]:
        cast = self._cast()
        yield (
            "stage",
            "stage",
            {
                "gateway": list(cast.gateway),
                "services": list(self._network.services),
                "codes": list(self._network.codes),
                "tries": list(cast.tries),
                "asks": list(cast.asks),
            },
        )
        for post in cast.posts:
            yield f"post {post.id}", "post", self._post(post)
        people = {person.number: person for person in cast.people}
        yield "folk", "folk", list(people)
        for person in people.values():
            yield f"person {person.number}", "person", self._person(person)

    def _post(self, post: Post) -> Json:
        siren = self._network.sirens.get(post.siren) if post.siren else None
        if siren is None:
            return {"id": post.id, "name": post.name, "siren": None}
        seen = {"number": siren.number, "lamp": siren.lamp, "state": siren.state.value, "ringing": siren.engaged()}
        return {"id": post.id, "name": post.name, "siren": seen}

    def _person(self, person: Person) -> Json:
        phone = self._network.phone(person.number)
        inbox = [
            {"from": sms.sender, "text": sms.text, "at": sms.received_at.isoformat(), "parts": sms.parts, "of": sms.of}
            for sms in phone.inbox[-KEPT:]
        ]
        return {
            "number": person.number,
            "name": person.name,
            "role": person.role,
            "post": person.post,
            "note": person.note,
            "off": phone.behaviour.off,
            "call": _call(phone),
            "ussd": shown.ussd(phone),
            "inbox": inbox,
            "sent": list(self._sent[person.number]),
        }


def _call(phone: Phone) -> Json | None:
    if not phone.engaged():
        return None
    call = phone.calls[-1]
    exchanged = phone.network.exchange.call(call.id)
    side = "near" if exchanged is not None and exchanged.near is phone else "far"
    answered = call.answered_at.isoformat() if call.answered_at else None
    return {
        "id": call.id,
        "side": side,
        "incoming": call.incoming,
        "number": call.number,
        "state": call.state.value,
        "answered_at": answered,
        "keys": call.keys,
    }
