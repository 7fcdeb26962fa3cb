"""Phones that write to the real desks, store and inbox on virtual time, and see what is written to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from config.city import City
from config.clock import VirtualClock, run_virtual
from config.crash import no_crash
from dispatch import store as verbs
from dispatch.case import Case
from dispatch.cries import Cries
from dispatch.desk import EmergencyDesk
from eservices.desk import LastDesk
from gateway.callback import Came
from gateway.conversation import Conversation
from gateway.inbox import Inbox
from gateway.messages import Inbound
from gateway.pulse import Pulse
from gateway.store import Tx
from gateway.store.changes import change_of
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.people import find, save
from tests.dispatch.talks import EPOCH, PHONE, Transcript, dialogues, pack, somebody
from tests.fixtures.engines import fresh, open_store

T = TypeVar("T")
LIMIT_S = 86400.0  # virtual seconds a transcript may take


class Post:
    """One running post office: inbox and desks, without the ladder and the air."""

    def __init__(self, path: Path, clock: VirtualClock, name: str) -> None:
        self.path, self.clock, self.pack = path, clock, name
        self.seen = self.came = 0
        self.made = False
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        city = pack(self.pack)
        if not self.made:
            fresh(self.path)
            self.made = True
        self.store = await open_store(self.path, self.clock, inline=True)
        last = LastDesk(city, self.clock, talks=lambda: talk)
        desk = EmergencyDesk(city, self.clock, otherwise=last)
        talk = Conversation(
            dialogues(self.pack), city, self.clock, otherwise=(desk, last), alarms=Cries(city), inbox=self
        )
        await desk.pick_up(self.store)
        await talk.pick_up(self.store)
        self.inbox = Inbox(
            self.store,
            (talk.hurried, talk, desk, last),
            self.clock,
            no_crash,
            Pulse(self.clock),
            waits=city.clocks,
        )
        self.tasks = [asyncio.create_task(self.inbox.run())]

    def put_in(self, tx: Tx, letter: Inbound, *, urgent: bool) -> None:
        self.inbox.put_in(tx, letter, urgent=urgent)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.store.close()

    async def passes(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with self.clock.timeout(seconds):
                done, _ = await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                raise AssertionError("the inbox ended")

    async def writes(self, text: str, number: str = PHONE, **came: Any) -> list[str]:
        """The phone writes; what it is written to in answer."""
        await self.say(text, number, **came)
        await self.passes(2)
        return await self.news(number)

    async def say(self, text: str, number: str = PHONE, **came: Any) -> None:
        """The phone writes, and nobody waits."""
        self.came += 1
        await self.inbox.came("sms", Came(id=f"{self.came}", sender=number, text=text, **came))

    async def news(self, number: str = PHONE) -> list[str]:
        """What was written to that number since it was last asked."""

        def work(tx: Tx) -> list[tuple[int, str]]:
            mine = select(OUTBOUND.c.id, OUTBOUND.c.text).where(
                OUTBOUND.c.recipient == number, OUTBOUND.c.id > self.seen
            )
            return [(row.id, row.text) for row in tx.execute(mine.order_by(OUTBOUND.c.id))]

        rows = await self.store.read(work)
        self.seen = max([self.seen, *(number for number, _ in rows)])
        return [text.replace("\n", " / ") for _, text in rows]

    @asynccontextmanager
    async def asleep(self) -> AsyncIterator[None]:
        """Letters are kept meanwhile, and none is read."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        yield
        self.tasks = [asyncio.create_task(self.inbox.run())]

    async def cases(self) -> list[Case]:
        found = await self.store.read(lambda tx: verbs.listed(tx, latest=100))
        return sorted(found, key=lambda case: case.incident.id)

    async def facts(self) -> list[str]:
        """What holds now, in the words of a transcript."""
        city, told = pack(self.pack), []
        for case in await self.cases():
            place, here = case.incident.place, case.incident
            area = city.areas[place.kelurahan].name if place.kelurahan else "nowhere"
            told.append(f"alarm {here.kind} {here.state.value}: {place.street or '-'}, {area} ({place.source.value})")
        resident = await self.store.read(lambda tx: find(tx, PHONE))
        if resident is not None:
            told.append(f"resident {_line(city, resident)}{', confirmed' if resident.confirmed else ''}")
        wish = await self.store.read(lambda tx: change_of(tx, PHONE))
        if wish is not None:
            told.append(f"waits {_line(city, wish)}")
        unread = select(INBOUND.c.text).where(INBOUND.c.state == "unread").order_by(INBOUND.c.id)
        return told + [
            f"unread {text}" for text in await self.store.read(lambda tx: tx.execute(unread).scalars().all())
        ]


def _line(city: City, who: Any) -> str:
    area = city.areas[who.kelurahan].name
    return f"{who.name}, {who.address}, {area}, {who.language or city.languages[0]}"


async def played(post: Post, script: Transcript) -> list[str]:
    """The transcript as it really goes."""
    out: list[str] = []
    asked = 0
    for line in script.lines:
        mark, said = line[:1], line[2:]
        if mark == ">":
            out.append(line)
            out += [f"< {text}" for text in await post.writes(said)]
        elif mark == "*":
            out.append(line)
            await post.passes(float(said))
            out += [f"< {text}" for text in await post.news()]
        elif mark == "=":
            facts = await post.facts()
            out.append(f"= {facts[asked]}" if asked < len(facts) else f"= nothing (not {said})")
            asked += 1
        elif mark == "!":
            out.append(line)
            await post.stop()
            await post.start()
    return out


def post_office(path: Path, name: str, scene: Callable[[Post], Coroutine[Any, Any, T]]) -> T:
    """Run a scene in a fresh post office of that pack."""

    async def main(clock: VirtualClock) -> T:
        post = Post(path / "post.sqlite", clock, name)
        await post.start()
        try:
            async with clock.timeout(LIMIT_S):
                return await scene(post)
        finally:
            await post.stop()

    return run_virtual(main, EPOCH)


def settled(setting: Sequence[str]) -> Callable[[Post], Coroutine[Any, Any, None]]:
    """Makes the phone who the transcript says it is."""

    async def settle(post: Post) -> None:
        name, language, who = (*setting, "nobody")[:3]
        if who != "nobody":
            one = somebody(pack(name), language, confirmed=who != "unconfirmed", quiet=who == "quiet")
            await post.store.write(lambda tx: save(tx, one))

    return settle
