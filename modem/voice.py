"""An answered call as those who talk on it see it: keys, and the voice both ways. 8 kHz, mono, s16le throughout."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

RATE = 8000  # samples a second
FRAME_S = 0.02  # seconds of one frame: what every modem's audio port takes at a time
FRAME = 320  # octets of one frame


class Audio(Protocol):
    """Both directions of a call's voice, as they pass. Nothing is kept: what is not read in time is lost, oldest
    first, as on the air."""

    async def read(self) -> bytes:
        """What has come since, at least one sample, in whole samples; waits for it. Raises PortLost."""

    def write(self, sound: bytes) -> None:
        """Hand over what is to be heard now: about ``FRAME`` octets every ``FRAME_S``, never faster than they are
        spoken. Raises PortLost."""


class Player(Protocol):
    """A modem that plays by itself what it was given (no sound passes through us)."""

    async def play(self, sound: bytes) -> None:
        """Let the far end hear it; returns when it has been. Cancelled, it falls silent. Raises LineError, PortLost."""


class CallLine(Protocol):
    """One answered call. ``keys``: those that the modem itself reports. ``audio`` and ``player`` are both None on a
    modem that has no voice for us."""

    @property
    def name(self) -> str:
        """The modem's."""

    @property
    def keys(self) -> asyncio.Queue[str]: ...

    @property
    def audio(self) -> Audio | None: ...

    @property
    def player(self) -> Player | None: ...

    @property
    def wanted(self) -> asyncio.Event:
        """Set while a siren or an officer's call waits for this modem and this call is one that gives way (it came in,
        or is a test or a call-out): say so and end. One that goes on is cut off ``GIVE_WAY_S`` later
        (``modem/following.py``)."""


Talk = Callable[[CallLine], Awaitable[None]]
"""What is done on an answered call. When it returns the call is hung up; it is cancelled when the far end hangs up, or
the line is lost."""
