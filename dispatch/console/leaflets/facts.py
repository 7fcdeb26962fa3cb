"""What a leaflet says, from the city's pack: numbers, what to type, who comes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.geometry import distance_m
from dispatch.incident import Place
from dispatch.locate import stations
from dispatch.reading import Act, Intent, Reader, reader_of
from dispatch.talk import spoken
from gateway.number import local

if TYPE_CHECKING:
    from config.city import City
    from config.city_clinics import Clinic
    from config.city_info import DisasterPost

GROUP = 4  # digits of a number that stand together
TIED = "\u00a0"  # a blank at which no line ends


class NoLeaflet(Exception):
    """It cannot be made; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of leaflets in one language, the city's levels in them."""

    city: City
    lang: str

    def __call__(self, key: str, /, **fields: str) -> str:
        filled = self.city.levels.of(self.lang).fill(self.city.leaflets[self.lang][key])
        return filled.format_map({"title": self.city.title, **fields})

    def text(self, key: str) -> str:
        """A text of phones, without its fields."""
        return self.city.texts[self.lang][key]


def said_in(city: City, lang: str) -> Said:
    """Raises NoLeaflet where nobody wrote leaflets in that language."""
    if lang not in city.languages:
        raise NoLeaflet(f"{lang}: the pack's languages are {', '.join(city.languages)}")
    if lang not in city.leaflets:
        raise NoLeaflet(f"{lang}: there are no words of leaflets; write them into {city.path / 'leaflets'}/{lang}.toml")
    return Said(city, lang)


def typed(city: City, meaning: str) -> str:
    """The first word for that meaning, as it is shown; empty where the city has none."""
    return next(iter(city.words.get(meaning, ())), "").upper()


def grouped(number: str) -> str:
    """A number as people read it aloud: 0812 0000 0101."""
    digits = local(number)
    return TIED.join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP)) if digits.isdigit() else digits


def letter_numbers(city: City) -> Sequence[str]:
    """Where people write to. Raises NoLeaflet."""
    found = [one.number for one in city.modems if one.use != "calls"]
    if not found:
        raise NoLeaflet("city.toml has no [[modem]] that takes letters: there is no number to print")
    return found


def ringing_numbers(city: City) -> Sequence[str]:
    """Which people may ring, and from which officers are rung."""
    return [one.number for one in city.modems if one.use != "letters"]


def cries(city: City, lang: str) -> Sequence[tuple[str, str]]:
    """What to type for each kind of emergency, and its name. Each of them rings: it is read as letters are."""
    reader = reader_of(city)
    return [(_cry(city, kind, reader), city.label(kind, lang)) for kind in (code.kind for code in city.codes)]


def cry_word(city: City) -> str:
    """The shortest cry: SOS."""
    reader = reader_of(city)
    return next((code.words[0] for code in city.codes if code.kind == reader.vocabulary.cry_kind), "").upper()


def _cry(city: City, kind: str, reader: Reader) -> str:
    code = city.code(kind)
    for text in (f"{cry_word(city)} {code.number}", f"{cry_word(city)} {city.label(kind, city.languages[0])}"):
        reading = reader.read(text)
        if reading.intent is Intent.EMERGENCY and reading.act is Act.RING and reading.kind == kind:
            return text
    return spoken(code, city, reader)


@dataclass(frozen=True, slots=True)
class Comes:
    """Who is asked first there: the agency in words, its houses, and whether any of it is invented."""

    agency: str
    houses: Sequence[str]
    sample: bool


def who_comes(city: City, lang: str, kelurahan: str) -> Sequence[Comes]:
    """The first station for each kind of emergency there, by agency, in the order of the codes."""
    found: dict[str, list[str]] = {}
    samples: set[str] = set()
    here = city.areas[kelurahan]
    place = Place(kelurahan=kelurahan, kecamatan=here.kecamatan_code, lat=here.lat, lon=here.lon)
    for code in city.codes:
        first = stations(place, code.kind, city, ())[0]
        houses = found.setdefault(code.agency, [])
        if first.name not in houses:
            houses.append(first.name)
        samples |= {code.agency} if first.sample else set()
    return [Comes(_agency(city, one, lang), houses, one in samples) for one, houses in found.items()]


def every_house(city: City, lang: str) -> Sequence[Comes]:
    """The same for the whole city: who comes everywhere, headquarters first."""
    wide = [one for one in city.stations.values() if one.jurisdiction >= set(city.districts)]
    found: dict[str, list[str]] = {}
    for one in sorted(wide, key=lambda station: not station.headquarters):
        found.setdefault(one.agency, []).append(one.name)
    samples = {one.agency for one in wide if one.sample}
    return [Comes(_agency(city, one, lang), houses, one in samples) for one, houses in found.items()]


def _agency(city: City, agency: str, lang: str) -> str:
    return city.said(lang, city.agencies[agency])


def nearest_clinic(city: City, kelurahan: str) -> Clinic | None:
    """The house that needs no referral: one of the same district before others, then the nearest."""
    houses = [one for one in city.clinics.clinics.values() if not one.referral]
    return min(houses, key=lambda one: _away(city, kelurahan, one.kelurahan), default=None)


def nearest_post(city: City, kelurahan: str) -> DisasterPost | None:
    """The same for disaster posts."""

    def away(one: DisasterPost) -> tuple[bool, float]:
        point = None if one.lat is None or one.lon is None else (one.lat, one.lon)
        return _away(city, kelurahan, one.area, point)

    return min(city.info.posts, key=away, default=None)


def _away(city: City, here: str, there: str, point: tuple[float, float] | None = None) -> tuple[bool, float]:
    mine, other = city.areas[here], city.areas[there]
    metres = distance_m((mine.lat, mine.lon), point or (other.lat, other.lon))
    return mine.kecamatan_code != other.kecamatan_code, metres


def invented(city: City, kelurahan: str) -> bool:
    """Whether anything that is printed is marked sample: a number, a telephone of the command centre, a house."""
    numbers = [*letter_numbers(city), *ringing_numbers(city), *(one.number for one in city.operators)]
    if any(city.is_sample(one) for one in numbers):
        return True
    lang = city.languages[0]
    near = (nearest_clinic(city, kelurahan), nearest_post(city, kelurahan)) if kelurahan else ()
    houses = who_comes(city, lang, kelurahan) if kelurahan else every_house(city, lang)
    return any(one.sample for one in houses) or any(one is not None and one.sample for one in near)
