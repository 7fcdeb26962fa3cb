"""The doctor queue as a conversation: by words ("DOKTER GIGI BESOK"), by the menu, by USSD. The reply is the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from eservices.clinic.flow import Days, Flow, Have, Place
from eservices.clinic.own import DEEDS, Own, Owned, Verb
from eservices.clinic.placing import Placing, Turn
from eservices.clinic.request import Request
from gateway.asking import Names, again, chosen, left
from gateway.dialogue import Ask, Choice, Dialogue, Screen, State, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

_HOUSE = ("service", "clinic")
NEEDS: Mapping[str, Sequence[str]] = {
    "service": (),
    "clinic": ("service",),
    "day": (*_HOUSE, "days"),
    "full": (*_HOUSE, "wait"),
    "whom": _HOUSE,
    "name": _HOUSE,
    "referral": _HOUSE,
    "which": ("verb", "ids", "lines"),
    "have": ("text",),
}
"""What the state must hold where it stands."""

FEW = 4  # words of a text that may be a wish without a verb ("dokter gigi besok")


def _is_day(written: str) -> bool:
    try:
        return bool(date.fromisoformat(written))
    except ValueError:
        return False


class Room:
    """What the conversations about one city's clinics share."""

    def __init__(self, city: City, nik_key: bytes = b"") -> None:
        """``nik_key`` hashes each NIK; without it none is kept."""
        self.city, self.flow = city, Flow(city, nik_key)
        self.placing = Placing(city, self.flow)
        self.owned = Owned(city, self.flow, self.placing)

    def refused(self, who: Who) -> Step | None:
        """A request that is perhaps not its sender's books, shows and changes nothing."""
        text = self.city.text(who.language, "talk_doubt")
        return Step(screen=Screen(text=text, last=True)) if who.doubt else None

    def step(self, state: State, typed: str, who: Who) -> Step | None:
        """The step after an answer; None: the state is of another version."""
        if not self._sound(state):
            return None
        if state["at"] == "which":
            return self._picked(state, typed, who)
        if state["at"] == "have":
            return self._done(state, typed, who)
        return self.flow.answered(state, typed, who)

    def _sound(self, state: State) -> bool:
        """Whether the state is one of ours, of a pack that still has those clinics."""
        there, at = self.city.clinics, state.get("at", "")
        if at not in NEEDS or not all(state.get(key) for key in NEEDS[at]):
            return False
        if state.get("verb", Verb.NOW) not in set(Verb):
            return False
        houses = ("", *there.clinics)
        known = state.get("service", "") in ("", *there.services) and state.get("clinic", "") in houses
        known = known and state.get("other", "") in houses
        days = [*state.get("days", "").split(","), *(state.get(name, "") for name in ("wait", "day", "there"))]
        numbers = (*state.get("ids", "").split(","), state.get("move", ""))
        return known and all(map(_is_day, filter(None, days))) and all(map(str.isdecimal, filter(None, numbers)))

    def _picked(self, state: State, typed: str, who: Who) -> Step | None:
        lines = state.get("lines", "").split("\n")
        choices = tuple(Choice(key=str(n), label=line) for n, line in enumerate(lines, start=1))
        choice = chosen(choices, typed)
        ask = self.owned.picked(state, choice.key) if choice is not None else None
        if ask is not None:
            return Step(ask=ask)
        return again(self.city, who, Screen(text=self.city.text(who.language, "queue_which"), choices=choices), state)

    def _done(self, state: State, typed: str, who: Who) -> Step:
        lines = [(key, self.city.text(who.language, name), verb) for key, name, verb in DEEDS]
        choices = tuple(Choice(key=key, label=line) for key, line, _ in lines)
        choice = chosen(choices, typed)
        if choice is None:
            return again(self.city, who, Screen(text=state["text"], choices=choices), state)
        verb = next(verb for key, _, verb in lines if key == choice.key)
        return Step(ask=Own(verb=verb, said=Request(), named=True))

    def answer(self, tx: Tx, ask: Ask, who: Who, name: str) -> Step:
        """The answer of the store."""
        turn = Turn(tx=tx, who=who, name=name)
        if isinstance(ask, Days):
            return self.placing.days(turn, ask)
        if isinstance(ask, Place):
            return self.placing.place(turn, ask)
        if isinstance(ask, Own):
            return self.owned.answer(turn, ask)
        if isinstance(ask, Have):
            return self.owned.have(turn)
        raise LookupError(f"the clinic answers no {type(ask).__name__}")


class RoomTalk(Dialogue):
    """A conversation about a city's clinics: however it began, the room goes on with it."""

    def __init__(self, city: City, room: Room) -> None:
        self._city, self._room = city, room

    def step(self, state: State, typed: str, who: Who) -> Step:
        if (refused := self._room.refused(who)) is not None:
            return refused
        if gone := left(self._city, typed, who):
            return gone
        return self._room.step(state, typed, who) or self.begin(who)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        return self._room.answer(tx, ask, who, turn)


class Clinic(RoomTalk):
    """A place at the doctor's."""

    name = "clinic"

    def __init__(self, city: City, room: Room) -> None:
        super().__init__(city, room)
        self.heads: Sequence[str] = city.words["queue_heads"]

    def begin(self, who: Who, said: str = "") -> Step:
        if (refused := self._room.refused(who)) is not None:
            return refused
        state: State = {"at": "service", "menu": "" if said else "1"}
        wish = self._read(said, who)
        if said and (wish.not_one or (wish.words > FEW and not self._means(wish))):
            return Step(declined=True)  # "dokter di puskesmas itu tidak ramah"
        return self._room.flow.following(self._room.flow.with_said(state, wish, who), who)

    @staticmethod
    def _means(wish: Request) -> bool:
        when = wish.when
        return bool(
            wish.services or wish.clinics or wish.wants or wish.other or ((when.date or when.range) and not when.past)
        )

    def hears(self, text: str) -> bool:
        """A doctor or a service, and the wish or the day; neither a judgement nor something that is over."""
        if not self._city.clinics.clinics or not self._room.flow.concerns(text):
            return False
        said = self._room.flow.heard(text)
        if said.not_one or said.when.past:
            return False
        about = said.doctor or bool(said.services and (said.when.date or said.clinics))
        return about and (said.wants or said.when.date is not None or said.words <= FEW)

    def _read(self, said: str, who: Who) -> Request:
        return self._room.flow.read(said, who.at)


class Mine(RoomTalk):
    """What one has: ``ANTRI``, ``TIKET``, ``UBAH LUSA``, and the answer to an offer. With a wish behind it ``ANTRI`` is
    one ("ANTRI GIGI BESOK")."""

    def __init__(self, city: City, room: Room, name: str, verb: Verb, words: str) -> None:
        super().__init__(city, room)
        self.name, self._verb, self._offered = name, verb, verb in (Verb.YES, Verb.NO)
        self.heads: Sequence[str] = () if self._offered else city.words[words]
        self._named = Names((word, True) for word in city.words[words])
        self.words: Sequence[str] = city.words[f"{words}_only"] if verb is Verb.MOVE else ()

    def begin(self, who: Who, said: str = "") -> Step:
        if (refused := self._room.refused(who)) is not None:
            return refused
        flow = self._room.flow
        wish = flow.read(said, who.at)
        if self._verb is Verb.NOW and (wish.services or wish.when.date is not None):
            return flow.following(flow.with_said({"at": "service", "menu": ""}, wish, who), who)
        meant = wish.services or wish.clinics or wish.when.date or wish.when.range or wish.when.time or wish.doctor
        if said and not meant and self._verb in (Verb.MOVE, Verb.TICKET):
            return Step(declined=True)  # "UBAH ALAMAT …", "TIKET 1234"
        return Step(ask=Own(verb=self._verb, said=wish, certain=not self._offered))

    def hears(self, text: str) -> bool:
        """``YA`` and ``TIDAK`` begin nothing of themselves: they are heard, declined where nothing was offered. Of a
        head that is shared ("PINDAH") the days and services are."""
        if self._verb is not Verb.MOVE:
            return self._offered and bool(self._named.find(text))
        if not text.strip() or not self._named.find(text.split(maxsplit=1)[0]):
            return False
        wish = self._room.flow.heard(text)
        return bool(wish.services or wish.when.date or wish.when.range or wish.when.time)


def queue_dialogues(city: City, room: Room) -> tuple[Dialogue, ...]:
    """All of them, the wish first."""
    return (
        Clinic(city, room),
        Mine(city, room, "queue_now", Verb.NOW, "queue_now"),
        Mine(city, room, "queue_ticket", Verb.TICKET, "queue_ticket"),
        Mine(city, room, "queue_move", Verb.MOVE, "queue_move"),
        Mine(city, room, "queue_yes", Verb.YES, "queue_yes"),
        Mine(city, room, "queue_no", Verb.NO, "queue_no"),
    )
