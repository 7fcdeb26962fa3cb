"""The words of leaflets: shipped by language, put differently by a pack, judged when the pack is read."""

from __future__ import annotations

import shutil
from pathlib import Path

from config.check import check
from config.city import find_pack, load_city
from config.city_files import PackFiles
from config.city_leaflets import FIRST, LEVELS, SHIPPED, holes, read_leaflets, shipped_leaflet


def own(tmp_path: Path, text: str, lang: str = FIRST) -> Path:
    """A copy of the shipped pack with a leaflet's words of its own."""
    pack = tmp_path / "pack"
    shutil.copytree(find_pack("binjai"), pack)
    (pack / "leaflets").mkdir()
    (pack / "leaflets" / f"{lang}.toml").write_text(text, encoding="utf-8")
    return pack


def test_every_shipped_language_says_the_same_with_the_same_holes() -> None:
    first = shipped_leaflet(FIRST)
    for path in SHIPPED.glob("*.toml"):
        other = shipped_leaflet(path.stem)
        assert set(other) == set(first), path.name
        for key, text in other.items():
            assert holes(text) - LEVELS == holes(first[key]) - LEVELS, f"{path.name}: {key}"


def test_a_pack_puts_a_text_differently_and_keeps_the_others(tmp_path: Path) -> None:
    city = load_city(own(tmp_path, 'head = "TOLONG?"\n'))
    assert city.leaflets[FIRST]["head"] == "TOLONG?"
    assert city.leaflets[FIRST]["send_to"] == shipped_leaflet(FIRST)["send_to"]
    assert city.leaflets["en"] == shipped_leaflet("en")


def test_a_pack_is_told_what_is_wrong_with_its_texts(tmp_path: Path) -> None:
    pack = own(tmp_path, 'head = "TOLONG {nobody}"\nscan = "x {"\nnone = "x"\n')
    said = [str(fault) for fault in check(pack)]
    assert len(said) == 3
    assert "leaflets/id.toml:1: head: unknown placeholder {nobody} (this text may use: {Level_area}" in said[0]
    assert "leaflets/id.toml:2: scan: has a stray brace" in said[1]
    assert "leaflets/id.toml:3: none" in said[2]


def test_a_language_that_nobody_wrote_has_no_leaflets_until_the_pack_has_its_file(tmp_path: Path) -> None:
    (tmp_path / "leaflets").mkdir()
    assert read_leaflets(PackFiles(tmp_path), ("btk", "en")) == {"en": shipped_leaflet("en")}
    (tmp_path / "leaflets" / "btk.toml").write_text('head = "TULUNG?"\n', encoding="utf-8")
    files = PackFiles(tmp_path)
    assert read_leaflets(files, ("btk",))["btk"]["head"] == "TULUNG?"
    assert len(files.faults) == len(shipped_leaflet(FIRST)) - 1, "what it does not say is named, line by line"
