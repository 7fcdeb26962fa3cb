"""Bytes from the client to command lines and message bodies: echo, CR, LF, ESC and Ctrl-Z (TS 27.005, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

CR, LF, ESC, CTRL_Z = 0x0D, 0x0A, 0x1B, 0x1A
LONGEST = 4096  # octets a line may have before it is thrown away


@dataclass(frozen=True, slots=True)
class Typed:
    """A whole command line, as typed, without its CR."""

    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """What was typed at a prompt: sent with Ctrl-Z, or cancelled with ESC."""

    text: str
    sent: bool


class LineReader:
    """Keeps what was typed until someone takes it."""

    def __init__(self) -> None:
        self._typed = bytearray()

    def add(self, data: bytes) -> None:
        """More bytes from the client."""
        self._typed += data

    def clear(self) -> None:
        """Forget what was typed and not taken."""
        self._typed.clear()

    def octets(self, size: int) -> bytes | None:
        """The next so many octets as they are, or None while they are not all there."""
        if len(self._typed) < size:
            return None
        data = bytes(self._typed[:size])
        del self._typed[:size]
        return data

    def take(self, *, body: bool) -> Typed | Body | None:
        """The next line (or, at a prompt, the body), or None while it is not complete."""
        return self._body() if body else self._line()

    def _line(self) -> Typed | None:
        end = self._typed.find(CR)
        if end < 0:
            if ESC in self._typed:
                del self._typed[: self._typed.rindex(ESC) + 1]  # ESC cancels what was typed before it
            if len(self._typed) > LONGEST:
                self._typed.clear()
            return None
        line = bytes(self._typed[:end])
        del self._typed[: end + 1]
        return Typed(line.rpartition(bytes((ESC,)))[2].lstrip(b"\n\x00\x1a ").decode("latin-1"))

    def _body(self) -> Body | None:
        ends = [at for at in (self._typed.find(CTRL_Z), self._typed.find(ESC)) if at >= 0]
        if not ends:
            if len(self._typed) > LONGEST:
                self._typed.clear()
            return None
        end = min(ends)
        sent = self._typed[end] == CTRL_Z
        text = bytes(self._typed[:end]).decode("latin-1")
        del self._typed[: end + 1]
        return Body(text, sent)
