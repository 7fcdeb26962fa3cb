"""Which stop, and which bus: as people type it."""

from __future__ import annotations

import pytest

from config.city import load_city
from eservices.bus.naming import Naming


@pytest.fixture(scope="module")
def naming() -> Naming:
    return Naming(load_city("binjai"))


@pytest.mark.parametrize(
    ("typed", "stops"),
    [
        ("polres", ["polres"]),
        ("halte Polres Binjai", ["polres"]),
        ("RSUD", ["djoelham"]),
        ("ke pasar rambong", ["pasar-rambung"]),
        ("pusksmas rambung", ["rambung-dalam"]),
        ("kebunlada", ["kebun-lada"]),
        ("tanah tingi", ["tanah-tinggi"]),
        ("SMAN7", ["paya-roba"]),
        ("rambung", ["rambung-dalam", "pasar-rambung"]),
        ("ke djoelham jam brp", ["djoelham"]),
        ("jam berapa lewat estate", ["estate"]),
        ("jam berapa", []),
        ("lapangan merdeka", []),
        ("atap halte rusak di pasar rambung", []),
        ("", []),
        ("???", []),
    ],
)
def test_a_stop_by_its_name_a_part_of_it_or_with_a_slip(naming: Naming, typed: str, stops: list[str]) -> None:
    assert [one.id for one in naming.stops(typed)] == stops


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("TOLONG BUS 3", "3"),
        ("tolong di bus 3 ada copet", "3"),
        ("BUS 3 TOLONG", "3"),
        ("bis no.03 tolong", "3"),
        ("tolong di bus3", "3"),
        ("rampok di bus nomor 12!!", "12"),
        ("bus #2 terbakar", "2"),
        ("tolong, bus tiga", "3"),
        ("trans binjai 1 kecelakaan", "1"),
        ("tolong bus", None),
        ("bus 08.00 kecelakaan", None),
        ("bus 3a", None),
        ("ambus 3", None),
        ("tolong di halte 3", None),
        ("ada 3 bus terbakar", None),
        ("kecelakaan bus 3 orang luka", None),
        ("tabrakan bus 2 tewas", None),
        ("bus terbalik, bus 12 penumpang luka", None),
        ("kecelakaan bus tiga orang terluka", None),
        ("bus 5 menit lalu tabrakan di jl sudirman", None),
        ("bus 3 km dari polres terguling", None),
        ("accident city bus 3 people hurt", None),
        ("rampok dekat halte bus 3", None),
        ("copet di terminal bus kota 2", None),
        ("kecelakaan bus 3 orang luka di bus 7", "7"),
        ("tolong bus 3 ada orang dirampok", "3"),
        ("bus 3 rampok", "3"),
        ("bus 2 arah polres tabrakan", "2"),
        ("naik bus 3, malam ini dirampok", "3"),
    ],
)
def test_a_bus_that_a_text_names(naming: Naming, text: str, number: str | None) -> None:
    assert naming.named(text) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [("3", "3"), ("no 3", "3"), ("tiga", "3"), ("3 dmn bang", "3"), ("3 orang", None), ("polres", None), ("dmn", None)],
)
def test_a_number_that_is_all_of_the_text(naming: Naming, typed: str, number: str | None) -> None:
    assert naming.number(typed) == number
