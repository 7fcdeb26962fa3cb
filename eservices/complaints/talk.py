"""A complaint as a conversation: LAPOR and what is wrong, the menu, or free words; and the words about tickets that are
there. One conversation under several names: each name has its own words, and all go on alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from config.gsm7 import ONE_SMS, septets
from eservices.complaints import store
from eservices.complaints.asks import Add, Done, File, NotYet, Place, Status, Withdraw
from eservices.complaints.filing import Filing
from eservices.complaints.hearing import Hearing
from eservices.complaints.mine import Mine
from eservices.complaints.seams import Placeless, Places, Reader, Unread
from eservices.complaints.ticket import BEST, WORST
from eservices.complaints.typed import LEAST_NUMBER, Typed, only_number, typed
from gateway.asking import BACK, again, chosen, digit, label, left, letters, shown
from gateway.dialogue import Ask, Choice, Dialogue, Say, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.store import Tx
from gateway.store.hiding import BEFORE, hide_letters
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

LEAST_LETTERS = 4  # of a complaint; less is a slip
MINE, SECRET = 1, 2  # after the categories, in the list that is spoken
LEAST_REST = 2  # words beside courtesy that make more of "sudah …" than thanks


class Complaints(Dialogue):
    """LAPOR. ``places`` and ``reader``: see ``seams``."""

    name = "complaints"
    for_quiet = True  # the ticket is written; its reply is not sent

    def __init__(self, city: City, places: Places | None = None, reader: Reader | None = None) -> None:
        self._city = city
        self.filing = Filing(city, places or Placeless())
        self.mine = Mine(city, self.filing.saying)
        self.hearing = Hearing(city, reader or Unread(), self.filing.categories, self.filing.placed)
        self.courtesy = frozenset(map(normal, city.words["ticket_courtesy"]))
        self.heads: Sequence[str] = city.words["ticket_report"]
        self._steps: Mapping[str, Callable[[State, str, Who], Step]] = {
            "words": self._worded,
            "kinds": self._kind,
            "aloud": self._chosen_aloud,
            "what": self._what,
            "place": self._placed,
            "mine": self._listed,
            "one": self._one,
            "rate": self._rated,
        }

    # -- the face's questions

    def begin(self, who: Who, said: str = "") -> Step:
        return self.report(who, said, secret=False)

    def hears(self, text: str) -> bool:
        """A complaint for which nobody typed LAPOR, or thanks for what was done about one."""
        return self.hearing.complaint(text) or self._thanks(text)

    def _thanks(self, text: str) -> bool:
        return self.hearing.mended(text) and self.filing.categories.find(text).category is not None

    def step(self, state: State, typed: str, who: Who) -> Step:
        step = self._steps.get(state.get("at", ""))
        if step is None or (who.doubt or not subscriber(who.number)) or not self._sound(state):
            return self.begin(who)
        return step(state, typed, who)

    @staticmethod
    def _sound(state: State) -> bool:
        """Whether the numbers in it are numbers."""
        numbers = [state["ticket"]] if "ticket" in state else []
        needs = state.get("at") in ("place", "one", "rate")
        numbers += [*state.get("tickets", "").split(), *filter(None, (state.get("then"), state.get("from")))]
        return (bool(numbers) or not needs) and all(
            one.isascii() and one.isdigit() and len(one) < 10 for one in numbers
        )

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        step = self._answered(tx, ask, who)
        if not step.declined and store.hides(tx, who.number):  # whatever he says of complaints leads to that one
            hide_letters(tx, who.number, who.at - BEFORE, turn)
        return step

    def _answered(self, tx: Tx, ask: Ask, who: Who) -> Step:
        match ask:
            case File():
                return self.filing.file(tx, ask, who)
            case Add():
                return self.filing.add(tx, ask, who)
            case Place():
                return self.filing.place(tx, ask, who)
            case Status():
                return self.mine.status(tx, ask, who)
            case Done():
                return self.mine.done(tx, ask, who)
            case NotYet():
                return self.mine.not_yet(tx, ask, who)
            case Withdraw():
                return self.mine.withdraw(tx, ask, who)
            case _:
                raise LookupError(f"no question of complaints: {ask!r}")

    # -- a new complaint

    def report(self, who: Who, said: str, *, secret: bool) -> Step:
        """The ticket at once where something is said; else the question what is wrong."""
        if who.doubt or not subscriber(who.number) or not self._city.offices.categories:
            return self._for_a_person(who, said)
        number = only_number(said)
        if number is not None and number >= LEAST_NUMBER:
            return Step(ask=Status(ticket=number))
        read = typed(said, self.courtesy)
        if read.ticket is not None and read.rest and said.strip(" #:.").startswith(str(read.ticket)):
            rest = said.strip(" #:.").removeprefix(str(read.ticket)).strip(" #:.,")
            return Step(ask=Add(ticket=read.ticket, text=rest))
        if not self._enough(said, read):
            return self._write(who, secret=secret)
        if self._thanks(said):
            return Step(ask=Done(whole=said, unsure=True))
        return Step(ask=File(text=said, secret=secret))

    def _enough(self, said: str, read: Typed) -> bool:
        return letters(said) >= LEAST_LETTERS and bool(read.rest)

    def _for_a_person(self, who: Who, said: str) -> Step:
        """Perhaps not its sender's, or nobody to whom it could be given: the words are kept for a person to read."""
        says = (Say(text=said),) if said else ()
        if who.doubt or not subscriber(who.number):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_doubt"), last=True), effects=says)
        if not said:
            return Step(screen=Screen(text=""), goto="message")
        kept = self._city.text(who.language, "talk_message_kept", call=self._city.emergency_call)
        return Step(screen=Screen(text=kept, last=True), effects=says)

    def _write(self, who: Who, *, secret: bool) -> Step:
        if who.voice and not secret:
            return self._aloud(who)
        state = {"at": "words", "secret": "1"} if secret else {"at": "words"}
        return Step(screen=self._writing(who, secret=secret), state=state)

    def _writing(self, who: Who, *, secret: bool) -> Screen:
        """Words are awaited; the lines below are chosen by their digits."""
        if secret:
            return Screen(text=self._city.text(who.language, "ticket_write_secret"))
        names = (("1", "label_tickets"), ("2", "label_secret"), ("3", "label_kinds"), ("0", "label_menu"))
        lines = (f"{key} {self._city.text(who.language, name)}" for key, name in names)
        return Screen(text="\n".join((self._city.text(who.language, "ticket_write"), *lines)))

    def _worded(self, state: State, said: str, who: Who) -> Step:
        secret = bool(state.get("secret"))
        if gone := left(self._city, said, who):
            return gone
        if not secret and (key := digit(said)) in ("1", "2", "3"):
            if key == "1":
                return Step(ask=Status(choosing=True))
            return self._write(who, secret=True) if key == "2" else self._kinds(who)
        if not self._enough(said, typed(said, self.courtesy)):
            return again(self._city, who, self._writing(who, secret=secret), state)
        return Step(ask=File(text=said, secret=secret))

    def _kinds(self, who: Who, past: int = 0) -> Step:
        """The list; by SMS as many lines as one has room for, after the first ``past``."""
        text, lines = self._city.text(who.language, "ticket_kinds"), self._categories(who)
        if who.screen:
            return Step(screen=Screen(text=text, choices=lines), state={"at": "kinds"})
        more, *shown_now = label(self._city, who, "0", "label_kinds_more"), *lines[past:]
        if _room(Screen(text=text, choices=tuple(shown_now))):
            return Step(screen=Screen(text=text, choices=tuple(shown_now)), state={"at": "kinds"})
        while shown_now and not _room(Screen(text=text, choices=(*shown_now, more))):
            shown_now.pop()
        state = {"at": "kinds", "from": str(past + len(shown_now))}
        return Step(screen=Screen(text=text, choices=(*shown_now, more)), state=state)

    def _categories(self, who: Who) -> tuple[Choice, ...]:
        found = self._city.offices.categories.values()
        labels = (self._city.said(who.language, one.labels) for one in found)
        lines = [Choice(key=str(n), label=name) for n, name in enumerate(labels, start=1)]
        return (*lines, label(self._city, who, "0", "label_menu"))

    def _kind(self, state: State, said: str, who: Who) -> Step:
        choice = chosen(self._categories(who), said)
        if choice is not None and choice.key != "0":
            category = list(self._city.offices.categories.values())[int(choice.key) - 1]
            return Step(ask=File(text=choice.label, category=category.id))
        if digit(said) == BACK and (past := int(state.get("from", "0"))):
            return self._kinds(who, past)
        if gone := left(self._city, said, who):
            return gone
        if self._enough(said, typed(said, self.courtesy)):
            return Step(ask=File(text=said))
        return again(self._city, who, Screen(text="", choices=self._categories(who)), state)

    # -- by voice: what it is about by key, then what it is, spoken

    def _aloud(self, who: Who) -> Step:
        """The categories, then what else there is."""
        *kinds, back = self._categories(who)
        own = (("label_tickets", MINE), ("label_secret", SECRET))
        more = (label(self._city, who, str(len(kinds) + nth), name) for name, nth in own)
        screen = Screen(text=self._city.text(who.language, "ticket_kinds"), choices=(*kinds, *more, back))
        return Step(screen=screen, state={"at": "aloud"})

    def _chosen_aloud(self, state: State, said: str, who: Who) -> Step:
        screen = self._aloud(who).screen
        choice = chosen(screen.choices, said)
        if choice is None or choice.key == BACK:
            return left(self._city, said, who) or again(self._city, who, screen, state)
        nth = int(choice.key) - len(self._city.offices.categories)
        if nth == MINE:
            return Step(ask=Status(choosing=True))
        if nth == SECRET:
            return self._write(who, secret=True)
        category = list(self._city.offices.categories.values())[int(choice.key) - 1]
        return Step(screen=self._asked_what(who), state={"at": "what", "category": category.id, "label": choice.label})

    def _asked_what(self, who: Who) -> Screen:
        return Screen(text=self._city.text(who.language, "ticket_what"))

    def _what(self, state: State, said: str, who: Who) -> Step:
        if gone := left(self._city, said, who):
            return gone
        if not self._enough(said, typed(said, self.courtesy)):
            return again(self._city, who, self._asked_what(who), state)
        return Step(ask=File(text=f"{state.get('label', '')}: {said}", category=state.get("category", "")))

    # -- its place

    def _placed(self, state: State, said: str, who: Who) -> Step:
        ticket, key = int(state["ticket"]), digit(said)
        areas = state.get("areas", "").split()
        if key is not None and key != "0" and int(key) <= len(areas):
            return Step(ask=Place(ticket=ticket, area=areas[int(key) - 1], then=int(state.get("then", "0"))))
        if key == "1" and state.get("home"):
            return Step(ask=Place(ticket=ticket, home=True, then=int(state.get("then", "0"))))
        if key == "0" or letters(said) < 2 or not typed(said, self.courtesy).rest or self.hearing.nowhere(said):
            return Step(ask=Place(ticket=ticket, skip=True))
        if gone := left(self._city, said, who):
            return gone
        if self.hearing.another(said, state.get("about", "")) and not self.filing.placed(said):
            return Step(ask=File(text=said, first=0 if state.get("again") else ticket))
        return Step(ask=Place(ticket=ticket, text=said, then=int(state.get("then", "0"))))

    # -- what is there

    def _listed(self, state: State, said: str, who: Who) -> Step:
        numbers, key = state.get("tickets", "").split(), digit(said)
        if key is not None and key != "0" and int(key) <= len(numbers):
            return Step(ask=Status(ticket=int(numbers[int(key) - 1]), choosing=True))
        if gone := left(self._city, said, who):
            return gone
        number = only_number(said)
        return Step(ask=Status(ticket=number if number and number >= LEAST_NUMBER else None, choosing=True))

    def _one(self, state: State, said: str, who: Who) -> Step:
        ticket = int(state["ticket"])
        asks: Mapping[str, Ask] = {
            "1": Done(ticket=ticket),
            "2": NotYet(ticket=ticket),
            "3": Withdraw(ticket=ticket),
        }
        if (ask := asks.get(digit(said) or "")) is not None:
            return Step(ask=ask)
        return left(self._city, said, who) or Step(ask=Status(ticket=ticket, choosing=True))

    def _rated(self, state: State, said: str, who: Who) -> Step:
        mark = typed(said, self.courtesy).rating
        if mark is not None and WORST <= mark <= BEST:
            return Step(ask=Done(ticket=int(state["ticket"]), rating=mark))
        return left(self._city, said, who) or Step(ask=Status(ticket=int(state["ticket"])))


def _room(screen: Screen) -> bool:
    """Whether it is one SMS."""
    return (septets(shown(screen)) or ONE_SMS + 1) <= ONE_SMS
