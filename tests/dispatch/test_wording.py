"""Where a place comes from, in the words of a letter."""

from __future__ import annotations

import pytest

from config.city import load_city
from dispatch.incident import Certainty, Place, Source
from dispatch.wording import certainty_words

CITY = load_city("binjai")


@pytest.mark.parametrize(
    ("source", "certainty", "said"),
    [
        (Source.TEXT, Certainty.SURE, "disebut pelapor"),
        (Source.TEXT, Certainty.LIKELY, "disebut pelapor"),  # as the page says; the street was typed
        (Source.TEXT, Certainty.UNKNOWN, "belum pasti"),
        (Source.REGISTERED, Certainty.LIKELY, "alamat terdaftar"),
        (Source.REGISTERED, Certainty.UNKNOWN, "belum pasti"),
        (Source.OPERATOR, Certainty.SURE, "dipastikan posko"),
    ],
)
def test_officers_hear_where_the_place_comes_from(source: Source, certainty: Certainty, said: str) -> None:
    assert CITY.text("id", certainty_words(Place(source=source, certainty=certainty))) == said
