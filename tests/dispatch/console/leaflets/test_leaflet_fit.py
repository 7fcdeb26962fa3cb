"""What a camera reads, and what does not fit: refused, never cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pypdfium2
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from config.city import City
from config.texts import WIDTHS
from dispatch.console.leaflets.blocks import Code, Letters, Pairs, Text, fitted, modules
from dispatch.console.leaflets.facts import NoLeaflet, letter_numbers, said_in
from dispatch.console.leaflets.kinds import Kind
from dispatch.console.leaflets.making import made
from dispatch.console.leaflets.parts import signed_kinds, smsto
from dispatch.console.leaflets.pen import MM, Box, Misfit, Pen
from dispatch.console.leaflets.signs import SIGNS, SQUARE
from tests.dispatch.console.leaflets.prints import (
    AT,
    PLACE,
    city,
    leaflet,
    lines_of,
    read_back,
    real,
    stands_apart,
)
from tests.fixtures.whole import WHOLE


@pytest.fixture
def pen() -> Iterator[Pen]:
    with closing(Pen(AT)) as pen:
        pen.add_page()
        yield pen


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


# -- the drawings


def test_each_kind_of_the_shipped_pack_is_drawn_and_no_drawing_leaves_its_square() -> None:
    assert {code.kind for code in city().codes} == set(SIGNS)
    for shape in (one for each in SIGNS.values() for one in each):
        for corner in shape.corners:
            assert min(corner) - shape.radius >= 0, shape
            assert max(corner) + shape.radius <= SQUARE, shape


def test_a_drawing_stands_before_its_words_and_over_none(pen: Pen) -> None:
    seen: list[tuple[float, float]] = []
    pen.shape = lambda corners, grey, radius=0.0: seen.extend(corners)  # type: ignore[method-assign]
    block = signed_kinds(said_in(city(), "id"), Letters(17, 15), 10.0)
    block.draw(pen, 10.0, 20.0, 190.0, 1.0)
    assert block.height(pen, 190.0, 1.0) >= 4 * 10.0
    assert len(seen) > 7
    for line in pen.lines:
        box = line.box
        assert not any(box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height for x, y in seen), line


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
