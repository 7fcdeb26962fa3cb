"""What complaints must know of other rooms: what a text is about, and which place it names. The front door joins them;
without them no place is found, and no letter but those that say LAPOR is a complaint."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.registry import Resident

REGISTERED = "registered"  # a place's source: nothing in the text named it


class Found(Protocol):
    """A place as it was read. ``kelurahan``: a code; ``candidates``: those that it may be, when more than one;
    ``lane``, ``landmark``: as they are to be shown; ``source``: ``text``, ``registered`` or ``none``."""

    @property
    def kelurahan(self) -> str | None: ...
    @property
    def candidates(self) -> tuple[str, ...]: ...
    @property
    def street(self) -> str | None: ...
    @property
    def outside(self) -> bool: ...
    @property
    def outside_name(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def lane(self) -> str | None: ...
    @property
    def landmark(self) -> str | None: ...


class Places(Protocol):
    """Reads places (``dispatch.locate.Locator``)."""

    def locate(self, text: str, resident: Resident | None, now: datetime) -> Found:
        """The place that the text names, made clearer by the registered address, or that address. Pure."""
        ...


class Reading(Protocol):
    """What a text is. ``intent``: emergency, complaint, service, question, fraud, other …"""

    @property
    def intent(self) -> str: ...


class Reader(Protocol):
    """Reads texts (``dispatch.reading.Reader``)."""

    def read(self, text: str) -> Reading: ...


class Unread:
    """No reader: every text is something else."""

    intent = "other"

    def read(self, text: str) -> Reading:
        return self


class _Nowhere:
    kelurahan: str | None = None
    candidates: tuple[str, ...] = ()
    street: str | None = None
    outside = False
    outside_name: str | None = None
    source = "none"
    lane: str | None = None
    landmark: str | None = None


class Placeless:
    """No map: no text names a place."""

    def locate(self, text: str, resident: Resident | None, now: datetime) -> Found:
        return _Nowhere()
