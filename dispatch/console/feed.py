"""The live push: one loop reads the board, every open page is told what changed, and resumes where it stopped.

Each change of an incident gets the next number of this process; a page that comes back says the last number it saw
and gets only what came after. A number of another process (the program was started anew) gets everything.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from dispatch.console.house import ConsoleHouse, Json
from dispatch.console.shown import shown_json
from gateway.pulse import Part

LOOK_EVERY = 2.0  # seconds; the bell is quicker, the table is the truth
REST = 0.1  # seconds between two looks: a burst of commits is one look, and an eye sees no difference
LEAVES = 4.0  # times as long as a look took: looking costs at most a fifth of the program, however full the board
TICK_EVERY = 10.0  # seconds; the page calls itself cut off after 25 without a word

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One message to the page. ``id`` is empty where the page's place in the stream does not move."""

    name: str
    data: str
    id: str = ""

    def encode(self) -> bytes:
        """The bytes of text/event-stream (WHATWG HTML, 9.2.6). ``data`` is JSON on one line."""
        place = f"id: {self.id}\n" if self.id else ""
        return f"{place}event: {self.name}\ndata: {self.data}\n\n".encode()


@dataclass(frozen=True, slots=True)
class _Change:
    number: int
    name: str
    data: str


class Feed:
    """Reads the house when its bell rings, and keeps the latest words on each subject with their number."""

    def __init__(self, house: ConsoleHouse) -> None:
        self._house = house
        self._process = secrets.token_hex(4)
        self._number = 0
        self._said: dict[str, _Change] = {}
        self._looked = False
        self._closed = False
        self._watchers: set[asyncio.Event] = set()
        self._came = asyncio.Event()  # set while somebody watches

    async def run(self) -> None:
        """For ever; a look that fails is told to the pages and tried again."""
        clock = self._house.clock
        while not self._closed:
            if not self._watchers:  # nobody looks: the life path has the store to itself
                self._looked = False
                await self._came.wait()
            began = clock.monotonic()
            try:
                await self._look()
            except Exception as fault:
                log.exception("the console could not read the board")
                self._say("trouble", "trouble", {"text": type(fault).__name__})
            self._looked = True
            self._wake()
            await clock.sleep(max(REST, LEAVES * (clock.monotonic() - began)))
            await self._house.bell.wait(clock, LOOK_EVERY)

    def close(self) -> None:
        """End every stream (the program stops)."""
        self._closed = True
        self._came.set()
        self._wake()

    async def watch(self, after: str) -> AsyncGenerator[Event, None]:
        """What the page at place ``after`` does not know yet, then what comes, with a tick in the silence."""
        bell = asyncio.Event()
        self._watchers.add(bell)
        self._came.set()
        try:
            place = self._place(after)
            while not self._looked and not self._closed:
                await bell.wait()
                bell.clear()
            if place == 0:
                yield Event(name="fresh", data=self._now())
            while not self._closed:
                for change in self._since(place):
                    place = change.number
                    yield Event(id=f"{self._process}-{place}", name=change.name, data=change.data)
                yield Event(name="tick", data=self._now())
                await self._next(bell)
        finally:
            self._watchers.discard(bell)
            if not self._watchers:
                self._came.clear()

    def _since(self, place: int) -> list[_Change]:
        return sorted((one for one in self._said.values() if one.number > place), key=lambda one: one.number)

    def _place(self, after: str) -> int:
        """The number within this process, 0 for a stranger's."""
        process, _, number = after.partition("-")
        if process != self._process or not number.isascii() or not number.isdigit() or len(number) > 18:
            return 0
        return min(int(number), self._number)

    async def _next(self, bell: asyncio.Event) -> None:
        try:
            async with self._house.clock.timeout(TICK_EVERY):
                await bell.wait()
        except TimeoutError:
            pass
        bell.clear()

    async def _look(self) -> None:
        incidents = [shown_json(one) for one in await self._house.incidents()]
        self._say("board", "board", [one["id"] for one in incidents])
        here = {f"incident {one['id']}" for one in incidents}
        for subject in [one for one in self._said if one.startswith("incident ") and one not in here]:
            del self._said[subject]
        for one in incidents:
            self._say(f"incident {one['id']}", "incident", one)
        self._say("health", "health", [health_json(part) for part in await self._house.health()])
        self._say("post", "post", shown_json(await self._house.post()))
        self._say("trouble", "trouble", None)

    def _say(self, subject: str, name: str, value: Any) -> None:
        data = json.dumps(value, separators=(",", ":"))
        known = self._said.get(subject)
        if known is None or known.data != data:
            self._number += 1
            self._said[subject] = _Change(self._number, name, data)

    def _wake(self) -> None:
        for bell in self._watchers:
            bell.set()

    def _now(self) -> str:
        return json.dumps({"now": self._house.clock.now().astimezone(UTC).isoformat()})


def health_json(part: Part) -> Json:
    """A part's health as the page and ``/health`` show it."""
    seen = {"name": part.name, "kind": part.kind, "status": str(part.status), "since": part.since.isoformat()}
    return {key: shown_json(value) for key, value in {**seen, "detail": part.detail}.items()}
