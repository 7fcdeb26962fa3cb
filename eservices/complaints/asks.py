"""What the residents' conversations ask of the store. ``whole``: the letter as it was typed, for where it is no word
about a ticket after all. ``ticket`` None: the newest that fits."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.dialogue import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Ask):
    """A complaint in words. ``category``: chosen from the list; empty: read from the words. ``first``: the ticket whose
    place was asked for; it is asked for once more."""

    text: str
    secret: bool = False
    category: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Add(Ask):
    """More words for a ticket of one's own."""

    ticket: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Ask):
    """The answer to "where?". ``area``: a code that was chosen; ``home``: at the registered address; ``skip``: not
    said. ``then``: another ticket, whose place is asked for after this one's."""

    ticket: int
    text: str = ""
    area: str = ""
    home: bool = False
    skip: bool = False
    then: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Ask):
    """What became of a ticket. ``choosing``: in a menu, by digits."""

    ticket: int | None = None
    choosing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Ask):
    """SUDAH. ``unsure``: other words stand beside it; then it is asked about first."""

    ticket: int | None = None
    rating: int | None = None
    whole: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet(Ask):
    """BELUM, and what the person adds to it."""

    ticket: int | None = None
    words: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Ask):
    """BATAL LAPOR."""

    ticket: int | None = None
