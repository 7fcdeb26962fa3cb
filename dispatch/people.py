"""Who may be rung for an incident, and in which order. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.locate import stations
from dispatch.plan import View

if TYPE_CHECKING:
    from config.city import City, Station


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can accept. ``station`` None: the command centre."""

    number: str
    station: Station | None


def people(view: View, city: City, now: datetime) -> tuple[Person, ...]:
    """Everybody who may be rung, in order, each number once. The caller's own number only if there is no other.

    First the station's own officers; then, so that silence there is known above within minutes, the first officer of
    the next station, of the headquarters, and the command centre; then everybody else, nearest first."""
    home, *rest = stations_of(view, city) or (None,)
    near = [station for station in rest if not station.headquarters]
    heads = [station for station in rest if station.headquarters]
    centre = [Person(post.number, None) for post in city.operators]

    def there(station: Station | None) -> list[Person]:
        return [Person(one.number, station) for one in city.on_duty(station.id, now)] if station else []

    above = [person for station in (*near[:1], *heads) for person in there(station)[:1]]
    all_others = [person for station in (*near, *heads) for person in there(station)]
    folk: dict[str, Person] = {}
    for person in (*there(home), *above, *centre[:1], *all_others, *centre):
        folk.setdefault(person.number, person)
    others = tuple(person for number, person in folk.items() if number != view.incident.caller)
    return others or tuple(folk.values())


def stations_of(view: View, city: City) -> tuple[Station, ...]:
    """The stations, nearest first; the one the incident was given to before all others."""
    incident = view.incident
    order = stations(incident.place, incident.kind, city, view.dead_sirens)
    return tuple(sorted(order, key=lambda station: station.id != incident.station))
