"""Points and polygons. shapely does the geometry, in metres on a flat map of the city (it is 20 km across: the error of
the flat map there is under a metre)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

EARTH_M = 6_371_008.8  # mean radius (IUGG), metres
SNAP_M = 60.0  # slivers between neighbouring kelurahan are narrower than that


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two (lat, lon) points in degrees, along the great circle (haversine)."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    east = math.sin(math.radians(b[1] - a[1]) / 2)
    north = math.sin((lat_b - lat_a) / 2)
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(north**2 + math.cos(lat_a) * math.cos(lat_b) * east**2)))


class FlatMap:
    """Degrees to metres around a latitude."""

    def __init__(self, lat: float) -> None:
        self._north = math.pi * EARTH_M / 180
        self._east = self._north * math.cos(math.radians(lat))

    def point(self, lat: float, lon: float) -> Point:
        return Point(lon * self._east, lat * self._north)

    def shape(self, geojson: Mapping[str, Any]) -> BaseGeometry:
        """A GeoJSON geometry (lon, lat in degrees; RFC 7946) in metres. Raises ValueError and its like on nonsense."""
        return shapely.transform(shape(geojson), lambda points: points * (self._east, self._north))

    def degrees(self, found: BaseGeometry) -> tuple[float, float, float, float]:
        """West, south, east, north of a shape in metres, in degrees."""
        west, south, east, north = found.bounds
        return west / self._east, south / self._north, east / self._east, north / self._north

    def problem(self, found: BaseGeometry) -> str:
        """Why a shape in metres is not valid (OGC Simple Features) and where, in degrees; or nothing."""
        if not found.is_valid:
            reason, _, place = str(shapely.is_valid_reason(found)).rstrip("]").partition("[")
            try:
                east, north = (float(number) for number in place.split()[:2])
            except ValueError:
                return reason
            return f"{reason} at longitude {east / self._east:.6f}, latitude {north / self._north:.6f}"
        return "it is empty" if found.is_empty or found.area == 0 else ""


class AreaMap:
    """Which area a point lies in."""

    def __init__(self, shapes: Mapping[str, BaseGeometry], flat: FlatMap) -> None:
        self._codes = sorted(shapes)
        self._flat = flat
        self._tree = shapely.STRtree([shapes[code] for code in self._codes])

    def at(self, lat: float, lon: float) -> str | None:
        """The code of the area at a point (degrees), of the nearest one within 60 m, or None."""
        if not (math.isfinite(lat) and math.isfinite(lon)):
            return None
        point = self._flat.point(lat, lon)
        inside = self._tree.query(point, predicate="intersects")
        found = inside if len(inside) else self._tree.query_nearest(point, max_distance=SNAP_M)
        return self._codes[min(int(place) for place in found)] if len(found) else None

    def within(self, lat: float, lon: float, radius_m: float) -> tuple[str, ...]:
        """The codes of the areas that a circle around a point (degrees, metres) touches, nearest first."""
        if not (math.isfinite(lat) and math.isfinite(lon) and math.isfinite(radius_m)):
            return ()
        point = self._flat.point(lat, lon)
        touched = self._tree.query(point, predicate="dwithin", distance=max(0.0, radius_m))
        away = {int(place): shapely.distance(self._tree.geometries[int(place)], point) for place in touched}
        return tuple(self._codes[place] for place in sorted(away, key=lambda place: (away[place], place)))


def empty_map() -> AreaMap:
    """A map on which no point lies anywhere: stands in while a pack with faults is read."""
    return AreaMap({}, FlatMap(0))


__all__ = ["AreaMap", "BaseGeometry", "FlatMap", "distance_m", "empty_map"]
