"""An emergency as a frozen value: where it stands, where it may go, and where in the city it is. Pure.

missed call ─→ PENDING ──1, or a second missed call──→ CONFIRMED ──an officer──→ ACCEPTED ──→ CLOSED
                  │                                       │                         │
                  └────── 2, or a person ────────→ CANCELLED ←── BATAL, a person ───┘
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where an incident stands."""

    PENDING = "pending"  # a missed call: asked, nobody is sent yet
    CONFIRMED = "confirmed"  # the ladder runs until somebody accepts
    ACCEPTED = "accepted"  # an officer said yes
    CLOSED = "closed"  # done, or nothing was there
    CANCELLED = "cancelled"  # taken back by the caller in time, or called false by a person

    @property
    def open(self) -> bool:
        """Neither closed nor cancelled."""
        return self not in (State.CLOSED, State.CANCELLED)


MOVES: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.CONFIRMED, State.CANCELLED, State.CLOSED}),
    State.CONFIRMED: frozenset({State.ACCEPTED, State.CANCELLED, State.CLOSED}),
    State.ACCEPTED: frozenset({State.CANCELLED, State.CLOSED}),
    State.CLOSED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""Every move an incident may make. What is not here raises ForbiddenMove. An end is an end: the same words a
week later open a new incident."""


class ForbiddenMove(Exception):
    """An incident was asked to go where MOVES does not let it."""

    def __init__(self, incident: Incident, to: State) -> None:
        super().__init__(f"incident {incident.code} is {incident.state}: it cannot become {to}")
        self.incident = incident
        self.to = to


class Source(StrEnum):
    """What the place was taken from."""

    TEXT = "text"  # named by the caller
    REGISTERED = "registered"  # the caller's address in the registry
    VEHICLE = "vehicle"  # the newest fix of the vehicle that the caller named (``vehicles.py``)
    OPERATOR = "operator"  # corrected by a person at the command centre
    NONE = "none"


class Certainty(StrEnum):
    """How far the place is to be believed; spoken to the officer."""

    SURE = "sure"
    LIKELY = "likely"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is, as far as known. ``kelurahan`` is a Kemendagri code; ``lat`` and ``lon`` are WGS84 degrees (the
    inner point of the kelurahan where nothing nearer is known); ``age_s`` is how old the knowledge is in seconds
    (0: said just now). ``candidates``: the kelurahan it may be, when more than one. ``outside``: the words name a
    place beyond the city's border, given in ``outside_name``. ``lane`` and ``landmark`` as they are to be shown;
    ``radius_m``: how far off ``lat``, ``lon`` may be (metres), where whoever measured it says so."""

    kelurahan: str | None = None
    kecamatan: str | None = None
    street: str | None = None
    lingkungan: int | None = None
    lat: float | None = None
    lon: float | None = None
    source: Source = Source.NONE
    age_s: float | None = None
    certainty: Certainty = Certainty.UNKNOWN
    outside: bool = False
    outside_name: str | None = None
    candidates: tuple[str, ...] = ()
    saw: tuple[str, ...] = ()  # what in the words led here, for the timeline
    lane: str | None = None
    landmark: str | None = None
    radius_m: float | None = None

    @property
    def known(self) -> bool:
        """One place in the city, believed enough to send somebody there."""
        return not self.outside and (self.kelurahan is not None or self.lat is not None)


NOWHERE = Place()
"""Nothing is known of the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One emergency. ``code`` is the short number that people say. ``caller`` is E.164, alphanumeric, or empty
    for a withheld number. ``registered``: imported by the city, or confirmed by a kepling. ``verified``: a person
    or a call-back vouched for it. ``siren_allowed``: registered in good standing, or vouched for."""

    id: int
    code: str
    state: State
    kind: str
    caller: str
    opened_at: datetime
    registered: bool = False
    quiet: bool = False
    verified: bool = False
    siren_allowed: bool = False
    drill: bool = False
    place: Place = NOWHERE
    station: str | None = None
    language: str = "id"
    confirmed_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None


def move(incident: Incident, to: State, at: datetime, by: str | None = None) -> Incident:
    """The incident in its new state with that state's stamp. ``by``: who accepted. Raises ForbiddenMove."""
    if to not in MOVES[incident.state]:
        raise ForbiddenMove(incident, to)
    if at.tzinfo is None:
        raise ValueError("the instant of a move must be aware")
    if to is State.CONFIRMED:
        return replace(incident, state=to, confirmed_at=at)
    if to is State.ACCEPTED:
        return replace(incident, state=to, accepted_at=at, accepted_by=by)
    if to is State.CANCELLED:
        return replace(incident, state=to, cancelled_at=at)
    return replace(incident, state=to, closed_at=at)
