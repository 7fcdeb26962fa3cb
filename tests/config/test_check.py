"""``city check``: each refusal, by editing a copy of the tiny town; every fault at once, by file and line."""

from __future__ import annotations

import random
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.check import check
from config.city import CityFault, load_city
from tests.fixtures.whole import examples

TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "town"))


def edit(pack: Path, file: str, old: str, new: str) -> int:
    """Replace the first ``old``; returns its line, from 1."""
    path = pack / file
    text = path.read_text()
    assert old in text, f"{file} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1))
    return text.count("\n", 0, text.index(old)) + 1


def test_the_tiny_town_has_no_fault() -> None:
    assert check(TINY) == []


REFUSALS = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text())["refusal"]


@pytest.mark.parametrize("case", REFUSALS, ids=[case["what"] for case in REFUSALS])
def test_it_is_refused_by_file_and_line(pack: Path, case: dict[str, Any]) -> None:
    line = edit(pack, case["file"], case["old"], case["new"]) + case.get("below", 0)
    found = [fault for fault in check(pack) if case["says"] in fault.message]
    assert found, f"nothing says {case['says']!r}; said: {[str(one) for one in check(pack)]}"
    file = str(pack / case["file"])
    if case.get("anywhere"):
        assert file in {fault.file for fault in found}
    else:
        assert (file, line) in {(fault.file, fault.line) for fault in found}
    with pytest.raises(CityFault):
        load_city(pack)


@pytest.mark.parametrize(
    "file", ["city.toml", "areas.geojson", "streets.csv", "stations.toml", "roster.csv", "codes.toml", "texts/id.toml"]
)
def test_a_missing_file_is_one_fault_of_its_own(pack: Path, file: str) -> None:
    (pack / file).unlink()
    said = [fault for fault in check(pack) if fault.file == str(pack / file)]
    assert [fault.message.split(":")[0] for fault in said] == ["there is no such file"]


def test_a_file_that_is_not_text_is_named(pack: Path) -> None:
    (pack / "roster.csv").write_bytes(b"station,\xff\xfe")
    assert any("not text in UTF-8" in fault.message for fault in check(pack))


def test_a_language_that_the_city_does_not_list_is_named(pack: Path) -> None:
    (pack / "texts" / "jv.toml").write_text('kept = "x"')
    assert any("does not list" in fault.message for fault in check(pack))


def test_a_listed_language_needs_its_texts_and_labels(pack: Path) -> None:
    edit(pack, "city.toml", '["id"]', '["id", "jv"]')
    said = "\n".join(map(str, check(pack)))
    assert "texts/jv.toml: there is no such file" in said
    assert "labels.jv is missing" in said


def test_every_fault_is_reported_at_once_in_order(pack: Path) -> None:
    edit(pack, "city.toml", "ring_s = 25", "ring_s = 0")
    edit(pack, "city.toml", "Asia/Makassar", "Mars")
    edit(pack, "stations.toml", 'mode = "timed"', 'mode = "latch"')
    edit(pack, "roster.csv", "+6285500002001", "0812")
    edit(pack, "texts/id.toml", "closed = ", "clozed = ")
    edit(pack, "codes.toml", 'number = "2"', 'number = "two"')
    found = check(pack)
    assert found == sorted(found)
    assert {Path(fault.file).name for fault in found} == {
        "city.toml",
        "stations.toml",
        "roster.csv",
        "id.toml",
        "codes.toml",
    }
    assert len(found) >= 7


def test_a_siren_needs_every_calling_modem_but_none_that_only_writes(pack: Path) -> None:
    more = '[[modem]]\nnumber = "+6285500000102"\nuse = "letters"\nsample = true\n\n[[command_centre]]'
    edit(pack, "city.toml", "[[command_centre]]", more)
    assert check(pack) == []
    edit(pack, "city.toml", 'use = "letters"', 'use = "calls"')
    assert [fault.message for fault in check(pack)] == [
        "station.siren.whitelist: lacks +6285500000102, a modem that may ring this siren"
    ] * 2


def test_no_damage_to_a_pack_makes_the_check_itself_fail(pack: Path) -> None:
    """Lines lost, doubled and mixed up at random, with a seed: faults or none, never an exception."""
    chance = random.Random(20260117)
    files = sorted(path for path in pack.rglob("*") if path.is_file())
    for _ in range(examples(300)):
        path = chance.choice(files)
        whole = path.read_text()
        lines = whole.splitlines(keepends=True)
        at = chance.randrange(len(lines))
        damage = chance.choice(("drop", "double", "cut", "noise"))
        if damage == "cut":
            text = whole[: chance.randrange(len(whole))]
        elif damage == "noise":
            cut = chance.randrange(len(whole))
            text = whole[:cut] + chance.choice('{}[]",=\n\x00é-9|') + whole[cut + 1 :]
        else:
            text = "".join(lines[:at] + (lines[at : at + 1] * 2 if damage == "double" else []) + lines[at + 1 :])
        path.write_text(text)
        for fault in check(pack):
            assert fault.message
        path.write_text(whole)
    assert check(pack) == []


def test_a_city_s_slang_is_a_word_and_what_it_stands_for_and_never_a_word_of_emergency(pack: Path) -> None:
    edit(pack, "codes.toml", "[words]\n", '[words]\nslang = ["kede = warung", "dua kata = satu", "rampok = ramai"]\n')
    said = [fault.message for fault in check(pack)]
    assert len(said) == 2
    assert "must be a word" in said[0]
    assert "means robbery already" in said[1]
