"""A glance says of no text that rings or cancels that it is peaceful; the same table of texts as for reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.city import load_city
from dispatch.glance import Glance
from dispatch.reading import Act, Intent, Reader

READER = Reader(load_city("binjai"))
GLANCE = Glance(READER)
TABLE = Path(__file__).with_name("readings.txt")
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
TEXTS = [line.partition("|")[2].removeprefix(" ") for line in LINES]
PIECES = sorted({word for text in TEXTS for word in text.split()} | {"nomor 2", "api2", "1", "batl", "jl", "?"})


def stirs(text: str) -> bool:
    """Whether somebody must look at it."""
    reading = READER.read(text)
    return reading.act is not Act.NONE or reading.intent is Intent.CANCEL or reading.digit is not None


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(alphabet="tolngrampkbi12 🔥", max_size=6)), max_size=7)
    .map(" ".join)
    .filter(GLANCE.peaceful)
)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
@example("nomor 3a")
def test_what_is_peaceful_at_a_glance_rings_nobody_and_cancels_nothing(text: str) -> None:
    assert not (GLANCE.peaceful(text) and stirs(text)), READER.read(text)


@pytest.mark.parametrize("text", TEXTS)
def test_no_authored_emergency_is_peaceful_at_a_glance(text: str) -> None:
    assert not (GLANCE.peaceful(text) and stirs(text))


@pytest.mark.parametrize("text", ["", " ", "1", "12", "api2", "batl", "B A T A L", "tolooong", "rmpk", "🔥", "sst"])
def test_what_could_be_a_cry_a_code_or_a_cancel_is_read(text: str) -> None:
    assert not GLANCE.peaceful(text)


def test_a_glance_is_enough_for_many_ordinary_letters() -> None:
    ordinary = [text for text in TEXTS if not stirs(text)]
    assert sum(map(GLANCE.peaceful, ordinary)) > len(ordinary) / 3, "else it saves nothing"
