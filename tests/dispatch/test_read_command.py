"""``kentongan read``: an answer to every line, whatever the line."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config.city import City, load_city
from config.clock import SystemClock
from config.command import Context, Needs
from dispatch.read_command import Fields, Lines, command
from dispatch.reading import Reading

CITY = load_city("binjai")
LINES = Lines(CITY)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KEYS = {"id", "intent", "kind", "act", "place", "service", "fields", "saw"}
PLACE = {"kelurahan", "candidates", "street", "lingkungan", "lat", "lon", "outside"}


def ask(**line: Any) -> Mapping[str, Any]:
    (answer,) = LINES.answers(json.dumps(line).encode(), NOW)
    return answer


def test_an_emergency_is_told_with_its_place() -> None:
    answer = ask(id="a1", text="tlg ada rampok di jl kentang payaroba")
    assert set(answer) == KEYS
    assert set(answer["place"]) == PLACE
    assert (answer["id"], answer["intent"], answer["kind"], answer["act"]) == ("a1", "emergency", "robbery", "ring")
    assert answer["place"]["kelurahan"] == "12.75.03.1004"


def test_a_registered_address_completes_the_place_by_code_by_name_and_as_an_object() -> None:
    for registered in ("12.75.03.1004", "Paya Roba", "PAYAROBA", {"kelurahan": "paya roba", "address": "Jl. Labu 3"}):
        assert ask(id=1, text="kebakaran", registered=registered)["place"]["kelurahan"] == "12.75.03.1004", registered
    assert ask(id=1, text="kebakaran", registered="Kota Antah")["place"]["kelurahan"] is None
    assert ask(id=1, text="kebakaran", registered={"lat": 3.6, "lon": 98.48})["place"]["kelurahan"] is not None


def test_a_line_that_is_no_object_is_itself_the_text() -> None:
    content = b'\xef\xbb\xbfada rampok\n\n"kebakaran"\n[1\n{"id": 2}\n{"id":3,"text":7}\n\xff\xfe'
    answers = list(LINES.answers(content, NOW))
    assert [answer["kind"] for answer in answers[:2]] == ["robbery", "fire"]
    assert [answer["id"] for answer in answers] == [None, None, None, 2, 3, None]


def test_what_the_services_know_fills_the_fields() -> None:
    def fields_of(city: City) -> Fields:
        def fields(text: str, reading: Reading, at: datetime) -> tuple[str | None, Mapping[str, Any]]:
            return "clinic", {"poli": "gigi"}

        return fields

    (answer,) = Lines(CITY, fields_of).answers(b'{"id":1,"text":"dokter gigi besok"}', NOW)
    assert (answer["service"], answer["fields"]["poli"], answer["fields"]["about"]) == ("clinic", "gigi", "self")


async def test_the_command_prints_a_line_for_a_line_and_needs_no_store() -> None:
    printed: list[str] = []

    class Out:
        def row(self, row: Mapping[str, Any], text: str) -> None:
            assert json.loads(text) == json.loads(json.dumps(row))
            printed.append(text)

        def note(self, text: str) -> None: ...
        def progress(self, done: int, total: int, what: str) -> None: ...

    one = command()
    assert (one.name, one.needs, one.files) == (("read",), Needs.CITY, ("file",))
    content = b'{"id": "\\ud800", "text": "tolong \\ud800"}\n{"id": 2, "text": "halo"}'
    context = Context(settings=None, city=CITY, clock=SystemClock(), out=Out(), files={"-": content})
    assert await one.run(context, Namespace(file="-")) == 0
    assert len(printed) == 2
    "".join(printed).encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content: bytes) -> None:
    for answer in LINES.answers(content, NOW):
        assert set(answer) == KEYS


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "text", "from", "registered", "at"), JSON)))
def test_any_object_is_answered(line: Mapping[str, Any]) -> None:
    (answer,) = LINES.answers(json.dumps(line).encode(), NOW)
    json.dumps(answer)
