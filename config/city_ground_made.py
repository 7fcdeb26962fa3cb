"""Makes ``areas.geojson`` of a pack from any GeoJSON with the areas' polygons: which property is the code, the name and
the district is guessed; rings are put in order, pieces of one area and areas of one district are joined."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from config.city_ground_read import Feature, NoGround
from config.city_shapes import BaseGeometry, NoShape, cleaned, inner_point, joined, overlaps_of, thinned, written
from config.geometry import distance_m

CODES = (re.compile(r"kode|code|^kd|_kd", re.IGNORECASE), re.compile(r"^(?!object|f|g)\w*_?id$", re.IGNORECASE))
NAME = re.compile(r"nam|name|desa|kelurahan|village|label", re.IGNORECASE)
DISTRICT = re.compile(r"kec|district|distrik|wadmkc", re.IGNORECASE)
NOTED = 0.01  # of the smaller polygon: an overlap that is told
SEE = "see to it in the file it came from"
FEW = 3  # names that are told
FAR_M = 100_000.0  # no city is that wide


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Which property says what. ``code`` empty: areas are numbered. ``district`` empty: there are none."""

    code: str
    name: str
    district: str


@dataclass(frozen=True, slots=True)
class _Area:
    code: str
    name: str
    district: str
    shape: BaseGeometry


def keys_of(features: Sequence[Feature]) -> list[str]:
    """Every property, in the order of the file."""
    return list(dict.fromkeys(key for one in features for key in one.said))


def guessed(features: Sequence[Feature]) -> Keys:
    """By the properties' names, and by whether their values tell the areas apart: best a name that is there once, else
    one that is called a name, whose twins are told apart by their district."""
    values = {key: [one.said.get(key, "") for one in features] for key in keys_of(features)}
    district = next((key for key, said in values.items() if DISTRICT.search(key) and _mostly_letters(said)), "")
    wordy = [key for key, said in values.items() if key != district and _letters([one for one in said if one])]
    apart = [key for key in wordy if all(values[key]) and len(set(values[key])) == len(features)]
    called = [key for key in wordy if NAME.search(key) and (len(set(values[key])) > 1 or len(features) == 1)]
    name = next((key for key in called if key in apart), next(iter(called), next(iter(apart), "")))
    areas = {(one.said.get(name, ""), one.said.get(district, "")) for one in features}
    coded = [key for key, said in values.items() if all(said) and _apart(features, key, name, len(areas))]
    numbered = [key for key in coded if key != name and any(char.isdigit() for char in values[key][0])]
    code = next((key for form in CODES for key in numbered if form.search(key)), "")
    return Keys(code=code, name=name, district=district)


def _apart(features: Sequence[Feature], key: str, name: str, at_least: int) -> bool:
    """Whether no two areas of other names have one value of it; several pieces of one area may."""
    codes = {one.said[key] for one in features}
    return len(codes) == len({(one.said[key], one.said.get(name, "")) for one in features}) >= at_least


def _letters(said: Sequence[str]) -> bool:
    return bool(said) and all(any(char.isalpha() for char in one) for one in said)


def _mostly_letters(said: Sequence[str]) -> bool:
    """Words, and few are missing: those are asked for by name."""
    there = [one for one in said if one]
    return _letters(there) and 2 * len(there) > len(said)


def unfit(features: Sequence[Feature], keys: Keys) -> list[str]:
    """What looks like the areas' code but is two areas' at once: a slip in the file, it seems."""
    notes = []
    for key in keys_of(features) if not keys.code else ():
        owners: dict[str, set[str]] = {}
        for one in features:
            owners.setdefault(one.said.get(key, ""), set()).add(one.said.get(keys.name, ""))
        twice = [
            f"{code} is {' and '.join(sorted(names))}" for code, names in owners.items() if code and len(names) > 1
        ]
        if any(form.search(key) for form in CODES) and 0 < len(twice) <= len(features) // 4:
            notes.append(f"{key} would be the code, but {'; '.join(twice)}: mend it in the file and take it anew")
    return notes


def made(features: Sequence[Feature], keys: Keys, attribution: str = "") -> tuple[str, list[str]]:
    """The text of ``areas.geojson``, and what a person should know about it. Raises NoGround."""
    notes: list[str] = []
    areas = _thinned(_told_apart(_pieced(features, keys, notes), notes), notes)
    codes: dict[str, list[str]] = {}
    for area in areas:
        codes.setdefault(area.district, []).append(area.code)
    above = {district: _above(own) for district, own in codes.items() if district}
    if len(set(above.values())) < len(above) or "" in above.values():
        above = {district: f"d{nth}" for nth, district in enumerate(above, start=1)}
    lines = [
        _feature(
            {"level": "district", "code": code, "name": name}, joined([a.shape for a in areas if a.district == name])
        )
        for name, code in above.items()
    ]
    for area in areas:
        lat, lon = inner_point(area.shape)
        properties = {"level": "area", "code": area.code, "name": area.name, "lat": lat, "lon": lon}
        lines.append(
            _feature(properties | ({"kecamatan_code": above[area.district]} if area.district else {}), area.shape)
        )
    notes += _overlaps(areas) + _where(areas)
    head = {"type": "FeatureCollection"} | ({"attribution": attribution} if attribution else {})
    body = ",\n".join(lines)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{body}\n]}}\n', notes


def _pieced(features: Sequence[Feature], keys: Keys, notes: list[str]) -> list[_Area]:
    """One for each area: features with the same code, name and district are pieces of one."""
    pieces: dict[tuple[str, str, str], list[BaseGeometry]] = {}
    wrong: dict[str, list[str]] = {}
    for one in features:
        name = one.said.get(keys.name, "")
        if not name:
            raise NoGround(f"feature {one.nth} has no {keys.name or 'name'}: give it one in the file")
        if keys.district and not one.said.get(keys.district):
            raise NoGround(f"{name} (feature {one.nth}) has no {keys.district}: give it one in the file")
        key = (
            one.said.get(keys.code, "") if keys.code else "",
            _titled(name),
            _titled(one.said.get(keys.district, "")),
        )
        try:
            shape, mended = cleaned(one.geometry)
        except NoShape as why:
            raise NoGround(f"{name} (feature {one.nth}): {why}") from None
        for said in mended:
            wrong.setdefault(said, []).append(name)
        pieces.setdefault(key, []).append(shape)
    notes += [f"{_named(names)}: {said}" for said, names in wrong.items()]
    notes += [f"{name}: {len(own)} pieces, joined into one" for (_, name, _), own in pieces.items() if len(own) > 1]
    return [
        _Area(code or f"{nth:04}", name, district, own[0] if len(own) == 1 else joined(own))
        for nth, ((code, name, district), own) in enumerate(pieces.items(), start=1)
    ]


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= FEW else f"{', '.join(names[:FEW])} and {len(names) - FEW} more"


def _told_apart(areas: Sequence[_Area], notes: list[str]) -> list[_Area]:
    """Two of one name are called by their district besides: a name is how people say where they are. Raises NoGround:
    they have one district, too."""
    named = Counter(area.name for area in areas)
    for (name, district), count in Counter((area.name, area.district) for area in areas).items():
        if count > 1:
            codes = ", ".join(area.code for area in areas if (area.name, area.district) == (name, district))
            where = f" in {district}" if district else ""
            raise NoGround(
                f"{name} is there {count} times{where} (codes {codes}): give each a name of its own in the file; "
                "pieces of one area have the same code"
            )
    found = []
    for area in areas:
        name = f"{area.name} {area.district}" if named[area.name] > 1 and area.district else area.name
        if name != area.name:
            notes.append(f"{area.name} is there {named[area.name]} times: this one is called {name}")
        found.append(replace(area, name=name))
    return found


def _thinned(areas: Sequence[_Area], notes: list[str]) -> list[_Area]:
    shapes, said = thinned([area.shape for area in areas])
    notes += [said] * bool(said)
    return [replace(area, shape=shape) for area, shape in zip(areas, shapes, strict=True)]


def _above(codes: Sequence[str]) -> str:
    """What the codes of a district's areas begin with ("72.71.01"), cut at a dot."""
    heads = {code.rpartition(".")[0] for code in codes}
    return heads.pop() if len(heads) == 1 else ""


def _titled(name: str) -> str:
    return name.title() if name.isupper() else name


def _feature(properties: Mapping[str, Any], shape: BaseGeometry) -> str:
    whole = {"type": "Feature", "properties": properties, "geometry": written(shape)}
    return json.dumps(whole, ensure_ascii=False)


def _overlaps(areas: Sequence[_Area]) -> list[str]:
    return [
        f"{areas[at].name} and {areas[other].name} overlap by {part:.0%} of the smaller: {SEE}"
        for at, other, part in overlaps_of([area.shape for area in areas])
        if part > NOTED
    ]


def _where(areas: Sequence[_Area]) -> list[str]:
    """Where the city lies, for a person to see that it does; and which area lies far from the others."""
    points = [inner_point(area.shape) for area in areas]
    middle = median(lat for lat, _ in points), median(lon for _, lon in points)
    notes = [f"the city lies at latitude {middle[0]:.3f}, longitude {middle[1]:.3f}"]
    for area, point in zip(areas, points, strict=True):
        if (away := distance_m(point, middle)) > FAR_M:
            notes.append(f"{area.name} lies {away / 1000:.0f} km from the others: {SEE}")
    return notes
