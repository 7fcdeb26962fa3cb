"""Crash points: named places in the walk of a letter at which a test may kill the process.

In the running program a ``CrashPoint`` is ``no_crash`` unless ``run --test-faults`` was given and
``KENTONGAN_CRASH_AT=keep|forget|decide|claim|wire|settle|turn[:n]`` is set: then the process sends itself SIGKILL at
the n-th passing. The simulator hands in its own, which raises.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

CrashPoint = Callable[[str], None]
"""Called with the point's name each time the program passes it, just after the named step took effect:
``keep`` letter committed, SIM copy still there · ``forget`` SIM copy deleted · ``decide`` incident and its first rows
committed, no bell rung yet · ``claim`` an outbound row or effect marked as being done · ``wire`` the modem has
answered, nothing written down · ``settle`` the outcome committed · ``turn`` a turn of a spoken call committed, not
spoken yet."""

POINTS = ("keep", "forget", "decide", "claim", "wire", "settle", "turn")


def no_crash(point: str) -> None:
    """The point of every real run: nothing happens."""


def kill_at(spec: str) -> CrashPoint:
    """A crash point that kills this process at ``name[:n]`` (n counts from 1). Raises ValueError on other text."""
    name, _, count = spec.partition(":")
    if name not in POINTS:
        raise ValueError(f"crash point {name!r} is not one of {', '.join(POINTS)}")
    left = int(count or "1")
    if left < 1:
        raise ValueError("a crash point counts from 1")

    def passed(point: str) -> None:
        nonlocal left
        if point != name:
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return passed
