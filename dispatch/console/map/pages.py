"""The map of the city, and a table that says the same.

GET /map                   the page; ?area=CODE, ?station=ID, ?incident=NUMBER: looked at first; ?q=: a place by name
GET /map/setup.json        what a small map on another page needs to begin
GET /map/areas.geojson     kelurahan and kecamatan (RFC 7946)
GET /map/places.json       stations with their sirens, who is on duty, landmarks
GET /map/incidents.json    what is open now, for pages without the live push
GET /map/units.json        what moves: the buses, each with the time of its fix
GET /tiles/Z/X/Y           one tile of the file that the city put into DATA_DIR/tiles
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from config.city import Area, City
from dispatch.console.map.ground import Ground, ground_of
from dispatch.console.map.places import incident_places, landmarks_json, station_json, station_places
from dispatch.console.map.search import hits
from dispatch.console.map.tile_format import MEDIA
from dispatch.console.map.tiles import Found, TileShelf, folders_of
from gateway.page import DESK, WATCH, Floor, Handed, NotThere, Page, Role, Shown, Told, Unit, Units, Visit, Wing

HERE = Path(__file__).parent
LIBRARY = HERE.parent / "static/vendor/leaflet/leaflet.js"
TILE_KEEP_S = 7 * 86400  # seconds; another file has another address
GROUND_KEEP_S = 30 * 86400
NO_TILE = (  # a PNG of one transparent point: where the file has a hole, the ground shows
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\nIDATx\x9cc\0\1\0\0\5\0\1\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"
)


def map_wing(floor: Floor, library: Path = LIBRARY, units: Sequence[Units] = ()) -> Wing:
    """The pages of the map. ``library``: the file without which there are only tables; ``units``: what moves."""
    place = _Map(floor, library, units)
    number = "[0-9]{1,9}"
    return Wing(
        room="map",
        pages=(
            Page(path="/map", handle=place.page, roles=WATCH, title="map.title", nav=30),
            Page(path="/map/setup.json", handle=place.setup, roles=WATCH),
            Page(path="/map/areas.geojson", handle=place.areas, roles=WATCH),
            Page(path="/map/places.json", handle=place.places, roles=WATCH),
            Page(path="/map/incidents.json", handle=place.incidents, roles=WATCH),
            Page(path="/map/units.json", handle=place.units, roles=WATCH),
            Page(path=f"/tiles/{{z:[0-9]{{1,2}}}}/{{x:{number}}}/{{y:{number}}}", handle=place.tile, roles=WATCH),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
        runs=place.shelf.watch,
    )


class _Map:
    def __init__(self, floor: Floor, library: Path, units: Sequence[Units]) -> None:
        self._library, self._moving = library, tuple(units)
        self._city, self._store, self._clock = floor.city, floor.store, floor.clock
        folders = folders_of(floor.settings.data_dir, floor.city)
        self.shelf = TileShelf(folders, floor.clock, floor.pulse)
        self._folder = folders[0]
        self._ground: Ground | None = None
        self._making = asyncio.Lock()

    async def page(self, visit: Visit) -> Shown:
        city, near = self._city, visit.user.may(DESK)
        found, incidents, stations = await asyncio.gather(
            self.shelf.found(),
            self._store.read(lambda tx: incident_places(tx, city, visit.language, near=near)),
            self._store.read(lambda tx: station_places(tx, city, self._clock.now(), visit.language)),
        )
        moving, ground = await self._units(), await self._drawn()
        asked = visit.query.get("q", "")[:80]
        return Shown(
            template="map/map.html",
            data={
                "asked": asked,
                "hits": hits(city, asked),
                "near": near,
                "incidents": incidents,
                "stations": stations,
                "units": moving,
                "kecamatan": _by_district(city),
                "landmarks": _by_area(landmarks_json(city)),
                "tiles": found,
                "folder": str(self._folder) if Role.ADMIN in visit.user.roles else "",
                "sources": ground.sources,
                "drawn": self._library.is_file(),
            },
        )

    async def setup(self, visit: Visit) -> Told:
        found, ground = await asyncio.gather(self.shelf.found(), self._drawn())
        return Told(
            value={
                "timezone": self._city.timezone.key,
                "bounds": ground.bounds,
                "areas": f"/map/areas.geojson?v={ground.version}",
                "sources": ground.sources,
                "tiles": _tiles_json(found),
                "drawn": self._library.is_file(),
            }
        )

    async def areas(self, visit: Visit) -> Handed:
        ground = await self._drawn()
        kept = GROUND_KEEP_S if visit.query.get("v") == ground.version else 0
        return Handed(body=ground.body, content_type="application/geo+json", keep_s=kept)

    async def places(self, visit: Visit) -> Told:
        city, near = self._city, visit.user.may(DESK)
        found = await self._store.read(lambda tx: station_places(tx, city, self._clock.now(), visit.language))
        return Told(
            value={
                "stations": [station_json(one, names=near) for one in found],
                "landmarks": landmarks_json(city),
            }
        )

    async def incidents(self, visit: Visit) -> Told:
        city, near = self._city, visit.user.may(DESK)
        found = await self._store.read(lambda tx: incident_places(tx, city, visit.language, near=near))
        return Told(value=[_incident_json(one) for one in found])

    async def units(self, visit: Visit) -> Told:
        return Told(value=[_unit_json(one) for one in await self._units()])

    async def _units(self) -> list[Unit]:
        now = self._clock.now()
        return await self._store.read(lambda tx: [one for of in self._moving for one in of(tx, now)])

    async def tile(self, visit: Visit) -> Handed:
        z, x, y = (int(visit.at[name]) for name in ("z", "x", "y"))
        found = await self.shelf.found()
        info = found.info
        if info is None or not info.min_zoom <= z <= info.max_zoom or not info.holds(z, x, y):
            raise NotThere
        tile = await self.shelf.tile(z, x, y)
        kept = TILE_KEEP_S if visit.query.get("v") == found.version else 0
        if tile is None:
            vector = info.kind == "mvt"  # an empty vector tile is an empty message
            kind = MEDIA["mvt" if vector else "png"]
            return Handed(body=b"" if vector else NO_TILE, content_type=kind, keep_s=kept)
        return Handed(body=tile[0], content_type=MEDIA[tile[1]], keep_s=kept)

    async def _drawn(self) -> Ground:
        async with self._making:
            if self._ground is None:
                self._ground = await asyncio.to_thread(ground_of, self._city)
            return self._ground


def _tiles_json(found: Found) -> Mapping[str, Any] | None:
    info = found.info
    if info is None or not info.drawable:
        return None
    return {
        "kind": info.kind,
        "form": info.form,
        "url": f"/tiles/{{z}}/{{x}}/{{y}}?v={found.version}",
        "min": info.min_zoom,
        "max": info.max_zoom,
        "bounds": info.bounds,
        "attribution": info.attribution,
    }


def _incident_json(one: Any) -> Mapping[str, Any]:
    return {
        "id": one.number,
        "code": one.code,
        "kind": one.kind,
        "face": one.face,
        "drill": one.drill,
        "opened_at": one.opened_at.isoformat(),
        "area": one.area,
        "candidates": list(one.candidates),
        "place": one.place,
        "lat": one.lat,
        "lon": one.lon,
        "exact": one.exact,
        "radius_m": one.radius_m,
    }


def _unit_json(one: Unit) -> Mapping[str, Any]:
    said = {"id": one.id, "name": one.name, "about": one.about, "lat": one.lat, "lon": one.lon, "fresh": one.fresh}
    return {**said, "at": one.at.isoformat()}


def _by_district(city: City) -> Sequence[tuple[str, str, Sequence[Area]]]:
    ordered = sorted(city.areas.values(), key=lambda area: (city.districts[area.kecamatan_code], area.name))
    return [
        (code, city.districts[code], list(held))
        for code, held in groupby(ordered, key=lambda area: area.kecamatan_code)
    ]


def _by_area(landmarks: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for one in landmarks:
        found.setdefault(one["kelurahan"], []).append(one["name"])
    return found
