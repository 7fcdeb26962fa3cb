"""The live push: one loop reads the board, every open page is told what changed, and resumes where it stopped.

Each change of a subject gets the next number of this process and is put into bytes once, however many pages are open; a
page that comes back says the last number it saw and gets only what came after. A number of another process (the program
was started anew) gets everything. What only the desk may see stands in bytes of its own, or is not told to others.
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
from dispatch.console.needs import Facts, needs
from dispatch.console.presence import Presence
from dispatch.console.shown import shown_json
from dispatch.console.summary import from_afar
from gateway.pulse import Part

LOOK_EVERY = 2.0  # seconds; the bell is quicker, the table is the truth
REST = 0.1  # seconds between two looks: a burst of commits is one look, and an eye sees no difference
LEAVES = 4.0  # times as long as a look took: looking costs at most a fifth of the program, however full the board
TICK_EVERY = 10.0  # seconds; the page calls itself cut off after 25 without a word
OVERDUE_EVERY = 300.0  # seconds; a test that was passed shows on the list by then

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Change:
    """``near``: for the desk; ``afar``: for viewers, None: not theirs."""

    number: int
    said: Any
    near: bytes
    afar: bytes | None


class Feed:
    """Reads the house when its bell rings, and keeps the latest words on each subject with their number."""

    def __init__(self, house: ConsoleHouse, presence: Presence | None = None) -> None:
        self._house = house
        self.presence = presence or Presence(house.bell.ring)
        self._process = secrets.token_hex(4)
        self._number = 0
        self._said: dict[str, _Change] = {}
        self._looked = False
        self._closed = False
        self._watchers: set[asyncio.Event] = set()
        self._came = asyncio.Event()  # set while somebody watches
        self._overdue = (0, -OVERDUE_EVERY)  # how many, and when that was asked

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

    async def watch(self, after: str, *, near: bool) -> AsyncGenerator[bytes, None]:
        """What the page at place ``after`` does not know yet, then what comes, with a tick in the silence. ``near``:
        for somebody of the desk."""
        bell = asyncio.Event()
        self._watchers.add(bell)
        self._came.set()
        try:
            place = self._place(after)
            while not self._looked and not self._closed:
                await bell.wait()
                bell.clear()
            if place == 0:
                yield encoded("fresh", self._now())
            while not self._closed:
                for change in self._since(place):
                    place = change.number
                    event = change.near if near else change.afar
                    if event is not None:
                        yield event
                yield encoded("tick", self._now())
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
        board = await self._house.board()
        parts, post = await self._house.health(), await self._house.post()
        self._say("board", "board", [one["id"] for one in board.rows])
        here = {f"incident {one['id']}" for one in board.rows}
        for subject in [one for one in self._said if one.startswith("incident ") and one not in here]:
            del self._said[subject]
        for one in board.rows:
            self._say(f"incident {one['id']}", "incident", one, from_afar(one))
        self._say("more", "more", {"more": board.more})
        self._say("health", "health", [health_json(part) for part in parts])
        self._say("post", "post", post, {**post, "letters": []})
        await self._say_needs(board.rows, board.more, parts, post)
        hands = self.presence.hands(self._house.clock.now())
        self._say(
            "hands",
            "hands",
            [{"page": one.page, "name": one.name, "incident": one.incident, "doing": one.doing} for one in hands],
            [],
        )
        self._say("trouble", "trouble", None)

    async def _say_needs(self, rows: Any, more: int, parts: Any, post: Json) -> None:
        facts = Facts(
            board=rows,
            parts=parts,
            now=self._house.clock.now(),
            nobody_s=self._house.city()["clocks"]["nobody_s"],
            more=more,
            unseen=len(post["letters"]),
            overdue=await self._asked_overdue(),
            queues=post.get("queues", ()),
            unread=post.get("unread", {}),
        )
        self._say("needs", "needs", [one.json() for one in needs(facts)])

    async def _asked_overdue(self) -> int:
        count, at = self._overdue
        if self._house.clock.monotonic() - at >= OVERDUE_EVERY:
            count = await self._house.overdue()
            self._overdue = (count, self._house.clock.monotonic())
        return count

    def _say(self, subject: str, name: str, value: Any, afar: Any = ...) -> None:
        """``afar``: what viewers get of it; by itself the same."""
        known = self._said.get(subject)
        if known is not None and known.said == value:
            return
        self._number += 1
        place = f"{self._process}-{self._number}"
        near = encoded(name, _json(value), place)
        far = near if afar is ... else encoded(name, _json(afar), place)
        self._said[subject] = _Change(self._number, value, near, far)

    def _wake(self) -> None:
        for bell in self._watchers:
            bell.set()

    def _now(self) -> str:
        return json.dumps({"now": self._house.clock.now().astimezone(UTC).isoformat()})


def encoded(name: str, data: str, place: str = "") -> bytes:
    """The bytes of one event (WHATWG HTML, 9.2.6). ``data`` is JSON on one line. ``place`` is empty where the page's
    place in the stream does not move."""
    at = f"id: {place}\n" if place else ""
    return f"{at}event: {name}\ndata: {data}\n\n".encode()


def _json(value: Any) -> str:
    return json.dumps(shown_json(value), separators=(",", ":"))


def health_json(part: Part) -> Json:
    """A part's health as the page and ``/health`` show it."""
    seen = {"name": part.name, "kind": part.kind, "status": str(part.status), "since": part.since.isoformat()}
    return {key: shown_json(value) for key, value in {**seen, "detail": part.detail}.items()}
