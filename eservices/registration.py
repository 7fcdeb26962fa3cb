"""Registering oneself: name, kelurahan, street, confirm. Nobody has vouched for it until a person of the city does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from eservices.person import fault_of_name, fault_of_street, tidy_name
from gateway.asking import again, chosen, label, left, tidy
from gateway.dialogue import Choice, Dialogue, Register, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.registry import Resident
from gateway.whereabouts import Whereabouts

if TYPE_CHECKING:
    from config.city import City


class Registration(Dialogue):
    """The state holds where it stands (``at``) and what was said up to there: name, district, area (codes), street."""

    name = "registration"

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = city.words["register"]
        self._where = Whereabouts(city)
        self._ask: Mapping[str, Callable[[State, Who], Screen]] = {
            "name": self._name,
            "district": self._district,
            "area": self._area,
            "street": self._street,
            "confirm": self._confirm,
        }
        self._answer: Mapping[str, Callable[[State, str, Who], Step]] = {
            "name": self._named,
            "district": self._in_district,
            "area": self._in_area,
            "street": self._in_street,
            "confirm": self._confirmed,
        }

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_doubt"), last=True))
        return self._go({"at": "name"}, who)

    def step(self, state: State, typed: str, who: Who) -> Step:
        if not self._sound(state):
            return self.begin(who)
        if gone := left(self._city, typed, who):
            return gone
        return self._answer[state["at"]](state, typed, who)

    def _sound(self, state: State) -> bool:
        """Whether the state is one of ours, of a city that still has those areas."""
        at = state.get("at", "")
        needs = {"district": ("name",), "area": ("name", "district"), "street": ("name", "area")}
        needs["confirm"] = ("name", "area", "street")
        if at not in self._ask or not all(state.get(key) for key in needs.get(at, ())):
            return False
        known = state.get("area", "") in ("", *self._city.areas)
        return known and (at != "area" or bool(self._where.areas(state["district"])))

    # -- the questions

    def _go(self, state: State, who: Who) -> Step:
        """Ask what comes at that place of the dialogue."""
        return Step(screen=self._ask[state["at"]](state, who), state=state)

    def _again(self, state: State, who: Who, help: str = "") -> Step:
        word = self._city.text(who.language, help) if help else ""
        return again(self._city, who, self._ask[state["at"]](state, who), state, word)

    def _name(self, state: State, who: Who) -> Screen:
        known = who.resident is not None and who.resident.confirmed
        return Screen(text=self._city.text(who.language, "talk_name_again" if known else "talk_name"))

    def _district(self, state: State, who: Who) -> Screen:
        return Screen(text=self._city.text(who.language, "talk_live_district"), choices=self._where.districts())

    def _area(self, state: State, who: Who) -> Screen:
        district = self._city.districts[state["district"]]
        text = self._city.text(who.language, "talk_area", district=district)
        return Screen(text=text, choices=self._where.areas(state["district"]))

    def _street(self, state: State, who: Who) -> Screen:
        return Screen(text=self._city.text(who.language, "talk_live_street"))

    def _confirm(self, state: State, who: Who) -> Screen:
        area = self._city.areas[state["area"]].name
        said = {"name": state["name"], "street": state["street"], "area": area}
        lines: tuple[Choice, ...] = (
            label(self._city, who, "1", "label_right"),
            label(self._city, who, "2", "label_again"),
            label(self._city, who, "0", "label_menu"),
        )
        return Screen(text=self._city.text(who.language, "talk_confirm", **said), choices=lines)

    # -- the answers

    def _named(self, state: State, typed: str, who: Who) -> Step:
        if fault := fault_of_name(typed):
            return self._again(state, who, fault)
        only = self._where.only_district()
        following = {"at": "area", "district": only} if only else {"at": "district"}
        return self._go({"name": tidy_name(typed), **following}, who)

    def _in_district(self, state: State, typed: str, who: Who) -> Step:
        district = self._where.district(typed)
        if district is not None:
            return self._go({**state, "at": "area", "district": district}, who)
        return self._in_area(state, typed, who)  # the kelurahan's name at once

    def _in_area(self, state: State, typed: str, who: Who) -> Step:
        area = self._where.area(typed, state.get("district"))
        if area is None:
            return self._again(state, who)
        return self._go({"at": "street", "name": state["name"], "area": area}, who)

    def _in_street(self, state: State, typed: str, who: Who) -> Step:
        if fault := fault_of_street(typed):
            return self._again(state, who, fault)
        return self._go({**state, "at": "confirm", "street": tidy(typed)}, who)

    def _confirmed(self, state: State, typed: str, who: Who) -> Step:
        choice = chosen(self._confirm(state, who).choices, typed)
        if choice is not None and choice.key == "2":
            return self._go({"at": "name"}, who)
        if choice is None:
            return self._again(state, who)
        waits = who.resident is not None and who.resident.confirmed
        text = self._city.text(who.language, "talk_change_noted" if waits else "talk_registered")
        return Step(screen=Screen(text=text, last=True), effects=(Register(resident=self._resident(state, who)),))

    def _resident(self, state: State, who: Who) -> Resident:
        return Resident(
            phone=who.number,
            name=state["name"],
            kelurahan=state["area"],
            address=state["street"],
            lat=None,
            lon=None,
            language=who.resident.language if who.resident is not None else "",
            quiet=False,
            notes="",
            confirmed=False,
            panic_button=False,
            address_at=who.at,
        )
