"""What is printed: read back from the PDF, measured, and compared with the pack it was made from."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations, product
from pathlib import Path
from types import MappingProxyType

import pypdfium2
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from config.city import City, load_city
from config.city_leaflets import shipped_leaflet
from config.texts import WIDTHS
from dispatch.console.leaflets import facts
from dispatch.console.leaflets.blocks import Code, Letters, Pairs, Text, fitted, modules
from dispatch.console.leaflets.facts import NoLeaflet, cries, grouped, letter_numbers, said_in, who_comes
from dispatch.console.leaflets.kepling import HEADS
from dispatch.console.leaflets.kinds import BY_AREA, Kind, Leaflet
from dispatch.console.leaflets.making import drawn, made
from dispatch.console.leaflets.officer import keys
from dispatch.console.leaflets.parts import example, further, services, smsto
from dispatch.console.leaflets.pen import MM, Box, Drawn, Misfit, Pen
from dispatch.console.leaflets.poster import LEAST
from dispatch.reading import Act, Intent, reader_of
from eservices.services import services as dialogues_of
from gateway.dialogue import Dialogue
from gateway.words import fold
from ivr.flow_data import Key
from tests.fixtures.whole import WHOLE

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CITY = "binjai"
PLACE = "12.75.03.1004"


@cache
def city() -> City:
    return load_city(CITY)


def real() -> City:
    """The same city with numbers and houses that nobody invented."""
    one = city()
    stations = {key: replace(each, sample=False) for key, each in one.stations.items()}
    clinics = {key: replace(each, sample=False) for key, each in one.clinics.clinics.items()}
    return replace(
        one,
        sample_prefix="",
        modems=tuple(replace(each, sample=False) for each in one.modems),
        stations=MappingProxyType(stations),
        clinics=replace(one.clinics, clinics=clinics),
        info=replace(one.info, posts=tuple(replace(each, sample=False) for each in one.info.posts)),
    )


def leaflet(kind: Kind, kelurahan: str = "", lang: str = "id") -> Leaflet:
    return Leaflet(kind=kind, kelurahan=kelurahan if kind in BY_AREA else "", lang=lang)


def lines_of(one: City, leaflet: Leaflet) -> list[Drawn]:
    """Every line of it, with its place."""
    with drawn(one, leaflet, AT) as pen:
        return pen.lines


@pytest.fixture
def pen() -> Iterator[Pen]:
    with closing(Pen(AT)) as pen:
        pen.add_page()
        yield pen


def read_back(body: bytes) -> str:
    """The text of the PDF, its lines joined."""
    pages = PdfReader(io.BytesIO(body)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def stands_apart(lines: list[Drawn]) -> None:
    """No line lies over another one, or over the edge of the page."""
    for page in {one.page for one in lines}:
        boxes = [one for one in lines if one.page == page]
        for one in boxes:
            assert one.box.x >= 0, one
            assert one.box.y >= 0, one
            assert one.box.x + one.box.width <= 210, one
            assert one.box.y + one.box.height <= 297, one
        for one, other in combinations(boxes, 2):
            a, b = one.box, other.box
            beside = a.x + a.width <= b.x + 0.05 or b.x + b.width <= a.x + 0.05
            above = a.y + a.height <= b.y + 0.05 or b.y + b.height <= a.y + 0.05
            assert beside or above, (one, other)


@pytest.mark.parametrize(("kind", "lang"), list(product(Kind, ("id", "en"))))
def test_every_kind_is_printed_in_every_language_and_no_line_lies_over_another(kind: Kind, lang: str) -> None:
    for place in ("", PLACE):
        stands_apart(lines_of(city(), leaflet(kind, place, lang)))


@pytest.mark.parametrize("code", sorted(load_city(CITY).areas))
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


# -- the QR code


def scanned(body: bytes) -> list[str]:
    """What a telephone's camera reads on the first page, as it comes from a printer of 200 dots an inch."""
    picture = pypdfium2.PdfDocument(body)[0].render(scale=200 / 72).to_numpy()
    return [one.text for one in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize(
    ("kind", "word", "times"), [(Kind.CARD, "MENU", 10), (Kind.POSTER, "MENU", 1), (Kind.KEPLING, "DAFTAR", 1)]
)
@pytest.mark.parametrize("one", [city(), real()], ids=["sample", "real"])
def test_a_camera_reads_a_letter_that_is_written_and_not_sent(kind: Kind, word: str, times: int, one: City) -> None:
    assert scanned(made(one, leaflet(kind, PLACE), AT)) == [f"smsto:{letter_numbers(one)[0]}:{word}"] * times


def test_the_squares_of_the_code_are_those_that_its_maker_says(pen: Pen) -> None:
    content = smsto(city(), "MENU")
    theirs = [[int(cell) for cell in row] for row in segno.make(content, error="m", boost_error=False).matrix]
    assert [list(row) for row in modules(content)] == theirs
    drawn_squares: list[Box] = []
    pen.fill = lambda box, grey: drawn_squares.append(box) if grey == 0 else None  # type: ignore[method-assign]
    Code(content, 33.0).draw(pen, 10, 20, 33.0, 1.0)
    side = 33.0 / (len(theirs) + 8)
    seen = [[0] * len(theirs) for _ in theirs]
    for box in drawn_squares:
        row, column = round((box.y - 20) / side) - 4, round((box.x - 10) / side) - 4
        for at in range(round(box.width / side)):
            seen[row][column + at] = 1
    assert seen == theirs


# -- what does not fit is refused, never cut


NAMES = st.text(alphabet="WMmi lQ", min_size=1, max_size=WIDTHS["station"]).map(str.strip).filter(bool)


@settings(max_examples=30 if WHOLE else 4, deadline=None)
@given(area=NAMES, station=NAMES)
def test_long_names_stand_whole_within_their_boxes(area: str, station: str) -> None:
    one = city()
    areas = {**one.areas, PLACE: replace(one.areas[PLACE], name=area[: WIDTHS["area"]])}
    stations = {key: replace(each, name=station) for key, each in one.stations.items()}
    long = replace(one, areas=MappingProxyType(areas), stations=MappingProxyType(stations))
    for kind in Kind:
        stands_apart(lines_of(long, leaflet(kind, PLACE)))
    whole = " ".join(line.text for line in lines_of(long, leaflet(Kind.POSTER, PLACE)))
    for word in (*area[: WIDTHS["area"]].split(), *station.split()):
        assert word in whole


def test_a_name_that_no_letters_hold_is_refused_by_name() -> None:
    long = replace(city(), title="W" * 120)
    with pytest.raises(Misfit, match=r"WWW.* is too long"):
        lines_of(long, leaflet(Kind.POSTER))


def test_texts_that_are_too_many_are_refused(pen: Pen) -> None:
    many = [Text("banyak sekali kata " * 40, Letters(20, 14))] * 20
    with pytest.raises(Misfit, match="in the smallest letters"):
        fitted(pen, many, Box(10, 10, 190, 277), 1)
    with pytest.raises(Misfit, match="runs over its box"):
        pen.put("lebih lebar", Box(10, 10, 5, 10), 14)
    with pytest.raises(Misfit, match="runs over its box"):
        pen.put("di luar", Box(10, 295, 100, 10), 14)


def test_a_letter_that_the_font_has_not_is_refused(pen: Pen) -> None:
    with pytest.raises(NoLeaflet, match="no letter"):
        pen.put("\u1bc0", Box(10, 10, 100, 10), 14)


def test_a_row_is_as_high_as_its_higher_half(pen: Pen) -> None:
    rows = [("SOS", "kata " * 30), ("X", "y")]
    high = Pairs(rows, Letters(14, 14)).height(pen, 60, 1.0)
    assert high > 14 * MM * 5


# -- what is not there


def test_a_language_without_words_is_refused_with_the_file_to_write(tmp_path: Path) -> None:
    other = replace(city(), languages=("btk",), path=tmp_path)
    with pytest.raises(NoLeaflet, match=r"write them into .*leaflets/btk\.toml"):
        said_in(other, "btk")
    with pytest.raises(NoLeaflet, match="the pack's languages are id, en"):
        said_in(city(), "xx")


def test_without_the_font_it_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NoLeaflet, match="fonts-dejavu-core"):
        made(city(), leaflet(Kind.CARD), AT, [tmp_path])


def test_a_pack_without_clinics_or_a_code_to_dial_has_leaflets_too() -> None:
    bare = replace(city(), clinics=replace(city().clinics, clinics={}, services={}), ussd="", further=())
    for kind in Kind:
        text = read_back(made(bare, leaflet(kind, PLACE), AT))
        assert "*384#" not in text
        assert "DOKTER" not in text
