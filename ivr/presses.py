"""The keys of one call from both who hear them, our ear and the modem, each press once."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import Enum

SAME_S = 0.3  # seconds within which the same key from ear and modem is one press
MOST = 64  # presses that wait: more come from no finger


class By(Enum):
    """Who heard it."""

    EAR = "ear"
    MODEM = "modem"


@dataclass(frozen=True, slots=True)
class Press:
    """A key, and when its tone began (the call's clock, seconds)."""

    key: str
    at: float


@dataclass(slots=True)
class _Heard:
    """A press that one of the two told of. ``until``: when its tone was last there; ``alone``: the other has not."""

    key: str
    by: By
    until: float
    alone: bool = True


class Presses:
    """Presses in their order, until they are taken. Each press of the one takes up one of the other, so that a key
    that is pressed twice quickly is two, whoever missed which."""

    def __init__(self) -> None:
        self._heard: deque[_Heard] = deque(maxlen=16)
        self._waiting: deque[Press] = deque(maxlen=MOST)
        self._some = asyncio.Event()

    def hear(self, key: str, by: By, at: float) -> None:
        """A key whose tone began then."""
        for one in self._heard:
            if one.key == key and one.by is not by and one.alone and at - one.until <= SAME_S:
                one.alone = False
                return
        self._heard.append(_Heard(key, by, at))
        self._waiting.append(Press(key, at))
        self._some.set()

    def held(self, key: str, by: By, at: float) -> None:
        """That key is still down: who tells of it at its end means this press."""
        for one in reversed(self._heard):
            if one.key == key and one.by is by:
                one.until = at
                return

    async def some(self) -> None:
        """Wait until a press waits."""
        await self._some.wait()

    def take(self) -> Press | None:
        """The next, if one waits."""
        one = self._waiting.popleft() if self._waiting else None
        if not self._waiting:
            self._some.clear()
        return one

    def put_back(self, one: Press) -> None:
        """It was taken for nothing: it is the next again."""
        self._waiting.appendleft(one)
        self._some.set()
