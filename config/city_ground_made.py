"""Makes ``areas.geojson`` of a pack from any GeoJSON with the areas' polygons: which property is the code, the name and
the district is guessed; rings are put in order, districts are joined from their areas."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.city_shapes import BaseGeometry, cleaned, inner_point, joined, overlap_of, written

CODES = (re.compile(r"kode|code|^kd|_kd", re.IGNORECASE), re.compile(r"^(?!object|f|g)\w*_?id$", re.IGNORECASE))
NAME = re.compile(r"nam|name|desa|kelurahan|village|label", re.IGNORECASE)
DISTRICT = re.compile(r"kec|district|distrik|wadmkc", re.IGNORECASE)
NOTED = 0.01  # of the smaller polygon: an overlap that is told


class NoGround(Exception):
    """The file holds no areas; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Which property says what. ``code`` empty: areas are numbered. ``district`` empty: there are none."""

    code: str
    name: str
    district: str


def read_features(text: str) -> list[Mapping[str, Any]]:
    """The features that have a polygon. Raises NoGround."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        raise NoGround(f"is not JSON: line {fault.lineno}, {fault.msg}") from None
    features = document.get("features") if isinstance(document, dict) else None
    found: list[Mapping[str, Any]] = [one for one in features or () if isinstance(one, dict) and _polygon(one)]
    if not found:
        raise NoGround("holds no feature with a Polygon or a MultiPolygon: it must be a GeoJSON FeatureCollection")
    return found


def _polygon(feature: Mapping[str, Any]) -> bool:
    geometry = feature.get("geometry")
    return isinstance(geometry, dict) and geometry.get("type") in ("Polygon", "MultiPolygon")


def keys_of(features: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every property, in the order of the file."""
    return list(dict.fromkeys(key for one in features for key in one.get("properties") or ()))


def guessed(features: Sequence[Mapping[str, Any]]) -> Keys:
    """By the properties' names, and by whether their values tell the areas apart."""
    values = {key: [_said(one, key) for one in features] for key in keys_of(features)}
    apart = [key for key, said in values.items() if all(said) and len(set(said)) == len(said)]
    numbered = [key for key in apart if any(char.isdigit() for char in values[key][0])]
    code = next((key for form in CODES for key in numbered if form.search(key)), "")
    district = next((key for key, said in values.items() if DISTRICT.search(key) and _letters(said)), "")
    wordy = [key for key in apart if key != code and _letters(values[key])]
    name = next((key for key in wordy if NAME.search(key) and key != district), next(iter(wordy), ""))
    return Keys(code=code, name=name, district=district)


def _letters(said: Sequence[str]) -> bool:
    return bool(said) and all(any(char.isalpha() for char in one) for one in said)


def _said(feature: Mapping[str, Any], key: str) -> str:
    value = (feature.get("properties") or {}).get(key)
    return " ".join(str(value).split()) if value is not None else ""


def made(features: Sequence[Mapping[str, Any]], keys: Keys, attribution: str = "") -> tuple[str, list[str]]:
    """The text of ``areas.geojson``, and what a person should know about it. Raises NoGround."""
    notes: list[str] = []
    shapes = [_shape(one, keys, notes) for one in features]
    codes = [_said(one, keys.code) if keys.code else f"{nth:04}" for nth, one in enumerate(features, start=1)]
    names = [_titled(_said(one, keys.name)) for one in features]
    districts = [_titled(_said(one, keys.district)) if keys.district else "" for one in features]
    above = {name: _above(name, codes, districts) for name in dict.fromkeys(districts) if name}
    if len(set(above.values())) < len(above):
        above = {name: f"d{nth}" for nth, name in enumerate(above, start=1)}
    lines = []
    for name, code in above.items():
        own = [shape for shape, district in zip(shapes, districts, strict=True) if district == name]
        lines.append(_feature({"level": "district", "code": code, "name": name}, joined(own)))
    for code, name, district, shape in zip(codes, names, districts, shapes, strict=True):
        lat, lon = inner_point(shape)
        properties = {"level": "area", "code": code, "name": name, "lat": lat, "lon": lon}
        lines.append(_feature(properties | ({"kecamatan_code": above[district]} if district else {}), shape))
    notes += _overlaps(names, shapes)
    head = {"type": "FeatureCollection"} | ({"attribution": attribution} if attribution else {})
    body = ",\n".join(lines)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{body}\n]}}\n', notes


def _shape(feature: Mapping[str, Any], keys: Keys, notes: list[str]) -> BaseGeometry:
    name = _said(feature, keys.name) or "a feature"
    shape, mended = cleaned(feature["geometry"])
    if shape is None:
        raise NoGround(f"{name}: its polygon cannot be mended")
    notes += [f"{name}: {one}" for one in mended]
    return shape


def _above(name: str, codes: Sequence[str], districts: Sequence[str]) -> str:
    """What the codes of a district's areas begin with ("72.71.01"), cut at a dot."""
    own = [code for code, district in zip(codes, districts, strict=True) if district == name]
    heads = {code.rpartition(".")[0] for code in own}
    return heads.pop() if len(heads) == 1 else ""


def _titled(name: str) -> str:
    return name.title() if name.isupper() else name


def _feature(properties: Mapping[str, Any], shape: BaseGeometry) -> str:
    whole = {"type": "Feature", "properties": properties, "geometry": written(shape)}
    return json.dumps(whole, ensure_ascii=False)


def _overlaps(names: Sequence[str], shapes: Sequence[BaseGeometry]) -> list[str]:
    return [
        f"{names[at]} and {names[other]} overlap by {part:.0%} of the smaller: see to it in the file it came from"
        for at, one in enumerate(shapes)
        for other in range(at)
        if (part := overlap_of(one, shapes[other])) > NOTED
    ]
