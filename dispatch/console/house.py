"""What the console must know of the running program: one protocol, so that the page is tried on a fake house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from config.clock import Clock
from gateway.pulse import Bell, Part

Json = Mapping[str, Any]
"""A value on its way out to the page: made at the edge, walked by nobody but ``json`` and ``shown``."""


class NoSuchIncident(Exception):
    """No incident has that id."""


class Refusal(Exception):
    """Not done, and trying the same again does not help: the words say why (a forbidden move, a missing name)."""


class ConsoleHouse(Protocol):
    """The verbs and looks of the console. The verbs are the same that SMS, key press and command line use.

    An incident is the object of ``--json``: ``id, code, state, kind, caller, registered, place, station, accepted_by,
    opened_at, messages, effects``. Where they are given the page also shows

    - ``kind_label`` (by language), ``agency``, ``caller_name``, ``quiet``, ``siren_allowed``, ``drill``,
      ``confirmed_at``, ``accepted_at``, ``alarm`` (why a person must look now), ``next_at`` (the ladder's next step),
      ``station_name``, ``reading`` ``{kind, saw}``;
    - in ``place``: ``kelurahan_name``, ``kecamatan``, ``candidates``, ``outside``, ``sample``;
    - in an effect: ``state``, ``started_at``, ``settled_at``, ``alerted_s``, ``pressed``, ``relayed_at``, ``text``,
      ``target_name``, ``station_name``, ``sample``.

    Times are RFC 3339 with offset.
    """

    @property
    def clock(self) -> Clock:
        """The program's time."""

    @property
    def bell(self) -> Bell:
        """Rung after every commit that changed an incident; the console is its only listener."""

    def city(self) -> Json:
        """``{name, title, timezone, languages, clocks: {nobody_s, …}, sample: [{what, count}]}``; ``sample``: how
        much of the pack is sample data."""

    async def health(self) -> Sequence[Part]:
        """Every part of the program and of its wires, and since when it is as it is."""

    async def post(self) -> Json:
        """Letters that ended badly and that nobody has seen, newest first, and what today's cost (``letters.py``)."""

    async def seen(self, letter: str, name: str) -> bool:
        """``name`` knows that the letter (``out-12``) ended badly. False: somebody knew, or there is none."""

    async def incidents(self) -> Sequence[Json]:
        """Every incident that is not at its end, and the latest few that are; the longest-waiting first."""

    async def incident(self, number: int) -> Json:
        """One incident, however old. Raises NoSuchIncident."""

    async def timeline(self, number: int) -> Sequence[Json]:
        """``{at, kind, text, who}``, oldest first; of calls also ``name``, ``outcome``; of keys ``name``, ``key``."""

    async def accept(self, number: int, name: str) -> None:
        """``name`` takes it over. Raises NoSuchIncident, Refusal."""

    async def next_station(self, number: int, name: str) -> None:
        """Do not wait: the next station is called now. Raises NoSuchIncident, Refusal."""

    async def confirm(self, number: int, name: str) -> None:
        """A person vouches: a pending one is called out, the siren waits no longer. Raises NoSuchIncident, Refusal."""

    async def cancel(self, number: int, name: str) -> None:
        """It was none: the ladder stops and those called are told. Raises NoSuchIncident, Refusal."""

    async def close(self, number: int, name: str) -> None:
        """It is over. Raises NoSuchIncident, Refusal."""
