"""The city as data: everything that differs from one city to the next, frozen, with the questions asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from config.city_clocks import Clocks
from config.city_findings import FINDINGS
from config.city_levels import NAMELESS, Levels
from config.city_moves import UNMOVED, Moves
from config.city_new import PACKS
from config.city_parts import Modem, Officer, Post, Siren, Station
from config.city_places import Area, Landmark, Street
from config.city_telling import USUAL, Telling
from config.city_voice import Voice, spoken
from config.duty import Change, serving
from config.fault import Fault
from config.gsm7 import clip
from config.roster import Shift
from config.texts import WIDTHS

if TYPE_CHECKING:
    from config.city_buses import Buses
    from config.city_calendar import Calendar
    from config.city_clinics import Clinics
    from config.city_info import Info
    from config.city_keplings import Kepling, Keplings
    from config.city_offices import Offices, Official
    from config.geometry import AreaMap
    from config.lookup import Lookup

SHIPPED = Path(__file__).with_name("cities")
T = TypeVar("T")

__all__ = [
    "Area",
    "City",
    "CityFault",
    "Clocks",
    "Fault",
    "Landmark",
    "Modem",
    "Officer",
    "Post",
    "Shift",
    "Siren",
    "Station",
    "Street",
    "Voice",
    "find_pack",
    "load_city",
]


class CityFault(Exception):
    """The pack cannot be used. ``faults`` holds every mistake in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A kind of emergency: the digit and the words that mean it, who serves it, and its name in each language."""

    number: str
    kind: str
    agency: str
    words: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """When nothing may be sent to the reporter's phone: these words in the text, or these kinds."""

    words: tuple[str, ...]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class City:
    """A checked city pack. ``languages``: the first is the one everything falls back to. ``emergency_call``: the number
    residents are told to call; never dialled by the program. ``words``: what people type for cancel, yes, no …
    ``texts`` are read on phones, ``prompts`` spoken; ``screens``: how a text is said that was written to be read,
    ``unsaid``: patterns of what is said of none. ``changes``: of the roster, by people; none in a pack as read.
    ``further``: names of services behind the first menu, in their order. ``ussd``: the code that people dial, if there
    is one. ``leaflets``: the words of printed ones, by language. ``waiting``: what is Indonesian until somebody
    translates it."""

    name: str
    title: str
    timezone: ZoneInfo
    languages: tuple[str, ...]
    levels: Levels = NAMELESS
    emergency_call: str
    sample_prefix: str
    clocks: Clocks
    areas: Mapping[str, Area]
    districts: Mapping[str, str]
    streets: tuple[Street, ...]
    landmarks: tuple[Landmark, ...] = ()
    stations: Mapping[str, Station]
    codes: tuple[Code, ...]
    words: Mapping[str, tuple[str, ...]]
    agencies: Mapping[str, Mapping[str, str]]
    quiet: Quiet
    modems: tuple[Modem, ...]
    operators: tuple[Post, ...]
    shifts: tuple[Shift, ...]
    texts: Mapping[str, Mapping[str, str]] = field(repr=False)
    voice: Voice
    prompts: Mapping[str, Mapping[str, str]] = field(repr=False)
    screens: Mapping[str, Mapping[str, str]] = field(repr=False)
    unsaid: Mapping[str, tuple[str, ...]] = field(repr=False)
    path: Path
    map: AreaMap = field(repr=False, compare=False)
    calendar: Calendar
    offices: Offices
    clinics: Clinics
    keplings: Keplings
    buses: Buses
    info: Info
    further: tuple[str, ...] = ()
    moves: Moves = UNMOVED
    lookups: Mapping[str, Lookup] = field(default_factory=dict, repr=False)
    changes: tuple[Change, ...] = ()
    findings: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: FINDINGS, repr=False)
    telling: Telling = USUAL
    ussd: str = ""
    leaflets: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    waiting: tuple[Fault, ...] = ()

    def changed(self, changes: Iterable[Change]) -> City:
        """The same city, its roster changed. Where nothing is changed it is this very one (caches go by it)."""
        new = tuple(changes)
        return self if new == self.changes else replace(self, changes=new)

    def on_duty(self, station: str, at: datetime) -> tuple[Officer, ...]:
        """Who is on duty at ``station`` at that (aware) instant, in ladder order, changes of the roster obeyed.
        Raises KeyError."""
        there = [shift for shift in self.shifts if shift.station == self.stations[station].id]
        found = (self.officer(one) for one in serving(there, at.astimezone(self.timezone), self.changes))
        return tuple(replace(one, station=station) for one in found if one is not None)

    def area_at(self, lat: float, lon: float) -> Area | None:
        """The kelurahan in which a point (degrees, WGS 84) lies; a point in a sliver between two, or up to 60 m
        outside the city, belongs to the nearest; else None."""
        code = self.map.at(lat, lon)
        return self.areas[code] if code else None

    def areas_within(self, lat: float, lon: float, radius_m: float) -> tuple[Area, ...]:
        """Every kelurahan that a circle (degrees, metres) touches, nearest first."""
        return tuple(self.areas[code] for code in self.map.within(lat, lon, radius_m))

    def text(self, lang: str, key: str, **fields: object) -> str:
        """What is said under ``key`` in ``lang`` (an unknown language: the city's first). Fields are cut to their
        widths, so that the text is always one SMS of GSM-7. Raises KeyError for an unknown key or a missing field."""
        template = self.said(lang, self.texts)[key]
        return template.format_map({name: clip(str(value), WIDTHS[name]) for name, value in fields.items()})

    def prompt(self, lang: str, id: str, **fields: object) -> str:
        """The same for what is spoken, nothing cut: whole sentences for the ear. "" where all of its fields are empty:
        then it has nothing to say."""
        return spoken(self.said(lang, self.prompts)[id], fields)

    def said(self, lang: str, by: Mapping[str, T], otherwise: T | None = None) -> T:
        """What of ``by`` is for ``lang``; in a language that the pack does not give, what is for the city's first.
        ``otherwise``: where that is missing too. Raises KeyError where that is None."""
        found = by.get(lang) or by.get(self.languages[0], otherwise)
        if found is None:
            raise KeyError(self.languages[0])
        return found

    def code(self, kind: str) -> Code:
        """The code of a kind. Raises KeyError."""
        return {code.kind: code for code in self.codes}[kind]

    def label(self, kind: str, lang: str) -> str:
        """The name of a kind of emergency in ``lang`` (else in the city's first). Raises KeyError for another kind."""
        return self.said(lang, self.code(kind).labels)

    def roster_numbers(self) -> frozenset[str]:
        """Every officer's number, on duty or not, and those of stand-ins."""
        return frozenset(shift.number for shift in self.shifts) | {one.instead for one in self.changes if one.instead}

    def station_of(self, number: str) -> Station | None:
        """The station of the officer with that number."""
        found = self.officer(number)
        return self.stations.get(found.station) if found else None

    def officer(self, number: str) -> Officer | None:
        """The person on the roster with that number, or one who stood or stands in for one."""
        shift = next((shift for shift in self.shifts if shift.number == number), None)
        if shift is not None:
            return Officer(name=shift.name, number=number, station=shift.station, sample=shift.sample)
        one = next((change for change in reversed(self.changes) if number and change.instead == number), None)
        sample = self.is_sample(number)
        return Officer(name=one.name, number=number, station=one.station, sample=sample) if one else None

    def siren_of(self, number: str) -> Station | None:
        """The station whose siren controller has that number."""
        return next((one for one in self.stations.values() if one.siren and one.siren.number == number), None)

    def officials(self) -> Iterable[tuple[str, Official | Kepling]]:
        """The people of offices and of the lingkungan, with who each is in words."""
        return (*self.offices.people(), *self.keplings.people())

    def sample_numbers(self) -> frozenset[str]:
        """Every number of the pack that is marked sample."""
        sirens = (station.siren for station in self.stations.values() if station.siren)
        marked: Iterable[Siren | Post | Modem | Shift] = (*sirens, *self.operators, *self.modems, *self.shifts)
        officials = frozenset(one.number for _, one in self.officials() if one.sample)
        return officials | frozenset(one.number for one in marked if one.sample) | frozenset(self.clinics.samples())

    def samples(self) -> tuple[str, ...]:
        """What in the pack is invented, in words: stations, sirens, people, telephones, streets, landmarks."""
        stations = self.stations.values()
        people = {one.number: f"officer {one.name}" for one in self.shifts if one.sample} | self.clinics.samples()
        people |= {one.number: f"official {who}" for who, one in self.officials() if one.sample}
        return (
            *(station.name for station in stations if station.sample),
            *(f"siren of {station.name}" for station in stations if station.siren and station.siren.sample),
            *(f"modem {modem.number}" for modem in self.modems if modem.sample),
            *(post.name for post in self.operators if post.sample),
            *people.values(),
            *(f"street {street.name}" for street in self.streets if street.sample),
            *(f"landmark {landmark.name}" for landmark in self.landmarks if landmark.sample),
            *self.buses.samples(),
            *self.info.samples(),
        )

    def is_sample(self, number: str) -> bool:
        """Whether a number is invented: it may be dialled or texted in the virtual world only."""
        return bool(self.sample_prefix) and number.startswith(self.sample_prefix)


def load_city(name_or_path: str | Path) -> City:
    """Read and check a pack: the name of a shipped one, or a folder. Raises CityFault with every mistake in it."""
    from config.check import read_pack

    city, faults = read_pack(find_pack(name_or_path))
    if city is None or faults:
        raise CityFault(faults)
    return city


def find_pack(name_or_path: str | Path) -> Path:
    """The folder of a pack: a folder as named, else the shipped one of that name, else one in ``cities/`` here. Raises
    CityFault."""
    path = Path(name_or_path)
    named = PACKS / str(name_or_path)
    shipped = sorted(pack.parent.name for pack in SHIPPED.glob("*/city.toml"))
    if str(name_or_path) in shipped and not (path / "city.toml").is_file():
        return SHIPPED / str(name_or_path)
    if path.is_dir():
        return path
    if path.name == str(name_or_path) and named.is_dir():
        return named
    message = f"is neither a folder nor a shipped city pack ({', '.join(shipped)})"
    raise CityFault([Fault(file=str(name_or_path), line=0, message=message)])
