"""The words about complaints beside LAPOR, each a name of the same conversation: RAHASIA, STATUS, SUDAH, BELUM, BATAL
LAPOR. What begins with one and is something else ("sudah tiga hari air mati") is declined, for others to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eservices.complaints.asks import Done, NotYet, Status, Withdraw
from eservices.complaints.mine import DECLINED
from eservices.complaints.seams import Places, Reader
from eservices.complaints.talk import LEAST_REST, Complaints
from eservices.complaints.typed import Typed, typed
from gateway.dialogue import Ask, Dialogue, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


class Verb(Dialogue):
    """One word; what follows is the conversation's."""

    meaning = ""
    for_quiet = True

    def __init__(self, complaints: Complaints, city: City) -> None:
        self._complaints, self._city = complaints, city
        self.heads: Sequence[str] = city.words[self.meaning]

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_doubt"), last=True))
        return self.meant(who, said, typed(said, self._complaints.courtesy))

    def meant(self, who: Who, said: str, read: Typed) -> Step:
        """What the words after it ask for."""
        raise NotImplementedError

    def step(self, state: State, typed: str, who: Who) -> Step:
        return self._complaints.step(state, typed, who)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        return self._complaints.answer(tx, ask, who, turn)


class Secret(Verb):
    """RAHASIA: the office is not told who says it."""

    name, meaning = "complaints_secret", "ticket_secret"

    def meant(self, who: Who, said: str, read: Typed) -> Step:
        return self._complaints.report(who, said, secret=True)


class StatusOf(Verb):
    """STATUS, with a number or alone."""

    name, meaning = "ticket_status", "ticket_status"

    def meant(self, who: Who, said: str, read: Typed) -> Step:
        small = [int(word) for word in read.rest if word.isdigit()]  # there is none: it is said so
        if read.ticket is None and len(read.rest) - len(small) >= LEAST_REST:
            return DECLINED
        return Step(ask=Status(ticket=read.ticket or next(iter(small), None) or read.rating))


class DoneWith(Verb):
    """SUDAH, with a number, a mark, thanks."""

    name, meaning = "ticket_done", "ticket_done"

    def meant(self, who: Who, said: str, read: Typed) -> Step:
        if read.ticket is None and self._complaints.filing.categories.find(said).category is not None:
            return DECLINED  # "sudah tiga hari air mati"
        unsure = len(read.rest) >= (LEAST_REST if read.ticket is not None else 1)
        return Step(ask=Done(ticket=read.ticket, rating=read.rating, whole=said or self.name, unsure=unsure))


class NotYetDone(Verb):
    """BELUM, with a number and what is still wrong."""

    name, meaning = "ticket_not_yet", "ticket_not_yet"

    def meant(self, who: Who, said: str, read: Typed) -> Step:
        if read.ticket is None and self._complaints.filing.categories.find(said).category is not None:
            return DECLINED  # "belum ada air pdam dari kemarin": a complaint of its own
        return Step(ask=NotYet(ticket=read.ticket, words=said, whole=said or self.name))


class TakeBack(Verb):
    """BATAL LAPOR."""

    name, meaning = "ticket_withdraw", "ticket_withdraw"

    def meant(self, who: Who, said: str, read: Typed) -> Step:
        return Step(ask=Withdraw(ticket=read.ticket))


def complaints(city: City, places: Places | None = None, reader: Reader | None = None) -> tuple[Dialogue, ...]:
    """Every name of the conversation; that of the menu first."""
    core = Complaints(city, places, reader)
    return core, *(verb(core, city) for verb in (Secret, StatusOf, DoneWith, NotYetDone, TakeBack))
