"""Persons, machines and streets, made by machine; and which of them the ear takes for a machine, as a table.

python -m tests.ivr.ear_table
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ivr.ear import Ear
from ivr.signals import note
from modem.voice import RATE
from tests.ivr.coding import CODINGS
from tests.ivr.talking import joined, level, spoken

VOICES = ("id", "id+f3", "id+m3", "id+f2", "id+m1")
GREETINGS = (
    "Anda terhubung dengan kotak suara. Pemilik nomor ini sedang tidak dapat menerima panggilan. "
    "Silakan tinggalkan pesan setelah nada berikut.",
    "Nomor yang Anda tuju sedang tidak aktif atau berada di luar jangkauan. Silakan hubungi beberapa saat lagi.",
    "Halo, ini Budi. Saya sedang tidak bisa menerima telepon. Tinggalkan pesan setelah bunyi tut ya. Terima kasih.",
)
HELLOS = ("Halo?", "Halo? Siapa ini?", "Ya, halo. Ada apa?", "Assalamualaikum.", "Halo, Pak?")
CRY = (
    "Tolong Pak, ada kebakaran di Jalan Gatot Subroto, apinya sudah besar, cepat datang, rumah tetangga saya "
    "terbakar semua, anak anak masih di dalam."
)
NOTES = ((440.0, 0.5), (800.0, 0.2), (1000.0, 0.5), (1400.0, 0.2))  # Hz, seconds


def street(seconds: float, dbfs: float, seed: int = 3) -> bytes:
    """Noise that swells and falls, and motorcycles that pass."""
    dice = np.random.default_rng(seed)
    at = np.arange(round(seconds * RATE)) / RATE
    hiss = np.cumsum(dice.normal(0, 1, len(at)))
    hiss -= np.convolve(hiss, np.ones(400) / 400, "same")
    swell = np.interp(at, np.arange(int(seconds) + 2), dice.uniform(0.2, 1, int(seconds) + 2))
    motor = sum(np.sin(2 * np.pi * 90 * n * at + dice.uniform(0, 6)) / n for n in range(1, 15))
    passing = np.exp(-(((at % 7 - 3.5) / 1.2) ** 2))
    whole = hiss / np.std(hiss) * swell * 3000 + motor * passing * 2500
    return level(np.clip(whole, -32000, 32000).astype("<i2").tobytes(), dbfs)


def mixed(one: bytes, other: bytes) -> bytes:
    """Both at once."""
    many = max(len(one), len(other))
    parts = [np.frombuffer(sound.ljust(many, b"\0"), "<i2").astype(np.int64) for sound in (one, other)]
    return bytes(np.clip(parts[0] + parts[1], -32768, 32767).astype("<i2").tobytes())


def hello(text: str, voice: str) -> bytes:
    """A person who waits for an answer."""
    said = spoken(text, voice)
    return joined(0.4, said, 1.5, said, 2.0, spoken("Halo?", voice), 1.5, spoken("Siapa ini?", voice), 5)


def beep(nth: int) -> bytes:
    hz, seconds = NOTES[nth % len(NOTES)]
    return note(hz, seconds, -12.0)


SOUNDS: Mapping[str, Callable[[str], list[bytes]]] = {
    "a mailbox: a greeting, a beep, silence": lambda voice: [
        joined(0.6, spoken(text, voice), 0.4, beep(nth), 5) for nth, text in enumerate(GREETINGS)
    ],
    "an announcement, twice over": lambda voice: [joined(0.6, spoken(f"{GREETINGS[1]} {GREETINGS[1]}", voice), 5)],
    "a greeting without a beep": lambda voice: [joined(0.6, spoken(text, voice), 5) for text in GREETINGS],
    "halo? … halo?": lambda voice: [hello(text, voice) for text in HELLOS],
    "someone who tells at once": lambda voice: [joined(0.5, spoken(CRY, voice), 5)],
    "someone who tells after halo": lambda voice: [joined(0.5, spoken("Halo?", voice), 2.5, spoken(CRY, voice), 5)],
    "a mailbox whose owner picks up": lambda voice: [
        joined(0.6, spoken(GREETINGS[2], voice), 0.4, beep(0), 1, spoken("Halo? Ya?", voice), 5)
    ],
    "a pocket": lambda voice: [bytes(2 * 15 * RATE), level(street(15, -60), -60)],
    "a street": lambda voice: [street(20, dbfs) for dbfs in (-40, -30, -20)],
    "halo? in a street": lambda voice: [mixed(street(14, -35), hello(text, voice)) for text in HELLOS],
}
MACHINES = ("a mailbox: a greeting, a beep, silence", "an announcement, twice over")


def machine(sound: bytes) -> bool:
    """What the ear says at the end of it."""
    ear = Ear()
    ear.feed(sound)
    return ear.machine


def main() -> None:
    codings = ("none", "GSM FR", "AMR 4.75")
    print("| taken for a machine | " + " | ".join(codings) + " |\n|---|---|---|---|")
    for name, make in SOUNDS.items():
        sounds = [sound for voice in VOICES for sound in make(voice)]
        counts = [sum(machine(CODINGS[coding](sound)) for sound in sounds) for coding in codings]
        print(f"| {name} | " + " | ".join(f"{count} of {len(sounds)}" for count in counts) + " |", flush=True)


if __name__ == "__main__":
    main()
