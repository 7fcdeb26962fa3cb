"""What the clinic's pages show: the houses' day, one doctor's queue, one person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from config.city_clinics import Clinic
from eservices.clinic.board import Board, board, boards, is_of_now, key_of, why_nobody
from eservices.clinic.booking import Booking, sessions_from
from eservices.clinic.booking import free as free_in
from eservices.clinic.calling import is_of_day
from eservices.clinic.pages.seats import Seat, is_his, seat_of, session_in
from eservices.clinic.queue import HOLDS, State
from eservices.clinic.schedule import Session, today
from eservices.clinic.showing import Words
from eservices.clinic.store import rows
from eservices.clinic.store.also import everybody
from gateway.page import Floor, NotThere, Shown, Told, Visit
from gateway.store import Tx

GONE = (State.SERVED, State.NO_SHOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One clinic's day in the list."""

    clinic: Clinic
    boards: tuple[Board, ...]
    shut: str


class Looking:
    """The reading half of the desk."""

    def __init__(self, floor: Floor) -> None:
        self._floor, self._words = floor, Words(floor.city)

    async def houses(self, visit: Visit) -> Shown:
        """Today, by clinic and doctor."""
        floor, day = self._floor, today(self._floor.city, visit.now)
        mine = [one for one in floor.city.clinics.clinics.values() if is_his(visit.user, one.id)]

        def work(tx: Tx) -> list[House]:
            return [
                House(
                    clinic=one,
                    boards=tuple(boards(tx, floor.city, one.id, day, visit.now)),
                    shut=why_nobody(floor.city, one.id, day),
                )
                for one in mine
            ]

        data = {"houses": await floor.store.read(work), "day": day, **self._said(visit)}
        return Shown(template="eservices/clinics.html", data=data)

    async def day(self, visit: Visit) -> Shown:
        """One clinic's day: its doctors, and what is done for the whole day."""
        seat, floor = seat_of(self._floor, visit), self._floor
        found = await floor.store.read(lambda tx: boards(tx, floor.city, seat.clinic.id, seat.day, visit.now))
        data: dict[str, object] = {"seat": seat, "boards": found}
        data["shut"] = why_nobody(floor.city, seat.clinic.id, seat.day)
        data["services"] = [(one, self._words.service(visit.language, one)) for one in seat.clinic.services]
        return Shown(template="eservices/clinic_day.html", data={**data, **self._said(visit)})

    async def queue(self, visit: Visit) -> Shown:
        """One doctor's queue."""
        seat, one = await self._board(visit)
        data = {
            "seat": seat,
            "board": one,
            "taken": sum(who.state in HOLDS for who in one.everybody),
            "gone": one.those(*GONE),
            "listed": one.those(State.LISTED, State.OFFERED),
            "reserved": one.those(State.RESERVED),
            "of_day": is_of_day(one.session, visit.now),
            "of_now": is_of_now(one.session, visit.now),
            "mark": mark_of(one),
        }
        persons = [who.number for who in one.everybody if who.number and who.state not in (State.CANCELLED,)]
        return Shown(template="eservices/queue.html", data={**data, **self._said(visit)}, looked=persons)

    async def state(self, visit: Visit) -> Told:
        """Whether anything is not as the page shows it: a short string that changes then."""
        _, one = await self._board(visit)
        return Told(value={"mark": mark_of(one), "at": visit.now.isoformat()})

    async def person(self, visit: Visit) -> Shown:
        """One of them: what was asked for, and where they may be moved."""
        seat, floor = seat_of(self._floor, visit), self._floor

        def work(tx: Tx) -> tuple[Session, Booking, list[str], list[tuple[Session, int]]]:
            session = session_in(tx, floor.city, seat, visit.at["session"])
            one = booking_in(tx, session, visit)
            return session, one, everybody(tx, one), self._elsewhen(tx, session, visit.now)

        session, one, phones, other = await floor.store.read(work)
        data = {"seat": seat, "session": session, "one": one, "phones": phones, "other": other}
        return Shown(template="eservices/patient.html", data={**data, **self._said(visit)}, looked=phones)

    def _elsewhen(self, tx: Tx, session: Session, now: datetime) -> list[tuple[Session, int]]:
        """Sessions of the same service there with room, from today on."""
        found = sessions_from(
            self._floor.city, today(self._floor.city, now), clinic=session.clinic, service=session.service
        )
        ahead = [one for one in found if one.until > now and one.begins != session.begins]
        return [(one, left) for one in ahead if (left := free_in(tx, one))]

    async def _board(self, visit: Visit) -> tuple[Seat, Board]:
        seat, floor = seat_of(self._floor, visit), self._floor

        def work(tx: Tx) -> Board:
            return board(tx, session_in(tx, floor.city, seat, visit.at["session"]), visit.now)

        return seat, await floor.store.read(work)

    def _said(self, visit: Visit) -> dict[str, object]:
        """How sessions and hours are said."""
        languages = self._floor.city.languages
        language = visit.language if visit.language in languages else languages[0]
        return {
            "service": lambda one: self._words.service(language, one),
            "weekday": lambda day: self._words.day(language, day),
            "hour": self._words.hour,
            "key": key_of,
            "State": State,
        }


def booking_in(tx: Tx, session: Session, visit: Visit) -> Booking:
    """The booking of that session that the path names. Raises NotThere."""
    here, one = rows.kept(tx, session), rows.booking(tx, int(visit.at["booking"]))
    if here is None or one is None or one.session_id != here.id:
        raise NotThere
    return one


def mark_of(one: Board) -> str:
    """A short word for how the queue stands, equal where it looks the same."""
    return hashlib.sha256(one.mark().encode()).hexdigest()[:16]
