"""What the registration asks, as screens. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.asking import label
from gateway.dialogue import Choice, Screen, State, Who
from gateway.number import local
from gateway.whereabouts import Whereabouts

if TYPE_CHECKING:
    from config.city import City


class Screens:
    """``told``: the words of consent were shown already."""

    def __init__(self, city: City, where: Whereabouts) -> None:
        self._city, self._where = city, where

    def of(self, state: State, who: Who, *, told: bool) -> Screen:
        """The question at that place of the dialogue."""
        if state["at"] == "name":
            return self._name(state, who, told)
        screen = {
            "phone": self._phone,
            "district": self._district,
            "area": self._area,
            "which": self._which,
            "street": self._street,
            "confirm": self._confirm,
        }[state["at"]](state, who)
        consent = self._city.text(who.language, "reg_consent")
        return screen if told else replace(screen, text=f"{consent} {screen.text}")

    def _name(self, state: State, who: Who, told: bool) -> Screen:
        if state.get("kin"):
            key = "reg_other_name"
        elif who.resident is not None and who.resident.confirmed:
            key = "talk_name_again"
        else:
            key = "talk_name" if told else "reg_name"
        return Screen(text=self._city.text(who.language, key))

    def _phone(self, state: State, who: Who) -> Screen:
        return Screen(text=self._city.text(who.language, "reg_other_phone", who=state["name"]))

    def _district(self, state: State, who: Who) -> Screen:
        text = self._city.text(who.language, "talk_live_district")
        if state.get("phone") and state.get("name"):
            text = self._city.text(who.language, "reg_other_district", who=state["name"])
        return Screen(text=text, choices=self._where.districts())

    def _area(self, state: State, who: Who) -> Screen:
        district = self._city.districts[state["district"]]
        text = self._city.text(who.language, "talk_area", district=district)
        return Screen(text=text, choices=self._where.areas(state["district"]))

    def _which(self, state: State, who: Who) -> Screen:
        names = (self._city.areas[code].name for code in state["which"].split("|"))
        choices = tuple(Choice(key=str(nth), label=name) for nth, name in enumerate(names, start=1))
        return Screen(text=self._city.text(who.language, "reg_which"), choices=choices)

    def _street(self, state: State, who: Who) -> Screen:
        return Screen(text=self._city.text(who.language, "talk_live_street"))

    def _confirm(self, state: State, who: Who) -> Screen:
        area = self._city.areas[state["area"]].name
        if state.get("phone"):
            said = {"who": state["name"], "home": state["street"], "kel": area, "phone": local(state["phone"])}
            text = self._city.text(who.language, "reg_other_confirm", **said)
        else:
            text = self._city.text(who.language, "talk_confirm", name=state["name"], street=state["street"], area=area)
        lines: tuple[Choice, ...] = (
            label(self._city, who, "1", "label_right"),
            label(self._city, who, "2", "label_again"),
            label(self._city, who, "0", "label_menu"),
        )
        return Screen(text=text, choices=lines)
