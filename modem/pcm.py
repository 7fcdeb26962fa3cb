"""The voice of calls on a port of its own: both directions, as they pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from modem.port import Latest, Port, PortLost
from modem.voice import RATE

HEARD_AT_MOST = 2 * RATE  # octets, 1 s: what nobody reads in time is not worth hearing any more
LATE_AT_MOST = 2 * RATE * 2 // 5  # octets, 0.4 s that wait for a port that is full; older sound is dropped


class Pcm:
    """An open voice port; satisfies ``modem.voice.Audio`` while a call is on it. ``gone``: why it was lost."""

    def __init__(self, port: Port, lost: Callable[[], None]) -> None:
        self.name = port.name
        self.gone = ""
        self._port = port
        self._tell_lost = lost
        self._heard_sound = bytearray()
        self._bell = asyncio.Event()
        self._in_call = False
        self._passed = 0  # octets heard since the port was opened: they tell where a sample begins
        if isinstance(port, Latest):
            port.keep_latest(LATE_AT_MOST)
        port.listen(self._heard, self._lost)

    def begin(self, *, flows_always: bool) -> None:
        """A call is up: what came and waited until now belongs to none. ``flows_always``: the port carries sound
        without being told to, so that a sample may be half through."""
        self._drop()
        if not flows_always:
            self._passed = 0
        self._in_call = True

    def end(self) -> None:
        """The call is over: from now on what comes is thrown away."""
        self._in_call = False
        self._drop()

    async def read(self) -> bytes:
        """See ``Audio.read``."""
        while len(self._heard_sound) < 2:
            if self.gone:
                raise PortLost(self.gone)
            self._bell.clear()
            await self._bell.wait()
        whole = len(self._heard_sound) & ~1
        sound = bytes(self._heard_sound[:whole])
        del self._heard_sound[:whole]
        return sound

    def write(self, sound: bytes) -> None:
        """See ``Audio.write``. After the call has ended it is heard by nobody."""
        if self.gone:
            raise PortLost(self.gone)
        if self._in_call and sound:
            self._port.write(sound)

    def close(self) -> None:
        """Give the port back. Idempotent."""
        self._port.close()
        self._lose(f"{self.name}: closed")

    def _drop(self) -> None:
        self._heard_sound.clear()
        if isinstance(self._port, Latest):
            self._port.keep_latest(0)
            self._port.keep_latest(LATE_AT_MOST)

    def _heard(self, data: bytes) -> None:
        half = self._passed & 1
        self._passed += len(data)
        if not self._in_call:
            return
        if half and not self._heard_sound:
            data = data[1:]  # the second octet of a sample whose first one was thrown away
        self._heard_sound += data
        too_much = len(self._heard_sound) - HEARD_AT_MOST
        if too_much > 0:
            del self._heard_sound[: too_much + (too_much & 1)]
        self._bell.set()

    def _lost(self, why: str) -> None:
        self._lose(why)
        self._tell_lost()

    def _lose(self, why: str) -> None:
        self.gone = self.gone or why
        self._bell.set()
