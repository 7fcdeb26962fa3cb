"""The first screen: the emergency first, then what the city offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gateway.asking import BACK, MENU, again, chosen, digit, label, means
from gateway.dialogue import Dialogue, Screen, State, Step, Who

if TYPE_CHECKING:
    from config.city import City

CLINIC = "clinic"
LINES = (
    ("label_emergency", "emergency"),
    ("label_complaint", "complaints"),
    ("label_clinic", CLINIC),
    ("label_register", "registration"),
    ("label_my_data", "my_data"),
    ("label_services", "more"),
)
"""The text of each line, numbered from 1, and the dialogue that goes on from there. A city without a clinic has no line
for it."""


class Menu(Dialogue):
    """The main menu. It knows the other dialogues by name only."""

    name = MENU

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = [word for word in city.words["menu"] if word not in city.words["resume"]]
        offered = [line for line in LINES if line[1] != CLINIC or city.clinics.clinics]
        self._lines = {str(nth): line for nth, line in enumerate(offered, start=1)}

    def hears(self, text: str) -> bool:
        """The digit that leads here from every question, long after it."""
        return digit(text) == BACK

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(screen=self._screen(who), state={"at": "menu"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        screen = self._screen(who)
        choice = chosen(screen.choices, typed)
        if choice is not None:
            return Step(screen=screen, goto=self._lines[choice.key][1])
        if means(self._city, "cancel", typed):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_ended"), last=True))
        if digit(typed) == BACK or means(self._city, "menu", typed):
            return self.begin(who)
        return again(self._city, who, screen, {"at": "menu"})

    def _screen(self, who: Who) -> Screen:
        text = self._city.text(who.language, "talk_menu", title=self._city.title)
        return Screen(
            text=text, choices=tuple(label(self._city, who, key, line) for key, (line, _) in self._lines.items())
        )
