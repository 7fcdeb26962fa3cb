"""For which area somebody speaks: where the phone is registered, else what is named or chosen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from config.language import language_of
from gateway.asking import again, chosen, label, left
from gateway.dialogue import Screen, State, Step, Who
from gateway.whereabouts import Whereabouts
from gateway.words import words

if TYPE_CHECKING:
    from config.city import City

LONGEST_NAME = 3  # words of an area's name


class Places:
    """Built once for a city."""

    def __init__(self, city: City) -> None:
        self._city, self._where = city, Whereabouts(city)
        self._heads = language_of(city).address.area

    def home(self, who: Who) -> str:
        """Where the phone is registered, confirmed or not; empty: nowhere."""
        area = who.resident.kelurahan if who.resident is not None else ""
        return area if area in self._city.areas else ""

    def area(self, typed: str) -> str:
        """The area that is all of the text; empty: it is none."""
        return self._where.area(typed) or ""

    def named(self, text: str) -> str:
        """The area that is named in it as one ("kelurahan paya roba"): a bare name may be a street's."""
        said = [word.typed for word in words(text)]
        for at, head in enumerate(said):
            for end in range(min(len(said), at + 1 + LONGEST_NAME), at + 1, -1):
                if head in self._heads and (area := self._where.area(" ".join(said[at + 1 : end]))):
                    return area
        return ""

    # -- asked for

    def ask_district(self, text: str, state: Mapping[str, str], who: Who) -> Step:
        """Which district, asked by ``text``; the area's name may be typed at once. ``state`` goes along."""
        if (only := self._where.only_district()) is not None:
            return self._ask_area(only, state, who)
        lines = (*self._where.districts(), label(self._city, who, "0", "label_menu"))
        return Step(screen=Screen(text=text, choices=lines), state={**state, "at": "district", "asked": text})

    def _ask_area(self, district: str, state: Mapping[str, str], who: Who) -> Step:
        lines = (*self._where.areas(district), label(self._city, who, "0", "label_menu"))
        name = next((one.label for one in self._where.districts() if self._where.district(one.label) == district), "")
        text = self._city.text(who.language, "talk_area", district=name)
        return Step(screen=Screen(text=text, choices=lines), state={**state, "at": "area", "district": district})

    def answered(self, state: State, typed: str, who: Who) -> Step | str:
        """The area that was chosen or named; or the next step."""
        if gone := left(self._city, typed, who):
            return gone
        if state.get("at") == "area":
            asked = self._ask_area(state.get("district", ""), state, who)
            return self._where.area(typed, state.get("district", "")) or self._again(asked, who)
        asked = self.ask_district(state.get("asked", ""), state, who)
        if (choice := chosen(asked.screen.choices, typed)) is None and (area := self._where.area(typed)):
            return area
        district = self._where.district(choice.label if choice is not None else typed)
        return self._ask_area(district, state, who) if district is not None else self._again(asked, who)

    def _again(self, asked: Step, who: Who) -> Step:
        return again(self._city, who, asked.screen, asked.state or {})
