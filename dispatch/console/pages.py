"""The page on which a city sees what happens now: the live board, and the acts of a dispatcher.

GET  /                                     the page
GET  /console/city  /console/health  /console/post  /console/incidents  /console/incidents/ID
GET  /console/events                       text/event-stream; resumes at Last-Event-ID (or ?after=); ?page=ID: this one
GET  /console/recordings/ID                what was recorded on a call
POST /console/incidents/ID/ACT             an act of ``dispatch.acts``, with its fields and ``seen``
POST /console/hands                        where this window's hand is: ``{page, incident, doing}``
POST /console/letters/ID/seen
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dispatch.acts import ACTS, dangerous
from dispatch.console.feed import Feed, health_json
from dispatch.console.house import ConsoleHouse, NoSuchIncident, Refusal
from dispatch.console.incidents.said import Telling
from dispatch.console.numbers import number_typed
from dispatch.console.presence import LONGEST, Hand
from dispatch.console.summary import from_afar
from gateway.page import DESK, WATCH, Handed, Handle, NotThere, Page, Shown, Streamed, Told, Visit, Wing

if TYPE_CHECKING:
    from config.clock import Clock

NUMBER = "{number:[0-9]{1,18}}"
Sound = Callable[[str], Awaitable[tuple[bytes, str] | None]]
"""The WAV of a recording's id, and whose voice it is; None where it is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the front door puts to the right of the console on the same page (the demo's virtual world): a module that
    exports ``mount(element)``, and its style sheet. Both are paths of this same server."""

    script: str
    style: str


def now_wing(house: ConsoleHouse, feed: Feed, telling: Telling, sound: Sound) -> Wing:
    """The pages of what happens now. ``telling``: the timeline in words."""
    now = _Now(house, feed, telling, sound)
    acting = "|".join(ACTS)
    return Wing(
        room="now",
        pages=(
            Page(path="/", handle=now.page, roles=WATCH, title="now.title", nav=1),
            Page(path="/console/city", handle=now.city, roles=WATCH),
            Page(path="/console/health", handle=now.health, roles=WATCH),
            Page(path="/console/post", handle=now.post, roles=DESK),
            Page(path="/console/events", handle=now.events, roles=WATCH),
            Page(path="/console/incidents", handle=now.incidents, roles=WATCH),
            Page(path=f"/console/incidents/{NUMBER}", handle=now.incident, roles=DESK),
            Page(path="/console/recordings/{id:[a-z]{14}}", handle=now.recording, roles=DESK),
            _acting("/console/letters/{letter:out-[0-9]{1,18}}/seen", now.seen),
            _acting("/console/hands", now.hand),
            _acting(f"/console/incidents/{NUMBER}/{{act:{acting}}}", now.act, danger=ends_help),
        ),
    )


def _acting(path: str, handle: Handle, danger: Callable[[Visit], bool] | bool = False) -> Page:
    return Page(path=path, handle=handle, roles=DESK, method="POST", takes="json", danger=danger)


def ends_help(visit: Visit) -> bool:
    """Whether the act of this visit asks for the PIN."""
    return dangerous(visit.at["act"], visit.form)


class _Now:
    def __init__(self, house: ConsoleHouse, feed: Feed, telling: Telling, sound: Sound) -> None:
        self._house, self._feed, self._telling, self._sound = house, feed, telling, sound

    @property
    def _clock(self) -> Clock:
        return self._house.clock

    async def page(self, visit: Visit) -> Shown:
        return Shown(template="console/now.html", data={"desk": visit.user.may(DESK)})

    async def city(self, visit: Visit) -> Told:
        city = dict(self._house.city())
        if not visit.user.may(DESK):
            city.pop("officers", None)
        return Told(value={**city, "now": self._clock.now().isoformat()})

    async def health(self, visit: Visit) -> Told:
        return Told(value=[health_json(part) for part in await self._house.health()])

    async def post(self, visit: Visit) -> Told:
        return Told(value=await self._house.post())

    async def seen(self, visit: Visit) -> Told:
        await self._house.seen(visit.at["letter"], visit.user)
        return Told(value=await self._house.post())

    async def incidents(self, visit: Visit) -> Told:
        board = await self._house.board()
        near = visit.user.may(DESK)
        return Told(value=[dict(one) if near else from_afar(one) for one in board.rows])

    async def incident(self, visit: Visit) -> Told:
        return await self._told(visit)

    async def recording(self, visit: Visit) -> Handed:
        found = await self._sound(visit.at["id"])
        if found is None:
            raise NotThere
        return Handed(body=found[0], content_type="audio/wav", looked=[found[1]])

    async def hand(self, visit: Visit) -> Told:
        """Where this window's hand is."""
        form = visit.form
        number = number_typed(form.get("incident", "")) or 0
        page, doing = form.get("page", "")[:LONGEST], form.get("doing", "")[:LONGEST]
        hand = Hand(page=page, name=visit.user.name, incident=number, doing=doing, at=self._clock.now())
        self._feed.presence.put(hand)
        return Told(value={})

    async def events(self, visit: Visit) -> Streamed:
        after = visit.headers.get("Last-Event-ID") or visit.query.get("after", "")
        return Streamed(events=self._events(after, visit.query.get("page", ""), near=visit.user.may(DESK)))

    async def _events(self, after: str, page: str, *, near: bool) -> AsyncIterator[bytes]:
        try:
            async with aclosing(self._feed.watch(after, near=near)) as events:
                async for event in events:
                    yield event
        finally:
            self._feed.presence.drop(page)

    async def act(self, visit: Visit) -> Told:
        number, act = int(visit.at["number"]), visit.at["act"]
        try:
            await self._house.act(number, act, visit.user, visit.form, seen_of(visit))
        except NoSuchIncident as fault:
            raise NotThere from fault
        except Refusal as refusal:
            return await self._told(visit, refusal)
        return await self._told(visit)

    async def _told(self, visit: Visit, refusal: Refusal | None = None) -> Told:
        try:
            whole = await self._house.incident(int(visit.at["number"]))
        except NoSuchIncident as fault:
            raise NotThere from fault
        parts = ("timeline", "talks", "related", "nearby")
        value: dict[str, Any] = {"incident": {key: one for key, one in whole.items() if key not in parts}}
        value |= {key: list(whole.get(key, ())) for key in parts}
        value["timeline"] = [self._line(visit, line) for line in value["timeline"]]
        looked = [whole.get("caller") or ""]
        if refusal is None:
            return Told(value=value, looked=looked)
        why = self._telling.reason(visit.language, refusal.key, refusal.fields) or str(refusal)
        value |= {"error": why, "key": refusal.key, "undone": [self._line(visit, line) for line in refusal.undone]}
        return Told(value=value, status=409, looked=looked)

    def _line(self, visit: Visit, line: Any) -> dict[str, Any]:
        said, typed = self._telling.line(visit.language, line)
        return {**line, "said": said, "typed": typed}


def seen_of(visit: Visit) -> int | None:
    """The revision that this person saw; None where the request says none."""
    return number_typed(visit.form.get("seen", ""), 17)
