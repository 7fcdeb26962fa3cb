"""Bytes in, bytes out: the one door to pyserial, and the form that every port has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol


class PortLost(Exception):
    """The port is gone (unplugged, hung up, closed by the other end). Open it anew."""


class PortTaken(Exception):
    """Another program holds the port (``flock``, TIOCEXCL)."""


class Port(Protocol):
    """An open port. Never blocks."""

    name: str

    def listen(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        """From now on call ``heard`` with what arrives and, once, ``lost`` with a reason when the port is gone."""

    def write(self, data: bytes) -> None:
        """Queue bytes for the wire, in order. Raises PortLost."""

    def close(self) -> None:
        """Give the port back. ``lost`` is not called for it. Idempotent."""


Opener = Callable[[str], Awaitable[Port]]
"""Opens a port by its name. Raises PortLost (not there) or PortTaken. ``open_port`` is the real one; the virtual
network hands in one that joins driver and modem in memory."""
