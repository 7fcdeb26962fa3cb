"""``info.toml`` of a pack is read, or each mistake refused by file and line. Without it nothing is told by INFO."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.check import check, read_pack
from config.city import load_city
from config.gsm7 import ONE_SMS, septets

TINY = Path(__file__).parents[1] / "fixtures" / "tinytown"
GOOD = """[[topic]]
id = "clinics"
shows = "puskesmas"
words = ["berobat"]
labels = { id = "Puskesmas" }

[[topic]]
id = "ktp"
words = ["kk"]
labels = { id = "KTP" }
[topic.texts]
id = ["Buka {office_hours}.", "Darurat: {call}."]

[[topic]]
id = "shelter"
shows = "posts"
labels = { id = "Posko" }

[[post]]
name = "Posko Contoh"
area = "99.01.01.1001"
number = "+6285500008001"
sample = true
"""
REFUSED = {
    "an unknown hole": ("{office_hours}", "{hours}", "unknown hole {hours}"),
    "a page too long": ("Darurat: {call}.", "x" * 149, "is 149 septets"),
    "a page outside the alphabet": ("Darurat: {call}.", "Darurat ☺", "outside the GSM alphabet"),
    "a lone brace": ("Darurat: {call}.", "Darurat: {call", "a lone {"),
    "texts and places at once": ('words = ["kk"]', 'shows = "offices"', "either"),
    "neither texts nor places": ('shows = "posts"', "", "either"),
    "a word twice": ('words = ["kk"]', 'words = ["berobat"]', "means clinics already"),
    "an id twice": ('id = "ktp"', 'id = "clinics"', "another topic's id"),
    "no such places": ('shows = "puskesmas"', 'shows = "parks"', "'parks' is not one of"),
    "no such area": ('area = "99.01.01.1001"', 'area = "99"', "'99' is not one of"),
    "an emergency number": ('number = "+6285500008001"', 'number = "112"', "emergency short number"),
    "a label too long": ('labels = { id = "KTP" }', 'labels = { id = "Kartu tanda penduduk kota" }', "room for 20"),
    "no page": ('id = ["Buka {office_hours}.", "Darurat: {call}."]', "id = []", "1 to 9 pages"),
    "an unknown key": ('id = "shelter"', 'id = "shelter"\ncolour = "red"', "colour"),
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "pack"))


def test_a_pack_without_it_has_no_topics(pack: Path) -> None:
    assert load_city(pack).info.topics == {}


def test_topics_stand_in_the_order_of_the_file_and_samples_are_named(pack: Path) -> None:
    (pack / "info.toml").write_text(GOOD)
    info = load_city(pack).info
    assert [*info.topics] == ["clinics", "ktp", "shelter"]
    assert len(info.topics["ktp"].texts["id"]) == 2
    assert info.samples() == ("disaster post Posko Contoh",)


@pytest.mark.parametrize("what", REFUSED)
def test_each_mistake_is_refused_with_its_line(pack: Path, what: str) -> None:
    old, new, says = REFUSED[what]
    assert GOOD.count(old) == 1, what
    written = GOOD.replace(old, new)
    (pack / "info.toml").write_text(written)
    faults = [fault for fault in check(pack) if says in fault.message]
    assert faults, check(pack)
    assert read_pack(pack)[0] is None
    assert all(fault.file.endswith("info.toml") and fault.line > 0 for fault in faults)
    if new and new in written and "\n" not in new and "twice" not in what:
        near = written[: written.index(new)].count("\n") + 1
        assert any(abs(fault.line - near) <= 8 for fault in faults), (faults, near)


def test_every_page_of_the_shipped_pack_is_one_sms_with_the_way_on() -> None:
    city = load_city("binjai")
    for topic in city.info.topics.values():
        for language, pages in topic.texts.items():
            for page in pages:
                said = page.fill({name: "x" * 41 if name == "office_hours" else "x" * 12 for name in page.names})
                assert (septets(said) or ONE_SMS + 1) + len("\n1 Lanjut") <= ONE_SMS, (topic.id, language)
