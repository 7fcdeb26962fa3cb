"""The services that do not stand in the first menu: one list, in the order of the pack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eservices.lookup.listing import Page, page
from eservices.lookup.remembered import place_in
from gateway.asking import BACK, again, chosen, left, nearest
from gateway.dialogue import Choice, Dialogue, Screen, State, Step, Who

if TYPE_CHECKING:
    from config.city import City

LEAST_PART = 3  # letters of a word of a label by which it may be chosen


class Offered(Dialogue):
    """A dialogue that stands in this list."""

    named_within = True

    def label(self, who: Who) -> str:
        """What the line says; 20 GSM-7 septets at most."""
        raise NotImplementedError


class More(Dialogue):
    """``LAYANAN``, ``LAYANAN PAJAK``, the last line of the menu. It knows what it leads to by name and label only."""

    name = "more"
    named_within = True

    def __init__(self, city: City, offered: Sequence[Offered]) -> None:
        """``offered`` in the order of ``[menu] more``; what is not named there stands behind it, as it comes here."""
        self._city = city
        self.heads: Sequence[str] = city.words["more"]
        order = {name: place for place, name in enumerate(city.further)}
        self._offered = tuple(sorted(offered, key=lambda one: order.get(one.name, len(order))))

    def begin(self, who: Who, said: str = "") -> Step:
        if not said:
            return self._from(0, who)
        named = self._named(said, who)  # "layanan kantor lurah lambat" is a letter of its own
        return Step(goto=named) if named is not None else Step(declined=True)

    def step(self, state: State, typed: str, who: Who) -> Step:
        start = place_in(state) if place_in(state) < len(self._offered) else 0
        shown = self._page(start, who)
        if gone := left(self._city, typed, who):
            return gone
        choice = chosen([one for one in shown.screen.choices if one.key != BACK], typed)
        if choice is not None and int(choice.key) > shown.shown:
            return self._from(shown.next, who)
        if choice is not None:
            return Step(goto=self._offered[start + int(choice.key) - 1].name)
        if (named := self._named(typed, who)) is not None:
            return Step(goto=named)
        return again(self._city, who, shown.screen, {"at": "more", "from": str(start)})

    def _named(self, typed: str, who: Who) -> str | None:
        """By its label, whatever page it stands on; else by a word that stands in one label only."""
        labels = [(one.label(who), one.name) for one in self._offered]
        return nearest(labels, typed) or nearest(
            ((word, name) for label, name in labels for word in label.split() if len(word) >= LEAST_PART), typed
        )

    def _from(self, start: int, who: Who) -> Step:
        return Step(screen=self._page(start, who).screen, state={"at": "more", "from": str(start)})

    def _page(self, start: int, who: Who) -> Page:
        """By SMS as many as one letter holds; a screen has all of them, which its face shows in pages of its own."""
        say, labels = self._city.text, [one.label(who) for one in self._offered]
        title = say(who.language, "more_title")
        if not who.screen:  # the way back is known there, and would cost a line
            return page(title, labels, start, say(who.language, "label_lookup_more"), len(labels))
        lines = [Choice(key=str(nth), label=one) for nth, one in enumerate(labels, 1)]
        back = Choice(key=BACK, label=say(who.language, "label_menu"))
        return Page(screen=Screen(text=title, choices=(*lines, back)), shown=len(labels))
