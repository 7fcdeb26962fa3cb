"""Leaflets of the shipped pack, as they are printed, and what is looked for on them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from types import MappingProxyType

from pypdf import PdfReader

from config.city import City, load_city
from dispatch.console.leaflets.kinds import BY_AREA, Kind, Leaflet
from dispatch.console.leaflets.making import drawn
from dispatch.console.leaflets.pen import Drawn

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
