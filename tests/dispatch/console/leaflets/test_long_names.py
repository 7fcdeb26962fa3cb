"""Leaflets of a city with a long title and long names, and of one that speaks one language only, which is another."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from config.city import City
from config.texts import WIDTHS
from dispatch.console.leaflets.facts import NoLeaflet
from dispatch.console.leaflets.kinds import Kind
from tests.dispatch.console.leaflets.prints import PLACE, city, leaflet, lines_of, stands_apart

LONG = "Puskesmas Pembantu Sei Rambutan Utara II"
assert len(LONG) == 40
pytestmark = pytest.mark.sqlite_only("nothing of it touches the store")
KINDS = pytest.mark.parametrize("kind", list(Kind))


def named(name: str) -> City:
    """Every house, station, area and officer has that name."""
    one = city()
    return replace(
        one,
        clinics=replace(
            one.clinics, clinics={key: replace(each, name=name) for key, each in one.clinics.clinics.items()}
        ),
        areas=MappingProxyType({key: replace(each, name=name) for key, each in one.areas.items()}),
        stations=MappingProxyType({key: replace(each, name=name) for key, each in one.stations.items()}),
        shifts=tuple(replace(each, name=name) for each in one.shifts),
    )


@KINDS
@pytest.mark.parametrize("title", ["W" * WIDTHS["title"], "Kabupaten Muara Wampu II"])
def test_the_longest_title_stands_whole(kind: Kind, title: str) -> None:
    assert len(title) == WIDTHS["title"]
    lines = lines_of(replace(city(), title=title), leaflet(kind, PLACE))
    stands_apart(lines)
    written = " ".join(line.text for line in lines)
    if kind is not Kind.KEPLING:  # it names the area
        assert all(word.casefold() in written.casefold() for word in title.split())


@KINDS
def test_names_of_forty_letters_stand_whole(kind: Kind) -> None:
    lines = lines_of(named(LONG), leaflet(kind, PLACE))
    stands_apart(lines)
    if kind in (Kind.POSTER, Kind.KEPLING):  # the others name nobody
        written = " ".join(line.text for line in lines)
        assert all(word in written for word in LONG.split())


@KINDS
def test_a_city_of_one_other_language_has_each_leaflet_in_it_alone(kind: Kind) -> None:
    both = city()
    one = replace(
        both,
        languages=("en",),
        texts=MappingProxyType({"en": both.texts["en"]}),
        leaflets=MappingProxyType({"en": both.leaflets["en"]}),
    )
    lines = lines_of(one, leaflet(kind, PLACE, "en"))
    stands_apart(lines)
    assert lines
    with pytest.raises(NoLeaflet, match="the pack's languages are en"):
        lines_of(one, leaflet(kind, PLACE, "id"))
