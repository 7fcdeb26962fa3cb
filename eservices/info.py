"""``INFO``: what the city has to tell everybody. Topics are the pack's (``info.toml``), places the nearest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from eservices.info_places import Entry, Showing
from eservices.lookup.listing import Page, page
from eservices.more import Offered
from gateway.asking import Names, again, agreed, aside, chosen, label, left
from gateway.dialogue import Choice, Screen, State, Step, Who
from gateway.heading import Heads
from gateway.words import normal, words

if TYPE_CHECKING:
    from config.city import City
    from config.city_info import Topic

NEAR = 62.0  # of 100: a word that may have been meant for a topic's
MOST_NEAR = 3
LONGEST = 4  # words of a wish; what is longer and names no topic is a letter of another kind
TOPICS, TOPIC, PLACES = "topics", "topic", "places"  # where a talk stands


class Information(Offered):
    """A list of topics; a topic's pages, or its places."""

    name = "info"

    def __init__(self, city: City, others: Sequence[Offered] = ()) -> None:
        """``others`` have words of their own: "info lowongan" is theirs."""
        self._city, self._topics = city, city.info.topics
        self.heads: Sequence[str] = city.words["info_heads"]
        said = [(word, one.id) for one in self._topics.values() for word in (*one.words, *one.labels.values(), one.id)]
        self._names, self._words = Names(said), {normal(word): id for word, id in said}
        self._showing, self._others = Showing(city), Heads.of(others)
        self._steps: Mapping[str, Callable[[State, str, Who], Step]] = {
            TOPICS: self._topic_chosen,
            TOPIC: self._turned,
            PLACES: self._place_chosen,
        }

    def label(self, who: Who) -> str:
        return self._city.text(who.language, "label_info")

    def begin(self, who: Who, said: str = "") -> Step:
        if not said:
            return self._list(list(self._topics), 0, who)
        if (found := self._found(said, who)) is not None:
            return found
        if (other := self._others.find(said)) is not None:
            return Step(goto=other.name)
        if len(words(said)) > LONGEST:
            return Step(declined=True)  # "info lampu jalan mati di jl nuri": a complaint
        return self._list(self._nearest(said) or list(self._topics), 0, who, said)

    def step(self, state: State, typed: str, who: Who) -> Step:
        step = self._steps.get(state.get("at", ""))
        return left(self._city, typed, who) or (step(state, typed, who) if step is not None else self.begin(who))

    # -- which topic

    def _found(self, said: str, who: Who) -> Step | None:
        """By its label or a word of it, also among a few others; of several nobody knows which. A place by what it is
        called besides."""
        topic = self._names.find(said)
        if topic is None and (place := self._place(said, who)) is not None:
            return self._entry(place)
        if topic is None:
            folded = f" {normal(said)} "
            held = {id for word, id in self._words.items() if f" {word} " in folded}
            topic = held.pop() if len(held) == 1 and len(words(said)) <= LONGEST else None
        return self._told(self._topics[topic], 0, who) if topic is not None else None

    def _place(self, said: str, who: Who) -> Entry | None:
        """The only one that is called so: "puskesmas rambung", "jam buka dinas sosial"."""
        found: dict[str, Entry] = {}
        for topic in self._topics.values():
            own = {part for word, id in self._words.items() if id == topic.id for part in word.split()}
            rest = set(normal(said).split()) - own
            for one in self._showing.entries(topic.shows, who) if topic.shows and rest else ():
                if rest <= set(normal(one.name).split()):
                    found[one.text] = one
        return next(iter(found.values())) if len(found) == 1 else None

    def _nearest(self, said: str) -> list[str]:
        """Those of whose words it holds one; else those that are spelt much like it, the likest first."""
        folded = f" {normal(said)} "
        if held := list(dict.fromkeys(id for word, id in self._words.items() if f" {word} " in folded)):
            return held[:MOST_NEAR]
        found = process.extract(normal(said), list(self._words), scorer=fuzz.ratio, score_cutoff=NEAR, limit=None)
        return list(dict.fromkeys(self._words[word] for word, _, _ in found))[:MOST_NEAR]

    def _list(self, ids: Sequence[str], start: int, who: Who, typed: str = "") -> Step:
        state = {"at": TOPICS, "topics": " ".join(ids), "typed": typed}
        return self._listed(self._topic_page(ids, start, who, typed), state, who)

    def _topic_page(self, ids: Sequence[str], start: int, who: Who, typed: str) -> Page:
        key = "info_title" if not typed else "info_none" if len(ids) == len(self._topics) else "info_unknown"
        title = self._city.text(who.language, key, **({"typed": typed} if typed else {}))
        return self._page(title, [self._label(self._topics[id], who) for id in ids], start, who)

    def _topic_chosen(self, state: State, typed: str, who: Who) -> Step:
        ids = [id for id in state.get("topics", "").split() if id in self._topics] or list(self._topics)
        before = state.get("typed", "")
        shown = self._topic_page(ids, _whole(state.get("from", "0")), who, before)
        if (choice := chosen(shown.screen.choices, typed)) is None:
            return self._another(typed, self._listed(shown, state, who), who)
        if int(choice.key) > shown.shown:
            return self._list(ids, shown.next, who, before)
        return self._told(self._topics[ids[shown.start + int(choice.key) - 1]], 0, who)

    def _another(self, typed: str, asked: Step, who: Who) -> Step:
        """A topic's or a place's word instead of a digit."""
        return self._found(typed, who) or again(self._city, who, asked.screen, asked.state or {})

    # -- a topic

    def _told(self, topic: Topic, at: int, who: Who) -> Step:
        if topic.shows:
            return self._places(topic, 0, who)
        pages = self._city.said(who.language, topic.texts)
        text = pages[at if at < len(pages) else 0].fill(self._showing.fields(who.language))
        if at + 1 >= len(pages):
            return Step(screen=Screen(text=text, last=True))
        more = label(self._city, who, "1", "label_info_more")
        return Step(
            screen=self._backed(Screen(text=text, choices=(more,)), who),
            state={"at": TOPIC, "topic": topic.id, "page": str(at)},
        )

    def _turned(self, state: State, typed: str, who: Who) -> Step:
        topic, at = self._topics.get(state.get("topic", "")), _whole(state.get("page", "0"))
        if topic is None:
            return self.begin(who)
        asked = self._told(topic, at, who)
        if agreed(self._city, asked.screen.choices[:1], typed) is not None:
            return self._told(topic, at + 1, who)
        if aside(who, typed):
            return self._found(typed, who) or Step(declined=True)
        return self._another(typed, asked, who)

    # -- places

    def _places(self, topic: Topic, start: int, who: Who) -> Step:
        entries = self._showing.entries(topic.shows, who)
        if len(entries) == 1:
            return self._entry(entries[0])
        shown = self._place_page(topic, entries, start, who)
        return self._listed(shown, {"at": PLACES, "topic": topic.id}, who)

    def _place_page(self, topic: Topic, entries: Sequence[Entry], start: int, who: Who) -> Page:
        ordered = topic.shows != "offices" and self._showing.home(who) is not None
        title = self._city.text(who.language, "info_nearest" if ordered else "info_all", topic=self._label(topic, who))
        return self._page(title, [one.line for one in entries], start, who)

    def _place_chosen(self, state: State, typed: str, who: Who) -> Step:
        topic = self._topics.get(state.get("topic", ""))
        if topic is None or not topic.shows:
            return self.begin(who)
        entries = self._showing.entries(topic.shows, who)
        shown = self._place_page(topic, entries, _whole(state.get("from", "0")), who)
        if (choice := chosen(shown.screen.choices, typed)) is None:
            return self._another(typed, self._listed(shown, state, who), who)
        if int(choice.key) > shown.shown:
            return self._places(topic, shown.next, who)
        return self._entry(entries[shown.start + int(choice.key) - 1])

    def _entry(self, one: Entry) -> Step:
        return Step(screen=Screen(text=one.text, last=True))

    # -- screens

    def _page(self, title: str, labels: Sequence[str], start: int, who: Who) -> Page:
        return page(title, labels, start, self._city.text(who.language, "label_info_more"), aloud=who.voice)

    def _listed(self, shown: Page, state: State, who: Who) -> Step:
        return Step(screen=self._backed(shown.screen, who), state={**state, "from": str(shown.start)})

    def _backed(self, screen: Screen, who: Who) -> Screen:
        """With the way back, where a screen has room for it; by SMS it is typed at any time."""
        back: tuple[Choice, ...] = (label(self._city, who, "0", "label_menu"),) if who.screen else ()
        return Screen(text=screen.text, choices=(*screen.choices, *back))

    def _label(self, topic: Topic, who: Who) -> str:
        return self._city.said(who.language, topic.labels)


def _whole(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 5 else 0
