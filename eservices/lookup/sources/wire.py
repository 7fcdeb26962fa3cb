"""What goes to a city's system and comes back, whatever carries it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

MOST_BODY = 256 * 1024  # bytes of an answer: some hundred rows


@dataclass(frozen=True, slots=True)
class Request:
    """A GET. ``headers`` may hold the secret."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """All of an answer."""

    status: int
    body: bytes


class Away(Exception):
    """No whole answer came. ``surely``: the next one would not come either (no such host). The message names the host
    at most, never the address, which holds what was asked."""

    def __init__(self, why: str, *, surely: bool = False) -> None:
        super().__init__(why)
        self.surely = surely


class Client(Protocol):
    """The line to one system."""

    async def get(self, request: Request) -> Reply:
        """The answer, MOST_BODY at most. Raises Away. It waits for ever: the caller has a limit."""


Opener = AbstractAsyncContextManager[Client]
"""What opens a line, and closes it."""
