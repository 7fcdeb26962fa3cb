"""The services that do not stand in the first menu: one list, in the order of the pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from config.gsm7 import ONE_SMS, septets
from gateway.asking import again, chosen, left, shown
from gateway.dialogue import Choice, Dialogue, Screen, State, Step, Who

if TYPE_CHECKING:
    from config.city import City


class Offered(Dialogue):
    """A dialogue that stands in this list."""

    def label(self, who: Who) -> str:
        """What the line says; 20 GSM-7 septets at most."""
        raise NotImplementedError


class More(Dialogue):
    """``LAYANAN``, and the last line of the menu. It knows what it leads to by name and label only."""

    name = "more"

    def __init__(self, city: City, offered: Sequence[Offered]) -> None:
        """``offered`` in the order of ``[menu] more``; what is not named there stands behind it, as it comes here."""
        self._city = city
        self.words: Sequence[str] = city.words["more"]
        order = {name: place for place, name in enumerate(city.further)}
        self._offered = tuple(sorted(offered, key=lambda one: order.get(one.name, len(order))))

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(screen=self._screen(who), state={"at": "more"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        screen = self._screen(who)
        if gone := left(self._city, typed, who):
            return gone
        choice = chosen(screen.choices, typed)
        if choice is None:
            return again(self._city, who, screen, {"at": "more"})
        return Step(screen=screen, goto=self._offered[int(choice.key) - 1].name)

    def _screen(self, who: Who) -> Screen:
        lines = (Choice(key=str(place), label=one.label(who)) for place, one in enumerate(self._offered, 1))
        back = Choice(key="0", label=self._city.text(who.language, "label_menu"))
        bare = Screen(text=self._city.text(who.language, "more_title"), choices=tuple(lines))
        whole = replace(bare, choices=(*bare.choices, back))
        fits = who.screen or (septets(shown(whole)) or ONE_SMS + 1) <= ONE_SMS
        return whole if fits else bare  # by SMS the way back is known, and costs a second SMS
