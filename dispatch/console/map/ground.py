"""The ground of the map: the areas of the city pack as the page draws them, made once, fetched once."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping, shape

from config.city_areas import FILE
from config.city_places import WHOLE
from dispatch.console.map.tile_format import plain

if TYPE_CHECKING:
    from config.city import City

PLACES = 5  # decimals of a degree: 1.1 m
BIG = 300_000  # bytes; a larger file is drawn with fewer corners
FINE = 0.00005  # degrees (5 m) by which a border may then be off


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """``body``: GeoJSON (RFC 7946) of kelurahan and kecamatan with ``level, code, name, kecamatan, lat, lon``;
    ``version``: another for other areas; ``bounds``: west, south, east, north in degrees; ``sources``: whom
    to name, as the data's licence asks (the file's member ``attribution``)."""

    body: bytes
    version: str
    bounds: tuple[float, float, float, float]
    sources: str


def ground_of(city: City) -> Ground:
    """Reads the pack's areas, which were checked when the city was loaded. Blocks for some ten milliseconds."""
    raw = Path(city.path, FILE).read_bytes()
    document = json.loads(raw)
    features = document["features"]
    shapes = [shape(one["geometry"]) for one in features]
    drawn = [shapely.simplify(one, FINE) for one in shapes] if len(raw) > BIG else shapes
    made = [_feature(city, one["properties"], drawn[at]) for at, one in enumerate(features)]
    if WHOLE in city.districts:
        made.append(_feature(city, {"code": WHOLE, "name": city.title}, shapely.union_all(drawn)))
    body = json.dumps({"type": "FeatureCollection", "features": made}, separators=(",", ":"), ensure_ascii=False)
    west, south, east, north = (float(one) for one in shapely.total_bounds(shapes))
    return Ground(
        body=body.encode(),
        version=hashlib.sha256(body.encode()).hexdigest()[:12],
        bounds=(west, south, east, north),
        sources=plain(document.get("attribution")),
    )


def _feature(city: City, properties: Mapping[str, Any], drawn: Any) -> Mapping[str, Any]:
    code = str(properties["code"])
    area = city.areas.get(code)
    said: dict[str, Any] = {"level": "kelurahan" if area else "kecamatan", "code": code, "name": properties["name"]}
    if area is not None:
        said |= {"kecamatan": area.kecamatan_code, "lat": round(area.lat, PLACES), "lon": round(area.lon, PLACES)}
    geometry = mapping(drawn)
    return {
        "type": "Feature",
        "properties": said,
        "geometry": {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])},
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float | int):
        return round(value, PLACES) if math.isfinite(value) else 0
    return [_rounded(one) for one in value]
