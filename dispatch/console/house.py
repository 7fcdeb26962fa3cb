"""What the console must know of the running program: one protocol, so that the page is tried on a fake house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from config.clock import Clock
from gateway.page import User
from gateway.pulse import Bell, Part

Json = Mapping[str, Any]
"""A value on its way out to the page: made at the edge, walked by nobody but ``json`` and ``shown``."""
UNPROVEN = "unproven"  # detail of a siren of whose path nothing is known yet


class NoSuchIncident(Exception):
    """No incident has that id."""


class Refusal(Exception):
    """Not done. ``key`` and ``fields``: why, of the page's words (``incidents.refused.…``); the message: the same for a
    log. ``undone``: lines of others, newer than what the person saw, that it would have undone."""

    def __init__(
        self, why: str, key: str = "", fields: Mapping[str, str] | None = None, undone: Sequence[Json] = ()
    ) -> None:
        super().__init__(why)
        self.key, self.fields, self.undone = key, dict(fields or {}), list(undone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """``rows``: summaries (``summary.py``) of the open incidents that wait longest and of those that ended last;
    ``more``: how many open ones there is no room for."""

    rows: Sequence[Json]
    more: int = 0


class ConsoleHouse(Protocol):
    """The verbs and looks of the console. The verbs are the same that SMS, keys and command line use (``acts.py``).

    An incident is the object of ``--json``: ``id, code, state, kind, caller, registered, place, station, accepted_by,
    opened_at, messages, effects``, and what ``picture.py`` adds. Times are RFC 3339 with offset.
    """

    @property
    def clock(self) -> Clock:
        """The program's time."""

    @property
    def bell(self) -> Bell:
        """Rung after every commit that changed an incident; the console is its only listener."""

    def city(self) -> Json:
        """``{name, title, timezone, languages, clocks: {nobody_s, …}, sample: [{what, count}], findings, stations,
        officers}``; ``sample``: how much of the pack is sample data."""

    async def health(self) -> Sequence[Part]:
        """Every part of the program and of its wires, and since when it is as it is."""

    async def post(self) -> Json:
        """Letters that ended badly and that nobody has seen, newest first, what waits, and what today's cost
        (``letters.py``)."""

    async def overdue(self) -> int:
        """How many officers passed no communication test of late."""

    async def seen(self, letter: str, user: User) -> bool:
        """``user`` knows that the letter (``out-12``) ended badly. False: somebody knew, or there is none."""

    async def board(self) -> Board:
        """What happens now."""

    async def incident(self, number: int) -> Json:
        """One incident, however old, with ``timeline``, ``talks``, ``related`` and ``nearby``. A line of the timeline:
        ``{id, at, kind, text, who, data}``, of calls also ``name``, ``outcome``. Raises NoSuchIncident."""

    async def act(self, number: int, act: str, user: User, fields: Mapping[str, str], seen: int | None) -> None:
        """``user`` does it, having seen that revision. Raises NoSuchIncident, Refusal, KeyError."""
