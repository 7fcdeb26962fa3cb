"""Registering by words, digits, or both: what was said is kept, what is missing is asked, one field after another.

``DAFTAR siti#paya roba#jl kentang 7`` needs no question. Nobody has vouched for a line until the kepling or a person of
the city does. Another phone is asked itself; a person without a phone belongs to the household of the one that speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from eservices.registration.asked import Invite, KeepMember, invited, member_kept, said_last
from eservices.registration.reading import Said, SaidReader
from eservices.registration.screens import Screens
from gateway.asking import BACK, again, chosen, digit, left, means, tidy
from gateway.dialogue import Ask, Dialogue, Register, Screen, State, Step, Who
from gateway.nik import find_nik, hashed
from gateway.number import normal, subscriber
from gateway.person import fault_of_name, fault_of_street, tidy_name
from gateway.registry import Resident
from gateway.store import Tx
from gateway.whereabouts import Whereabouts

if TYPE_CHECKING:
    from config.city import City

TOLD = "told"  # in a state: the words of consent were shown
LONGEST_TITLE = 2  # letters of a word that stands before a doctor's own name ("dr")
NEEDS = {"district": ("name",), "area": ("name", "district"), "which": ("name", "which"), "phone": ("name", "kin")}
NEEDS |= {"street": ("name", "area"), "confirm": ("name", "area", "street"), "name": ()}


class Registration(Dialogue):
    """The state holds where it stands (``at``) and what was said up to there: name, district, area, which (codes),
    street, nik (hashed), kin (of somebody else), phone (theirs; ``-``: none)."""

    name = "registration"

    def __init__(self, city: City, nik_key: bytes = b"") -> None:
        self._city, self._key = city, nik_key
        self.words: Sequence[str] = city.words["register"]
        self.heads: Sequence[str] = (*city.words["register"], *city.words["reg_heads"])
        doctors = [word for name in ("queue_doctor", "queue_house", "queue_now") for word in city.words[name]]
        self._doctor = frozenset(word for word in doctors if " " not in word and len(word) > LONGEST_TITLE)
        self._where = Whereabouts(city)
        self._reader = SaidReader(city)
        self._screens = Screens(city, self._where)
        self._answer: Mapping[str, Callable[[State, str, Who], Step]] = {
            "name": self._named,
            "phone": self._with_phone,
            "district": self._in_district,
            "area": self._in_area,
            "which": self._in_which,
            "street": self._in_street,
            "confirm": self._confirmed,
        }

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return said_last(self._city, who, "talk_doubt")
        if not said.strip():
            return self._go({}, who)
        if self._doctor.intersection(tidy(said).casefold().split()[:1]):
            return Step(declined=True)  # "mau daftar dokter umum besok": a clinic's matter
        read = self._reader.read(said, who.number)
        if self._reader.asks(said) and not (read.area or read.candidates or read.nik or read.phone or read.kin):
            return Step(declined=True)  # "daftar bpjs bagaimana" is a question for a person
        state = self._with(read, {})
        if self._missing(state) == "confirm":
            return self._done(state, who)
        step = self._go(state, who)
        return step if not read.nik_wrong else self._headed(step, "reg_nik_wrong", who)

    def step(self, state: State, typed: str, who: Who) -> Step:
        if not self._sound(state) or who.doubt or not subscriber(who.number):
            return self.begin(who)
        if digit(typed) == BACK and state["at"] == "phone":
            return self._with_phone(state, typed, who)
        if gone := left(self._city, typed, who):
            return gone
        return self._answer[state["at"]](state, typed, who)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        if isinstance(ask, Invite):
            return invited(tx, self._city, ask, who, turn)
        if isinstance(ask, KeepMember):
            return member_kept(tx, self._city, ask, who)
        return super().answer(tx, ask, who, turn)

    def _sound(self, state: State) -> bool:
        """Whether the state is one of ours, of a city that still has those areas."""
        at = state.get("at", "")
        if at not in NEEDS or not all(state.get(key) for key in NEEDS[at]):
            return False
        codes = [*filter(None, state.get("which", "").split("|")), *filter(None, [state.get("area", "")])]
        if not all(code in self._city.areas for code in codes):
            return False
        return at != "area" or bool(self._where.areas(state["district"]))

    # -- where it goes on

    def _with(self, said: Said, state: State) -> dict[str, str]:
        """What was known, and what was said now. Digits of a NIK end here."""
        nik = hashed(self._key, said.nik) if said.nik and self._key else ""
        found = {
            "name": said.name,
            "area": said.area,
            "which": "|".join(said.candidates),
            "street": "" if fault_of_street(said.street) else said.street,
            "nik": nik,
            "phone": said.phone,
            "kin": "1" if said.kin else "",
        }
        return {**state, **{key: value for key, value in found.items() if value}}

    def _missing(self, state: State) -> str:
        """What is asked next."""
        if not state.get("name"):
            return "name"
        if state.get("kin") and not state.get("phone"):
            return "phone"
        if not state.get("area"):
            only = self._where.only_district()
            return "which" if state.get("which") else "area" if state.get("district") or only else "district"
        return "confirm" if state.get("street") else "street"

    def _go(self, state: State, who: Who) -> Step:
        """Ask what is missing; the first question says what the data is for."""
        if state.get("name") and state.get("phone") == "-":
            return Step(ask=KeepMember(name=state["name"]))
        at = self._missing(state)
        state = {key: value for key, value in state.items() if key != "at"} | {"at": at}
        if at == "area" and not state.get("district"):
            state["district"] = self._where.only_district() or ""
        screen = self._screens.of(state, who, told=TOLD in state)
        return Step(screen=screen, state={**state, TOLD: "1"})

    def _again(self, state: State, who: Who, help: str = "") -> Step:
        word = self._city.text(who.language, help) if help else ""
        return again(self._city, who, self._screens.of(state, who, told=True), state, word)

    def _headed(self, step: Step, key: str, who: Who) -> Step:
        text = f"{self._city.text(who.language, key)} {step.screen.text}"
        return replace(step, screen=replace(step.screen, text=text)) if step.ask is None else step

    # -- the answers

    def _named(self, state: State, typed: str, who: Who) -> Step:
        if self._reader.has_fields(typed):
            known = self._with(self._reader.read(typed, who.number), state)
            return self._go(known, who) if known != dict(state) else self._again(state, who, "talk_name_letters")
        read = self._reader.read(typed, who.number)  # "nama saya Lena"
        name = read.name if read.name and read.name in tidy(typed) else find_nik(typed).rest
        if fault := fault_of_name(name):
            return self._again(state, who, fault)
        return self._go({**state, "name": tidy_name(name)}, who)

    def _with_phone(self, state: State, typed: str, who: Who) -> Step:
        if digit(typed) == BACK or means(self._city, "reg_no_phone", typed):
            return self._go({**state, "phone": "-"}, who)
        number = normal(typed.strip()) or self._reader.read(typed, who.number).phone
        if not number or number == who.number:
            return self._again(state, who)
        return self._go({**state, "phone": number}, who)

    def _in_district(self, state: State, typed: str, who: Who) -> Step:
        district = self._where.district(typed)
        if district is not None:
            return self._go({**state, "district": district}, who)
        return self._in_area(state, typed, who)  # the kelurahan's name at once

    def _in_area(self, state: State, typed: str, who: Who) -> Step:
        area = self._where.area(typed, state.get("district"))
        if area is not None:
            return self._go({**state, "area": area}, who)
        said = self._reader.read(typed, who.number)
        if not said.area and not said.candidates:
            return self._again(state, who)
        return self._go(self._with(replace(said, name="", phone="", kin=False), state), who)

    def _in_which(self, state: State, typed: str, who: Who) -> Step:
        codes = state["which"].split("|")
        choice = chosen(self._screens.of(state, who, told=True).choices, typed)
        if choice is not None:
            return self._go({**state, "area": codes[int(choice.key) - 1]}, who)
        area = self._where.area(typed) if digit(typed) is None else None
        return self._go({**state, "area": area}, who) if area is not None else self._again(state, who)

    def _in_street(self, state: State, typed: str, who: Who) -> Step:
        street = find_nik(typed).rest
        if fault := fault_of_street(street):
            return self._again(state, who, fault)
        return self._go({**state, "street": tidy(street)}, who)

    def _confirmed(self, state: State, typed: str, who: Who) -> Step:
        choices = self._screens.of(state, who, told=True).choices
        meant = "1" if means(self._city, "yes", typed) else "2" if means(self._city, "no", typed) else typed
        choice = chosen(choices, meant)
        if choice is not None and choice.key == "2":
            return self._go({key: state[key] for key in (TOLD, "kin") if key in state}, who)
        if choice is None:
            return self._again(state, who)
        return self._done(state, who, asked=True)

    # -- the end

    def _done(self, state: State, who: Who, *, asked: bool = False) -> Step:
        if state.get("phone"):
            lingkungan = self._reader.lingkungan(state["street"])
            return Step(
                ask=Invite(
                    phone=state["phone"],
                    name=state["name"],
                    area=state["area"],
                    street=state["street"],
                    lingkungan=lingkungan,
                )
            )
        resident = self._resident(state, who)
        waits = who.resident is not None and who.resident.confirmed
        if waits or asked:
            text = self._city.text(who.language, "talk_change_noted" if waits else "talk_registered")
        else:
            text = self._noted(resident, who)
        return Step(screen=Screen(text=text, last=True), effects=(Register(resident=resident),))

    def _noted(self, one: Resident, who: Who) -> str:
        kepling = self._city.keplings.of_place(one.kelurahan, one.lingkungan)
        voucher = self._city.text(who.language, "label_by_kepling" if kepling else "label_by_city")
        said = {"who": one.name, "home": one.address, "kel": self._city.areas[one.kelurahan].name}
        return self._city.text(who.language, "reg_done", **said, voucher=voucher)

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
            lingkungan=self._reader.lingkungan(state["street"]),
            nik=state.get("nik", ""),
        )
