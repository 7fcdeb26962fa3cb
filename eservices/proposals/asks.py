"""What the conversations about proposals ask of the store."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.dialogue import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Ask):
    """A new one. ``area``: a code; empty: where its sender is registered. ``sure``: it is no other's."""

    text: str = ""
    area: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class List(Ask):
    """Those of an area (empty: where one is registered), after the first ``past``."""

    area: str = ""
    past: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Ask):
    """One of them."""

    proposal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Ask):
    """The one that these words name; a letter of its own where they name none."""

    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Support(Ask):
    """A voice for it (0: for which is not said yet). ``move``: taken from where it is."""

    proposal: int = 0
    move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Ask):
    """The voice is free again."""
