"""What the shipped city's rules make of each text, and whether a duty officer would have wanted that."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from config.city import City
from dispatch.incident import Place
from dispatch.locate import Locator
from dispatch.reading import Act, Reader, Reading
from tests.judge.corpus import ANY, Entry, Source, Where

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # nobody is registered here: no place ages
REACHES = frozenset({Act.RING, Act.PERSON})  # a person hears of it


class Placed(StrEnum):
    """How a place was read. ``INVENTED``: one place where the text names none. ``SILENT``: rightly none."""

    RIGHT = "right"
    WRONG = "wrong"
    ASKED = "asked"
    INVENTED = "invented"
    SILENT = "silent"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One text as it was read. ``reading`` is None where only the place counts. ``took_s``: of reading and locating."""

    entry: Entry
    reading: Reading | None
    place: Place
    placed: Placed
    took_s: float

    @property
    def act(self) -> str:
        return self.reading.act.value if self.reading else ""

    @property
    def reached(self) -> bool:
        return self.reading is not None and self.reading.act in REACHES

    @property
    def kind_right(self) -> bool:
        kinds = self.entry.kinds
        return self.reading is not None and (ANY in kinds or self.reading.kind in kinds)

    @property
    def lost(self) -> bool:
        """An emergency that reaches nobody though none of the acceptable acts is so mild."""
        return self.entry.emergency and not self.reached and self.act not in self.entry.acts

    @property
    def rung_falsely(self) -> bool:
        return self.act == Act.RING and "ring" not in self.entry.acts

    @property
    def told_for_nothing(self) -> bool:
        return self.act == Act.PERSON and not {"ring", "person"} & self.entry.acts

    @property
    def faults(self) -> list[str]:
        """What is wrong with it, in a word each."""
        emergency = self.reading is not None and self.entry.emergency
        named = {
            "lost": self.lost,
            "too mild": emergency and not self.lost and self.act not in self.entry.acts,
            "false ring": self.rung_falsely,
            "told for nothing": self.told_for_nothing,
            "kind": emergency and self.reached and not self.kind_right,
            "loud": self.reading is not None and self.entry.quiet and not self.reading.quiet,
            "hushed": self.reading is not None and self.reading.quiet and not self.entry.quiet,
            "intent": self.reading is not None and self.reading.intent not in self.entry.intents,
            "place wrong": self.placed is Placed.WRONG,
            "place asked": self.placed is Placed.ASKED,
            "place invented": self.placed is Placed.INVENTED,
        }
        return [name for name, so in named.items() if so]


def judge(entries: list[Entry], city: City) -> list[Judged]:
    """Each text on its own, from nobody registered."""
    reader, locator = Reader(city), Locator(city)
    return [_one(entry, reader, locator) for entry in entries]


def _one(entry: Entry, reader: Reader, locator: Locator) -> Judged:
    begun = time.perf_counter()
    reading = reader.read(entry.text) if entry.source is not Source.ADDRESSES else None
    place = locator.locate(entry.text, None, NOW)
    took = time.perf_counter() - begun
    return Judged(entry=entry, reading=reading, place=place, placed=placed(entry.where, place), took_s=took)


def placed(where: Where, place: Place) -> Placed:
    """A place is wrong when somebody would be sent elsewhere, or is offered only places elsewhere: also a guess among
    several that the words leave open. Of a kecamatan each kelurahan fits, since no more is known than that."""
    if not where.judged:
        return Placed.UNJUDGED
    one = place.known or place.outside
    if where.outside:
        return Placed.RIGHT if place.outside else Placed.WRONG if one else Placed.ASKED
    if not where.codes:
        return Placed.INVENTED if one else Placed.SILENT
    if one:
        fits = place.kelurahan in where.codes and (len(where.codes) == 1 or where.district)
        return Placed.RIGHT if fits else Placed.WRONG
    offered = set(place.candidates)
    if offered and not offered & where.codes:
        return Placed.WRONG
    return Placed.RIGHT if offered and len(where.codes) > 1 else Placed.ASKED
