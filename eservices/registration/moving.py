"""``PINDAH jl kentang 7 paya roba``: a new address. Of a confirmed line the old one holds until somebody vouches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from config.times import times_of
from eservices.registration.asked import said_last
from eservices.registration.talk import Registration
from gateway.dialogue import Step, Who
from gateway.number import subscriber
from gateway.when import when

if TYPE_CHECKING:
    from config.city import City


class Moving(Registration):
    """The registration, with the name that is known."""

    name = "moving"

    def __init__(self, city: City, nik_key: bytes = b"") -> None:
        super().__init__(city, nik_key)
        self.words: Sequence[str] = city.words["moving"]
        self.heads: Sequence[str] = city.words["moving"]

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return said_last(self._city, who, "talk_doubt")
        if who.resident is None:
            return Step(goto="registration")
        known = {"name": who.resident.name or "-", "told": "1"}
        if not said.strip():
            step = self._go(known, who)
            text = self._city.text(who.language, "reg_moving")
            return replace(step, screen=replace(step.screen, text=text))
        read = replace(self._reader.read(said, who.number), name="", phone="", kin=False, nik="")
        if not (read.area or read.candidates or read.street) and self._dated(said, who):
            return Step(declined=True)  # "PINDAH LUSA": an appointment is meant
        state = self._with(read, known)
        return self._done(state, who) if self._missing(state) == "confirm" else self._go(state, who)

    def _dated(self, said: str, who: Who) -> bool:
        found = when(said, who.at.astimezone(self._city.timezone), times_of(self._city.languages))
        return found.date is not None or found.range is not None or found.time is not None
