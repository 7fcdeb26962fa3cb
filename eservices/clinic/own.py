"""What somebody has at the doctor's: asked for, moved, cancelled, accepted; one of several is asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from eservices.clinic import booking
from eservices.clinic.asked import estimate, now_serving, remaining
from eservices.clinic.booking import Booked, Booking, session_of
from eservices.clinic.flow import Days, Flow
from eservices.clinic.houses import Houses
from eservices.clinic.placing import Placing, Turn
from eservices.clinic.queue import OVER
from eservices.clinic.queue import State as Stand
from eservices.clinic.request import Request
from eservices.clinic.schedule import today
from eservices.clinic.showing import Letters, Words
from eservices.clinic.store.also import bookings_for, everybody
from eservices.clinic.store.told import emergency_since
from gateway.dialogue import Ask, Choice, Screen, State, Step

if TYPE_CHECKING:
    from config.city import City

MOST_SHOWN = 6  # bookings on one screen
AFTER_ALARM = timedelta(minutes=30)  # in which a bare BATAL is asked about: it may still mean the alarm
KEPT = timedelta(hours=12)  # a letter about a booking is worth that long


class Verb(StrEnum):
    """What is wanted of it."""

    NOW = "now"
    TICKET = "ticket"
    CANCEL = "cancel"
    MOVE = "move"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own(Ask):
    """``said``: what was said with the verb. ``chosen``: a booking's id. ``state``: of a wish that it is to become.
    ``certain``: the letter can mean nothing else; else one without a booking is declined. ``named``: it surely means
    an appointment."""

    verb: Verb
    said: Request
    chosen: int = 0
    state: State | None = None
    certain: bool = True
    named: bool = False


DEEDS = (("1", "label_move", Verb.MOVE), ("2", "label_cancel", Verb.CANCEL), ("3", "label_ticket", Verb.TICKET))
"""What a menu offers to do with what one has: its key, its text, the verb."""


class Owned:
    """One city's bookings, as their owners see them."""

    def __init__(self, city: City, flow: Flow, placing: Placing) -> None:
        self._city, self._flow, self._placing = city, flow, placing
        self._words, self._letters, self._houses = Words(city), Letters(city), Houses(city)
        self._does: Mapping[Verb, Callable[[Turn, Own, Booking], Step]] = {
            Verb.NOW: self._now,
            Verb.TICKET: lambda turn, ask, one: placing.ticket(turn, one, "queue_again"),
            Verb.CANCEL: self._cancel,
            Verb.MOVE: self._move,
            Verb.YES: self._yes,
            Verb.NO: self._no,
        }

    def answer(self, turn: Turn, ask: Own) -> Step:
        """Do it with the one that is meant; ask which, where several may be."""
        mine = self._meant(turn, ask)
        if not mine:
            return self._nothing(turn, ask)
        if (len(mine) > 1 or self._perhaps_the_alarm(turn, ask)) and ask.verb not in (Verb.NOW, Verb.YES, Verb.NO):
            return self._which(turn, ask, mine[:MOST_SHOWN])
        return self._does[ask.verb](turn, ask, mine[0])

    def _perhaps_the_alarm(self, turn: Turn, ask: Own) -> bool:
        """A second BATAL just after an alarm was taken back is hardly meant for the dentist."""
        bare = ask.verb is Verb.CANCEL and not (
            ask.named or ask.chosen or ask.said.services or ask.said.doctor or ask.said.clinics
        )
        return bare and emergency_since(turn.tx, turn.who.number, turn.who.at - AFTER_ALARM)

    def have(self, turn: Turn) -> Step:
        """What this phone has, first of all how the queue stands, and what may be done with it."""
        day = today(self._city, turn.who.at)
        mine = [one for one in bookings_for(turn.tx, turn.who.number, day) if one.state not in OVER]
        if not mine:
            return self._nothing(turn, Own(verb=Verb.NOW, said=Request()))
        shown = self._now(turn, Own(verb=Verb.NOW, said=Request()), mine[0]).screen.text
        choices = tuple(Choice(key=key, label=self._city.text(turn.who.language, name)) for key, name, _ in DEEDS)
        return Step(screen=Screen(text=shown, choices=choices), state={"at": "have", "text": shown})

    def picked(self, state: State, key: str) -> Own | None:
        """The ask for the line that was chosen of several."""
        ids = state.get("ids", "").split(",")
        if not key.isdecimal() or not 1 <= int(key) <= len(ids):
            return None
        inner = {name: value for name, value in state.items() if name not in ("at", "ids", "lines", "verb")}
        return Own(verb=Verb(state["verb"]), said=Request(), chosen=int(ids[int(key) - 1]), state=inner)

    # -- which of them

    def _meant(self, turn: Turn, ask: Own) -> Sequence[Booking]:
        day = today(self._city, turn.who.at)
        every = bookings_for(turn.tx, turn.who.number, day)
        if ask.chosen:
            return [one for one in every if one.id == ask.chosen]
        if ask.verb in (Verb.YES, Verb.NO):
            return [one for one in every if one.state is Stand.OFFERED]
        if ask.verb is Verb.NOW:
            alive = [one for one in every if one.state not in OVER]
            return alive[:1] or [one for one in every if one.state is Stand.NO_SHOW][:1]
        mine = [one for one in every if booking.still_ahead(one, day)]
        return self._said(mine, ask)

    def _said(self, mine: Sequence[Booking], ask: Own) -> Sequence[Booking]:
        """Those that fit the words beside the verb, if any does. (Of a move, the day that is said is the new one.)"""
        said = ask.said
        fitting = [one for one in mine if not said.services or one.service in said.services]
        fitting = [one for one in fitting if not said.clinics or one.clinic in said.clinics] or fitting
        if said.when.date is not None and ask.verb is not Verb.MOVE:
            fitting = [one for one in fitting if one.day == said.when.date] or fitting
        if said.name:
            fitting = [one for one in fitting if one.name.casefold() == said.name.casefold()] or fitting
        return fitting or mine

    def _which(self, turn: Turn, ask: Own, mine: Sequence[Booking]) -> Step:
        """One line each: the newest first, for it is most often meant."""
        language = turn.who.language
        order = sorted(mine, key=lambda one: (one.booked_at, one.id), reverse=True)
        lines = [self._city.text(language, "queue_line_one", **self._words.booking(language, one)) for one in order]
        choices = tuple(Choice(key=str(n), label=line) for n, line in enumerate(lines, start=1))
        state = {**self._flow.with_said(ask.state or {}, ask.said, turn.who), "at": "which", "verb": ask.verb.value}
        state |= {"ids": ",".join(str(one.id) for one in order), "lines": "\n".join(lines)}
        return Step(screen=Screen(text=self._city.text(language, "queue_which"), choices=choices), state=state)

    def _nothing(self, turn: Turn, ask: Own) -> Step:
        if not ask.certain:
            return Step(declined=True)
        if passed := self._passed(turn, ask):
            return passed
        if ask.verb is not Verb.CANCEL or turn.who.screen:
            key = "cancel_nothing" if ask.verb is Verb.CANCEL else "queue_nothing"
            return self._last(turn, self._city.text(turn.who.language, key))
        text = self._city.text(turn.who.language, "cancel_nothing")
        ends = turn.who.at + timedelta(seconds=self._city.clocks.reply_s)
        key = f"cancel_nothing/{turn.who.at:%Y%m%d%H}"
        self._letters.send(turn.tx, turn.who.number, text, key, ends, asked_at=turn.who.at)
        return Step(screen=Screen(text="", last=True))  # once an hour: two phones that say BATAL to each other end

    def _passed(self, turn: Turn, ask: Own) -> Step | None:
        """What is said of one that was called today, or lost: it is not true that there was none."""
        day, named = today(self._city, turn.who.at), ask.named or ask.said.services or ask.said.doctor
        gone = (Stand.CALLED, Stand.NO_SHOW)
        one = next((one for one in bookings_for(turn.tx, turn.who.number, day) if one.state in gone), None)
        if one is None or ask.verb not in (Verb.MOVE, Verb.CANCEL, Verb.TICKET):
            return None
        if ask.verb is Verb.CANCEL and not named:
            return None
        key = "queue_lost" if one.state is Stand.NO_SHOW else "queue_too_late"
        return self._last(turn, self._city.text(turn.who.language, key, **self._words.booking(turn.who.language, one)))

    def _last(self, turn: Turn, text: str) -> Step:
        return Step(screen=Screen(text=text, last=True))

    # -- what is done

    def _now(self, turn: Turn, ask: Own, one: Booking) -> Step:
        """The number that is served, how many remain, the new estimate."""
        if one.state in (Stand.LISTED, Stand.OFFERED):
            return self._placing.ticket(turn, one, "queue_again")
        language, session = turn.who.language, session_of(self._city, one)
        fields = self._words.booking(language, one)
        if one.state is Stand.NO_SHOW:
            return self._last(turn, self._city.text(language, "queue_lost", **fields))
        if one.state is Stand.CALLED:
            return self._last(turn, self._city.text(language, "queue_turn", **fields))
        serving = now_serving(turn.tx, session)
        ahead = remaining(turn.tx, session, one) or 0
        more = {"time": self._words.hour(estimate(turn.tx, session, one, turn.who.at)), "now": str(serving or "-")}
        if ahead:
            key = "queue_now" if serving is not None else "queue_not_begun"
            return self._last(turn, self._city.text(language, key, **fields, **more, ahead=ahead))
        key = "queue_now_next" if serving is not None else "queue_not_begun_first"
        return self._last(turn, self._city.text(language, key, **fields, **more))

    def _cancel(self, turn: Turn, ask: Own, one: Booking) -> Step:
        language = turn.who.language
        fields = self._words.booking(language, one)
        if not booking.cancel(turn.tx, one, turn.who.at, "cancelled by its owner"):
            return self._last(turn, self._city.text(language, "queue_too_late", **fields))
        for phone in everybody(turn.tx, one):
            if phone != turn.who.number:
                key, ends = f"clinic/cancelled/{one.id}/{turn.name}", turn.who.at + KEPT
                self._letters.tell(turn.tx, phone, "queue_cancelled_by", one, key, ends)
        return self._last(turn, self._city.text(language, "queue_cancelled", **fields))

    def _move(self, turn: Turn, ask: Own, one: Booking) -> Step:
        """To another day, or to another service or clinic where that was said. It is one exchange: in doubt the old
        place stays."""
        known = dict(self._flow.with_said(ask.state or {}, ask.said, turn.who))
        service = known.get("service") or one.service
        clinic = known.get("clinic") or (one.clinic if self._houses.offers(one.clinic, service) else "")
        day = known.get("day")
        area = turn.who.resident.kelurahan if turn.who.resident is not None else ""
        clinic = clinic or self._houses.nearest(service, area, date.fromisoformat(day) if day else None, turn.who.at)
        clinic = clinic or one.clinic
        known |= {"service": service, "clinic": clinic, "move": str(one.id), "name": one.name}
        if not known.get("day") and known.get("hour") and len(self._hours(one)) > 1:
            known["day"] = one.day.isoformat()
        if not known.get("day"):
            return self._placing.days(turn, Days(state=known))
        return self._flow.following(known, turn.who)

    def _hours(self, one: Booking) -> Sequence[object]:
        return booking.sessions_on(self._city, one.day, clinic=one.clinic, service=one.service)

    def _yes(self, turn: Turn, ask: Own, one: Booking) -> Step:
        outcome = booking.accept(turn.tx, one, turn.who.at)
        if isinstance(outcome, Booked):
            return self._placing.ticket(turn, outcome.booking, "queue_ticket")
        fields = self._words.booking(turn.who.language, one)
        return self._last(turn, self._city.text(turn.who.language, "queue_offer_over", **fields))

    def _no(self, turn: Turn, ask: Own, one: Booking) -> Step:
        booking.cancel(turn.tx, one, turn.who.at, "offer declined")
        return self._last(turn, self._city.text(turn.who.language, "queue_offer_no"))
