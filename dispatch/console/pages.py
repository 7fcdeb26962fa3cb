"""The page on which a city sees what happens now: the live board, and the acts of a dispatcher.

GET  /                                     the page
GET  /console/city  /console/health  /console/post  /console/incidents  /console/incidents/ID
GET  /console/events                       text/event-stream; resumes at Last-Event-ID (or ?after=)
POST /console/incidents/ID/accept|next|confirm|cancel|close
POST /console/letters/ID/seen
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from dispatch.console.feed import Feed, health_json
from dispatch.console.house import ConsoleHouse, NoSuchIncident, Refusal
from gateway.page import DESK, WATCH, Handle, NotThere, Page, Shown, Streamed, Told, Visit, Wing

Act = Callable[[int, str], Awaitable[None]]
NUMBER = "{number:[0-9]{1,18}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the front door puts to the right of the console on the same page (the demo's virtual world): a module that
    exports ``mount(element)``, and its style sheet. Both are paths of this same server."""

    script: str
    style: str


def now_wing(house: ConsoleHouse, feed: Feed) -> Wing:
    """The pages of what happens now."""
    now = _Now(house, feed)
    acts = {
        "accept": house.accept,
        "next": house.next_station,
        "confirm": house.confirm,
        "cancel": house.cancel,
        "close": house.close,
    }
    return Wing(
        room="now",
        pages=(
            Page(path="/", handle=now.page, roles=WATCH, title="now.title", nav=1),
            Page(path="/console/city", handle=now.city, roles=WATCH),
            Page(path="/console/health", handle=now.health, roles=WATCH),
            Page(path="/console/post", handle=now.post, roles=DESK),
            Page(path="/console/events", handle=now.events, roles=WATCH),
            Page(path="/console/incidents", handle=now.incidents, roles=DESK),
            Page(path=f"/console/incidents/{NUMBER}", handle=now.incident, roles=DESK),
            Page(
                path="/console/letters/{letter:out-[0-9]{1,18}}/seen",
                handle=now.seen,
                roles=DESK,
                method="POST",
                takes="json",
            ),
            *(
                Page(
                    path=f"/console/incidents/{NUMBER}/{name}",
                    handle=now.acting(act),
                    roles=DESK,
                    method="POST",
                    takes="json",
                )
                for name, act in acts.items()
            ),
        ),
    )


class _Now:
    def __init__(self, house: ConsoleHouse, feed: Feed) -> None:
        self._house, self._feed = house, feed

    async def page(self, visit: Visit) -> Shown:
        return Shown(template="console/now.html")

    async def city(self, visit: Visit) -> Told:
        return Told(value={**self._house.city(), "now": self._house.clock.now().isoformat()})

    async def health(self, visit: Visit) -> Told:
        return Told(value=[health_json(part) for part in await self._house.health()])

    async def post(self, visit: Visit) -> Told:
        return Told(value=await self._house.post())

    async def seen(self, visit: Visit) -> Told:
        await self._house.seen(visit.at["letter"], visit.user.name)
        return Told(value=await self._house.post())

    async def incidents(self, visit: Visit) -> Told:
        return Told(value=list(await self._house.incidents()))

    async def incident(self, visit: Visit) -> Told:
        return await self._told(visit)

    async def events(self, visit: Visit) -> Streamed:
        return Streamed(events=self._events(visit.headers.get("Last-Event-ID") or visit.query.get("after", "")))

    async def _events(self, after: str) -> AsyncIterator[bytes]:
        async with aclosing(self._feed.watch(after)) as events:
            async for event in events:
                yield event.encode()

    def acting(self, act: Act) -> Handle:
        async def handle(visit: Visit) -> Told:
            number = int(visit.at["number"])
            try:
                await act(number, visit.user.name)
            except NoSuchIncident as fault:
                raise NotThere from fault
            except Refusal as refusal:
                return Told(value={"error": str(refusal), "incident": await self._house.incident(number)}, status=409)
            return await self._told(visit)

        return handle

    async def _told(self, visit: Visit) -> Told:
        number = int(visit.at["number"])
        try:
            incident = await self._house.incident(number)
        except NoSuchIncident as fault:
            raise NotThere from fault
        timeline = list(await self._house.timeline(number))
        return Told(value={"incident": incident, "timeline": timeline}, looked=[incident.get("caller") or ""])
