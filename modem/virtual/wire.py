"""From the engine's bytes to the cable: the place where a byte can be lost, delayed, doubled or joined by noise.

``Wire`` counts every byte that the modem puts out. A tap is set at a byte position; when the output reaches it, the
output is cut there and the tap acts: it inserts bytes, stalls, mutes, or hangs the line up. So any fault can strike at
any byte, inside a response or between two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from modem.virtual.timers import Timers


class Line(Protocol):
    """A client's end of the cable: a pty, a TCP connection, a port in memory."""

    def send(self, data: bytes) -> None:
        """Bytes for the client."""

    def hangup(self, reason: str) -> None:
        """The client sees the line drop. The cable may come back."""


class Device(Protocol):
    """What a cable leads to: a modem, or its audio port. ``moved``: called after it was plugged in or pulled out."""

    name: str
    moved: list[Callable[[], None]]

    @property
    def plugged(self) -> bool: ...

    def attach(self, line: Line) -> None:
        """A client opened its end."""

    def detach(self, line: Line) -> None:
        """A client closed its end."""

    def feed(self, data: bytes) -> None:
        """What the client wrote."""


@dataclass(slots=True, eq=False)
class Tap:
    """``act`` runs once, when ``at`` bytes have gone out since the modem was made. ``untap`` takes it away."""

    at: int
    act: Callable[[], None]


class Wire:
    """The output side of one modem's cable."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._lines: list[Line] = []
        self._taps: list[Tap] = []
        self._queue: deque[bytes] = deque()
        self._stalled = False
        self._joined: bytearray | None = None
        self.sent = 0
        self.muted = False
        self.double_cr = False
        self.split: tuple[int, float] | None = None  # (bytes a write, seconds between)

    # -- clients

    def attach(self, line: Line) -> None:
        """A client opened its end."""
        self._lines.append(line)

    def detach(self, line: Line) -> None:
        """A client closed its end; what it did not read is gone."""
        if line in self._lines:
            self._lines.remove(line)
        if not self._lines:
            self._queue.clear()

    @property
    def attached(self) -> bool:
        """Some client listens."""
        return bool(self._lines)

    def hangup(self, reason: str) -> None:
        """Drop every client's line."""
        lines, self._lines = self._lines, []
        self._queue.clear()
        for line in lines:
            line.hangup(reason)

    # -- output

    def send(self, data: bytes) -> None:
        """Bytes from the engine; taps on the way fire in order of their position."""
        while data:
            tap = min((tap for tap in self._taps if tap.at < self.sent + len(data)), key=_at, default=None)
            if tap is None:
                self._count(data)
                return
            head = data[: max(0, tap.at - self.sent)]
            self._count(head)
            data = data[len(head) :]
            self._taps.remove(tap)
            tap.act()

    def insert(self, data: bytes) -> None:
        """Bytes that the engine never wrote: noise, a code from nowhere. They are not counted."""
        self._put(data)

    def tap(self, after: int, act: Callable[[], None]) -> Tap:
        """Act when ``after`` more bytes have gone out: 0 is just before the next byte."""
        tap = Tap(self.sent + max(0, after), act)
        self._taps.append(tap)
        return tap

    def untap(self, tap: Tap) -> None:
        """Take a tap away. Idempotent."""
        if tap in self._taps:
            self._taps.remove(tap)

    def stall(self, seconds: float) -> None:
        """What follows waits that long, in order."""
        self._stalled = True
        self._timers.after(seconds, self._resume)

    def join(self, on: bool) -> None:
        """While on, output gathers; switching off puts it out in one write."""
        if on:
            self._joined = bytearray() if self._joined is None else self._joined
        elif self._joined is not None:
            data, self._joined = bytes(self._joined), None
            self._put(data)

    def reset(self) -> None:
        """Power cut: nothing waits, nothing is muted. Taps stay set."""
        self._queue.clear()
        self.muted = False
        self._joined = None if self._joined is None else bytearray()

    def _count(self, data: bytes) -> None:
        self.sent += len(data)
        self._put(data.replace(b"\r\n", b"\r\r\n") if self.double_cr else data)

    def _put(self, data: bytes) -> None:
        if not data or self.muted or not self._lines:
            return
        if self._joined is not None:
            self._joined += data
        elif self.split is not None:
            size = self.split[0]
            self._queue.extend(data[at : at + size] for at in range(0, len(data), size))
            self._drain()
        else:
            self._queue.append(data)
            self._drain()

    def _drain(self) -> None:
        while self._queue and not self._stalled:
            data = self._queue.popleft()
            for line in tuple(self._lines):
                line.send(data)
            if self.split is not None and self._queue:
                self.stall(self.split[1])

    def _resume(self) -> None:
        self._stalled = False
        self._drain()


def _at(tap: Tap) -> int:
    return tap.at
