"""What a talk about a look-up asks of the store."""

from __future__ import annotations

from dataclasses import dataclass

from config.lookup import Row
from eservices.lookup.rows import Found
from gateway.dialogue import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Find(Ask):
    """Rows with that key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names(Ask):
    """What may be asked for: nothing was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Ask):
    """One row of a list, as it was remembered."""

    key: str
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Ask):
    """An extra of that name, about an answer."""

    extra: str
    key: str
    row: Row | None
