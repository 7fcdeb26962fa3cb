"""A person sends an incident to a named officer, or to a station: he is written to and called with his own code."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import Verdict, Who, carried_out, not_open, refused
from dispatch.assigned import assignees
from dispatch.case import Asked, Case
from dispatch.duty import as_changed
from dispatch.incident import State, move
from dispatch.step import NewCode, four_digits
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


def assign(
    tx: Tx, city: City, number: int, who: Who, now: datetime, to: str, new_code: NewCode = four_digits
) -> Verdict:
    """``to``: an officer's number, a command post's, or a station's id. Where nobody has it yet the ladder goes on and
    asks him besides; where somebody has, that one keeps it until the new one accepts. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    here, known = case.incident, as_changed(tx, city, now)
    if not here.state.open:
        return not_open(city, case)
    name = name_of_assignee(known, to)
    if not name:
        return refused(case, "nobody_such", f"{to!r} is neither a station nor a number of the roster", to=to)
    if here.state is State.ACCEPTED and here.accepted_by == to:
        return refused(case, "has_it", f"{name} has incident {here.code} already", name=name, code=here.code)
    if not assignees(known, to, now):
        return refused(case, "nobody_there", f"nobody is on duty at {name} now", name=name)
    station = to if to in known.stations else _home(known, to)
    case = replace(_open(case, now), assigned_to=to, assigned_at=now)
    if case.incident.state is State.CONFIRMED and station is not None:
        case = replace(case, incident=replace(case.incident, station=station))
    return carried_out(tx, city, case, who, now, "assigned", new_code, act="assign", data={"to": to, "name": name})


def name_of_assignee(city: City, to: str) -> str:
    """How a station, an officer or a command post is called; "" for anything else."""
    if to in city.stations:
        return city.stations[to].name
    officer = city.officer(to)
    if officer is not None:
        return officer.name
    return next((post.name for post in city.operators if post.number == to), "")


def _open(case: Case, now: datetime) -> Case:
    """A person's word confirms a pending one."""
    if case.incident.state is not State.PENDING:
        return case
    confirmed = move(replace(case.incident, verified=True), State.CONFIRMED, now)
    return replace(case, incident=confirmed, asked=Asked.NOTHING)


def _home(city: City, number: str) -> str | None:
    home = city.station_of(number)
    return home.id if home else None
