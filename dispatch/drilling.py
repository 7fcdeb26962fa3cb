"""A drill of the whole ladder: an incident that climbs it as any other, says LATIHAN in every word, and sends nobody.

No siren sounds unless that was announced; nobody but the roster hears of it; a real emergency ends it at once; it ends
by itself when its time is over. After a crash it is still a drill: that is a column of its incident.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import Who, cancel, close
from dispatch.case import Case, Drill
from dispatch.incident import Incident, Place, State
from dispatch.locate import stations
from dispatch.step import NewCode, four_digits, take_step_or_alarm
from gateway.messages import Kind
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

ACCEPTED_FOR = timedelta(seconds=120)  # an accepted drill stays so long: officers still on the line hear who has it


class DrillRefused(Exception):
    """No drill can begin now: ``key`` is ``running`` or ``real``, ``incident`` the number of what stands in its way."""

    def __init__(self, key: str, incident: int) -> None:
        running = f"drill {incident} is under way: 'kentongan drill stop {incident}' ends it"
        super().__init__(running if key == "running" else f"incident {incident} is a real emergency, and goes first")
        self.key, self.incident = key, incident


def start(
    tx: Tx, city: City, kind: str, place: Place, drill: Drill, now: datetime, new_code: NewCode = four_digits
) -> Case:
    """Begin one; ``drill.incident`` is not looked at. Raises DrillRefused while another runs, or a real emergency is
    being called about."""
    running = store.drill_running(tx)
    if running is not None:
        raise DrillRefused("running", running.incident)
    real = store.real_emergency(tx)
    if real is not None:
        raise DrillRefused("real", real)
    dead = store.dead_sirens(tx, now - timedelta(seconds=city.clocks.proven_s))
    order = stations(place, kind, city, dead)
    incident = Incident(
        id=0,
        code="",
        state=State.CONFIRMED,
        kind=kind,
        caller="",
        opened_at=now,
        confirmed_at=now,
        verified=True,
        siren_allowed=drill.sirens,
        drill=True,
        place=place,
        station=order[0].id if order else None,
        language=city.languages[0],
    )
    case = store.open_case(tx, Case(incident=incident, origin=Kind.SMS, heard_at=now))
    number = case.incident.id
    store.begin_drill(tx, replace(drill, incident=number))
    sirens = "sirens sound" if drill.sirens else "no siren sounds"
    until = f"{drill.ends_at.astimezone(city.timezone):%H:%M}"
    said = f"a drill of {kind}, {sirens}, until {until}"
    parts = {"as_kind": kind, "sirens": "yes" if drill.sirens else "no", "until": until.replace(":", ".")}
    store.tell(tx, number, now, "drill", said, drill.asked_by, **parts)
    return take_step_or_alarm(tx, city, number, now, new_code)


def keep(tx: Tx, city: City, now: datetime, new_code: NewCode = four_digits) -> int | None:
    """End the drill that runs where it must: a real emergency, or its time is over. Returns its incident's number."""
    drill = store.drill_running(tx)
    if drill is None:
        return None
    why = _must_end(tx, drill, now)
    if not why:
        return None
    end(tx, city, drill.incident, why, now, new_code)
    return drill.incident


def end(tx: Tx, city: City, number: int, why: str, now: datetime, new_code: NewCode = four_digits) -> bool:
    """Everything stops; who was asked is told. ``why`` is kept. False: it was over."""
    accepted = store.load_case(tx, number).incident.state is State.ACCEPTED
    verb, who = (close if accepted else cancel), Who(name=why, how="drill")
    if not verb(tx, city, number, who, now, new_code=new_code).done:
        return False
    store.drill_ended(tx, number, why)
    return True


def _must_end(tx: Tx, drill: Drill, now: datetime) -> str:
    real = store.real_emergency(tx)
    if real is not None:
        return f"incident {real} is a real emergency"
    here = store.load_case(tx, drill.incident).incident
    if here.accepted_at is not None and now >= here.accepted_at + ACCEPTED_FOR:
        return "accepted"
    return "its time is over" if now >= drill.ends_at else ""
