"""e-Musrenbang as a conversation: USUL, USULAN, DUKUNG and BATAL DUKUNG, or the list of further services. One
conversation under several names: each has its own words, and all go on alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from eservices.complaints.typed import only_number
from eservices.more import Offered
from eservices.places import Places
from eservices.proposals.asks import List, Named, Propose, Show, Support, TakeBack
from eservices.proposals.listing import Listing
from eservices.proposals.proposing import LEAST_LETTERS, Proposing
from eservices.proposals.saying import Saying
from eservices.proposals.supporting import Supporting
from gateway.asking import again, agreed, aside, chosen, digit, label, left, letters
from gateway.dialogue import Ask, Dialogue, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.store import Tx
from gateway.words import words

if TYPE_CHECKING:
    from config.city import City

LEAST_WORDS = 3  # behind USULAN: less is the name of a place that nobody knows
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")


class Proposals(Offered):
    """USULAN; what the others go on with."""

    name = "proposals"
    names_ills = True  # "USUL pos polisi karena sering rampok": what is feared, not what happens

    def __init__(self, city: City) -> None:
        self._city = city
        self.heads: Sequence[str] = city.words["prop_list"]
        saying, self._places = Saying(city), Places(city)
        self._proposing = Proposing(city, saying, self._places)
        self._listing, self._supporting = Listing(city, saying, self._places), Supporting(city, saying)
        self._steps: Mapping[str, Callable[[State, str, Who], Step]] = {
            "district": self._placed,
            "area": self._placed,
            "words": self._worded,
            "alike": self._judged,
            "list": self._listed,
            "one": self._one,
            "number": self._numbered,
            "register": self._registering,
            "move": self._moving,
        }

    def label(self, who: Who) -> str:
        return self._city.text(who.language, "label_proposals")

    # -- the face's questions

    def begin(self, who: Who, said: str = "") -> Step:
        if refused := self.refused(who):
            return refused
        if (number := only_number(said)) is not None:
            return Step(ask=Show(proposal=number))
        if area := self._places.area(said) if said else "":
            return Step(ask=List(area=area))
        if letters(said) >= LEAST_LETTERS and len(words(said)) >= LEAST_WORDS:
            return Step(ask=Propose(text=said))
        asked = self._city.text(who.language, "prop_where")
        return self._places.ask_district(asked, {"for": "list"}, who) if said else Step(ask=List())

    def step(self, state: State, typed: str, who: Who) -> Step:
        step = self._steps.get(state.get("at", ""))
        return step(state, typed, who) if step is not None and _sound(state) else self.begin(who)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        match ask:
            case Propose():
                return self._proposing.propose(tx, ask, who)
            case List():
                return self._listing.list(tx, ask, who)
            case Show():
                return self._listing.show(tx, ask, who)
            case Named(said=said):
                return self._listing.named(tx, said, who)
            case Support():
                return self._supporting.support(tx, ask, who)
            case TakeBack():
                return self._supporting.take_back(tx, who)
            case _:
                raise LookupError(f"no question of proposals: {ask!r}")

    def refused(self, who: Who) -> Step | None:
        """Perhaps not the sender's own words: nothing is written or counted."""
        if who.doubt or not subscriber(who.number):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_doubt"), last=True))
        return None

    # -- the answers

    def _placed(self, state: State, typed: str, who: Who) -> Step:
        found = self._places.answered(state, typed, who)
        if isinstance(found, Step):
            return found
        new = state.get("for") == "new"
        return Step(ask=Propose(text=state.get("text", ""), area=found) if new else List(area=found))

    def _worded(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        return Step(ask=Propose(text=typed, area=state.get("area", "")))

    def _judged(self, state: State, typed: str, who: Who) -> Step:
        """Is it the one that is there?"""
        if gone := left(self._city, typed, who):
            return gone
        lines = (label(self._city, who, "1", "label_prop_that"), label(self._city, who, "2", "label_prop_mine"))
        if (choice := chosen(lines, typed)) is None:
            return again(self._city, who, Screen(text="", choices=lines), state)
        if choice.key == "1":
            return Step(ask=Support(proposal=int(state["proposal"])))
        return Step(ask=Propose(text=state.get("text", ""), area=state.get("area", ""), sure=True))

    def _listed(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        shown, more = state.get("shown", "").split(), int(state.get("more", "0"))
        lines = self._listing.lines(shown, who, more=bool(more))
        if (choice := chosen(lines, typed)) is not None and int(choice.key) <= len(shown):
            return Step(ask=Show(proposal=int(shown[int(choice.key) - 1])))
        if choice is not None:
            on = bool(more) and int(choice.key) == len(shown) + 1
            return Step(ask=List(area=state.get("area", ""), past=more) if on else Propose())
        if (number := only_number(typed)) is not None:
            return Step(ask=Show(proposal=number))
        return again(self._city, who, Screen(text="", choices=lines), state)

    def _one(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        proposal = int(state["proposal"])
        name = "label_prop_take_back" if state.get("mine") else "label_prop_support"
        if agreed(self._city, (label(self._city, who, "1", name),), typed) is None:
            return Step(declined=True) if aside(who, typed) else Step(ask=Show(proposal=proposal), understood=False)
        return Step(ask=TakeBack() if state.get("mine") else Support(proposal=proposal))

    def _numbered(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        number = number_in(typed)
        return (
            Step(ask=Support(proposal=number))
            if number
            else again(self._city, who, self._supporting.asked_number(who).screen, state)
        )

    def _registering(self, state: State, typed: str, who: Who) -> Step:
        asked = self._supporting.register(who)
        if gone := left(self._city, typed, who):
            return gone
        if agreed(self._city, asked.screen.choices[:1], typed) is not None:
            return Step(goto="registration")
        return again(self._city, who, asked.screen, state)

    def _moving(self, state: State, typed: str, who: Who) -> Step:
        lines = (label(self._city, who, "1", "label_prop_move"), label(self._city, who, "2", "label_prop_stay"))
        choice = agreed(self._city, lines, typed)
        if choice is not None and choice.key == "1":
            return Step(ask=Support(proposal=int(state["proposal"]), move=True))
        if choice is None and digit(typed) != "0":
            return left(self._city, typed, who) or again(self._city, who, Screen(text="", choices=lines), state)
        text = self._city.text(who.language, "prop_stays", proposal=state.get("other", ""))
        return Step(screen=Screen(text=text, last=True))


class Verb(Dialogue):
    """One word; what follows is the conversation's."""

    names_ills = True
    meaning = ""

    def __init__(self, core: Proposals, city: City) -> None:
        self._core = core
        self.heads: Sequence[str] = city.words[self.meaning]

    def begin(self, who: Who, said: str = "") -> Step:
        return self._core.refused(who) or self.meant(who, said)

    def meant(self, who: Who, said: str) -> Step:
        """What the words after it ask for."""
        raise NotImplementedError

    def step(self, state: State, typed: str, who: Who) -> Step:
        return self._core.step(state, typed, who)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        return self._core.answer(tx, ask, who, turn)


class New(Verb):
    """USUL, with what is proposed."""

    name, meaning = "proposals_new", "prop_new"

    def meant(self, who: Who, said: str) -> Step:
        return Step(ask=Propose(text=said))


class SupportOne(Verb):
    """DUKUNG, with a number."""

    name, meaning = "proposals_support", "prop_support"
    names_ills = False

    def meant(self, who: Who, said: str) -> Step:
        if number := number_in(said):
            return Step(ask=Support(proposal=number))
        return Step(ask=Named(said=said) if letters(said) else Support())


class TakeItBack(Verb):
    """BATAL DUKUNG."""

    name, meaning = "proposals_back", "prop_take_back"
    names_ills = False

    def meant(self, who: Who, said: str) -> Step:
        return Step(ask=TakeBack())


@lru_cache(maxsize=2)
def proposals_of(city: City) -> Proposals:
    """The conversation; built once for a city."""
    return Proposals(city)


def proposing(city: City) -> tuple[Dialogue, ...]:
    """Its other names."""
    core = proposals_of(city)
    return New(core, city), SupportOne(core, city), TakeItBack(core, city)


def number_in(said: str) -> int:
    """The first number in the words; 0: none."""
    found = _NUMBER.search(said)
    return int(found[0]) if found is not None and found[0].isascii() else 0


def _sound(state: State) -> bool:
    """Whether the numbers in it are numbers."""
    numbers = [*state.get("shown", "").split(), state.get("more", "0")]
    numbers += [state["proposal"]] if "proposal" in state else []
    needs = state.get("at") in ("one", "alike", "move") and "proposal" not in state
    return not needs and all(one.isascii() and one.isdigit() and len(one) < 10 for one in numbers)
