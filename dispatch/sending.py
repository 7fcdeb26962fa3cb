"""To whom an incident can be sent, the likeliest first, and whether he whom it was sent to can be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.geometry import distance_m
from dispatch import store
from dispatch.assigned import CANNOT, assignees
from dispatch.assigning import name_of_assignee
from dispatch.case import Case
from dispatch.incident import Place
from dispatch.locate import stations
from dispatch.plan import EffectKind, EffectRow, EffectState
from dispatch.store.reached import Reached, reached
from gateway.store import Tx
from ivr.leg import Outcome

if TYPE_CHECKING:
    from config.city import City, Station

NOT_REACHED = frozenset(Outcome) - {Outcome.ANSWERED}
MARKED = frozenset({Outcome.UNREACHABLE, Outcome.REJECTED, Outcome.BUSY, Outcome.RANG})
"""How a call ends that tells something of the officer, and not of our modems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A station as seen from a place. ``distance_m``: None where the place has no point; ``on_duty``: numbers."""

    station: Station
    distance_m: float | None
    serves: bool
    on_duty: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One to whom it can be sent. ``to``: a station's id or a number; ``near``: None: the command centre. ``known``:
    when he last answered; ``tried``: what this incident's last call to him came to, "" for none."""

    to: str
    name: str
    near: Near | None
    person: bool
    on_duty: bool
    known: Reached = field(default_factory=Reached)
    tried: str = ""

    @property
    def doubtful(self) -> bool:
        """The last call did not reach him."""
        return self.known.outcome in MARKED or self.tried in MARKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """Whom it was sent to, and who did not take it. ``cannot``: he said so himself."""

    name: str
    at: datetime
    outcome: str
    cannot: bool
    next: Choice | None


def nearest(tx: Tx, city: City, case: Case, now: datetime) -> list[Near]:
    """Every station, in the order in which the ladder would ask them; those that do not serve the kind come last."""
    here = case.incident
    dead = store.dead_sirens(tx, now - timedelta(seconds=city.clocks.proven_s))
    first = stations(here.place, here.kind, city, dead)
    others = (one for one in city.stations.values() if one not in first)
    rest = sorted(others, key=lambda one: _away(city, here.place, one) or 0.0)
    return [
        Near(
            station=one,
            distance_m=_away(city, here.place, one),
            serves=here.kind in one.kinds,
            on_duty=[officer.number for officer in city.on_duty(one.id, now)],
        )
        for one in (*first, *rest)
    ]


def choices(tx: Tx, city: City, case: Case, now: datetime) -> list[Choice]:
    """Stations and people: on duty before off duty, then in the order of ``nearest``, a station before its people."""
    near, tried = nearest(tx, city, case, now), _tried(tx, case)
    folk = {shift.number: (shift.name, shift.station) for shift in city.shifts}
    folk |= {one.instead: (one.name, one.station) for one in city.changes if one.instead and one.holds(now)}
    known = reached(tx, [*folk, *(post.number for post in city.operators)])
    found: list[Choice] = []
    for at in near:
        station = at.station
        found.append(Choice(to=station.id, name=station.name, near=at, person=False, on_duty=bool(at.on_duty)))
        mine = [number for number, (_, home) in folk.items() if home == station.id]
        found += [_person(one, folk[one][0], at, one in at.on_duty, known, tried) for one in sorted(mine)]
    found += [_person(post.number, post.name, None, True, known, tried) for post in city.operators]
    return sorted(found, key=lambda one: (not one.on_duty, one.near is not None and not one.near.serves))


def unreached(tx: Tx, city: City, case: Case, now: datetime) -> Unreached | None:
    """Everybody whom it was sent to was called and did not take it; None: not so, or not known yet."""
    row = in_vain(tx, city, case, now)
    if row is None or case.assigned_to is None:
        return None
    return Unreached(
        name=name_of_assignee(city, case.assigned_to),
        at=row.settled_at or row.attempted_at or row.intended_at,
        outcome=row.outcome.value if row.outcome else row.state.value,
        cannot=row.pressed == CANNOT,
        next=_next(tx, city, case, now),
    )


def in_vain(tx: Tx, city: City, case: Case, now: datetime) -> EffectRow | None:
    """The last call to those whom it was sent to, when all of them were called and nobody took it."""
    if not case.assigned_to or case.assigned_at is None or not case.incident.state.open:
        return None
    folk = [number for number, _ in assignees(city, case.assigned_to, now)]
    rows = [row for row in _calls(tx, case) if row.intended_at >= case.assigned_at]
    last = [next((row for row in rows if row.effect.target == number), None) for number in folk]
    ended = [row for row in last if row is not None and _in_vain(row)]
    if not ended or len(ended) < len(folk):
        return None
    return max(ended, key=lambda one: one.settled_at or one.intended_at)


def _next(tx: Tx, city: City, case: Case, now: datetime) -> Choice | None:
    """The likeliest one who was not called in vain for this incident."""
    busy = {case.assigned_to, case.incident.accepted_by}
    for one in choices(tx, city, case, now):
        if one.person and one.on_duty and not one.tried and one.to not in busy:
            return one
    return None


def _person(
    number: str, name: str, near: Near | None, on_duty: bool, known: Mapping[str, Reached], tried: Mapping[str, str]
) -> Choice:
    reach, before = known.get(number, Reached()), tried.get(number, "")
    return Choice(to=number, name=name, near=near, person=True, on_duty=on_duty, known=reach, tried=before)


def _calls(tx: Tx, case: Case) -> list[EffectRow]:
    """Of the incident, the newest first; what was withdrawn before the wire was none."""
    rows = store.followed_ledger(tx, case.incident.id)
    calls = [row for row in rows if row.effect.kind is EffectKind.CALL and row.state is not EffectState.CANCELLED]
    return calls[::-1]


def _in_vain(row: EffectRow) -> bool:
    if row.pressed == CANNOT:
        return True
    return not row.state.under_way and (row.outcome in NOT_REACHED or row.outcome is None)


def _tried(tx: Tx, case: Case) -> dict[str, str]:
    """By number: how the last call to him for this incident ended in vain."""
    found: dict[str, str] = {}
    for row in _calls(tx, case):
        if row.effect.target not in found:
            vain = _in_vain(row)
            found[row.effect.target] = (row.outcome.value if row.outcome else row.state.value) if vain else ""
    return found


def _away(city: City, place: Place, station: Station) -> float | None:
    if place.lat is None or place.lon is None:
        return None
    return distance_m((place.lat, place.lon), (station.lat, station.lon))
