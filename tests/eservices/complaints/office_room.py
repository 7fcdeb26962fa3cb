"""An office of the tiny town on virtual time: its desk, its chore and the real store; who writes what to whom."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from config.city import City, load_city
from config.clock import VirtualClock, run_virtual
from eservices.complaints import store as verbs
from eservices.complaints.offices.chore import OfficeChore
from eservices.complaints.offices.desk import OfficeDesk
from eservices.complaints.ticket import Event, Ticket, moved
from gateway.messages import Inbound, Kind
from gateway.store import Store, Tx
from gateway.store.inbound import INBOUND, add_letter
from gateway.store.outbound import OUTBOUND
from tests.gateway.room import opened

T = TypeVar("T")

UMAR, VERA, WATI, IRA = "+6285500007011", "+6285500007012", "+6285500007021", "+6285500007001"
GINA, HADI, STRANGER = "+6285500003001", "+6285500003002", "+6281234567890"
ZONE = ZoneInfo("Asia/Makassar")
MONDAY = datetime(2026, 12, 21, 9, 0, tzinfo=ZONE)  # the Thursday and the Friday of that week are free
LIMIT_S = 400 * 86400.0  # virtual seconds a scene may take


@cache
def town() -> City:
    return load_city(Path(__file__).parents[2] / "fixtures" / "tinytown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    at: datetime
    to: str
    text: str
    key: str


class Office:
    """``now`` is what the chore and the desk are told; nothing else moves time."""

    def __init__(self, store: Store, clock: VirtualClock, city: City) -> None:
        self.store, self.clock, self.city = store, clock, city
        self._codes = itertools.count(4001)
        self._letters = itertools.count(1)
        self.chore, self.desk = self._built()

    def _built(self) -> tuple[OfficeChore, OfficeDesk]:
        chore = OfficeChore(self.city, new_code=lambda: str(next(self._codes)))
        return chore, OfficeDesk(self.city, self.clock)

    def restart(self) -> None:
        """Nothing is remembered but what the store holds."""
        self.chore, self.desk = self._built()

    # -- time

    async def look(self) -> datetime | None:
        """The chore's one turn, now."""
        return await self.store.write(lambda tx: self.chore.run(tx, self.clock.now()))

    async def passes(self, **span: float) -> None:
        """Time goes by; the chore is asked at every instant that it named, and at the end."""
        await self.until(self.clock.now() + timedelta(**span))

    async def until(self, end: datetime) -> None:
        """The same, up to that instant."""
        following = await self.look()
        while following is not None and following < end:
            await self.clock.sleep(max(1.0, (following - self.clock.now()).total_seconds()))
            following = await self.look()
        await self.clock.sleep(max(0.0, (end - self.clock.now()).total_seconds()))
        await self.look()

    async def away(self, end: datetime) -> None:
        """The program is down until then."""
        await self.clock.sleep((end - self.clock.now()).total_seconds())

    # -- what residents do

    async def report(self, category: str = "road", *, by: str = GINA, secret: bool = False, **more: Any) -> int:
        """A ticket, as the residents' side opens it."""
        now, known = self.clock.now(), self.city.offices.categories[category]
        ticket = Ticket(
            category=category,
            office=known.office,
            text=more.pop("text", "lubang besar dekat pasar"),
            channel="sms",
            opened_at=now,
            due_at=self.city.calendar.working_days_after(now, known.days),
            street=more.pop("street", "Bambu"),
            place=more.pop("place", "Jl. Bambu"),
            secret=secret,
            **more,
        )

        def work(tx: Tx) -> int:
            number = verbs.add(tx, ticket)
            verbs.follow(tx, number, verbs.Follower(number=by, since=now, first=True, secret=secret))
            verbs.note(tx, number, now, "opened", "resident")
            return number

        return await self.store.write(work)

    async def moves(self, number: int, event: Event, **more: Any) -> None:
        """What a resident or a person of the city does to it."""
        now = self.clock.now()

        def work(tx: Tx) -> None:
            ticket = verbs.ticket(tx, number)
            if event is Event.NOT_YET:
                days = self.city.offices.categories[ticket.category].days
                more["due_at"] = self.city.calendar.working_days_after(now, days)
            verbs.save(tx, moved(ticket, event, now, **more))

        await self.store.write(work)

    # -- what officials do

    async def letter(self, sender: str, text: str, *, doubt: str = "", kind: Kind = Kind.SMS) -> bool:
        """Somebody writes; whether the desk took it."""
        now = self.clock.now()
        letter = Inbound(
            id=0,
            channel="sms",
            kind=kind,
            sender=sender,
            text=text,
            sent_at=now,
            received_at=now,
            external_id=f"letter-{next(self._letters)}",
            doubt=doubt,
        )

        def work(tx: Tx) -> bool:
            kept = replace(letter, id=add_letter(tx, letter, urgent=False) or 0)
            taken = self.desk.takes(kept)
            if taken:
                self.desk.handle(kept, tx)
            return taken

        return await self.store.write(work)

    async def says(self, sender: str, text: str, **more: Any) -> str:
        """Somebody writes; what the desk answers (empty: it was not for this desk)."""
        before = len(await self.sent(sender))
        await self.letter(sender, text, **more)
        return "\n".join(sms.text for sms in (await self.sent(sender))[before:])

    # -- what became of it

    async def sent(self, to: str = "") -> list[Sms]:
        """Every letter so far, in order."""

        def work(tx: Tx) -> list[Sms]:
            rows = tx.execute(select(OUTBOUND).order_by(OUTBOUND.c.id))
            return [
                Sms(at=row.created_at.astimezone(ZONE), to=row.recipient, text=row.text, key=row.key) for row in rows
            ]

        return [sms for sms in await self.store.read(work) if to in ("", sms.to)]

    async def ticket(self, number: int) -> Ticket:
        return await self.store.read(lambda tx: verbs.ticket(tx, number))

    async def past(self, number: int) -> list[str]:
        return [one.what for one in await self.store.read(lambda tx: verbs.history(tx, number))]

    async def unread(self) -> list[str]:
        """Letters that wait for a person."""

        def work(tx: Tx) -> list[str]:
            return list(tx.execute(select(INBOUND.c.text).where(INBOUND.c.state == "unread")).scalars())

        return await self.store.read(work)


def office(scene: Callable[[Office], Coroutine[Any, Any, T]], begins: datetime = MONDAY, city: City | None = None) -> T:
    """Run a scene in a new office, whose day begins then."""

    async def main(clock: VirtualClock) -> T:
        async with opened(clock) as store, clock.timeout(LIMIT_S):
            return await scene(Office(store, clock, city or town()))

    return run_virtual(main, begins.astimezone(UTC))


def code_in(sms: Sms) -> str:
    """The code that an official was sent."""
    return sms.text.partition("Balas ")[2].split()[1]
