"""Bus lines, stops and vehicles: what a pack may leave out, what is refused and where, what the shipped one holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.check import check
from config.city import SHIPPED, load_city
from config.city_buses import NO_BUSES

TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"
BUSES, STOPS = "buses.toml", "stops.csv"


def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "binjai", tmp_path / "town"))


def test_a_pack_may_do_without_buses(tmp_path: Path) -> None:
    town = Path(shutil.copytree(TINY, tmp_path / "town"))
    assert check(town) == []
    assert load_city(town).buses == NO_BUSES


def test_stops_without_lines_are_a_slip(tmp_path: Path) -> None:
    town = pack(tmp_path)
    (town / BUSES).unlink()
    (fault,) = check(town)
    assert (fault.file, fault.line) == (str(town / STOPS), 1)


def test_the_shipped_city_leads_each_bus_to_its_line_and_each_stop_lies_in_the_city() -> None:
    city = load_city("binjai")
    assert city.buses.lines
    for vehicle in city.buses.vehicles.values():
        assert vehicle.line in city.buses.lines
        assert city.buses.tracked(vehicle.tracker) is vehicle
        assert f"bus {vehicle.number}" in city.samples()
    assert all(city.area_at(stop.lat, stop.lon) for stop in city.buses.stops.values())


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (BUSES, 'hours = "06.00-17.00"', 'hours = "17.00-06.00"', "the last bus goes before the first"),
        (BUSES, 'hours = "06.00-17.00"', 'hours = "all day"', "must be hours like"),
        (BUSES, "silent_s = 300", "silent_s = 3", "must be between"),
        (BUSES, "speed_kmh = 20", "speed_kmh = 900", "must be between"),
        (BUSES, "alarm_s = 1800", "alarms = 1800", "did you mean alarm_s"),
        (BUSES, '"bandar-senembah", "polres",', '"bandar-senembah", "polsek",', "'polsek' is no stop of stops.csv"),
        (BUSES, '"polres", "pasar-rambung",', '"polres", "polres",', "a stop follows itself"),
        (BUSES, '"pasar-rambung", "polres"]', '"djoelham"]', "a loop comes back to its first stop by itself"),
        (BUSES, 'number = "4"', 'number = "3"', "'3' is another bus's number already"),
        (BUSES, 'number = "4"', 'number = "empat"', "is not the number on a bus"),
        (BUSES, 'tracker = "sample-bus-4"', 'tracker = "sample-bus-1"', "is in bus 1 already"),
        (BUSES, 'tracker = "sample-bus-4"', 'tracker = "sample bus"', "what a tracker calls itself"),
        (BUSES, 'line = "k3"', 'line = "k9"', "'k9' is not one of"),
        (BUSES, 'name = "K3 Selatan"', 'name = "K3 Selatan sekali"', "room for 12 of the GSM"),
        (BUSES, 'id = "k3"', 'id = "k2"', "another line's id"),
        (STOPS, "estate,Binjai Estate,", "polres,Binjai Estate,", "another stop's id"),
        (STOPS, "BPBD|Mencirim", "BPBD|POL RES", "means the stop polres already"),
        (STOPS, "3.627806,98.509985", "3.627806,timur", "must be a number"),
        (STOPS, "Pkm Jati Makmur,", "Puskesmas di Jalan Jati Makmur,", "room for 22 of the GSM"),
    ],
)
def test_a_slip_is_named_by_its_line(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    town = pack(tmp_path)
    path = town / file
    text = path.read_text()
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1))
    found = [(fault.file, fault.line) for fault in check(town) if says in fault.message]
    assert any(where == str(path) and abs(at - line) <= (12 if "another" in says else 0) for where, at in found), [
        str(one) for one in check(town)
    ]
