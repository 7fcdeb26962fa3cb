"""Keys in sound: every one of them, whatever the cut, and none in silence, noise and talk."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import SystemClock
from config.command import CommandError, Context
from ivr.tones import APART_S, BLOCK, Detector, Tone
from ivr.tones_commands import KEYS
from modem.voice import RATE
from tests.fixtures.whole import examples
from tests.ivr.coding import CODINGS, gsm, needs_espeak, needs_sox, noisy, torn
from tests.ivr.keypad import pressed
from tests.ivr.talking import talk
from tests.ivr.tones_table import ROUND, ROUNDS, cell, found, heard

ALL = ROUND * ROUNDS


def test_every_key_is_heard_once_and_when_it_began() -> None:
    tones = Detector().feed(pressed(ROUND, ms=100, gap_ms=80, lead_ms=500))
    assert "".join(tone.key for tone in tones) == ROUND
    for nth, tone in enumerate(tones):
        assert tone.at_s == pytest.approx(0.5 + nth * 0.18, abs=BLOCK / RATE)


def test_a_key_is_told_while_it_is_still_down() -> None:
    assert heard(pressed("1", ms=1000, gap_ms=0)[: 2 * round(0.04 * RATE)]) == "1"


@given(
    keys=st.text("0123456789*#", min_size=1, max_size=5),
    ms=st.integers(40, 300),
    cuts=st.lists(st.integers(0, 30_000), max_size=40),
)
@settings(max_examples=examples(60), deadline=None)
def test_the_same_is_heard_however_the_sound_is_cut(keys: str, ms: int, cuts: list[int]) -> None:
    sound = noisy(pressed(keys, ms=ms, gap_ms=210, lead_ms=33), 20, -15)
    whole, pieces = Detector(), Detector()
    edges = sorted({0, len(sound), *(cut for cut in cuts if cut < len(sound))})
    told: list[Tone] = []
    for at, end in pairwise(edges):
        told += pieces.feed(sound[at:end])
    assert told == whole.feed(sound)
    assert "".join(tone.key for tone in told) == keys
    assert (pieces.held, pieces.heard_s) == (whole.held, whole.heard_s)


@given(st.binary(max_size=6000))
@settings(max_examples=examples(60), deadline=None)
def test_whatever_comes_in_it_goes_on(sound: bytes) -> None:
    detector = Detector()
    detector.feed(sound)
    detector.feed(bytes(4 * BLOCK) + bytes(len(sound) % 2))
    assert "".join(tone.key for tone in detector.feed(bytes(3200) + pressed("5"))) == "5"


@pytest.mark.parametrize(
    "sound",
    [bytes(16000), b"\xff\xff" * 8000, b"\x00\x80" * 8000, b"\xff\x7f\x00\x80" * 8000, b""],
    ids=["digital silence", "one below zero", "the lowest value", "full swing", "nothing"],
)
def test_no_key_in_what_is_no_sound(sound: bytes) -> None:
    assert heard(sound) == ""


def test_no_key_in_a_minute_of_noise_at_any_level() -> None:
    for dbfs in (-6, -20, -40):
        assert heard(noisy(bytes(2 * 60 * RATE), 0, dbfs)) == ""


@pytest.mark.parametrize("hz", [425, 697, 941, 1000, 1209, 1336, 1477, 2100])
def test_one_note_alone_is_no_key(hz: float) -> None:
    at = np.arange(RATE)
    assert heard(np.rint(10_000 * np.sin(2 * np.pi * hz * at / RATE)).astype("<i2").tobytes()) == ""


def test_the_fourth_column_is_no_key_of_a_telephone() -> None:
    assert heard(pressed("1A2B3C4D")) == "1234"


@pytest.mark.parametrize(("gap_ms", "wanted"), [(30, "1"), (100, "1"), (160, "1"), (200, "11"), (300, "11")])
def test_equal_keys_count_twice_only_when_they_lie_apart(gap_ms: float, wanted: str) -> None:
    assert gap_ms < APART_S * 1000 or len(wanted) == 2
    for lead in range(0, 13, 2):  # wherever the blocks fall
        assert heard(pressed("11", gap_ms=gap_ms, lead_ms=lead)) == wanted


@pytest.mark.parametrize("ms", [400, 1000, 5000])
def test_a_key_that_is_held_is_one_key(ms: float) -> None:
    assert heard(pressed("73", ms=ms)) == "73"


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ({"ms": 40}, 60),
        ({"ms": 15}, 0),
        ({"dbfs": -6}, 60),
        ({"dbfs": -40}, 60),
        ({"dbfs": -55}, 0),
        ({"twist_db": 6}, 60),
        ({"twist_db": -6}, 60),
        ({"twist_db": 10}, 0),
        ({"twist_db": -10}, 0),
        ({"off": 0.018}, 60),
        ({"off": -0.018}, 60),
        ({"off": 0.035}, 0),
        ({"off": -0.035}, 0),
    ],
    ids=str,
)
def test_a_tone_counts_within_its_bounds_and_not_beyond(form: Mapping[str, Any], wanted: int) -> None:
    assert found(ALL, heard(pressed(ALL, **form))) == (wanted, 0)


def test_a_tenth_of_the_frames_lost_costs_no_key() -> None:
    assert found(ALL, heard(torn(pressed(ALL), 10))) == (len(ALL), 0)


def test_a_prompt_that_comes_back_as_an_echo_hides_no_key() -> None:
    at = np.arange(len(pressed(ALL)) // 2)
    voice = sum(np.sin(2 * np.pi * 140 * n * at / RATE) / n for n in range(1, 12))
    echo = 32767 * 10 ** (-26 / 20) * voice / np.sqrt(np.mean(np.square(voice)))
    both = np.frombuffer(pressed(ALL), "<i2") + echo
    assert found(ALL, heard(np.rint(both).astype("<i2").tobytes())) == (len(ALL), 0)


@needs_sox
@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize(
    ("ms", "snr_db", "least"),
    [(100, math.inf, 59), (100, 20, 58), (100, 12, 58), (70, math.inf, 59), (70, 20, 57), (50, 20, 51)],
)
def test_keys_come_through_the_codings_of_the_network(name: str, ms: float, snr_db: float, least: int) -> None:
    """``least`` of 60 is what the worst of them, half a rate or twice coded, still brings (ivr/README.md)."""
    right, false = cell(CODINGS[name], ms, snr_db)
    assert right >= (least if name in ("GSM FR twice", "AMR 4.75") else 60 if ms > 50 else 57)
    assert false == 0


@needs_sox
@pytest.mark.parametrize("name", ["GSM FR", "GSM FR twice", "AMR 12.2", "AMR 4.75"])
def test_a_key_held_long_is_one_key_after_coding(name: str) -> None:
    assert found(ALL, heard(CODINGS[name](pressed(ALL, ms=400, gap_ms=300)))) == (len(ALL), 0)


@needs_sox
@needs_espeak
def test_minutes_of_talk_hold_no_key() -> None:
    """Four minutes here; the hour: python -m tests.ivr.tones_table talk-off."""
    for sound in talk(4):
        assert heard(gsm(sound)) == ""


# -- kentongan keys


class Lines:
    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []

    def row(self, row: Mapping[str, Any], text: str) -> None:
        assert str(row["key"]) in text
        self.rows.append(row)

    def note(self, text: str) -> None: ...

    def progress(self, done: int, total: int, what: str) -> None: ...


def wav(sound: bytes, rate: int = RATE, channels: int = 1) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", ""))
        out.writeframes(sound)
    return whole.getvalue()


async def keys(data: bytes) -> list[Mapping[str, Any]]:
    from argparse import Namespace

    out = Lines()
    context = Context(settings=None, city=None, clock=SystemClock(), out=out, files={"F.wav": data})
    assert await KEYS.run(context, Namespace(file="F.wav")) == 0
    return out.rows


async def test_the_command_says_each_key_and_when() -> None:
    rows = await keys(wav(pressed("1590*#", lead_ms=1000)))
    assert "".join(str(row["key"]) for row in rows) == "1590*#"
    assert rows[0] == {"key": "1", "at_s": pytest.approx(1.0, abs=0.02)}


async def test_the_command_hears_a_quiet_stereo_file_of_another_rate() -> None:
    mono = np.frombuffer(pressed("42", dbfs=-50), "<i2")
    slow = np.repeat(mono, 2)  # 16 kHz, roughly
    assert [row["key"] for row in await keys(wav(np.repeat(slow, 2).astype("<i2").tobytes(), 16000, 2))] == ["4", "2"]


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not a sound at all", wav(b"")])
async def test_the_command_says_what_is_wrong_with_a_file_that_is_no_sound(data: bytes) -> None:
    with pytest.raises(CommandError, match=r"F\.wav: "):
        await keys(data)
