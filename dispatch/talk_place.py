"""Where is it? Asked after the alarm, by choice and in words; every answer is said to the desk at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from config.gsm7 import clip, septets, transliterate
from config.texts import WIDTHS
from gateway.asking import BACK, MENU, again, chosen, digit, label, letters, means, tidy
from gateway.dialogue import Choice, Say, Screen, State, Step, Who
from gateway.whereabouts import Whereabouts

if TYPE_CHECKING:
    from config.city import City

SHORT_LIST = 5  # lines of a list that still leave room for "0 skip" on a screen of seven


class PlaceQuestions:
    """The state: ``at`` (home, district, area, street), ``kind`` as it is shown, and ``district``, ``area`` once they
    are known. A person who says no more has a complete alarm."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._where = Whereabouts(city)
        self._ask: Mapping[str, Callable[[State, Who], Screen]] = {
            "home": self._home,
            "district": self._district,
            "area": self._area,
            "street": self._street,
        }
        self._answer: Mapping[str, Callable[[State, str, Who], Step | None]] = {
            "home": self._at_home,
            "district": self._in_district,
            "area": self._in_area,
            "street": self._in_street,
        }

    def asks(self, state: State) -> bool:
        """Whether the state is one of ours, of a city that still has those areas."""
        at, district, area = state.get("at", ""), state.get("district", ""), state.get("area", "")
        if at == "area" and not self._where.areas(district):
            return False
        return at in self._ask and area in ("", *self._city.areas) and district in ("", *self._city.districts)

    def begin(self, kind: str, who: Who) -> Step:
        """The alarm stands. Is it at the registered address?"""
        home = who.resident is not None and who.resident.kelurahan in self._city.areas
        return self._go({"at": "home", "kind": kind} if home else self._elsewhere(kind), who)

    def answer(self, state: State, typed: str, who: Who) -> Step:
        """The next question. BATAL is handed to the desk; words where a choice is asked are handed to it too."""
        if means(self._city, "cancel", typed):
            call = self._city.emergency_call
            return self._end(who, "talk_cancelling", typed, call=call)
        if means(self._city, "menu", typed):
            return Step(screen=Screen(text=""), goto=MENU)
        step = self._answer[state["at"]](state, typed, who)
        if step is not None:
            return step
        if not letters(typed):
            return again(self._city, who, self._ask[state["at"]](state, who), state)
        asked = again(
            self._city,
            who,
            self._ask[state["at"]](state, who),
            state,
            self._city.text(who.language, "talk_passed_on"),
        )
        return Step(screen=asked.screen, state=state, effects=(Say(text=typed, urgent=True),))

    # -- the questions

    def _elsewhere(self, kind: str) -> State:
        only = self._where.only_district()
        return {"at": "area", "district": only, "kind": kind} if only else {"at": "district", "kind": kind}

    def _go(self, state: State, who: Who, *said: str) -> Step:
        effects = tuple(Say(text=text, urgent=True) for text in said)
        return Step(screen=self._ask[state["at"]](state, who), state=state, effects=effects)

    def _end(self, who: Who, key: str, *said: str, **fields: str) -> Step:
        screen = Screen(text=self._city.text(who.language, key, **fields), last=True)
        return Step(screen=screen, effects=tuple(Say(text=text, urgent=True) for text in said))

    def _home(self, state: State, who: Who) -> Screen:
        lines = (
            label(self._city, who, "1", "label_still_there"),
            label(self._city, who, "2", "label_elsewhere"),
        )
        text = self._city.text(who.language, "talk_home", kind=state.get("kind", ""), place=self._address(who))
        return Screen(text=text, choices=lines)

    def _district(self, state: State, who: Who) -> Screen:
        kind = state.get("kind", "")
        text = self._city.text(who.language, "talk_where", kind=kind) if kind else ""
        text = text or self._city.text(who.language, "talk_district")
        return Screen(text=text, choices=self._skippable(self._where.districts(), who))

    def _area(self, state: State, who: Who) -> Screen:
        district = self._city.districts[state["district"]]
        text = self._city.text(who.language, "talk_area", district=district)
        return Screen(text=text, choices=self._skippable(self._where.areas(state["district"]), who))

    def _street(self, state: State, who: Who) -> Screen:
        return Screen(text=self._city.text(who.language, "talk_street"))

    def _skippable(self, choices: tuple[Choice, ...], who: Who) -> tuple[Choice, ...]:
        if len(choices) > SHORT_LIST:
            return choices
        return (*choices, label(self._city, who, BACK, "label_skip"))

    def _address(self, who: Who) -> str:
        """The registered one, as people say it."""
        if who.resident is None or who.resident.kelurahan not in self._city.areas:
            return ""
        return _shown(who.resident.address, self._city.areas[who.resident.kelurahan].name)

    # -- the answers; None: not understood

    def _at_home(self, state: State, typed: str, who: Who) -> Step | None:
        resident = who.resident
        if resident is None or resident.kelurahan not in self._city.areas:  # erased meanwhile
            return self._go(self._elsewhere(state.get("kind", "")), who)
        choice = chosen(self._home(state, who).choices, typed)
        if choice is not None and choice.key == "1":
            known = resident.confirmed  # the desk knows that address; another must be told to it
            here = self._said("say_home") if known else self._named(resident.kelurahan, resident.address)
            return self._end(who, "talk_placed_home", here)
        if choice is not None:
            return self._go(self._elsewhere(""), who, *([self._said("say_elsewhere")] if resident.confirmed else []))
        if not self._skips(typed):
            return None
        return self._end(who, "talk_placed_home" if resident.confirmed else "talk_unplaced")  # what the desk knows

    def _in_district(self, state: State, typed: str, who: Who) -> Step | None:
        if self._skips(typed):
            return self._go({"at": "street"}, who)
        district = self._where.district(typed)
        if district is None:
            return self._in_area(state, typed, who)  # the kelurahan's name at once
        said = self._said("say_district", district=self._city.districts[district])
        return self._go({"at": "area", "district": district}, who, said)

    def _in_area(self, state: State, typed: str, who: Who) -> Step | None:
        if self._skips(typed):
            return self._go({"at": "street", "district": state.get("district", "")}, who)
        area = self._where.area(typed, state.get("district"))
        return None if area is None else self._go({"at": "street", "area": area}, who, self._named(area))

    def _in_street(self, state: State, typed: str, who: Who) -> Step | None:
        area, district = state.get("area", ""), state.get("district", "")
        street = "" if self._skips(typed) else tidy(typed)
        if not letters(street) and not self._skips(typed):
            return None
        known = self._city.areas[area].name if area else self._city.districts.get(district, "")
        place = _shown(street, known)
        said = [self._within(area, district, street)] if street else []
        return self._end(who, "talk_placed", *said, place=place) if place else self._end(who, "talk_unplaced")

    def _skips(self, typed: str) -> bool:
        return digit(typed) == BACK or means(self._city, "skip", typed)

    # -- what is said to the desk: names headed by what they are, the kelurahan before the street

    def _said(self, key: str, **names: str) -> str:
        """In the city's first language, which officers read, and never cut."""
        return self._city.texts[self._city.languages[0]][key].format_map(names)

    def _named(self, area: str, street: str = "") -> str:
        here = self._city.areas[area]
        said = self._said("say_area", area=here.name, district=here.kecamatan)
        return f"{said}, {street}" if street else said

    def _within(self, area: str, district: str, street: str) -> str:
        if area:
            return self._named(area, street)
        return (
            f"{self._said('say_district', district=self._city.districts[district])}, {street}" if district else street
        )


def _shown(street: str, area: str) -> str:
    """Both, the street cut so that the kelurahan stays readable."""
    room = WIDTHS["place"] - (septets(transliterate(area)) or 0) - len(", ")
    return ", ".join(part for part in (clip(street, room), area) if part)
