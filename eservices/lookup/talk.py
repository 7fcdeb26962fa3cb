"""One look-up as a conversation: the key, the answer, and what may be done with it. By SMS, USSD and voice the same."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from config.lookup import KeyForm, Lookup
from config.lookup_keys import folded
from eservices.lookup.asked import KEY, Asked
from eservices.lookup.asks import Find, Names, Take, Tell
from eservices.lookup.extra import Extra, Matter
from eservices.lookup.guessing import store as guessing
from eservices.lookup.listing import Page, page
from eservices.lookup.remembered import LIST, as_of_in, list_in, listed_state, place_in, row_in, values_in
from eservices.lookup.rows import Finder, Found, Outcome, Unanswered, shareable
from eservices.lookup.saying import Saying
from eservices.message import Message
from eservices.more import Offered
from eservices.places import Places
from gateway.asking import again, agreed, aside, chosen, digit, left, means, nearest, short
from gateway.dialogue import Ask, Choice, Screen, State, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

DONE = "done"  # where a talk stands
KEPT = "1"
MOST_EXTRAS = 3
FEW = 1  # words behind its own that are rather a wrong key than a letter about something else


class LookupTalk(Offered):
    """``extras``: of all look-ups; each says what it offers here."""

    def __init__(self, city: City, lookup: Lookup, finder: Finder, extras: Sequence[Extra] = ()) -> None:
        self._city, self._lookup, self._finder = city, lookup, finder
        self._extras = {one.name: one for one in extras}
        self._saying, self._places = Saying(city), Places(city)
        self._asked = Asked(city, lookup, self._saying, self._places)
        self._paused: dict[str, datetime] = {}  # as far as it was seen here: no system is asked for them
        self.name = lookup.id
        self.heads: Sequence[str] = lookup.words
        self._head = _head(lookup.words)
        self._here = frozenset(city.words["lookup_here"])

    def label(self, who: Who) -> str:
        return self._saying.label(self._lookup, who.language)

    def begin(self, who: Who, said: str = "") -> Step:
        """Words behind its own that hold no key may be another's matter ("izin bangunan liar di jl labu"): others are
        asked first, and where nobody knows better the letter comes back whole (``hears``)."""
        head = self._head.match(said)
        rest = said[head.end() if head is not None else 0 :].strip()
        if not rest:
            return self._unsaid(who)
        for extra in self._extras.values():
            if (typed := _behind(extra.words, rest)) is not None:
                return self._wished(extra, typed, who)
        step = self._typed(rest, who)
        if step.ask is None and not _figured(rest) and self._lookup.key.form.is_exact:
            step = self._asked.question(who)  # "izin saya sampai mana": nothing is wrong yet
        others = step.ask is None and rest == said.strip() and not short(rest, FEW) and not _figured(rest)
        return Step(declined=True) if others else step

    def hears(self, text: str) -> bool:
        """What begins with its word and is nobody else's; and a bare key, which may answer a question of yesterday."""
        return self._head.match(text.strip()) is not None or self._asked.bare(text)

    def step(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        at = state.get("at", "")
        if at == KEY and means(self._city, "message", typed):
            return Step(goto=Message.name)
        if at == KEY and (extra := self._extras.get(state.get("wish", ""))) is not None:
            return self._wished(extra, typed, who)
        if at == KEY:
            return self._typed(typed, who)
        if at == LIST:
            return self._picked(state, typed, who)
        if at in ("district", "area"):
            return self._placed(state, typed, who)
        return self._taken(state, typed, who) if at == DONE else self.begin(who)

    def ahead(self, ask: Ask, who: Who) -> Awaitable[None] | None:
        paused = self._paused.get(who.number, who.at) > who.at
        return self._finder.ahead(self._lookup, ask.key, who) if isinstance(ask, Find) and not paused else None

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        if self._guesses(ask) and (until := guessing.paused_until(tx, self._lookup.key, who.number, who.at)):
            time = f"{until.astimezone(self._city.timezone):%H.%M}"
            self._paused = {**{one: end for one, end in self._paused.items() if end > who.at}, who.number: until}
            return Step(screen=Screen(text=self._city.text(who.language, "lookup_enough", time=time), last=True))
        step = self._done(tx, ask, who, turn)
        if self._guesses(ask) and (step.screen.text or step.state):  # else it is being asked, and comes again
            guessing.count(tx, self._lookup.key, who.number, who.at)
        return step

    @staticmethod
    def _guesses(ask: Ask) -> bool:
        """Whether it names a key that nothing was told of yet."""
        return isinstance(ask, Find) or (isinstance(ask, Take) and ask.row is None)

    def _done(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        match ask:
            case Find(key=key):
                return self._answered(tx, key, self._finder.find(tx, self._lookup, key, who, turn), who)
            case Names():
                return self._offered(self._finder.names(tx, self._lookup), who)
            case Tell(key=key, found=found):
                return self._told(tx, key, found, who)
            case Take(extra=name, key=key, row=row) if name in self._extras:
                matter = Matter(lookup=self._lookup, key=key, row=row)
                return Step(screen=self._extras[name].take(tx, matter, who, turn))
        return self._asked.question(who)

    # -- the key

    def _placed(self, state: State, typed: str, who: Who) -> Step:
        """An area by choice; other words are those of a row."""
        found = self._places.answered(state, typed, who)
        if isinstance(found, str):
            return self._typed(self._city.areas[found].name, who)
        return found if found.understood or digit(typed) or who.voice else self._typed(typed, who)

    def _unsaid(self, who: Who) -> Step:
        form = self._lookup.key.form
        if form is KeyForm.NONE or form.is_place:
            return Step(ask=Find(key=""))
        return Step(ask=Names()) if form is KeyForm.WORDS else self._asked.question(who)

    def _typed(self, typed: str, who: Who) -> Step:
        if self._lookup.key.form.is_place and set(folded(typed).split()) <= self._here:
            return Step(ask=Find(key=""))  # "warung dekat rumah saya" names no place but one's own
        key = self._asked.key(typed)
        return Step(ask=Find(key=key)) if key is not None else self._asked.question(who, typed=typed)

    def _wished(self, extra: Extra, typed: str, who: Who) -> Step:
        key = self._asked.wish(typed)
        if key is None:
            return self._asked.question(who, typed=typed, wish=extra.name)
        return Step(ask=Take(extra=extra.name, key=key, row=None))

    # -- lists

    def _offered(self, names: Sequence[str], who: Who) -> Step:
        """What may be asked for, where nothing was typed."""
        if not names:
            return self._asked.question(who)
        labels = [one.capitalize() for one in names]
        title = self._saying.question(self._lookup, who)
        return self._page(listed_state(title, labels, names), who)

    def _several(self, key: str, found: Found, who: Who) -> Step:
        shown = found.rows[: self._lookup.most]
        labels = [self._saying.line(self._lookup, key, row, who) for row in shown]
        title = self._city.text(who.language, "lookup_several", found=len(found.rows))
        rows = [dict(shareable(self._lookup, row)) for row in shown]
        as_of = found.as_of.isoformat() if found.as_of is not None else ""
        state = {"key": key, "as_of": as_of, "kept": KEPT if found.kept else ""}
        return self._page(listed_state(title, labels, rows) | state, who)

    def _page(self, state: State, who: Who) -> Step:
        return Step(screen=self._shown(state, who).screen, state=state)

    def _shown(self, state: State, who: Who) -> Page:
        labels = [str(one) for one in list_in(state, "labels")]
        onward = self._city.text(who.language, "label_lookup_more")
        return page(state.get("title", ""), labels, place_in(state), onward, aloud=who.voice)

    def _picked(self, state: State, typed: str, who: Who) -> Step:
        shown = self._shown(state, who)
        values = list_in(state, "values")
        choice = chosen(shown.screen.choices, typed)
        if choice is None:
            if values and isinstance(values[0], str) and digit(typed) is None:
                return self._typed(typed, who)
            return again(self._city, who, shown.screen, state)
        if int(choice.key) > shown.shown:
            return self._page({**state, "from": str(shown.next)}, who)
        place = place_in(state) + int(choice.key) - 1
        value = values[place] if place < len(values) else None
        if not isinstance(value, dict):
            return Step(ask=Find(key=str(value))) if value is not None else self._asked.question(who)
        found = Found(rows=(values_in(value),), as_of=as_of_in(state), kept=state.get("kept") == KEPT)
        return Step(ask=Tell(key=state.get("key", ""), found=found))

    # -- the answer

    def _answered(self, tx: Tx, key: str, outcome: Outcome, who: Who) -> Step:
        if outcome is Unanswered.WHERE:
            return self._asked.question(who)
        if outcome is Unanswered.LATER:
            return Step(screen=Screen(text="", last=True))
        if not isinstance(outcome, Found):
            return Step(screen=Screen(text=self._saying.away(self._lookup, key, who), last=True))
        if not outcome.rows:
            text = self._saying.nothing(self._lookup, key, outcome, who)
            return self._with_extras(tx, text, Matter(lookup=self._lookup, key=key), who)
        if len(outcome.rows) == 1 or not self._lookup.line:
            return self._told(tx, key, outcome, who)
        return self._several(key, outcome, who)

    def _told(self, tx: Tx, key: str, found: Found, who: Who) -> Step:
        row = found.rows[0]
        text = self._saying.row(self._lookup, key, found, row, who)
        matter = Matter(lookup=self._lookup, key=key, row=shareable(self._lookup, row))
        return self._with_extras(tx, text, matter, who)

    def _with_extras(self, tx: Tx, text: str, matter: Matter, who: Who) -> Step:
        offers = [(one.name, choice) for one in self._extras.values() if (choice := one.offers(tx, matter, who))]
        if not offers:
            return Step(screen=Screen(text=text, last=True))
        offers = offers[:MOST_EXTRAS]
        choices = tuple(Choice(key=str(n), label=choice.label) for n, (_, choice) in enumerate(offers, 1))
        state = {
            "at": DONE,
            "key": matter.key,
            "row": json.dumps([dict(matter.row)] if matter.row is not None else [], ensure_ascii=False),
            "extras": " ".join(name for name, _ in offers),
            "labels": json.dumps([one.label for one in choices], ensure_ascii=False),
            "text": text,
        }
        return Step(screen=Screen(text=text, choices=choices), state=state)

    def _taken(self, state: State, typed: str, who: Who) -> Step:
        labels = list_in(state, "labels")
        choices = tuple(Choice(key=str(n), label=str(label)) for n, label in enumerate(labels, 1))
        choice = agreed(self._city, choices, typed) if len(choices) == 1 else chosen(choices, typed)
        if choice is None and aside(who, typed):
            return Step(declined=True)
        if choice is None:
            return again(self._city, who, Screen(text=state.get("text", ""), choices=choices), state)
        names = state.get("extras", "").split()
        extra = names[int(choice.key) - 1] if int(choice.key) <= len(names) else ""
        return Step(ask=Take(extra=extra, key=state.get("key", ""), row=row_in(state)))


def _head(words: Sequence[str]) -> re.Pattern[str]:
    """One of these at the beginning of a text, and not of a longer word."""
    spelt = (r"[\W_]*".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"[\W_]*(?:{'|'.join(spelt)})(?=[\W_\d]|$)[\W_]*", re.IGNORECASE)


def _figured(text: str) -> bool:
    return any(one.isdigit() for one in text)


def _behind(words: Sequence[str], said: str) -> str | None:
    """What stands behind one of these words; None: the text begins with none of them."""
    first, _, rest = said.strip().partition(" ")
    return rest.strip() if nearest(((word, True) for word in words), first.strip("#:,.")) else None
