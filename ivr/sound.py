"""Sound as numbers: WAV in and out, and made fit for the telephone (8 kHz, mono, s16le: ``modem.voice.RATE``). Pure.

Narrow-band telephony carries 300 to 3,400 Hz. What lies below 200 Hz is only lost on the way, and takes level from what
is heard: it goes before the level is set (resampling by soxr).
"""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import soxr

from modem.voice import RATE

Samples = npt.NDArray[np.float32]

LOWEST_HZ = 200.0  # half its level is left here, all of it from 300 Hz on, nothing below 100
PEAK_DBFS = -3.0  # dB below full scale: no codec on the way clips it
SILENT = 1e-4  # 80 dB below full scale: what is never louder is made no louder
TAPS = 201  # of the filter: 130 Hz from stopping to passing (3.3 · 8000 / 201, Hamming)
VERSION = "1"  # of what this file does to a sound; a part of what cached prompts are known by
LONGEST_S = 600.0  # seconds of a WAV that is read: a prompt is shorter, a larger file is something else
RATES = range(4_000, 192_001)  # samples a second of a WAV that is read
MOST_CHANNELS = 8
EDGE_S = 0.005  # seconds of fading at both ends of a recording: one that was cut out of another would click

# format tags of RIFF WAVE (Multimedia Programming Interface, 1991; RFC 2361)
PCM, FLOATS, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
WRITTEN = frozenset({(PCM, 8), (PCM, 16), (PCM, 24), (PCM, 32), (FLOATS, 32), (FLOATS, 64), (A_LAW, 8), (MU_LAW, 8)})
"""Format tags, and the bits of a sample, that are read."""


class SoundFault(ValueError):
    """No sound that we can read; the message says what is wrong with it, for the person who made the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One channel of a WAV, all of them mixed: samples from -1 to 1, ``rate`` a second."""

    samples: Samples
    rate: int


def read_wav(data: bytes) -> Recorded:
    """A WAV of any rate, channels and width. A length that runs over the end of the data (a program that wrote to a
    pipe) means: up to the end. Raises SoundFault."""
    form, body = None, None
    for name, chunk in _chunks(data):
        if name == b"fmt " and form is None:
            form = _Form.read(chunk)
        elif name == b"data" and body is None:
            body = chunk
    if form is None or body is None:
        raise SoundFault("it has no sound in it (no fmt or no data chunk)")
    return Recorded(samples=form.samples(body), rate=form.rate)


def write_wav(sound: bytes, rate: int = RATE) -> bytes:
    """A WAV of s16le mono."""
    whole = io.BytesIO()
    with wave.open(whole, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(sound)
    return whole.getvalue()


def for_phone(one: Recorded) -> bytes:
    """8 kHz, mono, s16le; without what no telephone carries; its loudest sample at ``PEAK_DBFS``. The same sound gives
    the same octets."""
    return levelled(narrowed(one))


def narrowed(one: Recorded) -> Samples:
    """At the telephone's rate, without what lies too low for it."""
    samples = one.samples if one.rate == RATE else soxr.resample(one.samples, one.rate, RATE, quality="HQ")
    if not len(samples):
        return np.zeros(0, np.float32)
    passed = np.convolve(samples, _high_pass(), mode="full")[TAPS // 2 :][: len(samples)]
    return np.asarray(passed, np.float32)


def levelled(samples: Samples) -> bytes:
    """s16le, the loudest sample at ``PEAK_DBFS``; silence stays silence."""
    peak = float(np.max(np.abs(samples))) if len(samples) else 0.0
    if peak < SILENT:
        return bytes(2 * len(samples))
    level = 32767.0 * 10 ** (PEAK_DBFS / 20) / peak
    octets: bytes = np.rint(samples * level).astype("<i2").tobytes()
    return octets


def faded(one: Recorded) -> Recorded:
    """The same with soft ends."""
    samples, many = one.samples.copy(), min(int(EDGE_S * one.rate), len(one.samples) // 2)
    if many:
        edge = np.linspace(0.0, 1.0, many)
        samples[:many] *= edge
        samples[-many:] *= edge[::-1]
    return Recorded(samples=samples, rate=one.rate)


def seconds(sound: bytes) -> float:
    """How long s16le mono at the telephone's rate lasts."""
    return len(sound) / 2 / RATE


@cache
def _high_pass() -> Samples:
    """All that passes, less what a windowed low-pass lets through. Linear phase: speech keeps its shape."""
    at = np.arange(TAPS) - TAPS // 2
    low = np.sinc(2 * LOWEST_HZ / RATE * at) * np.hamming(TAPS)
    high = -low / low.sum()
    high[TAPS // 2] += 1.0
    return np.asarray(high, np.float32)


# -- what telephones record in (ITU-T G.711): a sign, three bits of segment, four of place in it


@cache
def _mu_law() -> Samples:
    """Of every octet, its sample."""
    octet = ~np.arange(256, dtype=np.uint8)
    size = (((octet & 0x0F).astype(np.int32) << 3) + 0x84) << ((octet & 0x70) >> 4)
    return np.asarray(np.where(octet & 0x80, 0x84 - size, size - 0x84) / 2.0**15, np.float32)


@cache
def _a_law() -> Samples:
    """Of every octet, its sample."""
    octet = np.arange(256, dtype=np.uint8) ^ 0x55
    place, segment = (octet & 0x0F).astype(np.int32) << 4, (octet & 0x70) >> 4
    size = np.where(segment == 0, place + 8, (place + 0x108) << (np.maximum(segment, 1) - 1))
    return np.asarray(np.where(octet & 0x80, size, -size) / 2.0**15, np.float32)


# -- RIFF


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise SoundFault("it is no WAV file")
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How the samples are written: the format's ``tag``; ``width``: octets of one sample."""

    tag: int
    channels: int
    rate: int
    width: int

    @staticmethod
    def read(chunk: bytes) -> _Form:
        if len(chunk) < 16:
            raise SoundFault("its fmt chunk is cut short")
        tag, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunk[:16])
        if tag == EXTENSIBLE and len(chunk) >= 26:  # the real tag begins the GUID at its end
            tag = int.from_bytes(chunk[24:26], "little")
        if (tag, bits) not in WRITTEN:
            raise SoundFault(f"format {tag} with {bits} bits is no PCM; save it as PCM, 16 bit")
        if channels not in range(1, MOST_CHANNELS + 1) or rate not in RATES:
            raise SoundFault(f"{channels} channels at {rate} Hz: nothing that a voice is recorded in")
        return _Form(tag=tag, channels=channels, rate=rate, width=bits // 8)

    def samples(self, body: bytes) -> Samples:
        """Mixed to one channel; an unfinished last frame is dropped."""
        frame = self.width * self.channels
        many = len(body) // frame
        if not many:
            raise SoundFault("it is empty")
        if many > LONGEST_S * self.rate:
            raise SoundFault(f"it is longer than {LONGEST_S / 60:.0f} minutes")
        flat = self._flat(body[: many * frame])
        if not np.all(np.isfinite(flat)):
            raise SoundFault("it holds samples that are no numbers")
        mixed: Samples = flat.reshape(many, self.channels).mean(axis=1)
        return mixed

    def _flat(self, body: bytes) -> Samples:
        if self.tag in (A_LAW, MU_LAW):
            return (_a_law() if self.tag == A_LAW else _mu_law())[np.frombuffer(body, np.uint8)]
        if self.tag == FLOATS:
            return np.clip(np.frombuffer(body, f"<f{self.width}").astype(np.float32), -1e3, 1e3)
        if self.width == 1:  # the one width without a sign
            return (np.frombuffer(body, np.uint8).astype(np.float32) - 128.0) / 128.0
        if self.width == 3:
            octets = np.frombuffer(body, np.uint8).reshape(-1, 3)
            wide = np.zeros((len(octets), 4), np.uint8)
            wide[:, 1:] = octets
            return wide.reshape(-1).view("<i4").astype(np.float32) / 2.0**31
        return np.frombuffer(body, f"<i{self.width}").astype(np.float32) / 2.0 ** (8 * self.width - 1)
