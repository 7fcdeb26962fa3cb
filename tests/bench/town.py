"""The bench's city: the tests' tiny town, with numbers that count as real so that an ordinary modem may use them.

They only ever reach the bench's own pty. Incidents come by the second here, so ``mass_s`` (one siren ring for many
incidents) is as short as a pack may have it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.city import City, load_city
from tests.bench.processes import ROOT

PACK = ROOT / "tests" / "fixtures" / "tinytown"
SAMPLE, REAL = "+6285500", "+6285700"  # the fixture's invented numbers, and what they become
MODEM = f"{REAL}000101"
STRANGERS = tuple(f"+628579990000{at}" for at in range(4))  # not registered; they write what is no emergency
STRANGER = STRANGERS[0]
MORE = {  # a second station beside the headquarters, which is always asked last: two sirens that may ring in turn
    "stations.toml": (
        "[[station]]",
        'id = "polsek-hilir"',
        'name = "Polsek Hilir"',
        'agency = "police"',
        'kinds = ["robbery", "sos"]',
        'jurisdiction = ["99.01.02"]',
        'kelurahan = "99.01.02.1001"',
        "sample = false",
        "[station.siren]",
        f'number = "{REAL}001003"',
        'controller = "RTU5024"',
        'mode = "timed"',
        "close_s = 30",
        f'whitelist = ["{MODEM}"]',
        "relay = false",
        "sample = false",
    ),
    "roster.csv": (f"polsek-hilir,Gita Contoh,{REAL}002007,daily,00:00,00:00,1,0",),
}
RESIDENTS = 100
CRY = "TOLONG RAMPOK"


@dataclass(frozen=True, slots=True)
class Resident:
    number: str
    kelurahan: str


def write_pack(folder: Path) -> Path:
    """The pack, in a folder of its own."""
    pack = folder / "town"
    shutil.copytree(PACK, pack)
    for name in ("city.toml", "stations.toml", "roster.csv", "streets.csv", "residents-sample.csv"):
        file = pack / name
        lines = [_line(line) for line in file.read_text().splitlines()]
        file.write_text("\n".join([*lines, *MORE.get(name, ())]) + "\n")
    return pack


def _line(line: str) -> str:
    if line.startswith("sample_prefix"):
        return line
    if line.startswith("mass_s"):
        return "mass_s = 1"
    line = (
        line.replace(SAMPLE, REAL).replace("sample = true", "sample = false").replace("relay = true", "relay = false")
    )
    return line.removesuffix(",1") + ",0" if line.endswith(",1") else line


def residents(city: City, count: int = RESIDENTS) -> list[Resident]:
    """People who are registered; neighbours in the list live in different districts, and so have different stations."""
    areas = list({area.kecamatan_code: code for code, area in city.areas.items()}.values())
    return [Resident(f"{REAL}1{at:05d}", areas[at % len(areas)]) for at in range(count)]


def register(people: Sequence[Resident]) -> str:
    """The file for ``kentongan residents import``."""
    rows = [f"{one.number},Warga {at},{one.kelurahan},Jl. Cemara No. {at}" for at, one in enumerate(people, 1)]
    return "\n".join(["phone,name,kelurahan,address", *rows]) + "\n"


def people(city: City) -> tuple[list[str], dict[str, list[str]]]:
    """The officers' and operators' phones, and the sirens with their whitelists."""
    officers = sorted(city.roster_numbers() | {post.number for post in city.operators})
    sirens = {one.siren.number: sorted(one.siren.whitelist) for one in city.stations.values() if one.siren}
    return officers, sirens


def load(pack: Path) -> City:
    return load_city(str(pack))
