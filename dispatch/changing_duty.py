"""What people do to the roster: let one stand in for another, take somebody off duty, take that back. The same verbs
for the page and the command line, each in its caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.duty import as_changed
from dispatch.store.duty import Made
from dispatch.watches import Watch, watches
from gateway.number import EMERGENCY, foreign, normal
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

MOST_DAYS = 366  # of one change: a longer one is a new roster
LONGEST_NAME, LONGEST_WHY = 60, 200  # characters
WHY: Mapping[str, str] = {
    "not_on_roster": "{number} is no officer of the roster: 'kentongan roster show' shows them",
    "no_number": "{number} is no telephone number of this country",
    "not_a_person": "{number} is a siren's or a modem's number, nobody's who can come",
    "same": "that is the same person",
    "no_time": "it must end after it begins, and not before now",
    "too_long": "one change holds {days} days at most: change the pack's roster for longer",
    "no_shift": "{name} has no hour of duty at {station} in that time",
    "away": "{name} is away himself then, until {until}",
    "unknown": "{number} is nobody of the pack: give the name, and say that you vouch for it",
    "over": "that change is over, or was taken back before",
    "too_long_name": "a name has {most} characters at most",
}


class NotChanged(Exception):
    """The roster stays as it is: ``why`` is a key of ``WHY``, with its fields."""

    def __init__(self, why: str, **fields: str) -> None:
        super().__init__(WHY[why].format_map(fields))
        self.why, self.fields = why, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``number`` is not there from ``begins`` until ``ends``; ``instead`` (in any usual form; empty: nobody) is.
    ``station``: where (empty: at his own; nobody instead: everywhere). ``name``: of ``instead``, where he is no officer
    of the pack; ``vouched``: whoever asks for it says that he may."""

    number: str
    begins: datetime
    ends: datetime
    instead: str = ""
    name: str = ""
    vouched: bool = False
    station: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was written, and the hours in which the station has nobody because of it (or still)."""

    made: Made
    empty: tuple[Watch, ...]


def change(tx: Tx, city: City, wish: Wish, by: str, now: datetime) -> Changed:
    """Swap, or take off duty; what was is not changed: it holds from now on at the soonest. Raises NotChanged."""
    number = normal(wish.number) or wish.number
    officer = next((shift for shift in city.shifts if shift.number == number), None)
    if officer is None:
        raise NotChanged("not_on_roster", number=wish.number)
    if not max(now, wish.begins) < wish.ends:
        raise NotChanged("no_time")
    wish = replace(wish, begins=max(now, wish.begins))
    if wish.ends - wish.begins > timedelta(days=MOST_DAYS):
        raise NotChanged("too_long", days=str(MOST_DAYS))
    station = wish.station if wish.station in city.stations else officer.station
    so_far = as_changed(tx, city, now)
    instead, name = _stand_in(so_far, number, station, wish) if wish.instead else ("", "")
    new = Made(
        id=0,
        number=number,
        station=station if instead else "",
        instead=instead,
        name=name,
        outside=bool(instead) and instead not in {shift.number for shift in city.shifts},
        begins=wish.begins,
        ends=wish.ends,
        why=" ".join(wish.why.split())[:LONGEST_WHY],
        made_at=now,
        made_by=by,
    )
    if instead and not _on_duty(so_far, number, station, wish):
        raise NotChanged("no_shift", name=officer.name, station=city.stations[station].name)
    made = store.change_duty(tx, new)
    after = watches(as_changed(tx, city, now), station, wish.begins, wish.ends)
    return Changed(made=made, empty=tuple(watch for watch in after if not watch.people))


def back(tx: Tx, number: int, by: str, now: datetime) -> Made:
    """The change holds no more; the roster, or an earlier change, does. Raises NotChanged."""
    if not store.take_back(tx, number, now, by):
        raise NotChanged("over")
    made = store.duty_change(tx, number)
    assert made is not None
    return made


def _stand_in(city: City, number: str, station: str, wish: Wish) -> tuple[str, str]:
    """Who is to stand in, and his name."""
    instead = normal(wish.instead)
    if instead is None or foreign(instead) or instead in EMERGENCY:
        raise NotChanged("no_number", number=wish.instead)
    if instead == number:
        raise NotChanged("same")
    if city.siren_of(instead) is not None or instead in {modem.number for modem in city.modems}:
        raise NotChanged("not_a_person", number=instead)
    name = _name(city, instead, wish)
    for said in city.changes:
        if said.number == instead and said.station in (station, "") and said.meets(wish.begins, wish.ends):
            until = f"{said.ends.astimezone(city.timezone):%d.%m.%Y %H.%M}"
            raise NotChanged("away", name=name, until=until)
    return instead, name


def _name(city: City, instead: str, wish: Wish) -> str:
    """Of an officer or a command post as the pack has it; of anybody else as it is vouched for."""
    known = next((shift.name for shift in city.shifts if shift.number == instead), None)
    known = known or next((post.name for post in city.operators if post.number == instead), None)
    if known is not None:
        return known
    name = " ".join("".join(char if char.isprintable() else " " for char in wish.name).split())
    if not name or not wish.vouched:
        raise NotChanged("unknown", number=instead)
    if len(name) > LONGEST_NAME:
        raise NotChanged("too_long_name", most=str(LONGEST_NAME))
    return name


def _on_duty(city: City, number: str, station: str, wish: Wish) -> bool:
    """Whether he has an hour there in that time, by the roster or in another's place."""
    hours = watches(city, station, wish.begins, wish.ends)
    seats = [seat for watch in hours for seat in watch.seats]
    return any(number in (seat.planned.number, seat.serves.number if seat.serves else "") for seat in seats)
