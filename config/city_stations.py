"""Reads ``stations.toml`` and ``roster.csv``: who comes, and who is there at what hour."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from config.city import Siren, Station
from config.city_areas import Ground
from config.city_files import PackFiles
from config.phones import E164
from config.roster import Shift, empty_hours, hours_said, read_days
from config.table import Table
from config.texts import WIDTHS

LATCH_CLOSE_S = 999  # an RTU5024-like controller told 999 stays closed until the next call: latch mode
ROSTER = "roster.csv"
ROSTER_COLUMNS = ("station", "name", "number", "days", "from", "to", "order", "sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What stations may refer to."""

    ground: Ground
    kinds: Collection[str]
    agencies: Collection[str]
    ringing: Collection[str]  # the gateway's numbers that may ring a siren


def read_stations(files: PackFiles, bounds: Bounds) -> dict[str, Station]:
    """Every station, by id, in the order of the file."""
    top = files.toml("stations.toml")
    stations: dict[str, Station] = {}
    for table in top.tables("station"):
        station = _station(table, bounds)
        if station.id in stations:
            table.fault("id", f"{station.id!r} is another station's id already")
        stations[station.id] = station
    top.done()
    if not stations:
        top.fault("", "holds no station")
    elif stations:
        _every_kind(top, stations.values(), bounds.kinds)
    return stations


def _every_kind(top: Table, stations: Collection[Station], kinds: Collection[str]) -> None:
    """Each kind of emergency has somebody who comes, and a headquarters as the ladder's last step."""
    for kind in kinds:
        serving = [station for station in stations if kind in station.kinds]
        if not serving:
            top.fault("", f"no station serves the kind {kind}")
        elif not any(station.headquarters for station in serving):
            top.fault("", f"no station with headquarters = true serves the kind {kind}: the ladder needs a last step")


def _station(table: Table, bounds: Bounds) -> Station:
    kelurahan = table.text("kelurahan")
    area = bounds.ground.areas.get(kelurahan)
    siren = _siren(table.table("siren"), bounds) if "siren" in table.data else None
    station = Station(
        id=table.text("id", pattern=r"[a-z0-9-]+", form="an id of small letters, digits and -"),
        name=table.short("name", WIDTHS["station"]),
        agency=table.choice("agency", bounds.agencies),
        kinds=frozenset(table.texts("kinds")),
        jurisdiction=frozenset(table.texts("jurisdiction", ())),
        headquarters=table.flag("headquarters", False),
        kelurahan=kelurahan,
        lat=table.number("lat", -90, 90, area.lat if area else 0.0),
        lon=table.number("lon", -180, 180, area.lon if area else 0.0),
        siren=siren,
        sample=table.flag("sample", False),
    )
    _fits(table, station, bounds)
    table.done()
    return station


def _fits(table: Table, station: Station, bounds: Bounds) -> None:
    for kind in sorted(station.kinds - set(bounds.kinds)):
        table.fault("kinds", f"{kind!r} is no kind of codes.toml")
    for code in sorted(station.jurisdiction - set(bounds.ground.districts)):
        table.fault("jurisdiction", f"{code!r} is no district of areas.geojson")
    if station.kelurahan and station.kelurahan not in bounds.ground.areas:
        table.fault("kelurahan", f"{station.kelurahan!r} is no area of areas.geojson")
    if ("lat" in table.data) != ("lon" in table.data):
        table.fault("lat", "lat and lon come together")
    elif "lat" in table.data and bounds.ground.map.at(station.lat, station.lon) is None:
        table.fault("lat", "the station lies outside every area of the city")


def _siren(table: Table, bounds: Bounds) -> Siren:
    siren = Siren(
        number=table.phone("number"),
        controller=table.text("controller"),
        mode=table.choice("mode", ("timed", "latch")),
        close_s=table.number("close_s", 1, LATCH_CLOSE_S),
        whitelist=frozenset(table.texts("whitelist")),
        relay=table.flag("relay"),
        says=table.text("says", "").strip(),
        sample=table.flag("sample", False),
    )
    table.done()
    if siren.mode == "latch" or siren.close_s >= LATCH_CLOSE_S:
        table.fault(
            "mode" if siren.mode == "latch" else "close_s",
            "a siren in latch mode is refused: a second ring would switch it off; set the controller to timed mode",
        )
    for number in sorted(siren.whitelist):
        if not re.fullmatch(E164, number):
            table.fault("whitelist", f"{number!r} is not a number like +628120000100 (E.164)")
    for number in sorted(set(bounds.ringing) - siren.whitelist):
        table.fault("whitelist", f"lacks {number}, a modem that may ring this siren")
    return siren


def read_roster(files: PackFiles, stations: Mapping[str, Station]) -> tuple[Shift, ...]:
    """Every shift. A station with an hour of the week without anybody is a fault."""
    rows = files.rows(ROSTER, ROSTER_COLUMNS)
    shifts = [shift for shift in (_shift(row, stations) for row in rows) if shift]
    if stations and not rows and not any(fault.file == files.shown(ROSTER) for fault in files.faults):
        files.fault(ROSTER, 1, "holds nobody: every station needs somebody at every hour")
    if len(shifts) == len(rows) and rows:
        for station in stations.values():
            empty = empty_hours(shift for shift in shifts if shift.station == station.id)
            if empty:
                line = max((row.where("")[1] for row in rows if row.data["station"] == station.id), default=1)
                files.fault(ROSTER, line, f"{station.id} has nobody on duty: {hours_said(empty)}")
    _one_person(rows, files)
    return tuple(shifts)


def _shift(row: Table, stations: Mapping[str, Station]) -> Shift | None:
    before = len(row.faults)
    days = read_days(row.text("days"))
    if days is None:
        row.fault("days", f"{row.data['days']!r} is not daily, mon-fri or sat|sun")
    shift = Shift(
        station=row.choice("station", stations),
        name=row.text("name"),
        number=row.phone("number"),
        days=days or frozenset(),
        begins=row.clock("from"),
        until=row.clock("to"),
        order=row.whole("order", 1, 99),
        sample=row.flag("sample"),
    )
    return shift if len(row.faults) == before else None


def _one_person(rows: list[Table], files: PackFiles) -> None:
    """A number belongs to one person at one station, however many shifts they have."""
    owners: dict[str, tuple[str, str]] = {}
    for row in rows:
        number, owner = row.data["number"], (row.data["name"], row.data["station"])
        if owners.setdefault(number, owner) != owner:
            first = owners[number]
            row.fault("number", f"{number} is the number of {first[0]} at {first[1]} already")
