"""Duty as it is, where people changed what the roster planned: who is away, and who stands in his place. Pure.

The last word about a person counts: while a later change holds, an earlier one about the same person says nothing; when
the later one is over, the earlier one holds again if its time is not over too; after all of them the roster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.roster import Shift

EVERYWHERE = ""
"""In the place of a station: whoever is off duty is so at every station."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From ``begins`` until before ``ends`` (aware) the officer ``number`` is not on duty at ``station``; ``instead``
    (empty: nobody) stands in his place, wherever the roster has him there. ``name``: of ``instead``. ``outside``:
    ``instead`` is no officer of the roster. Changes are told apart, and ordered, by ``id``."""

    id: int
    number: str
    station: str
    instead: str
    name: str
    begins: datetime
    ends: datetime
    outside: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether it is so at that instant."""
        return self.begins <= at < self.ends

    def meets(self, begins: datetime, ends: datetime) -> bool:
        """Whether there is an instant of that span at which it holds."""
        return max(self.begins, begins) < min(self.ends, ends)


def in_place_of(number: str, station: str, changes: Sequence[Change], at: datetime) -> str | None:
    """Who stands at ``station`` where the roster has ``number``: he himself, a stand-in, a stand-in's stand-in; None:
    nobody. Two who stand in for each other have exchanged their places."""
    seen = {number}
    while (last := last_word(number, station, changes, at)) is not None:
        if not last.instead:
            return None
        if last.instead in seen:
            return number
        number = last.instead
        seen.add(number)
    return number


def last_word(number: str, station: str, changes: Sequence[Change], at: datetime) -> Change | None:
    """The change about that person which counts at that station and instant."""
    said = (one for one in changes if one.number == number and one.station in (station, EVERYWHERE) and one.holds(at))
    return max(said, key=lambda one: one.id, default=None)


def off_duty(number: str, changes: Sequence[Change], at: datetime) -> bool:
    """Whether that person was taken off duty altogether."""
    last = last_word(number, EVERYWHERE, changes, at)
    return last is not None and not last.instead


def serving(shifts: Sequence[Shift], local: datetime, changes: Sequence[Change]) -> list[str]:
    """The numbers on duty at that instant on the city's clock, of one station's shifts: in the order in which they are
    called, each once."""
    on = sorted((shift for shift in shifts if shift.covers(local)), key=lambda shift: shift.order)
    there = (in_place_of(shift.number, shift.station, changes, local) for shift in on)
    return list(dict.fromkeys(number for number in there if number is not None))
