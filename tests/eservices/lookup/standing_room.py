"""What stands after look-ups, in the tiny town on virtual time: tables are imported, people ask, the clock moves, and
the letters are read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from config.city import City, load_city
from config.clock import VirtualClock, run_virtual
from config.lookup import (
    Answer,
    Column,
    Deadline,
    Duty,
    Form,
    Key,
    KeyForm,
    Lookup,
    Reminder,
    Row,
    Said,
    Source,
    Subscription,
)
from config.template import Template
from eservices.complaints.offices.desk import OfficeDesk
from eservices.lookup import store as tables
from eservices.lookup.extra import Extra, Matter
from eservices.lookup.matching import kept_key
from eservices.lookup.standing.duties.chore import Duties
from eservices.lookup.standing.duties.desk import DutyDesk
from eservices.lookup.standing.offered import extras, standing_chores
from eservices.rounds import Chore
from gateway.dialogue import Who
from gateway.messages import Inbound, Kind
from gateway.store import Store, Tx
from gateway.store.inbound import INBOUND, add_letter
from gateway.store.outbound import OUTBOUND
from tests.gateway.room import opened

T = TypeVar("T")

UMAR, VERA, WATI, IRA = "+6285500007011", "+6285500007012", "+6285500007021", "+6285500007001"
GINA, HADI, STRANGER = "+6285500003001", "+6285500003002", "+6281234567890"
ZONE = ZoneInfo("Asia/Makassar")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)
LIMIT_S = 400 * 86400.0


def said(text: str) -> Said:
    return {"id": Template.of(text)}


def lookup(name: str, key: Key, columns: Sequence[Column], text: str, **more: Any) -> Lookup:
    return Lookup(
        id=name,
        labels={"id": name.upper()},
        words=(name,),
        key=key,
        columns={one.name: one for one in columns},
        source=Source(table=f"{name}.csv"),
        answers=(Answer(texts=said(text)),),
        none=said("tidak ada {key}"),
        **more,
    )


TAX = lookup(
    "pajak",
    Key(form=KeyForm.DIGITS, column="nop", example="1001"),
    (Column(name="nop"), Column(name="name", form=Form.NAME), Column(name="due", form=Form.DATE), Column(name="paid")),
    "{name} {due}",
    reminder=Reminder(column="due", days=(7, 1), unless={"paid": ("*",)}, texts=said("{name} bayar sebelum {due}")),
)
JOBS = lookup(
    "kerja",
    Key(form=KeyForm.WORDS, column="field", example="jahit"),
    (Column(name="field"), Column(name="job", width=30)),
    "{job}",
    line=said("{job}"),
    subscription=Subscription(texts=said("Baru: {job}")),
)
PERMITS = lookup(
    "izin",
    Key(form=KeyForm.DIGITS, column="number", example="2001"),
    (Column(name="number"), Column(name="received", form=Form.DATE), Column(name="state")),
    "{state} {deadline} {days}",
    deadline=Deadline(
        days=3,
        column="received",
        unless={"state": ("terbit", "dicabut")},
        office="pu",
        after=2,
        warns=said("Izin {key} lewat {deadline}, {days} hari kerja"),
    ),
)
LETTERS = lookup(
    "surat",
    Key(form=KeyForm.DIGITS, column="number", example="3001"),
    (Column(name="number"), Column(name="state", says={"selesai": {"id": "sudah selesai"}})),
    "{state}",
    duty=Duty(
        office="pu",
        column="state",
        texts=said("Surat {key}: {state}. Balas {code} TERIMA atau {code} SELESAI"),
        words={"diterima": ("terima", "kami terima"), "selesai": ("selesai",)},
    ),
)


@cache
def town() -> City:
    plain = load_city(Path(__file__).parents[2] / "fixtures" / "tinytown")
    return replace(plain, lookups={one.id: one for one in (TAX, JOBS, PERMITS, LETTERS)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    at: datetime
    to: str
    text: str
    lane: str
    expires_at: datetime


class Scene:
    """``now`` is what the chores and the desk are told; nothing else moves time."""

    def __init__(self, store: Store, clock: VirtualClock, city: City) -> None:
        self.store, self.clock, self.city = store, clock, city
        self._codes = itertools.count(4001)
        self._letters = itertools.count(1)
        self.chores: list[Chore] = [one for one in standing_chores(city) if not isinstance(one, Duties)]
        self.chores.append(Duties(city, new_code=lambda: str(next(self._codes))))
        self.desk = DutyDesk(city, clock, OfficeDesk(city, clock))

    # -- time

    async def rounds(self, at_most: int = 200) -> int:
        """The chores go round until none has more to do at once; how many rounds that took."""
        for done in range(1, at_most + 1):
            if not any([await self.once(one) for one in self.chores]):
                return done
        raise AssertionError("the chores never come to rest")

    async def once(self, chore: Chore) -> bool:
        """One turn of one chore; whether it has more to do at once."""
        now = self.clock.now()
        at = await self.store.write(lambda tx: chore.run(tx, now))
        return at is not None and at <= now

    async def until(self, end: datetime) -> None:
        """Time goes by: the chores go round at every third hour of the city's day, and at the end."""
        while (now := self.clock.now()) < end:
            local = now.astimezone(ZONE)
            hour = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3 - local.hour % 3)
            await self.clock.sleep((min(hour, end) - now).total_seconds())
            await self.rounds()

    async def days(self, many: float) -> None:
        await self.until(self.clock.now() + timedelta(days=many))

    # -- tables

    async def imported(self, of: Lookup, *rows: Row, run: bool = True) -> int:
        """A new version, as ``kentongan lookup import`` makes it."""
        now = self.clock.now()
        keyed = [(kept_key(of.key, row), row) for row in rows]

        def work(tx: Tx) -> int:
            version = tables.begin(tx, of.id, source="t.csv", by="test", at=now)
            for first in range(0, len(keyed), 500):
                tables.add(tx, version, first, keyed[first : first + 500])
            tables.switch(tx, version, len(rows), now)
            return version

        version = await self.store.write(work)
        if run:
            await self.rounds()
        return version

    # -- people

    def who(self, number: str, **more: Any) -> Who:
        return Who(number=number, at=self.clock.now(), language="id", **more)

    def extra(self, of: Lookup, name: str) -> Extra:
        return next(one for one in extras(self.city, of) if one.name == name)

    async def offers(self, of: Lookup, key: str, number: str, row: Row | None = None, **more: Any) -> list[str]:
        """The lines under an answer."""
        matter, who = Matter(lookup=of, key=key, row=row), self.who(number, **more)
        ours = extras(self.city, of)
        found = await self.store.read(lambda tx: [one.offers(tx, matter, who) for one in ours])
        return [one.label for one in found if one is not None]

    async def takes(self, of: Lookup, name: str, key: str, number: str, row: Row | None = None, **more: Any) -> str:
        """What is said when somebody chooses one of them."""
        matter, who, extra = Matter(lookup=of, key=key, row=row), self.who(number, **more), self.extra(of, name)
        return (await self.store.write(lambda tx: extra.take(tx, matter, who, "turn"))).text

    async def says(self, sender: str, text: str, *, doubt: str = "") -> str:
        """Somebody writes to the desk; what it answers (empty: it was not for this desk)."""
        now, before = self.clock.now(), len(await self.sent(sender))
        letter = Inbound(
            id=0,
            channel="sms",
            kind=Kind.SMS,
            sender=sender,
            text=text,
            sent_at=now,
            received_at=now,
            external_id=f"letter-{next(self._letters)}",
            doubt=doubt,
        )

        def work(tx: Tx) -> None:
            kept = replace(letter, id=add_letter(tx, letter, urgent=False) or 0)
            if self.desk.takes(kept):
                self.desk.handle(kept, tx)

        await self.store.write(work)
        return "\n".join(sms.text for sms in (await self.sent(sender))[before:])

    # -- what became of it

    async def sent(self, to: str = "") -> list[Sms]:
        def work(tx: Tx) -> list[Sms]:
            rows = tx.execute(select(OUTBOUND).order_by(OUTBOUND.c.id))
            return [
                Sms(
                    at=row.created_at.astimezone(ZONE),
                    to=row.recipient,
                    text=row.text,
                    lane=row.lane,
                    expires_at=row.expires_at.astimezone(ZONE),
                )
                for row in rows
            ]

        return [sms for sms in await self.store.read(work) if to in ("", sms.to)]

    async def texts(self, to: str = "") -> list[str]:
        return [sms.text for sms in await self.sent(to)]

    async def unread(self) -> list[str]:
        def work(tx: Tx) -> list[str]:
            return list(tx.execute(select(INBOUND.c.text).where(INBOUND.c.state == "unread")).scalars())

        return await self.store.read(work)


def play(scene: Callable[[Scene], Coroutine[Any, Any, T]], begins: datetime = MONDAY, city: City | None = None) -> T:
    """Run a scene on a new store, whose clock begins then."""

    async def main(clock: VirtualClock) -> T:
        async with opened(clock) as store, clock.timeout(LIMIT_S):
            return await scene(Scene(store, clock, city or town()))

    return run_virtual(main, begins.astimezone(UTC))


def tax(nop: str, due: str, paid: str = "", name: str = "Siti Aminah") -> Mapping[str, str]:
    return {"nop": nop, "name": name, "due": due, "paid": paid}


def job(field: str, what: str) -> Mapping[str, str]:
    return {"field": field, "job": what}


def permit(number: str, received: str, state: str = "proses") -> Mapping[str, str]:
    return {"number": number, "received": received, "state": state}


def letter(number: str, state: str = "disposisi") -> Mapping[str, str]:
    return {"number": number, "state": state}
