"""``landmarks.csv``: a pack may hold it, and a bad row is refused by its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.check import check
from config.city import load_city

TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"
HEAD = "landmark,variants,kind,kelurahan,kecamatan,street,sample"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "town"))


def write(pack: Path, *rows: str) -> None:
    (pack / "landmarks.csv").write_text("\n".join((HEAD, *rows, "")), encoding="utf-8")


def test_a_pack_without_landmarks_is_complete() -> None:
    assert load_city(TINY).landmarks == ()


def test_a_landmark_leads_to_a_kelurahan_or_to_a_street(pack: Path) -> None:
    write(pack, "Pasar Baru,Pasar Batu|P. Baru,market,99.01.01.1001,,,1", "SMAN 1,,school,,,Bambu Kuning,0")
    market, school = load_city(pack).landmarks
    assert (market.kelurahan, market.variants, market.sample) == ("99.01.01.1001", ("Pasar Batu", "P. Baru"), True)
    assert (school.kelurahan, school.street) == (None, "Bambu Kuning")
    assert "landmark Pasar Baru" in load_city(pack).samples()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Pasar,,market,99.01.01.9999,,,0", "is no area of"),
        ("Pasar,,market,,99.09,,0", "is no district of"),
        ("Pasar,,market,99.01.01.1001,99.01.02,,0", "is not the district that holds the area"),
        ("Pasar,,market,,,Jalan Buntu,0", "is no street of streets.csv"),
        ("Pasar,,market,,,,0", "it leads nowhere"),
        ("Pasar,,Market!,99.01.01.1001,,,0", "is not one word in small letters"),
        (",,market,99.01.01.1001,,,0", "landmark is missing"),
        ("Pasar,,market,99.01.01.1001,,,maybe", "must be true or false"),
        ("Lapangan,,field,99.01.01.1001,,,0", "is there twice"),
    ],
)
def test_a_bad_row_is_refused_by_its_line(pack: Path, row: str, says: str) -> None:
    write(pack, "Lapangan,,field,99.01.01.1001,,,0", row)
    found = [fault for fault in check(pack) if says in fault.message]
    assert [(fault.file, fault.line) for fault in found] == [(str(pack / "landmarks.csv"), 3)]


def test_a_street_that_runs_on_needs_to_say_through_what(pack: Path) -> None:
    (pack / "streets.csv").write_text(
        "street,variants,kelurahan,kecamatan,sample,partial\nRaya,,99.01.01.1001,,1,1\n", encoding="utf-8"
    )
    assert any("runs on" in fault.message and fault.line == 2 for fault in check(pack))
