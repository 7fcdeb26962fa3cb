"""Who is on the stage of the demo page: a city's posts and the people on duty at them, read from its pack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.city import City
    from modem.virtual.network import Network

ASKS = 3
CENTRE = "centre"  # the post of the command centre's own telephones
OFFICES, CLINICS, KEPLINGS = "offices", "clinics", "keplings"  # posts of those who serve the city by SMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who holds a phone. ``role``: resident, officer or operator. ``post``: where an officer serves. ``note``: what a
    newcomer should know (the kelurahan, "not registered")."""

    number: str
    name: str
    role: str
    post: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A place that may have a siren (its number), and whose people have phones. No name: the page has a word for its
    ``id``."""

    id: str
    name: str
    siren: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody on the stage. ``gateway``: the program's own numbers, the first is the one to text. ``tries``: texts
    worth trying; ``asks``: the same of the city's further services."""

    gateway: tuple[str, ...]
    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    tries: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


def everybody(network: Network) -> Cast:
    """The page of a world that no city pack describes: everybody by number."""
    return Cast(
        gateway=tuple(modem.number for modem in network.modems),
        people=tuple(Person(number=number, name=number, role="resident") for number in network.phones),
        posts=tuple(Post(id=number, name=number, siren=number) for number in network.sirens),
    )


def cast_of(city: City, at: datetime, residents: Iterable[Person], tries: tuple[str, ...] = ()) -> Cast:
    """The city's posts, the officers on duty at that instant in the order in which they are rung, the command centre's
    telephones, who serves the city by SMS, and those residents (whose ``note`` may be a kelurahan's code: its name is
    shown)."""
    posts = [
        Post(id=one.id, name=one.name, siren=one.siren.number if one.siren else None) for one in city.stations.values()
    ]
    officers = [
        Person(number=one.number, name=one.name, role="officer", post=post.id, note=post.name)
        for post in posts
        for one in city.on_duty(post.id, at)
    ]
    operators = [Person(number=one.number, name=one.name, role="operator", post=CENTRE) for one in city.operators]
    servants = list(_servants(city))
    served = dict.fromkeys(one.post for one in (*operators, *servants))
    posts += [Post(id=post, name="") for post in served]
    return Cast(
        gateway=tuple(modem.number for modem in city.modems),
        people=(*(_settled(city, one) for one in residents), *officers, *operators, *servants),
        posts=tuple(posts),
        tries=tries,
        asks=asks_of(city),
    )


def asks_of(city: City) -> tuple[str, ...]:
    """Three services of this city, each asked in one SMS: what everybody may know, a bus, a number of one's own."""
    language = city.languages[0]
    topics, stops = list(city.info.topics.values())[:1], list(city.buses.stops.values())[:1]
    found = [f"{city.words['info_heads'][0]} {one.labels[language]}" for one in topics]
    found += [f"{city.words['bus'][0]} {one.name}" for one in stops]
    lookups = (city.lookups[name] for name in city.further if name in city.lookups)
    found += [f"{one.words[0]} {one.key.example}" for one in lookups if one.key.example]
    return tuple(text.upper() for text in found[:ASKS])


def _settled(city: City, person: Person) -> Person:
    area = city.areas.get(person.note)
    return replace(person, note=area.name) if area else person


def _servants(city: City) -> Iterable[Person]:
    """The first official of each office, the staff of each clinic, and the heads of lingkungan."""
    for office in city.offices.offices.values():
        for one in office.officials[:1]:
            yield Person(number=one.number, name=one.name, role="operator", post=OFFICES, note=office.name)
    for clinic in city.clinics.clinics.values():
        for member in clinic.staff[:1]:
            yield Person(number=member.number, name=member.name, role="operator", post=CLINICS, note=clinic.name)
    for kepling in city.keplings.listed:
        area = city.areas[kepling.kelurahan].name
        yield Person(number=kepling.number, name=kepling.name, role="operator", post=KEPLINGS, note=area)
