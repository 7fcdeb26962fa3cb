"""What is stored of the phone's own number: seen, put right, erased. Nobody sees another's.

What is set briefly is said at once; everything, with who vouched and who lives there, on the next screen (``all``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.gsm7 import septets
from eservices.erasing import erased
from eservices.registration.asked import said_last
from gateway.asking import USSD_SCREEN, again, chosen, label, left, means, shown, tidy
from gateway.dialogue import Ask, Choice, Dialogue, Register, Screen, State, Step, Who
from gateway.nik import find_nik
from gateway.person import fault_of_name, fault_of_street, tidy_name
from gateway.registry import Resident
from gateway.store import Tx
from gateway.store.households import household_phones, members_of
from gateway.store.people import find
from gateway.store.vouching import CHANGED, CONFIRMED, vouched

if TYPE_CHECKING:
    from config.city import City

LINES = (("1", "name"), ("2", "street"), ("3", "language"), ("4", "erase"), ("5", "all"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAll(Ask):
    """Everything that is stored of the speaker."""


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
            return said_last(self._city, who, "talk_doubt")
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

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        if not isinstance(ask, ShowAll):
            return super().answer(tx, ask, who, turn)
        line = find(tx, who.number)
        parts = () if line is None else (*self._flags(line, who), *self._hanging(tx, line, who))
        text = " ".join(parts) or self._city.text(who.language, "reg_nothing_more")
        return Step(screen=Screen(text=text, last=True))

    # -- the screens

    def _screen(self, at: str, who: Who) -> Screen:
        texts = {"name": "talk_new_name", "street": "talk_new_street", "language": "talk_language"}
        if who.resident is None:
            lines = (label(self._city, who, "1", "label_register"), self._back(who))
            return Screen(text=self._city.text(who.language, "talk_unregistered"), choices=lines)
        if at == "data":
            return self._data(who, who.resident)
        if at == "erase":
            lines = (label(self._city, who, "1", "label_erase_yes"), self._back(who))
            return Screen(text=self._city.text(who.language, "reg_erase_sure"), choices=lines)
        choices = (*self._languages(), self._back(who)) if at == "language" else ()
        return Screen(text=self._city.text(who.language, texts[at]), choices=choices)

    def _data(self, who: Who, resident: Resident) -> Screen:
        """The line, and what is set, as far as one screen has room for it."""
        status = "confirmed" if resident.confirmed else "unconfirmed"
        area = self._city.areas.get(resident.kelurahan)
        text = self._city.text(
            who.language,
            "talk_my_data",
            name=resident.name or "-",
            street=resident.address or "-",
            area=area.name if area is not None else resident.kelurahan,
            status=self._city.text(who.language, "status_waits" if who.waits else f"status_{status}"),
        )
        screen = Screen(text=text, choices=(*self._lines(who), self._back(who)))
        for flag in self._flags(resident, who):
            fuller = replace(screen, text=f"{screen.text}{'' if screen.text.endswith('.') else '.'} {flag}")
            if (septets(shown(fuller)) or USSD_SCREEN + 1) <= USSD_SCREEN:
                screen = fuller
        return screen

    def _flags(self, line: Resident, who: Who) -> tuple[str, ...]:
        """What the line says beside name and address."""
        say, set_ = self._city.text, (line.quiet, line.panic_button, line.cannot_walk, line.call_me, line.nik)
        keys = ("reg_quiet", "reg_button", "reg_walk", "reg_call_me", "reg_nik")
        flags = tuple(say(who.language, key) for key, on in zip(keys, set_, strict=True) if on)
        return (*flags, say(who.language, "reg_notes", notes=line.notes)) if line.notes else flags

    def _hanging(self, tx: Tx, line: Resident, who: Who) -> tuple[str, ...]:
        """Who vouched and when; who lives there, as far as both are confirmed."""
        say, parts = self._city.text, []
        done = [(at, by) for at, by, what in vouched(tx, line.phone) if what in (CONFIRMED, CHANGED)]
        if done and line.confirmed:
            at, by = done[-1]
            parts.append(say(who.language, "reg_since", by=by, date=f"{at.astimezone(self._city.timezone):%d-%m-%Y}"))
        phones = household_phones(tx, line.phone, line.household)
        names = [one.name for number in phones[1:] if (one := find(tx, number)) is not None]
        names += [one.name for one in members_of(tx, phones)]
        return (*parts, say(who.language, "reg_household", members=", ".join(names))) if names else tuple(parts)

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
        return Step(ask=ShowAll()) if at == "all" else Step(screen=self._screen(at, who), state={"at": at})

    def _name(self, typed: str, who: Who, resident: Resident) -> Step:
        typed = find_nik(typed).rest
        if fault := fault_of_name(typed):
            return self._again("name", who, fault)
        return self._changed(replace(resident, name=tidy_name(typed)), who, "name")

    def _street(self, typed: str, who: Who, resident: Resident) -> Step:
        typed = find_nik(typed).rest
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
        sure = chosen(self._screen("erase", who).choices, typed) is not None or means(self._city, "erase_yes", typed)
        return erased(self._city, who) if sure else self._again("erase", who)
