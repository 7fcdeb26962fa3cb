"""What was said, on one time line: whatever is put into it is read out of it at its place, and the rest is silence."""

from __future__ import annotations

import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.virtual import sound
from modem.virtual.voice.track import AHEAD, JITTER, Track
from modem.voice import RATE

PIECES = st.lists(
    st.tuples(st.integers(0, 4000), st.binary(min_size=2, max_size=640), st.sampled_from(("live", "say", "over"))),
    max_size=25,
)


@given(PIECES)
def test_a_track_reads_as_it_was_spoken(pieces: list[tuple[int, bytes, str]]) -> None:
    """Against the plainest model: one list of samples."""
    track, model, now, end = Track(), [b"\0\0"] * 200_000, 0, 0
    for gap, data, way in pieces:
        now += gap
        data = data[: len(data) // 2 * 2]
        samples = [data[at : at + 2] for at in range(0, len(data), 2)]
        if way == "live":
            track.live(data, now)
            start = end if end >= now - JITTER else now
            samples = samples[: max(0, now + AHEAD - start)]
        elif way == "say":
            track.say(data, now)
            start = max(now, end)
        else:
            track.over(data, now)
            start = now
        model[start : start + len(samples)] = samples
        end = max(end, start + len(samples))
        assert track.end == end
    assert track.read(0, len(model)) == b"".join(model)
    assert track.read(-50, 10) == bytes(100) + b"".join(model[:10])


@given(PIECES, st.integers(0, 50_000))
def test_what_is_cut_is_silence_from_there_on(pieces: list[tuple[int, bytes, str]], at: int) -> None:
    track, now = Track(), 0
    for gap, data, _ in pieces:
        now += gap
        track.say(data, now)
    before = track.read(0, at)
    track.cut(at)
    assert track.read(0, at) == before
    assert track.read(at, at + 100_000) == bytes(200_000)
    assert track.end <= at or not pieces


@given(st.binary(max_size=300))
def test_a_wav_reader_says_no_and_nothing_worse(data: bytes) -> None:
    for body in (data, sound.wav(b"\1\2" * 40)[:44] + data, b"RIFF" + data, sound.wav(data)[: len(data)]):
        try:
            sound.read_wav(body)
        except ValueError as error:
            assert str(error)  # noqa: PT017 - any bytes may be a file, or not


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("width", [1, 2])
def test_a_wav_of_any_usual_kind_becomes_8_khz_mono(rate: int, channels: int, width: int) -> None:
    with io.BytesIO() as file:
        with wave.open(file, "wb") as out:
            out.setparams((channels, width, rate, 0, "NONE", ""))
            loud = b"\xc0" if width == 1 else (0x4000).to_bytes(2, "little")
            out.writeframes(loud * channels * rate)
        made = sound.read_wav(file.getvalue())
    assert sound.seconds(made) == pytest.approx(1.0, abs=0.001)
    assert {made[at : at + 2] for at in range(0, len(made), 2)} == {(0x4000).to_bytes(2, "little")}


def test_a_wav_whose_length_lies_is_read_to_its_end() -> None:
    """As espeak-ng writes it to a pipe."""
    spoken = b"\1\0" * RATE
    file = bytearray(sound.wav(spoken))
    file[4:8] = file[40:44] = (0x7FFFF000).to_bytes(4, "little")
    assert sound.read_wav(bytes(file)) == spoken


@pytest.mark.parametrize("key", ["", "E", "12", "+", " "])
def test_what_is_no_key_has_no_tone(key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        sound.key_tone(key)


def test_every_key_has_a_tone_of_its_own_level_and_length() -> None:
    made = {key: sound.key_tone(key, 70) for key in "0123456789*#ABCD"}
    assert len(set(made.values())) == 16
    assert {len(tone) for tone in made.values()} == {2 * round(0.07 * RATE)}
    assert sound.key_tone("a") == sound.key_tone("A")
    assert sound.tones("12", ms=100, gap_ms=50) == sound.key_tone("1") + bytes(800) + sound.key_tone("2") + bytes(800)
