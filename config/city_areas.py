"""Reads ``areas.geojson`` and ``streets.csv``: where things are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.city import Area, Street
from config.city_files import PackFiles
from config.city_levels import ROLES, Levels
from config.city_places import WHOLE
from config.geometry import AreaMap, BaseGeometry, FlatMap
from config.table import Table

FILE = "areas.geojson"
OVERLAP = 0.1  # of the smaller polygon; published boundaries overlap by a few per mille
COVERED = 0.9  # of an area by its district's polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The areas of the city."""

    areas: dict[str, Area]
    districts: dict[str, str]
    map: AreaMap


@dataclass(frozen=True, slots=True)
class _Piece:
    """A feature being read."""

    table: Table
    code: str
    name: str
    shape: BaseGeometry | None


def read_ground(files: PackFiles, levels: Levels, title: str) -> Ground:
    """Every area and the districts above them, with all that is wrong with them noted in ``files``. Where there is no
    district, the city (``title``) is the only one, and no area names it."""
    document, lines = files.json(FILE)
    features = document.get("features")
    if lines and (document.get("type") != "FeatureCollection" or not isinstance(features, list) or not features):
        files.fault(FILE, 1, "must be a GeoJSON FeatureCollection with features")
    features = [one for one in features if isinstance(one, Mapping)] if isinstance(features, list) else []
    flat = FlatMap(_middle(features))
    pieces: dict[str, list[_Piece]] = {role: [] for role in ROLES}
    roles = levels.roles()
    for feature in features:
        table = _properties(files, feature, lines)
        role = roles.get(table.choice("level", roles), "")
        piece = _Piece(table, table.text("code"), table.text("name"), _shape(table, feature, flat))
        if role in pieces:
            pieces[role].append(piece)
    return _ground(files, pieces, flat, title)


def _ground(files: PackFiles, pieces: Mapping[str, list[_Piece]], flat: FlatMap, title: str) -> Ground:
    outer = {piece.code: piece for piece in pieces["district"]}
    for piece in pieces["district"]:
        piece.table.done()
    areas = {piece.code: _area(piece, outer, flat) for piece in pieces["area"]}
    shapes = {piece.code: piece.shape for piece in pieces["area"] if piece.shape is not None}
    for role in ROLES:
        _alone(pieces[role])
    _overlaps(pieces["area"])
    if outer and not areas:
        files.fault(FILE, 1, "holds no area: every feature is a district")
    districts = {code: piece.name for code, piece in outer.items()} or {WHOLE: title}
    return Ground(areas=areas, districts=districts, map=AreaMap(shapes, flat))


def _properties(files: PackFiles, feature: Mapping[str, Any], lines: list[str]) -> Table:
    found = feature.get("properties")
    properties = found if isinstance(found, Mapping) else {}
    mark = f'"{properties.get("code", "")}"'
    line = next((number for number, text in enumerate(lines, 1) if mark in text), 1)
    file = files.shown(FILE)
    return Table(properties, lambda key: (file, line), files.faults, f"{properties.get('name', 'feature')} ")


def _shape(table: Table, feature: Mapping[str, Any], flat: FlatMap) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        table.fault("polygon", "its geometry must be a Polygon or a MultiPolygon")
        return None
    try:
        found = flat.shape(geometry)
    except Exception as fault:  # shapely raises half a dozen kinds for as many kinds of nonsense
        table.fault("polygon", f"cannot be read: {str(fault).splitlines()[0]}")
        return None
    west, south, east, north = flat.degrees(found)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        table.fault("polygon", "lies outside the world: coordinates are longitude first, in degrees")
    elif problem := flat.problem(found):
        table.fault("polygon", f"is not a valid polygon: {problem}")
    else:
        return found
    return None


def _area(piece: _Piece, outer: Mapping[str, _Piece], flat: FlatMap) -> Area:
    table = piece.table
    kecamatan = table.text("kecamatan_code", None if outer else "")
    area = Area(
        code=piece.code,
        name=piece.name,
        kecamatan_code=kecamatan if outer else WHOLE,
        kecamatan=outer[kecamatan].name if kecamatan in outer else "",
        lat=table.number("lat", -90, 90),
        lon=table.number("lon", -180, 180),
        variants=table.texts("variants", ()),
        postcode=table.text("postcode", ""),
        households=table.whole("households", 0, 10_000_000, 0),
    )
    table.done()
    if kecamatan and not outer:
        table.fault("kecamatan_code", "names a district, but no feature is one")
    elif kecamatan and kecamatan not in outer:
        table.fault("kecamatan_code", f"{kecamatan!r} is no district of this file")
    elif kecamatan and piece.shape is not None and not _within(piece.shape, outer[kecamatan].shape):
        table.fault("polygon", f"lies outside the polygon of its district {area.kecamatan}")
    if piece.shape is not None and not piece.shape.intersects(flat.point(area.lat, area.lon)):
        table.fault("lat", "the point lat, lon lies outside the polygon: take one inside")
    return area


def _within(inner: BaseGeometry, outer: BaseGeometry | None) -> bool:
    return outer is None or bool(inner.intersection(outer).area >= COVERED * inner.area)


def _alone(pieces: list[_Piece]) -> None:
    """Codes are unique; so are names of one level (a name is how people say where they are)."""
    seen: set[str] = set()
    for piece in pieces:
        for key, value in (("code", piece.code), ("name", piece.name)):
            if value and value in seen:
                piece.table.fault(key, f"{value!r} is there twice")
            seen.add(value)


def _overlaps(pieces: list[_Piece]) -> None:
    for place, one in enumerate(pieces):
        for other in pieces[:place]:
            if one.shape is None or other.shape is None or not one.shape.intersects(other.shape):
                continue
            if one.shape.intersection(other.shape).area > OVERLAP * min(one.shape.area, other.shape.area):
                one.table.fault("polygon", f"overlaps {other.name}")


def _middle(features: list[Mapping[str, Any]]) -> float:
    """A latitude of the city, for the flat map."""
    for feature in features:
        properties = feature.get("properties")
        lat = properties.get("lat") if isinstance(properties, Mapping) else None
        if isinstance(lat, int | float) and -90 < lat < 90:
            return float(lat)
    return 0.0


def read_streets(files: PackFiles, ground: Ground) -> tuple[Street, ...]:
    """Every street; its areas must exist."""
    columns = ("street", "variants", "kelurahan", "kecamatan", "sample")
    streets = [_street(row, ground) for row in files.rows("streets.csv", columns, ("partial",))]
    return tuple(streets)


def _street(row: Table, ground: Ground) -> Street:
    street = Street(
        name=row.text("street"),
        variants=row.texts("variants", ()),
        kelurahan=row.texts("kelurahan", ()),
        kecamatan=row.texts("kecamatan", ()),
        sample=row.flag("sample"),
        partial=row.flag("partial", False),
    )
    for code in street.kelurahan:
        if code not in ground.areas:
            row.fault("kelurahan", f"{code!r} is no area of {FILE}")
    for code in street.kecamatan:
        if code not in ground.districts:
            row.fault("kecamatan", f"{code!r} is no district of {FILE}")
    inside = {ground.areas[code].kecamatan_code for code in street.kelurahan if code in ground.areas}
    if not street.kelurahan and not street.kecamatan:
        row.fault("kelurahan", "a street needs an area (kelurahan) or a district (kecamatan)")
    elif street.kecamatan and not inside <= set(street.kecamatan):
        row.fault("kecamatan", "does not hold every area of the street")
    if street.partial and not (street.kelurahan and street.kecamatan):
        row.fault("partial", "says that the street runs on through its district: kelurahan and kecamatan must be given")
    return street
