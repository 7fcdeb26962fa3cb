"""A city whose areas stand under no district: nobody is asked for one, nothing names one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from config.check import check
from config.city import load_city
from dispatch.console.map.ground import ground_of
from dispatch.console.people.choosing import areas_of
from dispatch.locate import locate, stations
from tests.walks.connected import Connected, connected
from tests.walks.house import PACK
from tests.walks.indoors import EPOCH

STRANGER = "+6281260000078"


def flat(folder: Path) -> Path:
    """The tests' town without its districts."""
    made = Path(shutil.copytree(PACK, folder / "flat"))
    areas = json.loads((made / "areas.geojson").read_text())
    kept = [one for one in areas["features"] if one["properties"]["level"] == "kelurahan"]
    for one in kept:
        del one["properties"]["kecamatan_code"]
    lines = ",\n".join(json.dumps(one) for one in kept)
    (made / "areas.geojson").write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}')
    streets = (made / "streets.csv").read_text()
    (made / "streets.csv").write_text(streets.replace("99.01.01|99.01.02", "").replace(",99.01.01,", ",,"))
    text = (made / "stations.toml").read_text().replace('["99.01.01"]', "[]").replace('["99.01.01", "99.01.02"]', "[]")
    (made / "stations.toml").write_text(text)
    texts = (made / "texts" / "id.toml").read_text().replace("Kel. {area}, Kec. {district}", "Kel. {area}")
    (made / "texts" / "id.toml").write_text(texts)
    return made


def test_its_pack_has_no_fault_and_its_areas_no_district(tmp_path: Path) -> None:
    made = flat(tmp_path)
    assert check(made) == []
    city = load_city(made)
    assert {area.kecamatan for area in city.areas.values()} == {""}
    assert areas_of(city) == [
        ("99.01.01.1001", "Batu Merah"),
        ("99.01.01.1002", "Sumber Bening"),
        ("99.01.02.1001", "Tanjung Sepi"),
    ]
    drawn = json.loads(ground_of(city).body)["features"]
    assert [one["properties"]["name"] for one in drawn][-1] == "Kota Mungil", "the map lists them under the city"


def test_who_comes_is_decided_by_distance(tmp_path: Path) -> None:
    city = load_city(flat(tmp_path))
    place = locate("maling di kelurahan batu merah", None, city, EPOCH)
    assert place.kelurahan == "99.01.01.1001"
    assert [one.id for one in stations(place, "robbery", city, ())] == ["polsek-hulu", "polres"]


def test_a_stranger_is_asked_for_the_area_at_once(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        phone = here.phone(STRANGER)
        assert phone.dial("*384#") is not None
        screens = [await here.shown(phone)]
        for key in ("1", "1", "2"):
            assert phone.type(key), screens
            screens.append(await here.shown(phone))
        assert "mana di Kota Mungil?" in screens[2]
        assert "3 Tanjung Sepi" in screens[2]
        await here.clock.sleep(5.0)
        (incident,) = await here.incidents()
        assert json.loads(incident.place)["kelurahan"] == "99.01.01.1002"

    connected(tmp_path, scene, pack=flat(tmp_path), modem=None)


def test_whoever_registers_is_asked_no_more_than_his_area(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        phone = here.phone(STRANGER)
        phone.sms(here.modem.number, "DAFTAR Sari Contoh#Sumber Bening#Jl. Cemara 4")
        await here.until(lambda: here.told(STRANGER, "Sumber Bening"), "noted", 60.0)
        assert "kecamatan" not in " ".join(here.texts(STRANGER))

    connected(tmp_path, scene, pack=flat(tmp_path), provider="")
