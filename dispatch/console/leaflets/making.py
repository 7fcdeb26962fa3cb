"""The PDF of a leaflet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch.console.leaflets.card import CARD, card_sides
from dispatch.console.leaflets.facts import NoLeaflet, Said, invented, said_in
from dispatch.console.leaflets.kepling import kepling_sheet
from dispatch.console.leaflets.kinds import Kind, Leaflet
from dispatch.console.leaflets.officer import OFFICER, officer_sides
from dispatch.console.leaflets.pen import Pen
from dispatch.console.leaflets.poster import poster
from dispatch.console.leaflets.sheet import cut_sheet, whole_sheet
from dispatch.console.paper import FOLDERS

if TYPE_CHECKING:
    from config.city import City


def made(city: City, leaflet: Leaflet, now: datetime, folders: Sequence[Path] = FOLDERS) -> bytes:
    """The PDF. Takes its time: call it in a thread. Raises NoLeaflet."""
    with drawn(city, leaflet, now, folders) as pen:
        return bytes(pen.output())


@contextmanager
def drawn(city: City, leaflet: Leaflet, now: datetime, folders: Sequence[Path] = FOLDERS) -> Iterator[Pen]:
    """The same before it is bytes. Raises NoLeaflet."""
    say = said_in(city, leaflet.lang)
    if leaflet.kelurahan and leaflet.kelurahan not in city.areas:
        raise NoLeaflet(f"{leaflet.kelurahan} is no code of areas.geojson")
    area = city.areas[leaflet.kelurahan].name if leaflet.kelurahan else ""
    mark = say("sample") if invented(city, leaflet.kelurahan) else ""
    with closing(Pen(now, folders)) as pen:
        pen.set_lang(leaflet.lang)
        pen.set_title(", ".join(filter(None, (say("head"), city.title, area))))
        _DRAWN[leaflet.kind](pen, say, leaflet.kelurahan, mark)
        yield pen


def _cards(pen: Pen, say: Said, kelurahan: str, mark: str) -> None:
    cut_sheet(pen, CARD, card_sides(say, kelurahan, mark), mark)


def _officers(pen: Pen, say: Said, kelurahan: str, mark: str) -> None:
    cut_sheet(pen, OFFICER, officer_sides(say, mark), mark)


def _poster(pen: Pen, say: Said, kelurahan: str, mark: str) -> None:
    whole_sheet(pen, [poster(say, kelurahan, mark, whole=True), poster(say, kelurahan, mark, whole=False)], mark)


def _kepling(pen: Pen, say: Said, kelurahan: str, mark: str) -> None:
    for side in kepling_sheet(say, kelurahan, mark):
        whole_sheet(pen, [side], mark)


_DRAWN: Mapping[Kind, Callable[[Pen, Said, str, str], None]] = {
    Kind.CARD: _cards,
    Kind.POSTER: _poster,
    Kind.KEPLING: _kepling,
    Kind.OFFICER: _officers,
}
