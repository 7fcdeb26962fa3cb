"""Polygons of a stranger's GeoJSON, put in order: what a pack wants is valid, flat, and longitude first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from config.city_ground_read import SAVE_AS, numbers

PLACES = 6  # decimals of a degree: 0.1 m
MANY = 40_000  # points of all areas: with more, a pack is slow to read
THIN = 0.00005  # degrees: 5 m, by which a border may be drawn otherwise where there are too many


class NoShape(Exception):
    """Nothing can be made of a geometry; the message says why."""


def cleaned(geometry: Mapping[str, Any]) -> tuple[BaseGeometry, list[str]]:
    """The shape, and what had to be mended. Raises NoShape."""
    notes: list[str] = []
    found = _read(geometry)
    west, south, east, north = found.bounds
    if max(abs(value) for value in found.bounds) > 180:
        raise NoShape(f"its coordinates ({west:.0f}, {south:.0f} …) are metres and not degrees: {SAVE_AS}")
    if max(abs(south), abs(north)) > 90 >= max(abs(west), abs(east)):
        found = shapely.transform(found, lambda points: points[:, ::-1])
        notes.append("latitude stood before longitude")
    if max(abs(value) for value in found.bounds[1::2]) > 90:
        raise NoShape(f"it lies beyond the poles: {SAVE_AS}")
    if not found.is_valid:
        notes.append(f"was not valid ({shapely.is_valid_reason(found).partition('[')[0]})")
        found = shapely.make_valid(found)
    whole = joined([part for part in shapely.get_parts(found) if part.geom_type in ("Polygon", "MultiPolygon")])
    if whole.is_empty:
        raise NoShape("its polygon has no area")
    return whole, notes


def _read(geometry: Mapping[str, Any]) -> BaseGeometry:
    coordinates = geometry.get("coordinates")
    if any(not isinstance(one, int | float) or not math.isfinite(one) for one in numbers(coordinates)):
        raise NoShape("its coordinates are not all numbers")
    try:
        found = shapely.force_2d(shape(geometry))
    except Exception as fault:  # shapely raises half a dozen kinds for as many kinds of nonsense
        raise NoShape(f"its polygon cannot be read ({str(fault).splitlines()[0] or type(fault).__name__})") from None
    if found.is_empty:
        raise NoShape("its polygon is empty")
    return found


def joined(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """One shape of several that touch; slivers between them are closed."""
    whole = shapely.set_precision(shapely.union_all(list(shapes)), 10**-PLACES)
    solid = [part for part in shapely.get_parts(whole) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.orient_polygons(shapely.union_all(solid))


def thinned(shapes: Sequence[BaseGeometry]) -> tuple[list[BaseGeometry], str]:
    """The same with fewer points where there are very many, borders still shared; and what was done."""
    before = int(sum(shapely.get_num_coordinates(list(shapes))))
    if before <= MANY:
        return list(shapes), ""
    found = [joined([one]) for one in shapely.coverage_simplify(list(shapes), THIN)]
    after = int(sum(shapely.get_num_coordinates(found)))
    return found, f"the borders have {before} points: drawn with {after}, at most 5 m beside them"


def inner_point(found: BaseGeometry) -> tuple[float, float]:
    """A point (lat, lon) well inside."""
    point = found.representative_point()
    return round(point.y, PLACES), round(point.x, PLACES)


def overlaps_of(shapes: Sequence[BaseGeometry]) -> Iterator[tuple[int, int, float]]:
    """Two that overlap, and which part of the smaller lies in the other."""
    tree = shapely.STRtree(list(shapes))
    for at, other in sorted(zip(*tree.query(list(shapes), predicate="intersects").tolist(), strict=True)):
        if other < at:
            shared = shapes[at].intersection(shapes[other]).area
            yield at, other, float(shared / min(shapes[at].area, shapes[other].area))


def written(found: BaseGeometry) -> Mapping[str, Any]:
    """As GeoJSON (RFC 7946)."""
    geometry: Mapping[str, Any] = mapping(found)
    return geometry


__all__ = ["BaseGeometry", "NoShape", "cleaned", "inner_point", "joined", "overlaps_of", "thinned", "written"]
