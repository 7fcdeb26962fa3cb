"""Sound as it comes out of a telephone network: coded and decoded by sox, with noise, with frames lost."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from modem.voice import FRAME, RATE

RAW = ("-t", "raw", "-r", str(RATE), "-e", "signed-integer", "-b", "16", "-c", "1")
AMR = {"4.75": "0", "7.4": "4", "12.2": "7"}  # kbit/s → sox's -C
TAKES_S = 120.0  # seconds for an hour of sound and more

needs_sox = pytest.mark.skipif(shutil.which("sox") is None, reason="needs the Debian package sox")
needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs the Debian package espeak-ng")


def _sox(sound: bytes, form: Sequence[str], compress: Sequence[str] = ()) -> bytes:
    """Into that form, and back to samples."""
    for command in ((*RAW, "-", *compress, *form, "-"), (*form, "-", *RAW, "-")):
        done = subprocess.run(["sox", "-V1", "-D", *command], input=sound, capture_output=True, timeout=TAKES_S)
        assert done.returncode == 0, done.stderr.decode()
        sound = done.stdout
    return sound


def gsm(sound: bytes) -> bytes:
    """GSM full rate (06.10), 13 kbit/s."""
    return _sox(sound, ("-t", "gsm", "-r", str(RATE), "-c", "1"))


def gsm_twice(sound: bytes) -> bytes:
    """From a mobile to a mobile: coded, decoded and coded again."""
    return gsm(gsm(sound))


def amr(kbits: str) -> Callable[[bytes], bytes]:
    """AMR narrow-band."""
    return lambda sound: _sox(sound, ("-t", "amr-nb"), ("-C", AMR[kbits]))


def mu_law(sound: bytes) -> bytes:
    """G.711."""
    return _sox(sound, ("-t", "ul", "-r", str(RATE), "-c", "1"))


CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "none": bytes,
    "mu-law": mu_law,
    "GSM FR": gsm,
    "GSM FR twice": gsm_twice,
    "AMR 12.2": amr("12.2"),
    "AMR 7.4": amr("7.4"),
    "AMR 4.75": amr("4.75"),
}


def noisy(sound: bytes, snr_db: float, level_dbfs: float, seed: int = 1) -> bytes:
    """White noise, so much below ``level_dbfs`` (RMS over a full-scale sine's)."""
    samples = np.frombuffer(sound, "<i2").astype(np.float64)
    rms = 32767 / np.sqrt(2) * 10 ** ((level_dbfs - snr_db) / 20)
    samples = samples + np.random.default_rng(seed).normal(0, rms, len(samples))
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


def torn(sound: bytes, of_100: float, seed: int = 1) -> bytes:
    """So many of its frames of 20 ms lost."""
    lost = np.random.default_rng(seed).random(len(sound) // FRAME + 1) * 100 < of_100
    frames = (sound[at : at + FRAME] for at in range(0, len(sound), FRAME))
    return b"".join(bytes(len(one)) if gone else one for one, gone in zip(frames, lost, strict=False))
