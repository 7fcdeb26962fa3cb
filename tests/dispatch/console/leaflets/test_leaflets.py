"""What is printed: read back from the PDF, measured, and compared with the pack it was made from."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import MappingProxyType

import pytest
from pypdf import PdfReader

from config.city import load_city
from config.city_leaflets import shipped_leaflet
from dispatch.console.leaflets import facts
from dispatch.console.leaflets.facts import cries, grouped, letter_numbers, said_in, who_comes
from dispatch.console.leaflets.kepling import HEADS
from dispatch.console.leaflets.kinds import Kind
from dispatch.console.leaflets.making import drawn, made
from dispatch.console.leaflets.officer import keys
from dispatch.console.leaflets.parts import example, further, services
from dispatch.console.leaflets.poster import LEAST
from dispatch.reading import Act, Intent, reader_of
from eservices.services import services as dialogues_of
from gateway.dialogue import Dialogue
from gateway.words import fold
from ivr.flow_data import Key
from tests.dispatch.console.leaflets.prints import (
    AT,
    CITY,
    PLACE,
    city,
    leaflet,
    lines_of,
    read_back,
    real,
    stands_apart,
)
from tests.fixtures.whole import spread


@pytest.mark.parametrize(("kind", "lang"), list(product(Kind, ("id", "en"))))
def test_every_kind_is_printed_in_every_language_and_no_line_lies_over_another(kind: Kind, lang: str) -> None:
    for place in ("", PLACE):
        stands_apart(lines_of(city(), leaflet(kind, place, lang)))


@pytest.mark.parametrize("code", spread(sorted(load_city(CITY).areas), 8, "more kelurahan"))
def test_each_kelurahan_has_its_poster_with_its_name_its_houses_and_the_number(code: str) -> None:
    with drawn(city(), leaflet(Kind.POSTER, code), AT) as pen:
        text = read_back(bytes(pen.output()))
        assert min(one.pt for one in pen.lines) >= LEAST == 14
    assert city().areas[code].name in text
    assert grouped(letter_numbers(city())[0]).replace("\u00a0", " ") in text
    for one in who_comes(city(), "id", code):
        for house in one.houses:
            assert house in text
    for cry, label in cries(city(), "id"):
        assert f"{cry} {label}" in text
    assert city().ussd in text
    assert city().emergency_call in text
    assert re.search(r"Berobat (Puskesmas|RSUD) \w+", text)
    assert re.search(r"Posko bencana Posko \w+.* 0812 0000", text)
    assert "DOKTER Ambil nomor antrean" in text, "nothing had to stand back"


def test_what_is_printed_to_be_typed_rings_for_that_kind() -> None:
    reader = reader_of(city())
    for (cry, _), code in zip(cries(city(), "id"), city().codes, strict=True):
        reading = reader.read(cry)
        assert (reading.intent, reading.act, reading.kind) == (Intent.EMERGENCY, Act.RING, code.kind)
    say = said_in(city(), "id")
    for area in city().areas:
        reading = reader.read(example(say, area))
        assert (reading.intent, reading.act) == (Intent.EMERGENCY, Act.RING), example(say, area)


def test_what_is_printed_to_be_typed_for_a_service_begins_that_service() -> None:
    one = city()
    dialogues = {each.name: each for each in dialogues_of(one)}
    say = said_in(one, "id")
    rows = [word for word, _ in services(say, forms=True)]
    for word, name in zip(rows, ("registration", "complaints", "clinic", "menu"), strict=True):
        heard = [each.name for each in dialogues.values() if heads(each, word)]
        assert any(each.startswith(name) for each in heard), (word, heard)
    for word in further(one):
        assert any(heads(each, word) for each in dialogues.values()), word


def heads(dialogue: Dialogue, text: str) -> bool:
    """Whether that dialogue begins with these words."""
    folded = fold(text)
    words = {fold(each) for each in (*dialogue.words, *dialogue.heads)}
    return folded in words or any(folded.startswith(f"{each} ") for each in words) or dialogue.hears(text)


def test_every_text_of_leaflets_is_printed_somewhere() -> None:
    """What nobody prints is no text: a pack in another language would translate it in vain."""
    sources = "".join(path.read_text().replace("'", '"') for path in Path(facts.__file__).parent.glob("*.py"))
    keys = {each.label for node in ("officer.incident", "comm_test.ask") for each in keys_of(node)}
    built = {f"column_{each}" for each in HEADS} | {f"kepling_{each}" for each in ("name", "ward", "day")} | keys
    unused = [key for key in shipped_leaflet("id") if f'"{key}"' not in sources and key not in built]
    assert unused == []


def keys_of(node: str) -> list[Key]:
    flow, _, name = node.partition(".")
    return list(keys(said_in(city(), "id"), flow, name).values())


def test_the_number_is_read_from_across_a_road() -> None:
    number = grouped(letter_numbers(city())[0])
    assert next(one.pt for one in lines_of(city(), leaflet(Kind.POSTER, PLACE)) if one.text == number) >= 30


def test_what_is_invented_is_marked_on_every_page_and_what_is_real_is_not() -> None:
    for kind, lang in product(Kind, ("id", "en")):
        word = shipped_leaflet(lang)["sample"]
        for page in PdfReader(io.BytesIO(made(city(), leaflet(kind, PLACE, lang), AT))).pages:
            assert word in page.extract_text()
        assert word not in read_back(made(real(), leaflet(kind, PLACE, lang), AT))
    assert "Jangan dibagikan" in read_back(made(city(), leaflet(Kind.POSTER), AT))


def test_a_real_number_with_an_invented_station_is_still_marked() -> None:
    one = real()
    stations = {key: replace(each, sample=True) for key, each in one.stations.items()}
    text = read_back(made(replace(one, stations=MappingProxyType(stations)), leaflet(Kind.POSTER, PLACE), AT))
    assert "CONTOH:" in text


def test_the_keplings_sheet_says_the_citys_own_words_and_has_lines_to_fill() -> None:
    body = made(city(), leaflet(Kind.KEPLING, PLACE), AT)
    text = read_back(body)
    assert "DAFTAR nama#kelurahan#alamat" in text
    assert "DAFTAR Siti Aminah#Paya Roba#" in text
    assert city().texts["id"]["reg_consent"] in text
    for word in ("YA", "TIDAK", "TUNGGU", "DATA SAYA", "HAPUS DATA"):
        assert word in text
    assert re.findall(r"\b(?:[1-9]|1\d)\b", PdfReader(io.BytesIO(body)).pages[1].extract_text())[-1:] == ["17"]


def test_the_officers_card_has_the_keys_of_the_call_and_the_command_centres_numbers() -> None:
    text = read_back(made(city(), leaflet(Kind.OFFICER), AT))
    for words in ("1 Saya terima", "2 Saya tidak bisa", "3 Ulangi", "4 Bicara dengan pelapor", "Hanya angka 1"):
        assert words in text
    for one in city().operators:
        assert grouped(one.number).replace("\u00a0", " ") in text


def test_ten_cards_stand_on_a_sheet_on_both_sides() -> None:
    lines = lines_of(city(), leaflet(Kind.CARD))
    number = grouped(letter_numbers(city())[0])
    assert [one.page for one in lines if one.text == number] == [1] * 10
    heads = [one for one in lines if one.text == shipped_leaflet("id")["services"]]
    assert [one.page for one in heads] == [2] * 10
    columns = {round(one.box.x + one.box.width / 2) for one in heads}
    assert {210 - one for one in columns} == columns, "turned over its long edge, back lies on front"


def test_the_font_is_in_the_file() -> None:
    for kind in Kind:
        reader = PdfReader(io.BytesIO(made(city(), leaflet(kind), AT)))
        for page in reader.pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                told = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                assert "/FontFile2" in told.get_object()
