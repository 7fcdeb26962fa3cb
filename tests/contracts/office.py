"""The callbacks as a provider sees them: the real store, inbox and pages on loopback, and a look at what was kept."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from config.clock import Clock, SystemClock
from config.crash import no_crash
from gateway.africas_talking_forms import AfricasTalking
from gateway.callback import Answer, Posted, UssdEnded, UssdReply, UssdTurn
from gateway.callbacks import Callbacks
from gateway.inbox import Inbox
from gateway.messages import Inbound
from gateway.openapi import document
from gateway.pulse import Pulse
from gateway.rotation import Keys
from gateway.store import Store, Tx
from gateway.store.callbacks import request_of
from gateway.store.inbound import new_letters
from gateway.web import add_callbacks, add_openapi
from tests.gateway.room import Notebook, Waits, opened

SECRET, SECOND = "s3cret-" + "a" * 20, "s3cret-" + "b" * 20
SITI = "+6281234567890"
LIMIT_S = 20.0  # seconds that a request may take on a busy machine


def form(**fields: str) -> bytes:
    """The fields of a letter, urlencoded; a name's trailing ``_`` is for Python's keywords."""
    return urlencode({name.rstrip("_"): value for name, value in fields.items()}).encode()


SMS = {
    "from": SITI,
    "to": "38480",
    "text": "TOLONG kebakaran",
    "id": "bb2bfc33-7b9b-4e2c",
    "date": "2026-11-21T12:00:00Z",
    "linkId": "",
    "networkCode": "51010",
}


def but(fields: Mapping[str, str], *, without: str = "", **changed: str) -> dict[str, str]:
    """The fields with some changed, and one left out."""
    return {name: value for name, value in ({**fields, **changed}).items() if name != without}


@dataclass(slots=True)
class Menu:
    """A USSD that says back what it was asked."""

    turns: list[UssdTurn] = field(default_factory=list)
    over: list[UssdEnded] = field(default_factory=list)

    async def turn(self, channel: str, turn: UssdTurn) -> UssdReply:
        self.turns.append(turn)
        return UssdReply(text=f"{turn.number} {turn.path}", more=turn.path != "9")

    async def ended(self, channel: str, ended: UssdEnded) -> None:
        self.over.append(ended)


@dataclass(slots=True, kw_only=True)
class Office:
    """``url`` and ``http`` only where it is open to the wire."""

    store: Store
    inbox: Inbox
    menu: Menu
    callbacks: Callbacks
    keys: Keys
    pulse: Pulse | None = None
    url: str = ""
    http: aiohttp.ClientSession | None = None

    async def post(
        self,
        what: str,
        body: Mapping[str, str] | bytes,
        *,
        secret: str = SECRET,
        name: str = "africastalking",
        method: str = "POST",
        **more: Any,
    ) -> tuple[int, str]:
        """Over the wire; the status and the words."""
        assert self.http is not None
        data = body if isinstance(body, bytes) else urlencode(dict(body)).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **more.pop("headers", {})}
        url = f"{self.url}/callbacks/{name}/{secret}/{what}"
        async with self.http.request(method, url, data=data, headers=headers, **more) as answer:
            return answer.status, await answer.text()

    async def hears(self, what: str, body: Mapping[str, str] | bytes) -> Answer:
        """Without a wire."""
        data = body if isinstance(body, bytes) else urlencode(dict(body)).encode()
        return await self.callbacks.answer(self.callbacks.adapters["africastalking"], Posted(what=what, body=data))

    async def letters(self) -> list[Inbound]:
        """Every letter that was kept, in order of arrival."""
        found = await self.store.write(lambda tx: new_letters(tx, at_most=10_000))
        return sorted((one for one, _ in found), key=lambda one: one.id)

    async def letter(self) -> Inbound:
        """The one letter that was kept."""
        (one,) = await self.letters()
        return one

    async def request(self, letter: Inbound) -> str:
        """What is kept beside it."""

        def work(tx: Tx) -> str:
            return request_of(tx, letter.external_id)

        return await self.store.read(work)


@contextlib.asynccontextmanager
async def counter(clock: Clock, *secrets: str) -> AsyncIterator[Office]:
    """An office without a wire, on whatever clock. Its inbox keeps, and nobody reads."""
    async with opened(clock) as store:
        pulse, menu = Pulse(clock), Menu()
        inbox = Inbox(store, (Notebook(),), clock, no_crash, pulse, waits=Waits())
        adapter = AfricasTalking(secrets or (SECRET,))
        keys = Keys(store, {adapter.name: adapter.secrets}, clock, pulse)
        await keys.load()
        callbacks = Callbacks([adapter], inbox, menu, keys, clock, pulse)
        yield Office(store=store, inbox=inbox, menu=menu, callbacks=callbacks, keys=keys, pulse=pulse)


@contextlib.asynccontextmanager
async def post_office(*secrets: str) -> AsyncIterator[Office]:
    """An office on loopback."""
    async with counter(SystemClock(), *secrets) as office, served(office):
        yield office


@contextlib.asynccontextmanager
async def served(office: Office) -> AsyncIterator[None]:
    """Open it to the wire."""
    app = web.Application()
    add_callbacks(app, office.callbacks)
    add_openapi(app, document(office.callbacks.adapters.values()))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        office.url = "http://127.0.0.1:" + str(runner.addresses[0][1])
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(LIMIT_S)) as office.http:
            yield
    finally:
        await runner.cleanup()
