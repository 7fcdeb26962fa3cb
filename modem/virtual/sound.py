"""Sound as the virtual network carries it: 8 kHz, mono, s16le; key tones, a beep, a voice without words, WAV files."""

from __future__ import annotations

import io
import math
import wave
from array import array
from functools import cache

from modem.voice import RATE

OCTETS = 2  # of one sample
LOUDEST = 32_767
ROWS = ("123A", "456B", "789C", "*0#D")
LOWS, HIGHS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # Hz (ITU-T Q.23)
KEY_DBFS = -15.0  # level of a pair of tones, as RMS; phones send about -10 to -16
BEEP_HZ, BEEP_S = 1000, 0.8  # what most mailboxes give before they record
PITCH_HZ, SYLLABLE_S = 140, 0.5  # of a voice without words
MOST_WAV_S = 600.0  # seconds that one file may last


def samples(seconds: float) -> int:
    """How many samples that is, rounded to the nearest."""
    return round(seconds * RATE)


def seconds(sound: bytes) -> float:
    """How long that lasts."""
    return len(sound) / (OCTETS * RATE)


def silence(seconds: float) -> bytes:
    """Nothing, for that long."""
    return bytes(OCTETS * samples(seconds))


def is_silent(sound: bytes) -> bool:
    """Not one sample of it is anything but zero."""
    return not sound.strip(b"\0")


@cache
def key_tone(key: str, ms: int = 100, dbfs: float = KEY_DBFS) -> bytes:
    """One key's pair of tones. Raises ValueError for what is no key (0-9, ``*``, ``#``, A-D)."""
    key = key.upper()
    row = next((at for at, keys in enumerate(ROWS) if key and key in keys), None)
    if row is None or len(key) != 1:
        raise ValueError(f"{key!r} is no key")
    return _sines((LOWS[row], HIGHS[ROWS[row].index(key)]), ms / 1000, LOUDEST * 10 ** (dbfs / 20))


def tones(keys: str, *, ms: int = 100, gap_ms: int = 80, dbfs: float = KEY_DBFS) -> bytes:
    """Keys one after the other, with silence behind each. Raises ValueError for what is no key."""
    return b"".join(key_tone(key, ms, dbfs) + silence(gap_ms / 1000) for key in keys)


@cache
def beep() -> bytes:
    """What a mailbox gives before it records."""
    return _sines((BEEP_HZ,), BEEP_S, LOUDEST * 0.3)


def murmur(seconds: float) -> bytes:
    """Like a voice behind a wall: a hum with its harmonics in syllables of a quarter second, about -20 dBFS. No words,
    no key tone in it, the same each time."""
    whole = samples(seconds) * OCTETS
    return (_syllable() * (whole // len(_syllable()) + 1))[:whole]


@cache
def _syllable() -> bytes:
    """Half a second of it, the second half silent; the pitch fits into it without a rest."""
    made = array("h")
    for at in range(samples(SYLLABLE_S)):
        turn = 2 * math.pi * PITCH_HZ * at / RATE
        hum = sum(math.sin(turn * over) / over for over in (1, 2, 3, 4, 5))
        made.append(int(LOUDEST * 0.12 * hum * max(0.0, math.sin(2 * math.pi * at / samples(SYLLABLE_S)))))
    return _little(made)


def mixed(one: bytes, other: bytes) -> bytes:
    """Both at once, as long as the longer; what is too loud is cut."""
    if is_silent(one) or is_silent(other):
        longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
        return longer if is_silent(shorter) else shorter + longer[len(shorter) :]
    long, short = sorted((_samples(one), _samples(other)), key=len, reverse=True)
    for at, value in enumerate(short):
        long[at] = max(-LOUDEST - 1, min(LOUDEST, long[at] + value))
    return _little(long)


def quieter(sound: bytes, db: float) -> bytes:
    """The same, so much less loud."""
    factor = 10 ** (-db / 20)
    return _little(array("h", (int(value * factor) for value in _samples(sound))))


def together(left: bytes, right: bytes) -> bytes:
    """Two channels of one length, sample by sample in turn."""
    made = bytearray(len(left) + len(right))
    for at in range(OCTETS):
        made[at :: 2 * OCTETS] = left[at::OCTETS]
        made[OCTETS + at :: 2 * OCTETS] = right[at::OCTETS]
    return bytes(made)


def wav(sound: bytes, channels: int = 1) -> bytes:
    """A WAV file of it."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as out:
            out.setparams((channels, OCTETS, RATE, len(sound) // OCTETS // channels, "NONE", "not compressed"))
            out.writeframes(sound)
        return file.getvalue()


def read_wav(data: bytes) -> bytes:
    """The sound of a WAV file of PCM, whatever its rate and channels; a length that lies (as espeak-ng writes it to a
    pipe) is not believed. Raises ValueError for what is no such file, and beyond ``MOST_WAV_S`` seconds."""
    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            channels, width, rate, _, _, _ = file.getparams()
            raw = file.readframes(len(data))
    except (wave.Error, EOFError, RuntimeError) as error:
        raise ValueError(f"not a WAV file of PCM: {error}") from None
    if width not in (1, 2) or not 1 <= channels <= 8 or not 4000 <= rate <= 192_000:
        raise ValueError("a WAV file of 8 or 16 bits, 4 to 192 kHz, is wanted")
    values = array("h", ((octet - 128) << 8 for octet in raw)) if width == 1 else _samples(raw)
    if channels > 1:
        whole = len(values) // channels * channels
        values = array("h", (sum(values[at : at + channels]) // channels for at in range(0, whole, channels)))
    if len(values) > MOST_WAV_S * rate:
        raise ValueError(f"longer than {MOST_WAV_S:g} s")
    return _little(values if rate == RATE else _resampled(values, rate))


def _resampled(values: array[int], rate: int) -> array[int]:
    """By straight lines between samples: good enough for a voice that a test lets speak."""
    if not values:
        return values
    made = array("h")
    for at in range(len(values) * RATE // rate):
        place = at * rate / RATE
        left = int(place)
        right = min(left + 1, len(values) - 1)
        made.append(int(values[left] + (values[right] - values[left]) * (place - left)))
    return made


def _sines(pitches: tuple[int, ...], seconds: float, amplitude: float) -> bytes:
    turns = [2 * math.pi * pitch / RATE for pitch in pitches]
    return _little(
        array("h", (int(sum(amplitude * math.sin(t * at) for t in turns)) for at in range(samples(seconds))))
    )


def _samples(sound: bytes) -> array[int]:
    values = array("h", sound[: len(sound) // OCTETS * OCTETS])
    if _BIG:
        values.byteswap()
    return values


def _little(values: array[int]) -> bytes:
    if _BIG:
        values = array("h", values)
        values.byteswap()
    return values.tobytes()


_BIG = array("h", (1,)).tobytes()[0] == 0  # a machine whose own order is not the wire's
