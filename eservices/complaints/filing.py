"""A complaint becomes a ticket, at once, whatever is missing; or joins the ticket of a neighbour who was first. Verbs
of the store and pure decisions, inside the transaction that keeps the turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from eservices.complaints import store
from eservices.complaints.abuse import Abuse
from eservices.complaints.asks import Add, File, Place
from eservices.complaints.category import categories_of
from eservices.complaints.merging import WITHIN, merging_of
from eservices.complaints.offices.more import pass_words_on
from eservices.complaints.saying import Saying
from eservices.complaints.seams import Places
from eservices.complaints.spotting import ANY_TIME, MOST_CHOICES, Spot, Spotting
from eservices.complaints.telling import tell
from eservices.complaints.ticket import Event, State, Ticket, may, moved
from gateway.dialogue import Screen, Step, Who
from gateway.store import Tx
from gateway.store.hiding import BEFORE, hide_letters
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City
    from config.city_offices import Category

LONGEST = 1000  # characters of a complaint; six SMS are shorter
ANEW = timedelta(days=2)  # the same words of the same phone within it are a repetition, not a second complaint


class Filing:
    """Built once for a city."""

    def __init__(self, city: City, places: Places) -> None:
        self._city = city
        self.categories = categories_of(city)
        self.saying = Saying(city)
        self._abuse, self._merging = Abuse(city), merging_of(city)
        self._spotting = Spotting(city, places, self.categories)
        self._hide = tuple(normal(phrase) for phrase in city.words.get("ticket_hide", ()))

    def placed(self, text: str) -> bool:
        """Whether the words name a place of the city."""
        spot = self._spotting.spot(text, None, ANY_TIME)
        return spot.clear or bool(spot.candidates)

    # -- a new one

    def file(self, tx: Tx, ask: File, who: Who) -> Step:
        """Write the ticket and say its number, or join one that is there."""
        text = " ".join(ask.text.split())[:LONGEST]
        category = self._city.offices.categories.get(ask.category) or self.categories.known(text)
        if category is None:
            raise LookupError("a pack without categories takes no complaint")
        spot = self._spotting.spot(text, who.resident, who.at)
        draft = self._draft(text, category, spot, who, ask.secret or self._hides(text))
        secret = draft.secret
        if (mine := self._own(tx, draft, who)) is not None:
            return self._again(tx, mine, who, draft)
        if (first := self._first(tx, draft)) is not None:
            return self._joined(tx, first, who, text, secret)
        ticket = replace(draft, number=store.add(tx, draft))
        store.follow(tx, ticket.number, self._follower(who, text, secret, first=True))
        store.note(tx, ticket.number, who.at, "opened", "resident")
        told = self._told(ticket, spot, category, who)
        if ask.first:
            told = self._asks_first(ask.first, ticket, told, who)
        if who.screen and not (who.resident is not None and who.resident.quiet):
            tell(tx, who.number, self._letter(ticket, told, who), f"ticket/{ticket.number}/opened", who.at)
        return told

    def _letter(self, ticket: Ticket, told: Step, who: Who) -> str:
        """A screen goes out: the number stays in a letter. Of a place that is still asked for it says nothing."""
        if told.state is None:
            return told.screen.text
        return self.saying.say(
            who.language, "ticket_opened_secret" if ticket.secret else "ticket_opened_placeless", ticket
        )

    def _draft(self, text: str, category: Category, spot: Spot, who: Who, secret: bool) -> Ticket:
        calendar = self._city.calendar
        abusive = bool(self._abuse.found(text))
        return Ticket(
            state=State.WITHHELD if abusive else State.OPEN,
            category=category.id,
            office=category.office,
            text=text,
            channel="voice" if who.voice else "ussd" if who.screen else "sms",
            opened_at=who.at,
            due_at=calendar.working_days_after(who.at, category.days),
            read_by=None if calendar.is_open(who.at) else calendar.next_open(who.at),
            kelurahan=spot.kelurahan,
            candidates=spot.candidates,
            street=spot.street,
            place=spot.place,
            secret=secret,
            abusive=abusive,
        )

    def _hides(self, text: str) -> bool:
        said = f" {normal(text)} "
        return any(f" {phrase} " in said for phrase in self._hide)

    def _follower(self, who: Who, text: str, secret: bool, *, first: bool = False) -> store.Follower:
        return store.Follower(
            number=who.number, since=who.at, first=first, secret=secret, language=who.language, text=text
        )

    def _told(self, ticket: Ticket, spot: Spot, category: Category, who: Who) -> Step:
        """The reply to a new ticket, and the one question where its place is missing."""
        if ticket.abusive:
            return self._last("ticket_noted", ticket, who)
        if spot.outside:
            return self._last("ticket_outside", ticket, who)
        if self.saying.outside(ticket):
            return self._last("ticket_elsewhere", ticket, who)
        if category.place_needed and not spot.clear:
            return self._where(ticket, who)
        return self._last(self._opened(ticket), ticket, who)

    def _asks_first(self, first: int, ticket: Ticket, told: Step, who: Who) -> Step:
        """The second complaint is written; the place of the first is asked for once more, then that of this one."""
        if not told.screen.last and told.state is None:
            return told
        state = {"at": "place", "ticket": str(first), "again": "1"}
        if told.state is not None:
            state["then"] = str(ticket.number)
        screen = Screen(text=self.saying.say(who.language, "ticket_second", ticket, first=first))
        return Step(screen=screen, state=state)

    @staticmethod
    def _opened(ticket: Ticket) -> str:
        """The text's key."""
        if ticket.secret:
            return "ticket_opened_secret"
        return "ticket_opened" if ticket.place else "ticket_opened_placeless"

    # -- one that is there

    def _own(self, tx: Tx, draft: Ticket, who: Who) -> Ticket | None:
        """A ticket that this phone follows already and that the new one repeats, in its words or in its matter."""
        for old in store.tickets_of(tx, who.number):
            if old.state not in (State.OPEN, State.WORKING, State.WITHHELD) or old.category != draft.category:
                continue
            mine = store.follower(tx, old.number, who.number)
            words = mine is not None and normal(mine.text) == normal(draft.text) and who.at - mine.since <= ANEW
            if words or (old.state.open and not draft.abusive and self._merging.same(draft, old)):
                return old
        return None

    def _first(self, tx: Tx, draft: Ticket) -> Ticket | None:
        """The open ticket of others that the new one repeats. What a person must look at first joins none."""
        category = self._city.offices.categories[draft.category]
        if draft.abusive or not category.place_needed:
            return None
        others = store.same_category(tx, draft.category, draft.opened_at - WITHIN)
        return self._merging.repeated(draft, others)

    def _again(self, tx: Tx, old: Ticket, who: Who, draft: Ticket) -> Step:
        store.note(tx, old.number, who.at, "said again", "resident", draft.text)
        self._pass_on(tx, old, draft.text, who)
        if draft.secret and (mine := store.follower(tx, old.number, who.number)) is not None:
            store.follow(tx, old.number, self._follower(who, draft.text, True))
            hide_letters(tx, who.number, mine.since - BEFORE)  # what he said of it openly, too
        if not old.placed and self._city.offices.categories[old.category].place_needed:
            return self._where(old, who)
        return self._last("ticket_again", old, who)

    def _joined(self, tx: Tx, first: Ticket, who: Who, text: str, secret: bool) -> Step:
        before = len(store.followers(tx, first.number))
        store.follow(tx, first.number, self._follower(who, text, secret))
        store.note(tx, first.number, who.at, "joined", "resident", "" if secret else text)
        return self._last("ticket_joined", first, who, neighbours=max(1, before))

    def add(self, tx: Tx, ask: Add, who: Who) -> Step:
        """LAPOR 123 and more words: for a ticket of one's own; for anybody else's the words are a complaint anew."""
        try:
            ticket = store.ticket(tx, ask.ticket)
        except store.NoSuchTicket:
            return self.file(tx, File(text=f"{ask.ticket} {ask.text}"), who)
        if store.follower(tx, ticket.number, who.number) is None:
            return self.file(tx, File(text=f"{ask.ticket} {ask.text}"), who)
        if ticket.state.open and not ticket.placed and self._city.offices.categories[ticket.category].place_needed:
            return self.place(tx, Place(ticket=ticket.number, text=ask.text), who)
        store.note(tx, ticket.number, who.at, "added", "resident", ask.text)
        self._pass_on(tx, ticket, ask.text, who)
        return self._last("ticket_added", ticket, who)

    def _pass_on(self, tx: Tx, ticket: Ticket, text: str, who: Who) -> None:
        """The office that has it reads the words too, unless a person must look at them first."""
        if not self._abuse.found(text):
            pass_words_on(tx, self._city, ticket, text, who.at)

    # -- its place

    def _where(self, ticket: Ticket, who: Who) -> Step:
        """One question: which of a few kelurahan, or where at all. Words are awaited; a digit chooses."""
        state = {"at": "place", "ticket": str(ticket.number), "about": ticket.category}
        names = [self._city.areas[code].name for code in ticket.candidates]
        if 1 < len(names) <= MOST_CHOICES:
            listed = " ".join(f"{n} {name}" for n, name in enumerate(names, start=1))
            text = self.saying.say(who.language, "ticket_which", ticket, areas=listed)
            return Step(screen=Screen(text=text), state={**state, "areas": " ".join(ticket.candidates)})
        if ticket.place:
            text = self.saying.say(who.language, "ticket_which_part", ticket)
            return Step(screen=Screen(text=text), state=state)
        if who.resident is not None and who.resident.address and who.resident.kelurahan in self._city.areas:
            text = self.saying.say(who.language, "ticket_where_home", ticket)
            return Step(screen=Screen(text=text), state={**state, "home": "1"})
        return Step(screen=Screen(text=self.saying.say(who.language, "ticket_where", ticket)), state=state)

    def place(self, tx: Tx, ask: Place, who: Who) -> Step:
        """Write the place that was answered; then another ticket's is asked for, if there is one."""
        told = self._place(tx, ask, who)
        if not ask.then or ask.skip or store.follower(tx, ask.then, who.number) is None:
            return told
        text = self._city.text(who.language, "ticket_then", ticket=ask.ticket, then=ask.then)
        return Step(screen=Screen(text=text), state={"at": "place", "ticket": str(ask.then), "again": "1"})

    def _place(self, tx: Tx, ask: Place, who: Who) -> Step:
        """With its place the ticket may turn out to be a neighbour's."""
        ticket = store.ticket(tx, ask.ticket)
        if ask.skip or store.follower(tx, ticket.number, who.number) is None or not ticket.state.open:
            return self._last("ticket_unplaced" if not ticket.place else "ticket_placed", ticket, who)
        spot = self._answered(ticket, ask, who)
        text = f"{ticket.text} ({' '.join(ask.text.split())})"[:LONGEST] if ask.text else ticket.text
        placed = replace(
            ticket,
            kelurahan=spot.kelurahan or (None if spot.candidates else ticket.kelurahan),
            candidates=() if spot.kelurahan else spot.candidates or ticket.candidates,
            street=spot.street or ticket.street,
            place=spot.place or ticket.place,
            text=text,
        )
        if self._abuse.found(ask.text) and may(placed, Event.WITHHOLD):
            placed = replace(moved(placed, Event.WITHHOLD, who.at), abusive=True)
        store.save(tx, placed)
        store.note(tx, placed.number, who.at, "placed", "resident", placed.place)
        if placed.abusive:
            return self._last("ticket_noted", placed, who)
        if (first := self._first(tx, placed)) is not None and may(placed, Event.MERGE):
            return self._merged(tx, placed, first, who)
        if spot.outside:
            return self._last("ticket_outside", placed, who)
        return self._last("ticket_placed", placed, who)

    def _answered(self, ticket: Ticket, ask: Place, who: Who) -> Spot:
        """What the answer and the complaint say together; what no list holds, in the sender's own words."""
        if who.resident is not None and who.resident.address and (ask.home or self._spotting.at_home(ask.text)):
            return self._spotting.home(who.resident)
        if ask.area in self._city.areas:
            return self._spotting.chosen(ask.area, ticket.street)
        alone = self._spotting.spot(ask.text, who.resident, who.at)
        both = self._spotting.spot(f"{ticket.text}, {ask.text}", who.resident, who.at)
        anew = alone.outside or (alone.street and alone.street != both.street)
        found = alone if anew else both
        if found.place and found.place != ticket.place:
            return found
        own = self._spotting.own_words(ask.text, ticket.street)
        return replace(own, place=f"{ticket.place}, {own.place}" if ticket.place else own.place)

    def _merged(self, tx: Tx, ticket: Ticket, first: Ticket, who: Who) -> Step:
        store.save(tx, moved(ticket, Event.MERGE, who.at, into=first.number))
        before = len(store.followers(tx, first.number))
        store.move_followers(tx, ticket.number, first.number)
        store.note(tx, ticket.number, who.at, "merged", "system", str(first.number))
        store.note(tx, first.number, who.at, "joined", "resident", "" if ticket.secret else ticket.text)
        fields = {"ticket": ticket.number, "into": first.number, "neighbours": max(1, before)}
        return self._last("ticket_merged", first, who, **fields)

    def _last(self, key: str, of: Ticket, who: Who, **fields: object) -> Step:
        return Step(screen=Screen(text=self.saying.say(who.language, key, of, **fields), last=True))
