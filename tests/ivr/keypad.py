"""Key tones as a phone sends them, and as a bad one does. Written apart from the detector that is to hear them."""

from __future__ import annotations

import numpy as np

from modem.voice import RATE

TONES = {
    key: (low, high)
    for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
    for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
}
"""Hz (ITU-T Q.23)."""


def pressed(
    keys: str,
    *,
    ms: float = 100,
    gap_ms: float = 80,
    dbfs: float = -15,
    twist_db: float = 0,
    off: float = 0,
    lead_ms: float = 0,
) -> bytes:
    """One after the other, silence before (``lead_ms``) and after each. ``dbfs``: RMS over a full-scale sine's;
    ``twist_db``: the high tone over the low one; ``off``: how far both are from where they should be (0.018: 1.8 %)."""
    sound = [np.zeros(round(lead_ms * RATE / 1000))]
    at = np.arange(round(ms * RATE / 1000)) / RATE
    level = 32767 * 10 ** (dbfs / 20) / np.sqrt(2)
    low_part, high_part = 10 ** (-twist_db / 40), 10 ** (twist_db / 40)
    for key in keys:
        low, high = (hz * (1 + off) for hz in TONES[key])
        wave = low_part * np.sin(2 * np.pi * low * at) + high_part * np.sin(2 * np.pi * high * at)
        sound += [level * wave, np.zeros(round(gap_ms * RATE / 1000))]
    return np.clip(np.rint(np.concatenate(sound)), -32768, 32767).astype("<i2").tobytes()
