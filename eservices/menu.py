"""The first screen: the emergency first, then what the city offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gateway.asking import MENU, again, chosen, digit, label, means
from gateway.dialogue import Dialogue, Screen, State, Step, Who

if TYPE_CHECKING:
    from config.city import City

LINES = (
    ("1", "label_emergency", "emergency"),
    ("2", "label_complaint", "complaints"),
    ("3", "label_clinic", "clinic"),
    ("4", "label_register", "registration"),
    ("5", "label_my_data", "my_data"),
    ("6", "label_services", "more"),
)
"""The key of a line, its text, and the dialogue that goes on from there."""


class Menu(Dialogue):
    """The main menu. It knows the other dialogues by name only."""

    name = MENU

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = city.words["menu"]

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(screen=self._screen(who), state={"at": "menu"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        screen = self._screen(who)
        choice = chosen(screen.choices, typed)
        if choice is not None:
            return Step(screen=screen, goto=next(dialogue for key, _, dialogue in LINES if key == choice.key))
        if means(self._city, "cancel", typed):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_ended"), last=True))
        if digit(typed) == "0" or means(self._city, "menu", typed):
            return self.begin(who)
        return again(self._city, who, screen, {"at": "menu"})

    def _screen(self, who: Who) -> Screen:
        text = self._city.text(who.language, "talk_menu", title=self._city.title)
        return Screen(text=text, choices=tuple(label(self._city, who, key, line) for key, line, _ in LINES))
