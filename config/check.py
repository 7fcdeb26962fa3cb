"""Reads a whole pack and judges it: every fault at once, by file and line. What is refused here never runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from config.city import City, Quiet
from config.city_areas import Ground, read_ground, read_streets
from config.city_buses import read_buses
from config.city_calendar import read_calendar
from config.city_clinics import FILE as CLINICS
from config.city_clinics import read_clinics
from config.city_codes import Codes, read_codes, read_texts
from config.city_files import PackFiles, mark_of
from config.city_info import read_info
from config.city_keplings import KEPLINGS, read_keplings
from config.city_landmarks import read_landmarks
from config.city_leaflets import read_leaflets
from config.city_lookups import read_lookups
from config.city_moves import read_moves
from config.city_offices import OFFICES, read_offices
from config.city_places import WHOLE
from config.city_stations import Bounds, read_roster, read_stations
from config.city_telling import read_telling
from config.city_top import FILE, Top, read_top
from config.city_voice import read_said
from config.fault import Fault
from config.lookup_words import beside

_OWN = re.compile(r"(^|[{,])\s*number\s*=")


def check(folder: Path) -> list[Fault]:
    """Every fault of the pack in ``folder``, in the order of its files and lines."""
    return read_pack(folder)[1]


def read_pack(folder: Path) -> tuple[City | None, list[Fault]]:
    """The city, and every fault of its pack; no city where there are faults."""
    files = PackFiles(folder)
    if not (folder / FILE).is_file():
        files.fault(FILE, 0, "there is no such file: this folder is no city pack")
        return None, files.faults
    city = _city(files)
    faults = sorted(set(files.faults))
    return (None if faults else city), faults


def _city(files: PackFiles) -> City | None:
    top = read_top(files)
    ground = read_ground(files, top.levels, top.title)
    if WHOLE in ground.districts:
        top = replace(top, levels=top.levels.flat())
    codes = read_codes(files, top.languages)
    kinds = [code.kind for code in codes.codes]
    for kind in top.quiet_kinds:
        if kind not in kinds:
            top.quiet.fault("kinds", f"{kind!r} is no kind of codes.toml")
    bounds = Bounds(ground=ground, kinds=kinds, agencies=codes.agencies, ringing=top.ringing())
    city = _serving(files, top, _assembled(files, top, ground, codes, bounds))
    city = replace(
        city,
        landmarks=read_landmarks(files, ground, city.streets),
        findings=codes.findings,
        moves=read_moves(files, top.version, ground, city.stations),
    )
    _numbers(files, city)
    city = replace(city, waiting=tuple(files.waiting))
    return city if top.clocks else None


def _assembled(files: PackFiles, top: Top, ground: Ground, codes: Codes, bounds: Bounds) -> City:
    stations = read_stations(files, bounds)
    offices, hours = read_offices(files, top.languages)
    said = read_said(files, top.languages, {"title": top.title, "call": top.emergency_call}, top.levels)
    return City(
        name=top.name,
        title=top.title,
        timezone=top.timezone,
        languages=top.languages,
        levels=top.levels,
        emergency_call=top.emergency_call,
        sample_prefix=top.sample_prefix,
        clocks=top.clocks,  # type: ignore[arg-type]  # without clocks there is a fault, and the city is not handed out
        areas=MappingProxyType(ground.areas),
        districts=MappingProxyType(ground.districts),
        streets=read_streets(files, ground),
        stations=MappingProxyType(stations),
        codes=codes.codes,
        words=MappingProxyType(codes.words),
        agencies=MappingProxyType(codes.agencies),
        quiet=Quiet(words=codes.words["quiet"], kinds=frozenset(top.quiet_kinds)),
        modems=top.modems,
        operators=top.operators,
        shifts=read_roster(files, stations),
        texts=MappingProxyType(read_texts(files, top.languages, top.levels)),
        voice=top.voice,
        prompts=MappingProxyType(said.prompts),
        screens=MappingProxyType(said.screens),
        unsaid=MappingProxyType(said.unsaid),
        path=files.folder,
        map=ground.map,
        calendar=read_calendar(files, top.timezone, hours),
        offices=offices,
        clinics=read_clinics(files, top.languages, ground.areas),
        keplings=read_keplings(files, ground.areas),
        buses=read_buses(files),
        info=read_info(files, top.languages, ground.areas, codes.agencies),
    )


def _serving(files: PackFiles, top: Top, city: City) -> City:
    """The same city with what it offers besides, which a pack may leave out."""
    return replace(
        city,
        further=top.further,
        lookups=read_lookups(files, beside(city)),
        telling=read_telling(files, top.languages),
        ussd=top.ussd,
        leaflets=MappingProxyType(read_leaflets(files, top.languages)),
    )


def _dialled(city: City) -> Iterator[tuple[str, str, bool]]:
    """Every number the program may dial or text, whose it is, and whether it is marked sample."""
    for modem in city.modems:
        yield modem.number, "a modem", modem.sample
    for post in city.operators:
        yield post.number, f"the command centre's {post.name}", post.sample
    for station in city.stations.values():
        if station.siren:
            yield station.siren.number, f"the siren of {station.id}", station.siren.sample
    yield from sorted({(shift.number, shift.name, shift.sample) for shift in city.shifts})
    yield from ((one.number, who, one.sample) for who, one in city.officials())
    yield from ((one.number, who, one.sample) for who, one in city.clinics.people())


def _numbers(files: PackFiles, city: City) -> None:
    """A number is one phone's; what is marked sample, and only that, begins as samples do."""
    seen: dict[str, str] = {}
    for number, owner, sample in _dialled(city):
        if not number:
            continue
        if number in seen:
            _fault(files, number, 1, f"{number} is the number of {seen[number]} and of {owner}")
        seen.setdefault(number, owner)
        if city.sample_prefix and sample != number.startswith(city.sample_prefix):
            wrong = "is marked sample but does not begin" if sample else "is not marked sample but begins"
            _fault(files, number, 0, f"{number} {wrong} with the sample_prefix {city.sample_prefix}")
        if sample and not city.sample_prefix:
            _fault(files, number, 0, f"{number} is marked sample, but {FILE} gives no sample_prefix")


def _fault(files: PackFiles, number: str, nth: int, message: str) -> None:
    """A fault at the ``nth`` place (from 0) where ``number`` stands, or the last."""
    places = _places(files, number)
    files.fault(*places[min(nth, len(places) - 1)], message)


def _places(files: PackFiles, number: str) -> list[tuple[str, int]]:
    """The places in the pack where ``number`` is given as somebody's own."""
    found: list[tuple[str, int]] = []
    for name in (FILE, "stations.toml", "roster.csv", OFFICES, CLINICS, KEPLINGS):
        path = files.folder / name
        whole = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
        for line, text in enumerate(whole.splitlines(), 1):
            cells = text.split(mark_of(whole)) if name.endswith(".csv") else [text] * bool(_OWN.search(text))
            if any(number == cell.strip() or f'"{number}"' in cell for cell in cells):
                found.append((name, line))
    return found or [(FILE, 0)]
