"""Finds a place of the city by its name, as people type it: stations, kelurahan, kecamatan, streets, landmarks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.city_places import WHOLE

if TYPE_CHECKING:
    from config.city import City

MOST = 40
_ROAD = re.compile(r"^(jalan|jln|jl|gang|gg)\b\.?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """``what``: station, kelurahan, kecamatan, street or landmark. ``focus``: what the map shows for it: ``KIND=CODE``
    pairs, empty where only the name is known."""

    what: str
    name: str
    where: str
    focus: str


def hits(city: City, asked: str) -> Sequence[Hit]:
    """Those whose name holds what was asked, those that begin with it first; at most 40."""
    wanted = _bare(asked)
    if not wanted:
        return ()
    found = [
        (min(places), len(hit.name), hit)
        for names, hit in _all(city)
        if (places := [_bare(name).find(wanted) for name in names if wanted in _bare(name)])
    ]
    return [hit for _, _, hit in sorted(found, key=lambda one: one[:2])[:MOST]]


def _all(city: City) -> Iterator[tuple[Sequence[str], Hit]]:
    for station in city.stations.values():
        where = _area(city, station.kelurahan)
        yield (station.name,), Hit(what="station", name=station.name, where=where, focus=f"station={station.id}")
    for area in city.areas.values():
        hit = Hit(what="kelurahan", name=area.name, where=area.kecamatan, focus=f"area={area.code}")
        yield (area.name, *area.variants), hit
    for code, name in city.districts.items() if WHOLE not in city.districts else ():
        yield (name,), Hit(what="kecamatan", name=name, where="", focus=f"area={code}")
    for street in city.streets:
        areas = [*street.kelurahan] or [*street.kecamatan]
        where = ", ".join(_area(city, code) for code in areas)
        yield (street.name, *street.variants), Hit(what="street", name=street.name, where=where, focus=_focus(areas))
    for mark in city.landmarks:
        areas = [mark.kelurahan or mark.kecamatan or ""]
        where = ", ".join(one for one in (mark.street, _area(city, areas[0])) if one)
        yield (mark.name, *mark.variants), Hit(what="landmark", name=mark.name, where=where, focus=_focus(areas))


def _focus(areas: Sequence[str]) -> str:
    known = [code for code in areas if code]
    return f"area={','.join(known)}" if known else ""


def _area(city: City, code: str) -> str:
    return city.areas[code].name if code in city.areas else city.districts.get(code, "")


def _bare(text: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text[:80].lower()) if not unicodedata.combining(one))
    return _ROAD.sub("", " ".join(re.sub(r"[^\w\s]", " ", plain).split()))
