"""Polygons of a stranger's GeoJSON, put in order: what a pack wants is valid, flat, and longitude first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

PLACES = 6  # decimals of a degree: 0.1 m


def cleaned(geometry: Mapping[str, Any]) -> tuple[BaseGeometry | None, list[str]]:
    """The shape, and what had to be mended; None: nothing is left of it."""
    notes: list[str] = []
    try:
        found = shapely.force_2d(shape(geometry))
    except Exception as fault:  # shapely raises half a dozen kinds for as many kinds of nonsense
        return None, [str(fault).splitlines()[0]]
    west, south, east, north = found.bounds if not found.is_empty else (0, 0, 0, 0)
    if max(abs(south), abs(north)) > 90 >= max(abs(west), abs(east)):
        found = shapely.transform(found, lambda points: points[:, ::-1])
        notes.append("latitude stood before longitude")
    if not found.is_valid:
        notes.append(f"was not valid ({shapely.is_valid_reason(found).partition('[')[0]})")
        found = shapely.make_valid(found)
    found = shapely.set_precision(found, 10**-PLACES)
    parts = [part for part in shapely.get_parts(found) if part.geom_type in ("Polygon", "MultiPolygon")]
    whole = shapely.union_all(parts) if parts else None
    if whole is None or whole.is_empty or max(abs(value) for value in whole.bounds[1::2]) > 90:
        return None, notes
    return shapely.orient_polygons(whole), notes


def joined(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """One shape of several that touch; slivers between them are closed."""
    return shapely.orient_polygons(shapely.set_precision(shapely.union_all(list(shapes)), 10**-PLACES))


def inner_point(found: BaseGeometry) -> tuple[float, float]:
    """A point (lat, lon) well inside."""
    point = found.representative_point()
    return round(point.y, PLACES), round(point.x, PLACES)


def overlap_of(one: BaseGeometry, other: BaseGeometry) -> float:
    """Which part of the smaller lies in the other."""
    if not one.intersects(other):
        return 0.0
    return float(one.intersection(other).area / min(one.area, other.area))


def written(found: BaseGeometry) -> Mapping[str, Any]:
    """As GeoJSON (RFC 7946)."""
    geometry: Mapping[str, Any] = mapping(found)
    return geometry


__all__ = ["BaseGeometry", "cleaned", "inner_point", "joined", "overlap_of", "written"]
