"""Phones that write to the desks of a town with clinics, on virtual time, and the chores that go round meanwhile.

A transcript is text: ``P> what a phone writes``, ``P< what it is written`` (lines joined by `` / ``), ``P?> …`` forged,
``* 18:55`` the hour (local) that is waited for, ``* +600`` seconds that pass, ``!`` a restart, ``# call hulu
gigi`` the clinic calls the next number, ``# close hulu gigi 24/11 reason`` it is closed, ``=`` a fact that then holds,
asked of the store by another verb. ``:`` names the pack and the language; who is registered follows (``P``, ``Pq``
quiet).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from config.clock import VirtualClock, run_virtual
from eservices.clinic.calling import call_next
from eservices.clinic.schedule import sessions_on
from eservices.clinic.store import rows
from eservices.clinic.store.closing import close
from eservices.rounds import Rounds
from eservices.services import chores
from gateway.pulse import Pulse
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from tests.dispatch.phones import Post
from tests.dispatch.talks import EPOCH, PHONE, Transcript, pack, somebody

T = TypeVar("T")
PHONES = {"P": PHONE, **{name: f"+6281300000{n:03}" for n, name in enumerate("ABCDEFG", start=101)}}
NAMES = {number: name for name, number in PHONES.items()}
LIMIT_S = 20 * 86400.0  # virtual seconds a transcript may take
STRIDE_S = 300.0  # seconds between two rounds of a long wait, in which nobody writes: thirty would be thousands of them


class Room(Post):
    """The post office, with the services' chores."""

    async def start(self) -> None:
        await super().start()
        city = pack(self.pack)
        self.rounds = Rounds(chores(city), self.store, self.clock, Pulse(self.clock), wake=lambda: None)
        self.tasks.append(asyncio.create_task(self.rounds.run()))

    async def passes(self, seconds: float) -> None:
        """A long time is passed in strides and by the chores' own instants, without the loops that always look."""
        if seconds > STRIDE_S:
            end = self.clock.now() + timedelta(seconds=seconds - STRIDE_S)
            async with self.asleep():
                while (left := (end - self.clock.now()).total_seconds()) > 0:
                    await self.clock.sleep(min(left, STRIDE_S, await self.rounds.go_round()))
            self.tasks.append(asyncio.create_task(self.rounds.run()))
            seconds = STRIDE_S
        await super().passes(seconds)

    async def letters(self) -> list[tuple[str, str]]:
        """What was written to the phones since this was last asked, in order (not to officers)."""

        def work(tx: Tx) -> list[tuple[int, str, str]]:
            found = select(OUTBOUND.c.id, OUTBOUND.c.recipient, OUTBOUND.c.text).where(OUTBOUND.c.id > self.seen)
            return [(row.id, row.recipient, row.text) for row in tx.execute(found.order_by(OUTBOUND.c.id))]

        found = await self.store.read(work)
        self.seen = max([self.seen, *(number for number, _, _ in found)])
        return [(NAMES[to], text.replace("\n", " / ")) for _, to, text in found if to in NAMES]

    async def until(self, hour: str) -> None:
        """Wait for the next time that the city's clock shows it."""
        zone = pack(self.pack).timezone
        now = self.clock.now().astimezone(zone)
        there = datetime.combine(now.date(), time.fromisoformat(hour), zone)
        await self.passes(((there if there > now else there + timedelta(days=1)) - now).total_seconds())

    async def told(self) -> list[str]:
        """Every booking, as the clinic's own list has it."""
        found = await self.store.read(lambda tx: rows.listed(tx, first=date(2026, 1, 1), last=date(2027, 12, 31)))
        alive = [one for one in found if one.state != "cancelled"]
        return [
            f"{one.clinic} {one.service} {one.day:%d/%m} {one.queue or '-'} {one.name} "
            f"{one.state.value} {NAMES.get(one.number, one.number)}{' first' if one.priority else ''}"
            for one in alive
        ]

    async def clinic(self, words: Sequence[str]) -> None:
        """What the clinic does by itself."""
        city, now = pack(self.pack), self.clock.now()
        if words[0] == "call":
            day = now.astimezone(city.timezone).date()
            session = sessions_on(city, day, clinic=words[1], service=words[2])[0]
            await self.store.write(lambda tx: call_next(tx, session, now))
            return
        of, month = (int(one) for one in words[3].split("/"))
        reason, on = " ".join(words[4:]), date(2026, month, of)
        await self.store.write(lambda tx: close(tx, words[1], words[2], on, reason=reason, by="loket", at=now))


async def played(room: Room, script: Transcript) -> list[str]:
    """The transcript as it really goes."""
    out: list[str] = []
    asked = 0
    for line in script.lines:
        mark, _, said = line.partition(" ")
        if mark.endswith(">"):
            doubts = ("no such field",) if "?" in mark else ()
            await room.say(said, PHONES[mark[0]], **({"doubts": doubts} if doubts else {}))
            await room.passes(2)
        elif mark == "*" and said.startswith("+"):
            await room.passes(float(said))
        elif mark == "*":
            await room.until(said)
        elif mark == "#":
            await room.clinic(said.split())
            await room.passes(35)
        elif mark == "!":
            await room.stop()
            await room.start()
        elif mark == "=":
            facts = await room.told()
            out.append(f"= {facts[asked] if asked < len(facts) else 'nothing'}")
            asked += 1
            continue
        else:
            continue
        out.append(line)
        asked = 0
        out += [f"{to}< {text}" for to, text in await room.letters()]
    return out


def waiting_room(path: Path, name: str, scene: Callable[[Room], Coroutine[Any, Any, T]]) -> T:
    """Run a scene in that pack."""

    async def main(clock: VirtualClock) -> T:
        room = Room(path / "room.sqlite", clock, name)
        await room.start()
        try:
            async with clock.timeout(LIMIT_S):
                return await scene(room)
        finally:
            await room.stop()

    return run_virtual(main, EPOCH)


async def settle(room: Room, setting: Sequence[str]) -> None:
    """Register who the transcript says is."""
    name, language, *people = setting
    city = pack(name)
    for one in people:
        who = somebody(city, language, phone=PHONES[one[0]], name=f"Siti {one[0]}", quiet=one.endswith("q"))
        kept = replace(who, kelurahan=next(iter(city.areas)))
        await room.store.write(lambda tx, kept=kept: save(tx, kept))  # type: ignore[misc]
