"""The questions on the way to a place at the doctor's, one at a time; what was said is never asked again. Pure.

The state holds what is known: ``service``, ``clinic`` (ids), ``day`` (ISO), ``from`` and ``to`` (of several days),
``hour``, ``part``, ``name``, ``whose`` (self or other), ``phone``, ``referral``, ``first`` (priority); ``menu``: it is
answered by digits, and even what could be guessed is asked. ``days`` and ``clinics``: what the choices stand for.
``move``: the booking that is to be moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from eservices.clinic.houses import Houses
from eservices.clinic.lists import Lists
from eservices.clinic.request import LONGEST_REFERRAL, Request, Requests
from eservices.clinic.showing import Words
from gateway.asking import again, chosen, label, means, tidy
from gateway.dialogue import Ask, Choice, Screen, State, Step, Who
from gateway.nik import hashed
from gateway.person import fault_of_name, tidy_name
from gateway.whereabouts import Whereabouts
from gateway.words import plain, words

if TYPE_CHECKING:
    from config.city import City

LEAST_REFERRAL = 3  # characters of a referral's number
NAMELESS = ("queue_self", "queue_mine", "queue_kin", "queue_for")  # words that say who it is without a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Days(Ask):
    """Which days have places?"""

    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Have(Ask):
    """What does this phone have already?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Ask):
    """Give a place, or move one. ``wait``: be put on the waiting list instead."""

    state: State
    wait: bool = False


class Flow:
    """One city's questions."""

    def __init__(self, city: City, nik_key: bytes = b"") -> None:
        """``nik_key`` hashes each NIK; without it none is kept."""
        named = [word for name in NAMELESS for phrase in city.words[name] for word in phrase.split()]
        self._key, self._nameless = nik_key, frozenset(plain(word) for word in named)
        self._city, self._words, self._houses = city, Words(city), Houses(city)
        self._requests, self._where, self._lists = Requests(city), Whereabouts(city), Lists(city)

    def read(self, text: str, at: datetime) -> Request:
        """What a text wishes."""
        return self._requests.read(text, at)

    def concerns(self, text: str) -> bool:
        """Whether it can be a wish at all."""
        return self._requests.concerns(text)

    def heard(self, text: str) -> Request:
        """The same of a text whose time does not matter: is it a wish at all?"""
        return self._requests.read(text, datetime(2026, 1, 1, tzinfo=self._city.timezone))

    # -- what is known

    def with_said(self, state: State, said: Request, who: Who) -> State:
        """The state with what a text says beside it."""
        known = dict(state)
        if len(said.services) == 1:
            known["service"] = min(said.services)
        if len(said.clinics) == 1:
            known["clinic"] = min(said.clinics)
        elif said.area:
            known["area"] = said.area
        known |= self._day_of(said)
        if said.name:
            known["name"] = said.name
        if said.other or said.own:
            known["whose"] = "other" if said.other else "self"
        if said.phone and said.phone != who.number:
            known["phone"] = said.phone
        if said.referral:
            known["referral"] = said.referral
        if said.nik and self._key:
            known["nik"] = hashed(self._key, said.nik)
        if said.priority:
            known["first"] = "1"
        return known

    @staticmethod
    def _day_of(said: Request) -> dict[str, str]:
        found: dict[str, str] = {}
        if said.when.date is not None:
            found["day"] = said.when.date.isoformat()
        elif said.when.range is not None and not said.when.past:
            first, last = said.when.range
            found |= {"from": first.isoformat(), "to": last.isoformat()}
        elif said.when.following is not None:
            found |= {"lacks": said.when.missing, "from": said.when.following.isoformat()}
        if said.when.time is not None:
            found["hour"] = f"{said.when.time:%H:%M}"
        if said.when.part_of_day is not None:
            found["part"] = said.when.part_of_day
        return found

    # -- the next question

    def following(self, state: State, who: Who) -> Step:
        """Ask what is missing; where nothing is, give the place."""
        if not state.get("service"):
            return self._asked({**state, "at": "service"}, who)
        if not state.get("clinic"):
            clinic = self._usual(state, who)
            if not clinic:
                return self._asked({**state, "at": "clinic"}, who)
            state = {**state, "clinic": clinic}
        if not self._houses.offers(state["clinic"], state["service"]):
            return self._not_there(state, who)
        if not state.get("day") or state.get("checked") != "1":
            return Step(ask=Days(state=state))
        return self._last_questions(state, who)

    def _last_questions(self, state: State, who: Who) -> Step:
        if state.get("move"):
            return Step(ask=Place(state=state))
        if not state.get("name"):
            own = who.resident.name if who.resident is not None else ""
            if state.get("menu") and own and not state.get("whose"):
                return self._asked({**state, "at": "whom"}, who)
            if state.get("whose") == "other" or not own:
                return self._asked({**state, "at": "name"}, who)
            state = {**state, "name": own, "whose": "self"}
        if self._houses.needs_referral(state["clinic"]) and not state.get("referral"):
            return self._asked({**state, "at": "referral"}, who)
        return Step(ask=Place(state=state, wait=bool(state.get("listed"))))

    def _usual(self, state: State, who: Who) -> str:
        day = date.fromisoformat(state["day"]) if state.get("day") else None
        if state.get("area"):
            return self._houses.nearest(state["service"], state["area"], day, who.at)
        if state.get("menu") and len(self._houses.near(state["service"], "")) > 1:
            return ""
        return self._houses.usual(state["service"], who.resident, day, who.at)

    def _not_there(self, state: State, who: Who) -> Step:
        """That clinic has no such service: which has?"""
        fields = self._words.of(who.language, state["clinic"], state["service"])
        left = {key: value for key, value in state.items() if key not in ("clinic", "area")}
        asked = {**left, "at": "clinic"}
        screen = self._screen(asked, who)
        text = self._city.text(who.language, "queue_not_there", **fields)
        return Step(screen=Screen(text=text, choices=screen.choices), state=asked)

    def _asked(self, state: State, who: Who) -> Step:
        return Step(screen=self._screen(state, who), state=state)

    # -- the screens

    def _screen(self, state: State, who: Who) -> Screen:
        at, say = state["at"], self._city.text
        if at == "service":
            return Screen(text=say(who.language, "queue_service"), choices=self._lists.services(state, who))
        if at == "clinic":
            fields = {"service": self._words.service(who.language, state["service"])}
            return Screen(text=say(who.language, "queue_where", **fields), choices=self._lists.clinics(state, who))
        if at == "whom":
            own = who.resident.name if who.resident is not None else ""
            mine = Choice(key="1", label=say(who.language, "queue_line_self", patient=own))
            return Screen(
                text=say(who.language, "queue_whom"), choices=(mine, label(self._city, who, "2", "label_somebody"))
            )
        if at == "referral":
            clinic = self._words.clinic(state["clinic"])
            return Screen(text=say(who.language, "queue_referral", clinic=clinic))
        return Screen(text=say(who.language, "queue_name"))

    # -- the answers

    def answered(self, state: State, typed: str, who: Who) -> Step:
        """The step after an answer to one of these questions."""
        at = state["at"]
        if at in ("service", "clinic"):
            return self._picked(state, typed, who)
        if at in ("day", "full"):
            return self._on_day(state, typed, who)
        if at == "whom":
            return self._for_whom(state, typed, who)
        return self._referred(state, typed, who) if at == "referral" else self._named(state, typed, who)

    def _picked(self, state: State, typed: str, who: Who) -> Step:
        at, screen = state["at"], self._screen(state, who)
        ids = self._lists.service_ids(state) if at == "service" else self._lists.clinic_ids(state, who)
        choice = chosen(screen.choices, typed)
        known = {key: value for key, value in state.items() if key != "all"}
        if choice is not None and int(choice.key) > len(ids):
            mine = at == "service" and choice == screen.choices[-1] and state.get("menu") and not state.get("all")
            return Step(ask=Have()) if mine else self._asked({**state, "all": "1"}, who)
        if choice is not None:
            return self.following({**known, at: ids[int(choice.key) - 1]}, who)
        said = self.with_said(known, self.read(typed, who.at), who)
        if at == "clinic" and not said.get("clinic") and not said.get("area"):
            area = self._where.area(typed)
            said = {**said, **({"area": area} if area is not None else {})}
        if said.get(at) or (at == "clinic" and said.get("area")):
            return self.following(said, who)
        return again(self._city, who, screen, state)

    def _on_day(self, state: State, typed: str, who: Who) -> Step:
        """A day of the list, or another in words; the last line of a full day is its waiting list."""
        days = [day for day in state.get("days", "").split(",") if day]
        shown = self._shown(state, who)
        choice = chosen(shown.choices, typed)
        known = {
            key: value for key, value in state.items() if key not in ("days", "from", "to", "text", "wait", "checked")
        }
        if choice is not None and int(choice.key) <= len(days):
            return self.following({**known, "day": days[int(choice.key) - 1]}, who)
        if choice is not None and state.get("other"):
            return self.following({**known, "clinic": state["other"], "day": state["there"]}, who)
        if choice is not None:
            return self._last_questions({**known, "day": state["wait"], "checked": "1", "listed": "1"}, who)
        said = self.with_said({**known, "day": ""}, self.read(typed, who.at), who)
        if said.get("day") or said.get("from"):
            return self.following(said, who)
        return again(self._city, who, shown, state)

    def shown_days(self, state: State, who: Who, text: str, free: Mapping[date, int], wait: date | None) -> Step:
        """The days with places as choices; ``wait``: a full day that has a waiting list."""
        kept = {key: value for key, value in state.items() if key not in ("day", "from", "to", "checked", "lacks")}
        kept |= {"at": "full" if wait is not None else "day", "text": text}
        kept["days"] = ",".join(day.isoformat() for day in free)
        kept["places"] = ",".join(str(many) for many in free.values())
        kept |= {"wait": wait.isoformat()} if wait is not None else {}
        kept |= {"there": state.get("day", "")} if state.get("other") else {}
        return Step(screen=self._shown(kept, who), state=kept)

    def _shown(self, state: State, who: Who) -> Screen:
        pairs = zip(state.get("days", "").split(","), state.get("places", "").split(","), strict=False)
        lines = [
            self._city.text(
                who.language, "queue_line_day", day=self._words.day(who.language, date.fromisoformat(day)), places=many
            )
            for day, many in pairs
            if day
        ]
        if state.get("wait"):
            day = self._words.day(who.language, date.fromisoformat(state["wait"]))
            lines.append(self._city.text(who.language, "queue_line_wait", day=day))
        elif state.get("other"):
            day = self._words.day(who.language, date.fromisoformat(state["there"]))
            clinic = self._words.clinic(state["other"])
            lines.append(self._city.text(who.language, "queue_line_other", clinic=clinic, day=day))
        choices = tuple(Choice(key=str(n), label=line) for n, line in enumerate(lines, start=1))
        return Screen(text=state.get("text", ""), choices=choices)

    def _for_whom(self, state: State, typed: str, who: Who) -> Step:
        choice = chosen(self._screen(state, who).choices, typed)
        if choice is not None:
            return self.following({**state, "whose": "self" if choice.key == "1" else "other"}, who)
        said = self.with_said(state, self.read(typed, who.at), who)
        if said.get("whose"):
            return self.following(said, who)
        return again(self._city, who, self._screen(state, who), state)

    def _named(self, state: State, typed: str, who: Who) -> Step:
        """The patient's name; "ibu saya siti, 0812…" says more than that."""
        said = self.with_said(state, self.read(typed, who.at), who)
        name = said.get("name") or tidy_name(typed)
        if fault := "queue_name_whole" if self._no_name(typed) else fault_of_name(name):
            return again(self._city, who, self._screen(state, who), state, self._city.text(who.language, fault))
        more = {key: said[key] for key in ("phone", "first", "referral") if said.get(key)}
        return self.following({**state, **more, "name": name.title() if name.islower() else name}, who)

    def _no_name(self, typed: str) -> bool:
        """``saya``, ``ibu saya``, ``untuk saya sendiri``: who it is, but not what they are called."""
        unknown = means(self._city, "queue_unknown", typed)
        return unknown or all(word.plain in self._nameless for word in words(typed))

    def _referred(self, state: State, typed: str, who: Who) -> Step:
        if means(self._city, "reg_no_phone", typed):
            return Step(screen=Screen(text=self._city.text(who.language, "queue_no_referral")), state=state)
        number = (self.read(typed, who.at).referral or tidy(typed)).upper()
        if not any(char.isdigit() for char in number) or not LEAST_REFERRAL <= len(number) <= LONGEST_REFERRAL:
            return Step(screen=self._screen(state, who), state=state, understood=False)  # no digit is awaited
        return self.following({**state, "referral": number}, who)
