"""Opens a stranger's file of polygons: which features it has, and in plain words why it has none that can be used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

POLYGONS = ("Polygon", "MultiPolygon")
SAVE_AS = "save it as GeoJSON (RFC 7946) with the coordinate system WGS 84 (EPSG:4326)"
OTHER_FORMS = (  # what a file begins with, and what it is
    (b"PK", "is a ZIP archive: unpack it, and if it is a shapefile, "),
    (b"\x00\x00\x27\x0a", "is a shapefile: "),
    (b"SQLite format 3", "is a GeoPackage or another database: "),
    (b"<", "is XML or a web page, perhaps KML or GML: "),
    (b"\x1f\x8b", "is compressed (gzip): unpack it, then "),
)


class NoGround(Exception):
    """The file holds no areas; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One that has a polygon. ``nth``: its place in the file, from 1. ``said``: its properties, as words."""

    nth: int
    geometry: Mapping[str, Any]
    said: Mapping[str, str]


def read_features(data: bytes) -> tuple[list[Feature], list[str]]:
    """Those that have a polygon, and what a person should know about the others. Raises NoGround."""
    document = _document(data)
    if document.get("type") == "Topology":
        raise NoGround(f"is TopoJSON: {SAVE_AS}")
    listed = document.get("features", [document] if "geometry" in document else ())
    found, without = [], []
    for nth, one in enumerate(listed if isinstance(listed, list) else (), start=1):
        properties = one.get("properties") if isinstance(one, dict) else None
        said = {key: _words(value) for key, value in properties.items()} if isinstance(properties, dict) else {}
        geometry = _polygons(one.get("geometry")) if isinstance(one, dict) else None
        if geometry is None:
            without.append(nth)
        else:
            found.append(Feature(nth=nth, geometry=geometry, said=said))
    if not found:
        raise NoGround("holds no feature with a Polygon or a MultiPolygon: it must be a GeoJSON FeatureCollection")
    shown = ", ".join(str(nth) for nth in without[:5]) + (" …" if len(without) > 5 else "")
    return found, [f"{len(without)} of {len(listed)} features have no polygon and are left out: number {shown}"][
        : len(without)
    ]


def _document(data: bytes) -> Mapping[str, Any]:
    for mark, what in OTHER_FORMS:
        if data.lstrip().startswith(mark):
            raise NoGround(f"{what}{SAVE_AS}")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig").replace("\x1e", "")
    except UnicodeDecodeError:
        raise NoGround("is not text in UTF-8: save it again with that encoding") from None
    if not text.strip():
        raise NoGround("is empty")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        lines = _sequence(text)
        if lines is None:
            raise NoGround(f"is not JSON: line {fault.lineno}, {fault.msg}") from None
        return {"features": lines}
    except (RecursionError, ValueError):
        raise NoGround("is no GeoJSON: brackets in brackets, or a number, without end") from None
    if not isinstance(document, dict):
        raise NoGround("is JSON, but no GeoJSON: it must be a FeatureCollection")
    return document


def _sequence(text: str) -> list[Any] | None:
    """A feature on each line (RFC 8142, or without its marks); None: it is none."""
    try:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (RecursionError, ValueError):
        return None
    return found if len(found) > 1 else None


def _words(value: object) -> str:
    """A value of a property as it is read: one line, a whole number without a point."""
    if value is None or isinstance(value, dict | list | bool):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _polygons(geometry: object) -> Mapping[str, Any] | None:
    """Its polygons, those of a GeometryCollection joined into one; None: it has none."""
    if not isinstance(geometry, dict):
        return None
    if geometry.get("type") in POLYGONS:
        return geometry
    parts = geometry.get("geometries")
    if geometry.get("type") != "GeometryCollection" or not isinstance(parts, list):
        return None
    rings = [ring for one in parts for ring in _rings(one)]
    return {"type": "MultiPolygon", "coordinates": rings} if rings else None


def _rings(geometry: object) -> Sequence[Any]:
    if not isinstance(geometry, dict) or geometry.get("type") not in POLYGONS:
        return ()
    coordinates = geometry.get("coordinates")
    several = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    return several if isinstance(several, list) else ()


def numbers(found: object) -> Iterator[object]:
    """Every coordinate of a geometry, however deep its lists are."""
    left = [found]
    while left:
        one = left.pop()
        if isinstance(one, list | tuple):
            left.extend(one)
        else:
            yield one
