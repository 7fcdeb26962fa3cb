"""What residents do with tickets that are there: STATUS, SUDAH, BELUM, BATAL LAPOR. Each begins with the question whose
ticket it is: nobody ends, opens or withdraws another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eservices.complaints import store
from eservices.complaints.asks import Done, NotYet, Status, Withdraw
from eservices.complaints.saying import Saying
from eservices.complaints.telling import tell_followers
from eservices.complaints.ticket import BEST, WORST, Event, State, Ticket, may, moved
from gateway.asking import label
from gateway.dialogue import Choice, Screen, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

DECLINED = Step(declined=True)
MOST_LISTED = 5  # tickets in a menu: with its line above and the way back they are one screen
MERGES = 10  # tickets through which one that was merged is followed


class Mine:
    """Built once for a city."""

    def __init__(self, city: City, saying: Saying) -> None:
        self._city, self._saying = city, saying

    # -- STATUS

    def status(self, tx: Tx, ask: Status, who: Who) -> Step:
        """Of one ticket; of the only one of the phone; else a list. To others a secret ticket's place is not told."""
        mine = store.tickets_of(tx, who.number)
        if ask.ticket is not None:
            found = self._named(tx, ask.ticket)
            if found is None:
                return self._last(who, "ticket_unknown", ticket=ask.ticket)
            if store.follower(tx, ask.ticket, who.number) is None:
                return self._others(found, who)
            return self._one(tx, found, who, choosing=ask.choosing)
        if not mine:
            return self._last(who, "ticket_none")
        if len(mine) == 1:
            return self._one(tx, mine[0], who, choosing=ask.choosing)
        return self._list(mine, who, choosing=ask.choosing)

    def _named(self, tx: Tx, number: int) -> Ticket | None:
        try:
            return store.ticket(tx, number)
        except store.NoSuchTicket:
            return None

    def _others(self, ticket: Ticket, who: Who) -> Step:
        key = "ticket_status_secret" if ticket.secret or ticket.abusive else "ticket_status_over"
        return Step(screen=Screen(text=self._saying.status(who.language, key, ticket), last=True))

    def _one(self, tx: Tx, ticket: Ticket, who: Who, *, choosing: bool) -> Step:
        ticket = self._speaks_for(tx, ticket)
        keys = {State.OPEN: "ticket_status", State.WORKING: "ticket_status", State.ANSWERED: "ticket_status_answered"}
        text = self._saying.status(who.language, keys.get(ticket.state, "ticket_status_over"), ticket)
        lines = self._lines(ticket, who) if choosing else ()
        if not lines:
            return Step(screen=Screen(text=text, last=True))
        return Step(screen=Screen(text=text, choices=lines), state={"at": "one", "ticket": str(ticket.number)})

    def _lines(self, ticket: Ticket, who: Who) -> tuple[Choice, ...]:
        """What may be done with it by a digit."""
        may_do = (("1", "label_done", Event.AGREE), ("2", "label_not_yet", Event.NOT_YET))
        lines = [label(self._city, who, key, name) for key, name, event in may_do if may(ticket, event)]
        if may(ticket, Event.WITHDRAW):
            lines.append(label(self._city, who, "3", "label_withdraw"))
        return (*lines, label(self._city, who, "0", "label_menu")) if lines else ()

    def _speaks_for(self, tx: Tx, ticket: Ticket) -> Ticket:
        """The ticket into which it was merged, and so on."""
        for _ in range(MERGES):
            if ticket.merged_into is None:
                break
            ticket = self._named(tx, ticket.merged_into) or ticket
        return ticket

    def _list(self, mine: Sequence[Ticket], who: Who, *, choosing: bool) -> Step:
        if not choosing:
            return self._last(who, "ticket_list", tickets=self._saying.listed(who.language, list(mine)))
        shown = mine[:MOST_LISTED]
        lines = [self._saying.listed(who.language, [one]) for one in shown]
        choices = tuple(Choice(key=str(n), label=line) for n, line in enumerate(lines, start=1))
        back = label(self._city, who, "0", "label_menu")
        text = self._city.text(who.language, "label_tickets")
        state = {"at": "mine", "tickets": " ".join(str(one.number) for one in shown)}
        return Step(screen=Screen(text=text, choices=(*choices, back)), state=state)

    # -- SUDAH, BELUM, BATAL LAPOR

    def done(self, tx: Tx, ask: Done, who: Who) -> Step:
        """It is done: the ticket is closed; a mark is written, or asked for."""
        states = (State.ANSWERED, State.CLOSED) if ask.rating is not None else (State.ANSWERED,)
        found = self._meant(tx, ask.ticket, who, lambda one: one.state in states)
        if isinstance(found, Step):
            if ask.ticket is not None:
                return found
            return DECLINED if ask.unsure else self._nothing(tx, who, ask.whole)
        if ask.unsure or not may(found, Event.AGREE):
            return self._one(tx, found, who, choosing=False)
        closed = moved(found, Event.AGREE, who.at, rating=ask.rating)
        store.save(tx, closed)
        said = f"{ask.rating}" if ask.rating is not None else ""
        store.note(tx, closed.number, who.at, "agreed", "resident", said)
        if found.state is not State.CLOSED:
            self._tell_others(tx, closed, "ticket_agreed", who)
        if ask.rating is not None:
            return self._last(who, "ticket_rated", ticket=closed.number, rating=ask.rating)
        marks = range(WORST, BEST + 1)
        lines = tuple(label(self._city, who, f"{mark}", f"label_rate_{mark}") for mark in marks)
        text = self._saying.say(who.language, "ticket_rate", closed)
        return Step(screen=Screen(text=text, choices=lines), state={"at": "rate", "ticket": str(closed.number)})

    def not_yet(self, tx: Tx, ask: NotYet, who: Who) -> Step:
        """It is not done: what was answered or closed is open again, with a new deadline; else the words are noted."""
        found = self._meant(tx, ask.ticket, who, lambda one: may(one, Event.NOT_YET))
        if isinstance(found, Step) and ask.ticket is None:
            found = self._meant(tx, None, who, lambda one: one.state.open)
        if isinstance(found, Step):
            return found if ask.ticket is not None else self._nothing(tx, who, ask.whole)
        store.note(tx, found.number, who.at, "not yet", "resident", ask.words)
        if not may(found, Event.NOT_YET):
            key = "ticket_still" if found.state.open else "ticket_status_over"
            return Step(screen=Screen(text=self._saying.status(who.language, key, found), last=True))
        category = self._city.offices.categories.get(found.category)
        days = category.days if category is not None else 1
        due_at = self._city.calendar.working_days_after(who.at, days)
        opened = moved(found, Event.NOT_YET, who.at, due_at=due_at)
        store.save(tx, opened)
        self._tell_others(tx, opened, "ticket_open_again", who)
        return Step(screen=Screen(text=self._saying.say(who.language, "ticket_reopened", opened), last=True))

    def withdraw(self, tx: Tx, ask: Withdraw, who: Who) -> Step:
        """One's own report is taken back. Where others reported it too, only this person is told nothing more."""
        found = self._meant(tx, ask.ticket, who, lambda one: one.state.open or one.state is State.WITHHELD)
        if isinstance(found, Step):
            return found
        others = [one for one in store.followers(tx, found.number) if one.number != who.number]
        if others:
            store.unfollow(tx, found.number, who.number)
            store.note(tx, found.number, who.at, "left", "resident")
            return self._last(who, "ticket_unfollowed", ticket=found.number)
        if not may(found, Event.WITHDRAW):
            return Step(screen=Screen(text=self._saying.say(who.language, "ticket_late", found), last=True))
        store.save(tx, moved(found, Event.WITHDRAW, who.at))
        store.note(tx, found.number, who.at, "withdrawn", "resident")
        return self._last(who, "ticket_withdrawn", ticket=found.number)

    def _tell_others(self, tx: Tx, ticket: Ticket, key: str, who: Who) -> None:
        tell_followers(tx, self._city, ticket, key, who.at, besides=(who.number,))

    def _meant(self, tx: Tx, number: int | None, who: Who, fits: Callable[[Ticket], bool]) -> Ticket | Step:
        """The ticket that is spoken of, if it is this phone's; else what to say instead."""
        if number is None:
            newest = next((one for one in store.tickets_of(tx, who.number) if fits(one)), None)
            return newest if newest is not None else self._last(who, "ticket_none")
        found = self._named(tx, number)
        if found is None:
            return self._last(who, "ticket_unknown", ticket=number)
        if store.follower(tx, number, who.number) is None:
            return self._last(who, "ticket_not_yours", ticket=number)
        return self._speaks_for(tx, found)

    def _nothing(self, tx: Tx, who: Who, whole: str) -> Step:
        """No ticket fits: of somebody who has some, their state; of anybody else it was no word about a ticket."""
        if not store.tickets_of(tx, who.number):
            return DECLINED if whole else self._last(who, "ticket_none")
        return self.status(tx, Status(), who)

    def _last(self, who: Who, key: str, **fields: object) -> Step:
        return Step(screen=Screen(text=self._city.text(who.language, key, **fields), last=True))
