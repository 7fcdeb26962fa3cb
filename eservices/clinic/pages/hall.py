"""The screen of a waiting room: numbers, doctors, the clock. Public, so it names nobody, and what it knows is read from
the store once in a while for everybody who looks: who asks a thousand times costs what one does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.city_clinics import Clinic
from eservices.clinic.board import Board, boards, is_of_now, why_nobody
from eservices.clinic.schedule import today
from eservices.clinic.showing import Words
from gateway.page import Floor, NotThere, Shown, Told, Visit

FRESH = timedelta(seconds=2)  # what was read so lately is told again
NEXT = 4  # numbers after the one that is served


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """``at``: when it was true."""

    at: datetime
    boards: tuple[Board, ...]


class Hall:
    """One reading a clinic at a time."""

    def __init__(self, floor: Floor) -> None:
        self._floor, self._words = floor, Words(floor.city)
        self._reading = asyncio.Lock()
        self._read: dict[str, _Read] = {}  # by clinic: no more than the pack has

    async def page(self, visit: Visit) -> Shown:
        """The screen as it stands; a module keeps it true."""
        return Shown(template="eservices/display.html", data={"screen": await self._screen(visit)})

    async def state(self, visit: Visit) -> Told:
        """The same for the module."""
        return Told(value=await self._screen(visit))

    async def _screen(self, visit: Visit) -> dict[str, Any]:
        clinic = self._floor.city.clinics.clinics.get(visit.at["clinic"])
        if clinic is None:
            raise NotThere
        read = await self._known(clinic, visit.now)
        here = read.at.astimezone(self._floor.city.timezone)
        offset = here.utcoffset() or timedelta()
        return {
            "clinic": clinic.id,
            "name": clinic.name,
            "at": read.at.isoformat(),
            "clock": f"{here:%H.%M}",
            "day": self._words.day(self._floor.city.languages[0], here.date()),
            "offset_min": int(offset.total_seconds() // 60),
            "shut": why_nobody(self._floor.city, clinic.id, here.date()),
            "doctors": [self._doctor(one, visit.language, read.at) for one in read.boards],
        }

    async def _known(self, clinic: Clinic, now: datetime) -> _Read:
        async with self._reading:
            known = self._read.get(clinic.id)
            if known is None or not timedelta() <= now - known.at < FRESH:
                floor, day = self._floor, today(self._floor.city, now)
                found = await floor.store.read(lambda tx: boards(tx, floor.city, clinic.id, day, now))
                here = tuple(one for one in found if is_of_now(one.session, now) or one.line or one.seen_now)
                known = self._read[clinic.id] = _Read(at=now, boards=here or tuple(found))
            return known

    def _doctor(self, one: Board, language: str, now: datetime) -> dict[str, Any]:
        session = one.session
        late = session.begins + timedelta(minutes=one.late) if one.late else None
        return {
            "key": one.key,
            "service": self._words.service(language, session.service),
            "room": session.room,
            "doctor": session.doctor,
            "hours": f"{session.begins:%H.%M}-{session.until:%H.%M}",
            "state": state_of(one),
            "now": one.number,
            "again": one.again_at.isoformat() if one.again_at is not None and one.seen_now is not None else "",
            "next": [waits.booking.queue for waits in one.line[:NEXT]],
            "waits": len(one.line),
            "late": f"{late:%H.%M}" if late is not None and not one.calls and late > now else "",
            "reason": one.closed or "",
        }


def state_of(one: Board) -> str:
    """closed · begun (a number is served, or was) · over (nobody is left) · ahead (nobody was called yet)."""
    if one.closed is not None:
        return "closed"
    if one.over:
        return "over"
    return "begun" if one.calls else "ahead"
