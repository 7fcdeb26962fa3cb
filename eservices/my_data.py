"""What is stored of the phone's own number: seen, put right, or asked to be erased. Nobody sees another's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from eservices.person import fault_of_name, fault_of_street, tidy_name
from gateway.asking import again, chosen, label, left, tidy
from gateway.dialogue import Choice, Dialogue, Register, Say, Screen, State, Step, Who
from gateway.registry import Resident

if TYPE_CHECKING:
    from config.city import City

LINES = (("1", "name"), ("2", "street"), ("3", "language"), ("4", "erase"))


class MyData(Dialogue):
    """A confirmed line is not written over: a change of it waits for a person (the language holds at once)."""

    name = "my_data"

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = city.words["my_data"]
        self._answer: Mapping[str, Callable[[str, Who, Resident], Step]] = {
            "data": self._chosen,
            "name": self._name,
            "street": self._street,
            "language": self._language,
            "erase": self._erase,
        }

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt:
            return Step(screen=Screen(text=self._city.text(who.language, "talk_doubt"), last=True))
        return Step(screen=self._screen("data", who), state={"at": "data"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        at = state.get("at", "")
        if at not in self._answer or who.doubt:
            return self.begin(who)
        if gone := left(self._city, typed, who):
            return gone
        if who.resident is None:
            return self._unregistered(typed, who)
        return self._answer[at](typed, who, who.resident)

    # -- the screens

    def _screen(self, at: str, who: Who) -> Screen:
        texts = {"name": "talk_new_name", "street": "talk_new_street", "language": "talk_language"}
        if who.resident is None:
            lines = (label(self._city, who, "1", "label_register"), self._back(who))
            return Screen(text=self._city.text(who.language, "talk_unregistered"), choices=lines)
        if at == "data":
            return Screen(text=self._data(who, who.resident), choices=(*self._lines(who), self._back(who)))
        if at == "erase":
            lines = (label(self._city, who, "1", "label_erase_yes"), self._back(who))
            return Screen(text=self._city.text(who.language, "talk_erase_sure"), choices=lines)
        choices = (*self._languages(), self._back(who)) if at == "language" else ()
        return Screen(text=self._city.text(who.language, texts[at]), choices=choices)

    def _data(self, who: Who, resident: Resident) -> str:
        status = "confirmed" if resident.confirmed else "unconfirmed"
        area = self._city.areas.get(resident.kelurahan)
        return self._city.text(
            who.language,
            "talk_my_data",
            name=resident.name or "-",
            street=resident.address or "-",
            area=area.name if area is not None else resident.kelurahan,
            status=self._city.text(who.language, "status_waits" if who.waits else f"status_{status}"),
        )

    def _lines(self, who: Who) -> tuple[Choice, ...]:
        lines = [label(self._city, who, key, f"label_{what}") for key, what in LINES]
        own = self._city.text(who.language, "language")
        return tuple(replace(one, label=f"{one.label}: {own}") if one.key == "3" else one for one in lines)

    def _languages(self) -> tuple[Choice, ...]:
        names = (self._city.text(code, "language") for code in self._city.languages)
        return tuple(Choice(key=str(n), label=name) for n, name in enumerate(names, start=1))

    def _back(self, who: Who) -> Choice:
        return label(self._city, who, "0", "label_menu")

    # -- the answers

    def _again(self, at: str, who: Who, help: str = "") -> Step:
        word = self._city.text(who.language, help) if help else ""
        return again(self._city, who, self._screen(at, who), {"at": at}, word)

    def _unregistered(self, typed: str, who: Who) -> Step:
        if chosen(self._screen("data", who).choices, typed) is None:
            return self._again("data", who)
        return Step(screen=Screen(text=""), goto="registration")

    def _chosen(self, typed: str, who: Who, resident: Resident) -> Step:
        choice = chosen(self._screen("data", who).choices, typed)
        if choice is None:
            return self._again("data", who)
        at = dict(LINES)[choice.key]
        return Step(screen=self._screen(at, who), state={"at": at})

    def _name(self, typed: str, who: Who, resident: Resident) -> Step:
        if fault := fault_of_name(typed):
            return self._again("name", who, fault)
        return self._changed(replace(resident, name=tidy_name(typed)), who, "name")

    def _street(self, typed: str, who: Who, resident: Resident) -> Step:
        if fault := fault_of_street(typed):
            return self._again("street", who, fault)
        moved = replace(resident, address=tidy(typed), lat=None, lon=None, address_at=who.at)
        return self._changed(moved, who, "address", "lat", "lon", "address_at")

    def _changed(self, resident: Resident, who: Who, *only: str) -> Step:
        text = self._city.text(who.language, "talk_change_noted" if resident.confirmed else "talk_changed")
        return Step(screen=Screen(text=text, last=True), effects=(Register(resident=resident, only=only),))

    def _language(self, typed: str, who: Who, resident: Resident) -> Step:
        choice = chosen(self._languages(), typed)
        if choice is None:
            return self._again("language", who)
        code = self._city.languages[int(choice.key) - 1]
        effect = Register(resident=replace(resident, language=code), only=("language",))
        done = self._city.text(code, "talk_changed")
        return Step(screen=Screen(text=done, last=True), effects=(effect,))

    def _erase(self, typed: str, who: Who, resident: Resident) -> Step:
        if chosen(self._screen("erase", who).choices, typed) is None:
            return self._again("erase", who)
        noted = self._city.text(who.language, "talk_erase_noted")
        return Step(screen=Screen(text=noted, last=True), effects=(Say(text=self._city.words["erase"][0].upper()),))
