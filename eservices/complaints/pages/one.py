"""One ticket: what it says, what became of it, and what may be done with it; every act by the verb that the office's
SMS and the command line use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eservices.complaints import store
from eservices.complaints.offices import deeds, joining
from eservices.complaints.offices.deeds import Verdict
from eservices.complaints.offices.listing import REVEALED
from eservices.complaints.offices.words import LONGEST_SAID
from eservices.complaints.pages.deadline import deadline
from eservices.complaints.pages.listing import Listing
from eservices.complaints.pages.view import KNOWN, Seen, may_see, seen
from eservices.complaints.ticket import Event, State, Ticket, may
from gateway.asking import tidy
from gateway.audit import Deed, note
from gateway.page import DESK, Declined, Floor, Handed, Handle, Moved, NotThere, Shown, User, Visit
from gateway.store import Tx
from ivr.recordings import Recordings

NEAR = 5  # tickets that may be the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One act. ``said``: what was typed, tidied; ``by``: as the history has it."""

    tx: Tx
    ticket: Ticket
    visit: Visit
    said: str
    by: str
    now: datetime


Does = Callable[[Turn], Verdict]


class One:
    """``/tickets/{id}``."""

    def __init__(self, floor: Floor, listing: Listing) -> None:
        self._floor, self._listing = floor, listing
        self._kept = Recordings(floor.settings.data_dir / "recordings", floor.store, floor.clock)

    async def page(self, visit: Visit) -> Shown:
        """As it stands."""
        return await self._shown(visit)

    async def _shown(self, visit: Visit, *, why: Declined | None = None, reveal: bool = False) -> Shown:
        city = self._floor.city

        def work(tx: Tx) -> tuple[Seen, list[Ticket]]:
            ticket = _ticket(tx, visit)
            return seen(tx, city, ticket, visit.user, reveal=reveal), self._near(tx, ticket, visit.user)

        one, near = await self._floor.store.read(work)
        data = {
            "one": one,
            "ticket": one.ticket,
            "near": near,
            "known": KNOWN,
            "due": deadline(city.calendar, one.ticket, visit.now),
            "may": self._may(one.ticket, visit.user),
            "desk": visit.user.may(DESK),
            "reveal": reveal,
            "why": why,
            "typed": visit.form,
            "most": LONGEST_SAID,
            "offices": [key for key in city.offices.offices if key != one.ticket.office],
            **self._listing.words(visit),
        }
        everybody = await self._floor.store.read(lambda tx: store.followers(tx, one.ticket.number))
        persons = [who.number for who in everybody if reveal or not who.secret]
        return Shown(template="eservices/ticket.html", data=data, status=409 if why else 200, looked=persons)

    def _may(self, ticket: Ticket, user: User) -> Mapping[str, bool]:
        """Which acts the ticket takes now, from this person."""
        desk = user.may(DESK)
        return {
            "answer": may(ticket, Event.ANSWER),
            "take": may(ticket, Event.TAKE),
            "move": may(ticket, Event.HAND_ON),
            "merge": may(ticket, Event.MERGE),
            "unmerge": desk and may(ticket, Event.SPLIT),
            "split": desk and ticket.state.open,
            "release": desk and may(ticket, Event.RELEASE),
            "close": desk and (may(ticket, Event.AGREE) or may(ticket, Event.DROP)) and ticket.state != State.CLOSED,
        }

    def _near(self, tx: Tx, ticket: Ticket, user: User) -> list[Ticket]:
        """Open ones of the same kind from around there, which may be the same."""
        if not may(ticket, Event.MERGE):
            return []
        since = ticket.opened_at - joining.WITHIN
        found = store.same_category(tx, ticket.category, since)
        here = frozenset([ticket.kelurahan] if ticket.kelurahan else ticket.candidates)
        around = [
            one
            for one in found
            if one.number != ticket.number
            and may_see(user, one)
            and (one.street == ticket.street != "" or one.kelurahan in here)
        ]
        return around[-NEAR:][::-1]

    # -- acts

    def acting(self, what: str, does: Does) -> Handle:
        """The handle of an act upon one ticket. What is refused comes back with what was typed."""

        async def handle(visit: Visit) -> Moved | Shown:
            said = tidy(visit.form.get("said", ""))

            def work(tx: Tx) -> Ticket:
                ticket = _ticket(tx, visit)
                self._not_overtaken(tx, ticket, visit)
                by = _by(visit.user, ticket)
                verdict = does(Turn(tx=tx, ticket=ticket, visit=visit, said=said, by=by, now=visit.now))
                if not verdict.done:
                    raise Declined("tickets.not_now")
                about = [one.number for one in store.followers(tx, ticket.number) if not one.secret]
                deed = Deed(by=visit.user.login, how="page", what=what, object=f"ticket/{ticket.number}", about=about)
                note(tx, deed)
                return verdict.ticket

            try:
                after = await self._floor.store.write(work)
            except Declined as why:
                return await self._shown(visit, why=why)
            self._floor.wake()
            key = f"tickets.did_{what.partition('.')[2]}"
            return Moved(to=f"/tickets/{after.number}" if may_see(visit.user, after) else "/tickets", said=key)

        return handle

    @staticmethod
    def _not_overtaken(tx: Tx, ticket: Ticket, visit: Visit) -> None:
        """Whoever acts has seen everything that became of it."""
        if visit.form.get("seen", "") != str(len(store.history(tx, ticket.number))):
            raise Declined("tickets.overtaken")

    def take(self, turn: Turn) -> Verdict:
        """The office is at work."""
        return deeds.take_up(turn.tx, self._floor.city, turn.ticket, _short(turn.said), turn.by, turn.now)

    def answer(self, turn: Turn) -> Verdict:
        """It is done, and what was done."""
        return deeds.answer(turn.tx, self._floor.city, turn.ticket, _words(turn.said), turn.by, turn.now)

    def refuse(self, turn: Turn) -> Verdict:
        """It will not be done, and why."""
        return deeds.refuse(turn.tx, self._floor.city, turn.ticket, _words(turn.said), turn.by, turn.now)

    def move(self, turn: Turn) -> Verdict:
        """Another office's matter; without one that is named a person of the city decides."""
        named = turn.visit.form.get("office", "")
        to = self._floor.city.offices.offices.get(named)
        if not named:
            return deeds.park(turn.tx, turn.ticket, turn.by, turn.now, _short(turn.said))
        if to is None:
            raise Declined("tickets.no_office")
        return deeds.pass_on(turn.tx, self._floor.city, turn.ticket, to, turn.by, turn.now, _short(turn.said))

    def merge(self, turn: Turn) -> Verdict:
        """It is the matter of another ticket."""
        typed = turn.visit.form.get("into", "").strip()
        try:
            into = store.ticket(turn.tx, int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else 0)
        except store.NoSuchTicket:
            raise Declined("tickets.no_such") from None
        if not may_see(turn.visit.user, into):
            raise Declined("tickets.no_such")
        return joining.merge(turn.tx, self._floor.city, turn.ticket, into, turn.by, turn.now)

    def unmerge(self, turn: Turn) -> Verdict:
        """It is a matter of its own after all."""
        return joining.unmerge(turn.tx, self._floor.city, turn.ticket, turn.by, turn.now)

    def split(self, turn: Turn) -> Verdict:
        """What one of them reported is another matter."""
        typed, everybody = turn.visit.form.get("place", ""), store.followers(turn.tx, turn.ticket.number)
        place = int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else 0
        if not 0 < place <= len(everybody) or everybody[place - 1].since.isoformat() != turn.visit.form.get("since"):
            raise Declined("tickets.overtaken")
        return joining.split(turn.tx, self._floor.city, turn.ticket, everybody[place - 1], turn.by, turn.now)

    def release(self, turn: Turn) -> Verdict:
        """A person has looked: the office may see it."""
        return deeds.release(turn.tx, self._floor.city, turn.ticket, turn.by, turn.now)

    def close(self, turn: Turn) -> Verdict:
        """A person of the city ends it."""
        return deeds.close(turn.tx, self._floor.city, turn.ticket, turn.by, turn.now)

    # -- who hides, and what was spoken

    async def reveal(self, visit: Visit) -> Shown:
        """Who reported it, though they hide: it is written down who asked."""

        def work(tx: Tx) -> None:
            ticket = _ticket(tx, visit)
            about = [one.number for one in store.followers(tx, ticket.number)]
            store.note(tx, ticket.number, visit.now, REVEALED, visit.user.name or visit.user.login)
            thing = f"ticket/{ticket.number}"
            note(tx, Deed(by=visit.user.login, how="page", what="ticket.reveal", object=thing, about=about))

        await self._floor.store.write(work)
        return await self._shown(visit, reveal=True)

    async def recording(self, visit: Visit) -> Handed:
        """One recording of it, as WAV."""
        id = visit.at["recording"]

        def work(tx: Tx) -> tuple[bool, Sequence[str]]:
            ticket, city = _ticket(tx, visit), self._floor.city
            one = seen(tx, city, ticket, visit.user, reveal=visit.user.may(DESK))  # he must know its name: see reveal
            about = [who.number for who in store.followers(tx, ticket.number)]
            return any(id == kept.id for kept in one.recordings), about

        there, about = await self._floor.store.read(work)
        sound = await self._kept.sound(id) if there else None
        if sound is None:
            raise NotThere
        return Handed(body=sound, content_type="audio/wav", looked=about)


LONGEST_NUMBER = 9  # digits


def _ticket(tx: Tx, visit: Visit) -> Ticket:
    try:
        found = store.ticket(tx, int(visit.at["id"]))
    except store.NoSuchTicket:
        raise NotThere from None
    if not may_see(visit.user, found):
        raise NotThere
    return found


def _by(user: User, ticket: Ticket) -> str:
    name = user.name or user.login
    return name if user.may(DESK) else f"{name} ({user.office or ticket.office})"


def _words(said: str) -> str:
    if not said:
        raise Declined("tickets.needs_words")
    return _short(said)


def _short(said: str) -> str:
    if len(said) > LONGEST_SAID:
        raise Declined("tickets.too_long", most=str(LONGEST_SAID))
    return said
