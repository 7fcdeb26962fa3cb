"""Incidents for a board in a browser, people who look at it, and a wire between that can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dispatch import store
from dispatch.case import Case
from dispatch.case import Role as Was
from dispatch.incident import Certainty, Incident, Place, Source, State
from gateway.messages import Inbound, Kind
from gateway.page import Floor, Role
from gateway.store import Tx
from gateway.store.inbound import add_letter
from tests.dispatch.stage import GINA, HULU
from tests.fixtures.site import user_with

EVIL = "TOLONG RAMPOK <img src=x onerror=alert(1)> \u202e=1+1"
SARI = user_with(Role.DISPATCHER, name="Sari Dewi")
BUDI = user_with(Role.DISPATCHER, login="budi", name="Budi Raharjo")
SOON_MS = 8000


def reported(
    tx: Tx, floor: Floor, number: int, *, ago_s: float = 0, case: Mapping[str, Any] | None = None, **more: Any
) -> int:
    """An emergency as the desk writes it. ``case``: what the desk remembers of it."""
    at = floor.clock.now() - timedelta(seconds=ago_s)
    place = Place(kelurahan=HULU, source=Source.TEXT, certainty=Certainty.LIKELY, age_s=0.0)
    said = {"id": 0, "code": "", "opened_at": at, "confirmed_at": at, "state": State.CONFIRMED, "kind": "robbery"}
    here = Incident(**{**said, "caller": GINA, "place": place, "registered": True, **more})
    made = store.open_case(tx, Case(incident=here, origin=Kind.SMS, heard_at=at, **(case or {}))).incident.id
    letter = Inbound(
        id=0, channel="m1", kind=Kind.SMS, sender=GINA, text=EVIL, sent_at=at, received_at=at, external_id=f"x{number}"
    )
    kept = add_letter(tx, letter, urgent=True)
    store.join_letter(tx, made, replace(letter, id=kept), Was.OPENED)
    store.tell(tx, made, at, "opened", EVIL, "+62***", words=EVIL)
    return made


class Wire:
    """What lies between a browser and the program, and can be cut."""

    def __init__(self, port: int) -> None:
        self._to, self._port = port, 0
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Wire:
        await self.mend()
        return self

    async def __aexit__(self, *_fault: object) -> None:
        await self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        self._server.close()
        for end in list(self._ends):
            end.transport.abort()
        await self._server.wait_closed()

    async def _joined(self, near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        far, into = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends |= {out, into}
        for source, sink in ((near, into), (far, out)):
            task = asyncio.create_task(self._carry(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.close()
        self._ends.discard(sink)
