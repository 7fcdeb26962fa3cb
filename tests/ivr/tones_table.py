"""How well keys are heard: the tables of ivr/README.md, measured.

python -m tests.ivr.tones_table [keys] [levels] [talk-off] [--minutes 60] [--shrill]
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable

from ivr.tones import Detector
from modem.voice import RATE
from tests.ivr.coding import CODINGS, noisy, torn
from tests.ivr.keypad import pressed
from tests.ivr.talking import PITCHES, SHRILL, talk

ROUND = "1234567890*#"
ROUNDS = 5  # 60 keys a cell
LEVEL = -15.0  # dBFS
SNRS = (math.inf, 20.0, 12.0)  # dB
LENGTHS = (100, 70, 50)  # ms


def heard(sound: bytes) -> str:
    """The keys in a sound."""
    return "".join(tone.key for tone in Detector().feed(sound))


def found(wanted: str, got: str) -> tuple[int, int]:
    """How many of the keys were heard in their order, and how many more that nobody pressed (longest common
    subsequence)."""
    best = [0] * (len(got) + 1)
    for key in wanted:
        before = 0
        for at, one in enumerate(got, start=1):
            before, best[at] = best[at], before + 1 if key == one else max(best[at], best[at - 1])
    return best[-1], len(got) - best[-1]


def cell(coding: Callable[[bytes], bytes], ms: float, snr_db: float) -> tuple[int, int]:
    """60 keys of that length through that coding with that noise: heard, and false ones."""
    sound = pressed(ROUND * ROUNDS, ms=ms, dbfs=LEVEL, lead_ms=300)
    if snr_db < math.inf:
        sound = noisy(sound, snr_db, LEVEL)
    return found(ROUND * ROUNDS, heard(coding(sound)))


def keys() -> None:
    """Coding, length, noise."""
    print("| coding | " + " | ".join(f"{ms} ms, {snr:g} dB" for ms in LENGTHS for snr in SNRS) + " |")
    print("|---" * (1 + len(LENGTHS) * len(SNRS)) + "|")
    for name, coding in CODINGS.items():
        cells = [cell(coding, ms, snr) for ms in LENGTHS for snr in SNRS]
        print(f"| {name} | " + " | ".join(_said(*one) for one in cells) + " |")


def _said(right: int, false: int) -> str:
    share = f"{100 * right / len(ROUND * ROUNDS):.3g} %"
    return share + (f" (+{false})" if false else "")


def levels() -> None:
    """Level, twist, frequency, lost frames, long keys."""
    whole = ROUND * ROUNDS
    for db in (0, -6, -15, -25, -35, -40, -45, -50):
        print("level", db, "dBFS:", _said(*found(whole, heard(pressed(whole, dbfs=db)))))
    for db in (-10, -9, -8, -7, -6, 0, 6, 7, 8, 9, 10):
        print("high over low", db, "dB:", _said(*found(whole, heard(pressed(whole, twist_db=db)))))
    for off in (-0.035, -0.03, -0.025, -0.018, -0.015, 0, 0.015, 0.018, 0.025, 0.03, 0.035):
        print(f"frequency {100 * off:+.1f} %:", _said(*found(whole, heard(pressed(whole, off=off)))))
    for ms in (20, 25, 30, 35, 40, 45):
        print("length", ms, "ms:", _said(*found(whole, heard(pressed(whole, ms=ms)))))
    for lost in (5, 10, 20):
        print("frames lost", lost, "%:", _said(*found(whole, heard(torn(pressed(whole), lost)))))
    for name, coding in CODINGS.items():
        for ms in (400, 1000):
            print(name, "held", ms, "ms:", _said(*found(whole, heard(coding(pressed(whole, ms=ms, gap_ms=300))))))


def talk_off(minutes: float, pitches: tuple[int, ...] = PITCHES) -> None:
    """Keys heard in speech, by coding."""
    false: dict[str, Counter[str]] = {name: Counter() for name in CODINGS}
    seconds = 0.0
    for sound in talk(minutes, pitches):
        seconds += len(sound) / 2 / RATE
        for name, coding in CODINGS.items():
            false[name].update(heard(coding(sound)))
    print(f"{seconds / 60:.1f} minutes of speech")
    for name, counts in false.items():
        print(f"{name}: {counts.total()} false keys {dict(counts)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="How well keys are heard.")
    parser.add_argument("what", nargs="*", choices=["keys", "levels", "talk-off", []], help="only these (all)")
    parser.add_argument("--minutes", type=float, default=60.0, help="of speech (60)")
    parser.add_argument("--shrill", action="store_true", help="speech by shrill voices")
    asked = parser.parse_args()
    what = asked.what or ["keys", "levels", "talk-off"]
    if "keys" in what:
        keys()
    if "levels" in what:
        levels()
    if "talk-off" in what:
        talk_off(asked.minutes, SHRILL if asked.shrill else PITCHES)


if __name__ == "__main__":
    main()
