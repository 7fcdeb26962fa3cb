"""Whatever the reading and the locating of a text write down as their reasons is said in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.city import load_city
from dispatch.console.incidents.pages import INCIDENT_WORDS
from dispatch.console.incidents.reasons import reason_of, reasons_of
from dispatch.console.incidents.said import Telling
from dispatch.console.words import LANGUAGES, Words
from dispatch.locate import Locator
from dispatch.reading import Reader
from dispatch.signs import Signs

CITY = load_city("binjai")
TELLING = Telling(Words([INCIDENT_WORDS]), CITY)
ROOM = Path(__file__).parents[4] / "dispatch"
TABLES = Path(__file__).parents[2]
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
AML = 'A"ML=1;lt=+3.60120;lo=+98.48230;rd={radius};top={at};lc={sure};pm=G'
POINTS = (
    "tolong 99.12345, 200.12345", "rampok 98.4823, 3.6012", "rampok 3.7000, 98.6000 di kel setia", "JF3M+2H",
    'A"ML=1;pm=N;rd=N', "goo.gl/maps/xyz", "geo:3.6012,98.4823", "https://maps.google.com/?q=3.6012,98.4823",
    "-1.5, -98.51234 rampok",
    "rampok 3.6012, 98.4823 kel setia", AML.format(radius=25, at="20260301025950", sure=20),
    AML.format(radius=9000, at="20260301010000", sure=90), AML.format(radius=25, at="20260401010000", sure=90),
)  # fmt: skip


@dataclass(frozen=True)
class Home:
    """A line of the registry."""

    kelurahan: str | None = next(iter(CITY.areas))
    address: str = "Jl. Contoh No. 1"
    lat: float | None = None
    lon: float | None = None
    address_at: datetime = NOW


def written() -> set[str]:
    """What is written for every text of the tables of readings and of places."""
    reader, locator = Reader(CITY), Locator(CITY)
    texts = [*POINTS]
    for name in ("readings.txt", "places.txt"):
        lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
        texts += [line.rpartition(" => ")[0] if " => " in line else line.partition("|")[2] for line in lines]
    said: set[str] = set()
    for text in texts:
        said |= {*reader.read(text).saw, *locator.locate(text, Home(), NOW).saw, *locator.locate(text, None, NOW).saw}
    return said | set(locator.of_area(next(iter(CITY.areas))).saw)


def test_every_reason_of_every_text_of_the_tables_has_words_but_a_lane_that_says_itself() -> None:
    lanes = Reader(CITY).language.address
    said = written()
    assert len(said) > 300
    plain = {one for one in said if reason_of(one).key == "words"}
    assert {one for one in plain if one.split()[0] not in lanes.lane | lanes.street} == set()
    for language in LANGUAGES:
        for one in said - plain:
            shown = TELLING.because(language, [one])
            assert shown != one or language == "en" or one.startswith(("lingkungan", "AML")), one
            assert "{" not in shown, one


def test_every_reason_that_the_source_names_has_words() -> None:
    verdicts = re.findall(r'emergency\(kind, Act\.\w+, "([^"]+)"', (ROOM / "verdict.py").read_text(encoding="utf-8"))
    assert len(verdicts) > 6
    signs = Signs(**dict.fromkeys(Signs.__dataclass_fields__, ("x",))).saw()
    assert [one for one in (*verdicts, *signs) if reason_of(one).key == "words"] == []


@pytest.mark.parametrize(
    ("sentence", "indonesian", "english"),
    [
        ("robbery: rampok (typed 'rampoq')", "“rampoq” (dibaca: “rampok”)", "“rampoq” (read as: “rampok”)"),
        ("help: tolong", "“tolong” (minta tolong)", "“tolong” (a cry for help)"),
        ("street 'x', not in the list", "jalan “x” tidak ada dalam daftar", "street “x” is not in the list"),
        ("street Kentang", "jalan Kentang", "street Kentang"),
        ("the registered address", "alamat terdaftar", "the registered address"),
        (
            "Satria: the registered address is one of 7",
            "Satria: alamat terdaftar cocok dengan satu dari 7 kemungkinan",
            "Satria: the registered address fits one of 7 possibilities",
        ),
        ("a point 3.7, 98.6: outside the city", "titik 3.7, 98.6 di luar kota", "point 3.7, 98.6 outside the city"),
        ("code 111", "kode 111", "code 111"),
        ("a number", "sebuah angka", "a number"),
        ("chosen: Setia", "dipilih: Setia", "chosen: Setia"),
        ("area Setia (typed 'stia')", "“stia” (dibaca: kelurahan Setia)", "“stia” (read as: kelurahan Setia)"),
        ("gang melati", "“gang melati”", "“gang melati”"),
        (
            "vehicle seen 3 s ago: Bus 3, 01.56 di Polres",
            "Bus 3, 01.56 di Polres (posisi alat pelacak, 3 detik sebelumnya)",
            "Bus 3, 01.56 di Polres (its tracker, 3 seconds before)",
        ),
    ],
)  # fmt: skip
def test_a_reason_is_said(sentence: str, indonesian: str, english: str) -> None:
    assert [TELLING.because(language, [sentence]) for language in ("id", "en")] == [indonesian, english]


def test_reasons_with_commas_stay_whole_and_older_lines_are_read_too() -> None:
    both = ("help: tolong", "street 'mawar', not in the list")
    assert reasons_of({"saw": "\n".join(both)}, "") == [*both]
    assert reasons_of({}, "robbery: help: tolong, the registered address") == ["help: tolong", "the registered address"]
