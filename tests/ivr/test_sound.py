"""WAV in and out, and sound made fit for the telephone."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.sound import (
    PEAK_DBFS,
    Recorded,
    Samples,
    SoundFault,
    faded,
    for_phone,
    levelled,
    read_wav,
    seconds,
    write_wav,
)
from tests.fixtures.whole import examples

TONE_HZ = 1_000


def tone(hz: float, *, rate: int = 8_000, level: float = 0.5, lasts_s: float = 0.5) -> Recorded:
    at = np.arange(int(rate * lasts_s)) / rate
    return Recorded(samples=np.asarray(level * np.sin(2 * np.pi * hz * at), np.float32), rate=rate)


def floats(sound: bytes) -> Samples:
    return np.asarray(np.frombuffer(sound, "<i2") / 32768, np.float32)


def dbfs(level: float) -> float:
    return 20 * float(np.log10(max(level, 1e-9)))


def peak(sound: bytes) -> float:
    return dbfs(float(np.max(np.abs(floats(sound)))))


def strongest_hz(sound: bytes) -> float:
    heard = floats(sound)
    return float(np.argmax(np.abs(np.fft.rfft(heard))) * 8_000 / len(heard))


def pack(one: Recorded, *, width: int, channels: int = 1, tag: int = 1) -> bytes:
    """A WAV as programs write them: every width, floats, and the extensible form."""
    many = np.repeat(one.samples[:, None], channels, axis=1).reshape(-1).astype(np.float64)
    if tag == 3:
        body = many.astype(f"<f{width}").tobytes()
    elif width == 1:
        body = np.rint(many * 127 + 128).astype(np.uint8).tobytes()
    else:
        whole = np.rint(many * (2 ** (8 * width - 1) - 1)).astype("<i8")
        body = whole.view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    form = struct.pack("<HHIIHH", tag, channels, one.rate, one.rate * width * channels, width * channels, 8 * width)
    return riff((b"fmt ", form), (b"data", body))


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize(
    ("width", "channels", "tag"), [(1, 1, 1), (2, 2, 1), (3, 1, 1), (4, 2, 1), (4, 1, 3), (8, 2, 3)]
)
def test_any_rate_width_and_number_of_channels_sounds_the_same(rate: int, width: int, channels: int, tag: int) -> None:
    sound = for_phone(read_wav(pack(tone(TONE_HZ, rate=rate), width=width, channels=channels, tag=tag)))
    assert seconds(sound) == pytest.approx(0.5, abs=0.01)
    assert strongest_hz(sound) == pytest.approx(TONE_HZ, abs=5)
    assert peak(sound) == pytest.approx(PEAK_DBFS, abs=0.01)


def test_the_extensible_form_is_read() -> None:
    plain = pack(tone(TONE_HZ), width=2)
    form = plain[20:36]
    guid = struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
    extensible = struct.pack("<H", 0xFFFE) + form[2:] + struct.pack("<HHI", 22, 16, 4) + guid
    assert read_wav(riff((b"fmt ", extensible), (b"data", plain[44:]))).samples.any()


def test_a_length_that_was_not_known_when_it_was_written_means_up_to_the_end() -> None:
    whole = pack(tone(TONE_HZ), width=2)
    piped = whole[:4] + b"\x24\xf0\xff\x7f" + whole[8:40] + b"\x00\xf0\xff\x7f" + whole[44:]
    assert np.array_equal(read_wav(piped).samples, read_wav(whole).samples)


def test_other_chunks_and_an_odd_one_are_passed_over() -> None:
    whole = pack(tone(TONE_HZ), width=2)
    noted = riff((b"LIST", b"odd"), (b"fmt ", whole[20:36]), (b"note", b"x"), (b"data", whole[44:]))
    assert np.array_equal(read_wav(noted).samples, read_wav(whole).samples)


BROKEN = {
    "no WAV": b"ID3\x04 an mp3",
    "empty": b"",
    "cut in the header": pack(tone(TONE_HZ), width=2)[:20],
    "no data": riff((b"fmt ", pack(tone(TONE_HZ), width=2)[20:36])),
    "no samples": riff((b"fmt ", pack(tone(TONE_HZ), width=2)[20:36]), (b"data", b"")),
    "half a sample": riff((b"fmt ", pack(tone(TONE_HZ), width=2)[20:36]), (b"data", b"x")),
    "a short form": riff((b"fmt ", b"\x01\x00"), (b"data", b"xx")),
    "GSM": riff((b"fmt ", struct.pack("<HHIIHH", 49, 1, 8000, 1625, 65, 0)), (b"data", b"xx")),
    "12 bits": riff((b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 12)), (b"data", b"xx")),
    "no channel": riff((b"fmt ", struct.pack("<HHIIHH", 1, 0, 8000, 0, 0, 16)), (b"data", b"xx")),
    "too many channels": riff((b"fmt ", struct.pack("<HHIIHH", 1, 500, 8000, 0, 0, 16)), (b"data", b"xx" * 999)),
    "no rate": riff((b"fmt ", struct.pack("<HHIIHH", 1, 1, 0, 0, 2, 16)), (b"data", b"xx")),
    "a rate of radar": riff((b"fmt ", struct.pack("<HHIIHH", 1, 1, 2**31, 0, 2, 16)), (b"data", b"xx")),
    "no numbers": riff((b"fmt ", struct.pack("<HHIIHH", 3, 1, 8000, 0, 4, 32)), (b"data", b"\xff\xff\xff\x7f" * 9)),
    "eleven minutes": pack(Recorded(samples=np.zeros(4_000 * 660, np.float32), rate=4_000), width=1),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_no_sound_is_named_so(data: bytes) -> None:
    with pytest.raises(SoundFault, match=r"\w"):
        read_wav(data)


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=200), st.integers(0, 44))
@example(b"\xff" * 100, 36)
def test_any_octets_are_a_sound_or_a_fault(rubbish: bytes, kept: int) -> None:
    data = pack(tone(TONE_HZ, lasts_s=0.01), width=2)[:kept] + rubbish
    try:
        sound = for_phone(read_wav(data))
    except SoundFault:
        return
    assert len(sound) % 2 == 0


@pytest.mark.parametrize(
    ("hz", "least_db", "most_db"),
    [
        (50, -99, -40),
        (100, -99, -25),
        (200, -8, -5),
        (300, -0.2, 0.2),
        (1_000, -0.2, 0.2),
        (3_400, -0.5, 0.2),
    ],
)
def test_what_a_telephone_carries_is_left_as_it_is_and_what_it_does_not_is_not(
    hz: float, least_db: float, most_db: float
) -> None:
    both = tone(440, rate=22_050, level=0.4, lasts_s=2)
    mixed = Recorded(samples=both.samples + tone(hz, rate=22_050, level=0.1, lasts_s=2).samples, rate=22_050)
    heard = np.abs(np.fft.rfft(floats(for_phone(mixed)) * np.hanning(16_000)))
    gain = dbfs(float(heard[int(hz * 2)] / heard[880])) - dbfs(0.1 / 0.4)
    assert least_db <= gain <= most_db


def test_silence_stays_silence_and_nothing_stays_nothing() -> None:
    assert not any(for_phone(Recorded(samples=np.zeros(100, np.float32), rate=8_000)))
    assert for_phone(Recorded(samples=np.zeros(0, np.float32), rate=22_050)) == b""
    assert levelled(np.full(10, 1e-6, np.float32)) == bytes(20)


def test_a_whisper_and_a_shout_come_out_equally_loud() -> None:
    whisper, shout = (floats(for_phone(tone(TONE_HZ, level=level))) for level in (0.01, 1.0))
    assert np.max(np.abs(whisper - shout)) < 1e-4


def test_the_same_sound_gives_the_same_octets() -> None:
    assert for_phone(tone(TONE_HZ, rate=22_050)) == for_phone(tone(TONE_HZ, rate=22_050))


def test_the_ends_of_a_cut_recording_are_softened() -> None:
    soft = faded(Recorded(samples=np.ones(8_000, np.float32), rate=8_000)).samples
    assert soft[0] == 0
    assert soft[-1] == 0
    assert np.all(soft[40:-40] == 1)


def test_a_written_wav_is_read_back_bit_by_bit() -> None:
    sound = for_phone(tone(TONE_HZ))
    with wave.open(io.BytesIO(write_wav(sound))) as back:
        assert (back.getframerate(), back.getnchannels(), back.getsampwidth()) == (8_000, 1, 2)
        assert back.readframes(back.getnframes()) == sound


@pytest.mark.parametrize(
    ("tag", "octets", "samples"),
    [
        (7, b"\xff\x80\x00\x9f\x1f", (0, 32124, -32124, 8316, -8316)),
        (6, b"\xd5\x55\xaa\x2a\x80", (8, -8, 32256, -32256, 5504)),
    ],
    ids=["mu-law", "a-law"],
)
def test_what_telephones_record_in_is_read_as_g_711_has_it(tag: int, octets: bytes, samples: tuple[int, ...]) -> None:
    form = struct.pack("<HHIIHHH", tag, 1, 8_000, 8_000, 1, 8, 0)
    body = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(octets)) + octets + b"\0"
    read = read_wav(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)
    assert (read.samples * 2**15).astype(int).tolist() == list(samples)
