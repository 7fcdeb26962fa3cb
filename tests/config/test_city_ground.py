"""Files of polygons as they are sent about: whatever is wrong with one is mended, or said in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from config.city_asking import Asker
from config.city_ground_made import guessed, made
from config.city_ground_read import NoGround, read_features
from config.city_lead import brought
from config.city_new import new_city
from tests.config.test_city_lead import TOWN

Feature = dict[str, Any]


def town(change: Callable[[int, Feature], object] = lambda nth, one: None) -> bytes:
    features = deepcopy(TOWN)
    for nth, one in enumerate(features):
        change(nth, one)
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def moved(by: Callable[[float, float], list[Any]], only: int | None = None) -> bytes:
    def change(nth: int, one: Feature) -> None:
        if only in (None, nth):
            one["geometry"]["coordinates"] = [[by(*point) for point in one["geometry"]["coordinates"][0]]]

    return town(change)


def props(**given: object) -> bytes:
    return town(lambda nth, one: one["properties"].update(given))


def shapes(**geometry: object) -> bytes:
    return town(lambda nth, one: one.update(geometry=geometry))


def read(data: bytes) -> tuple[Mapping[str, Any], list[str]]:
    features, left_out = read_features(data)
    text, notes = made(features, guessed(features))
    return json.loads(text), left_out + notes


def names(document: Mapping[str, Any]) -> list[str]:
    return [one["properties"]["name"] for one in document["features"] if one["properties"]["level"] == "area"]


NONE = "holds no feature with a Polygon"
REFUSED: Mapping[str, tuple[bytes, str]] = {
    "metres": (moved(lambda lon, lat: [lon * 1000, 9_900_000 + lat]), "are metres and not degrees: save it as GeoJSON"),
    "metres of the web": (moved(lambda lon, lat: [lon * 111_319, lat * 111_319]), "are metres and not degrees"),
    "beyond the poles": (moved(lambda lon, lat: [120, lon]), "it lies beyond the poles"),
    "nothing but a number": (moved(lambda lon, lat: [float("nan"), lat]), "its coordinates are not all numbers"),
    "without end": (moved(lambda lon, lat: [float("inf"), lat]), "its coordinates are not all numbers"),
    "words": (moved(lambda lon, lat: [str(lon), str(lat)]), "its coordinates are not all numbers"),
    "too few": (moved(lambda lon, lat: [0.0, 0.0]), "its polygon has no area"),
    "no coordinates": (shapes(type="Polygon"), "its coordinates are not all numbers"),
    "null coordinates": (shapes(type="Polygon", coordinates=None), "its coordinates are not all numbers"),
    "nested too deep": (shapes(type="Polygon", coordinates=[[[[[1, 2]]]]]), "cannot be read"),
    "empty polygon": (shapes(type="MultiPolygon", coordinates=[]), "its polygon is empty"),
    "lines": (shapes(type="LineString", coordinates=[[1, 2], [3, 4]]), NONE),
    "null": (town(lambda nth, one: one.update(geometry=None)), NONE),
    "features that are none": (b'{"type": "FeatureCollection", "features": 3}', NONE),
    "features in a table": (b'{"features": {"a": 1}}', NONE),
    "a list": (b"[1, 2]", "no GeoJSON: it must be a FeatureCollection"),
    "topojson": (b'{"type": "Topology", "objects": {}, "arcs": []}', "is TopoJSON"),
    "nothing": (b"\xef\xbb\xbf \n", "is empty"),
    "a page": (b"<html>404", "is XML or a web page"),
    "an archive": (b"PK\x03\x04\xff\xfe", "is a ZIP archive: unpack it"),
    "a shapefile": (b"\x00\x00\x27\x0a\x00", "is a shapefile"),
    "another encoding": (town().replace(b"BESUSU", "BÉSUSU".encode("latin-1")), "is not text in UTF-8"),
    "cut off": (town()[:-20], "is not JSON: line 1"),
    "brackets": (b"[" * 100_000, "without end"),
    "digits": (b'{"features": [' + b"9" * 100_000 + b"]}", "without end"),
    "no properties": (town(lambda nth, one: one.update(properties=None)), "no property holds the areas' names: (there"),
    "properties in a list": (town(lambda nth, one: one.update(properties=[1])), "no property holds the areas' names"),
    "one without a name": (
        town(lambda nth, one: one["properties"].update({"NAMOBJ": None, "WADMKC": "A"} if nth == 1 else {})),
        "feature 2 has no NAMOBJ",
    ),
}  # fmt: skip


@pytest.mark.sqlite_only("a pack has no store")
@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_said_in_plain_words(tmp_path: Path, what: str) -> None:
    data, says = REFUSED[what]
    file = tmp_path / "desa.geojson"
    file.write_bytes(data)
    new_city(tmp_path / "palu")
    before = (tmp_path / "palu/areas.geojson").read_bytes()
    with pytest.raises(NoGround) as refused:
        brought(tmp_path / "palu", [file], Asker(lambda prompt: None, lambda line: None))
    assert says in str(refused.value)
    assert str(refused.value).startswith(f"{file}: "), "it says which file"
    assert (tmp_path / "palu/areas.geojson").read_bytes() == before


@pytest.mark.sqlite_only("a pack has no store")
def test_a_file_that_is_not_there_is_said_too(tmp_path: Path) -> None:
    new_city(tmp_path / "palu")
    with pytest.raises(NoGround, match=r"nowhere\.geojson: No such file"):
        brought(tmp_path / "palu", [tmp_path / "nowhere.geojson"], Asker(lambda prompt: None, lambda line: None))


LINES = b"\n".join(json.dumps(one).encode() for one in TOWN)
USUAL = ["Besusu Contoh", "Lolu Contoh", "Ujuna Contoh"]


@pytest.mark.sqlite_only("a pack has no store")
@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + town(),
        town().decode().encode("utf-16"),
        LINES,
        b"\x1e" + LINES.replace(b"\n", b"\n\x1e"),
        town(lambda nth, one: one["geometry"]["coordinates"][0].pop()),
        town(lambda nth, one: one.update(geometry={"type": "GeometryCollection", "geometries": [one["geometry"]]})),
        props(NAMA={"a": 1}, LUAS=None),
        town(lambda nth, one: one["properties"].update(KODE_DESA=7271011001.0 + nth)),
    ],
)  # fmt: skip
def test_what_is_only_written_otherwise_is_read(data: bytes) -> None:
    document, _ = read(data)
    assert names(document) == USUAL
    assert not any("." in str(one["properties"]["code"])[10:] for one in document["features"][2:])


def _holed(nth: int, one: Feature) -> None:
    (west, south), far = one["geometry"]["coordinates"][0][0], 0.01
    ring = [[west, south], [west + far, south], [west + far, south + far], [west, south + far], [west, south]]
    hole = [[west + 0.002, south + 0.002], [west + 0.004, south + 0.002], [west + 0.004, south + 0.004]]
    isle = [[west + 0.012, south + 0.012], [west + 0.015, south + 0.012], [west + 0.015, south + 0.015]]
    closed = [[*part, part[0]] for part in (hole, isle)]
    one["geometry"] = {"type": "MultiPolygon", "coordinates": [[ring, closed[0]], [closed[1]]]}


@pytest.mark.sqlite_only("a pack has no store")
def test_holes_and_islands_stay() -> None:
    document, _ = read(town(_holed))
    shape = document["features"][-1]["geometry"]
    assert (shape["type"], sorted(map(len, shape["coordinates"]))) == ("MultiPolygon", [1, 2])


@pytest.mark.sqlite_only("a pack has no store")
def test_what_is_odd_is_told() -> None:
    said = read(moved(lambda lon, lat: [lat, lon], only=1))[1]
    assert "LOLU CONTOH: latitude stood before longitude" in said
    said = read(moved(lambda lon, lat: [lon - 20, lat], only=1))[1]
    assert any(line.startswith("Lolu Contoh lies 2") and "km from the others" in line for line in said), said
    assert "the city lies at latitude -0.890, longitude 119.870" in read(town())[1]
    said = read(town(lambda nth, one: one.update(geometry=None) if nth == 1 else None))[1]
    assert "1 of 3 features have no polygon and are left out: number 2" in said


@pytest.mark.sqlite_only("a pack has no store")
def test_pieces_of_one_area_are_joined_and_two_of_one_name_are_told_apart() -> None:
    same = {"KODE_DESA": "72.71.01.1001", "NAMOBJ": "BESUSU CONTOH", "WADMKC": "Timur Contoh"}
    document, said = read(town(lambda nth, one: one["properties"].update(same) if nth == 1 else None))
    assert names(document) == ["Besusu Contoh", "Ujuna Contoh"]
    assert "Besusu Contoh: 2 pieces, joined into one" in said
    document, said = read(town(lambda nth, one: one["properties"].update(NAMOBJ="TENGAH") if nth != 1 else None))
    assert names(document) == ["Tengah Timur Contoh", "Lolu Contoh", "Tengah Barat Contoh"]
    assert "Tengah is there 2 times: this one is called Tengah Timur Contoh" in said


@pytest.mark.sqlite_only("a pack has no store")
def test_codes_that_do_not_tell_areas_apart_are_not_taken() -> None:
    features, _ = read_features(props(KODE_DESA="72.71.01.1001"))
    assert (guessed(features).code, guessed(features).name) == ("", "NAMOBJ")
    document, _ = read(props(KODE_DESA="72.71.01.1001"))
    assert [one["properties"]["code"] for one in document["features"][2:]] == ["0001", "0002", "0003"]


def _drawn(nth: int, one: Feature) -> None:
    """Each side in 8,000 steps, a centimetre or so of noise in them."""
    (west, south), side, steps = one["geometry"]["coordinates"][0][0], 0.02, 8_000
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    ring = [
        [west + side * (x + (to_x - x) * step / steps), south + side * (y + (to_y - y) * step / steps)]
        for (x, y), (to_x, to_y) in pairwise(corners)
        for step in range(steps)
    ]
    one["geometry"]["coordinates"] = [[*ring, ring[0]]]


@pytest.mark.sqlite_only("a pack has no store")
def test_borders_with_very_many_points_are_drawn_with_fewer_and_still_meet() -> None:
    document, said = read(town(_drawn))
    assert any("points: drawn with" in line for line in said), said
    areas = [shape(one["geometry"]) for one in document["features"] if one["properties"]["level"] == "area"]
    assert sum(len(one.exterior.coords) for one in areas) < 1000
    besusu, lolu, ujuna = areas
    assert besusu.intersection(lolu).length == pytest.approx(0.02, rel=0.01)
    assert besusu.intersection(ujuna).length == pytest.approx(0.02, rel=0.01)
