"""Incidents in the store: open, find, save. Nothing here decides; every verb works inside its caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, text, update

from dispatch.case import Asked, Case, Role
from dispatch.incident import Certainty, Incident, Place, Source, State
from dispatch.store.events import tell
from dispatch.store.tables import INCIDENT, INCIDENT_LETTER
from gateway.messages import Inbound, Kind
from gateway.store import Tx, inbound
from gateway.store.numbering import leapt

# As the partial indexes of the table say it, word for word, so that SQLite uses them.
OPEN = text("state IN ('pending', 'confirmed', 'accepted')")
ENDED = tuple(state.value for state in State if not state.open)
UNFINISHED = text("state IN ('confirmed', 'pending')")

REAL = INCIDENT.c.drill.is_(False)

_OPEN_ONE = insert(INCIDENT).returning(INCIDENT.c.id)
_ALTER = update(INCIDENT).where(INCIDENT.c.id == bindparam("number"))
_LOAD = select(INCIDENT).where(INCIDENT.c.id == bindparam("number"))
_OPEN_OF = select(INCIDENT).where(INCIDENT.c.caller == bindparam("who"), REAL, OPEN).order_by(INCIDENT.c.id.desc())
_UNFINISHED = (
    select(INCIDENT.c.id, INCIDENT.c.state)
    .where(UNFINISHED)
    .order_by(INCIDENT.c.state, INCIDENT.c.opened_at, INCIDENT.c.id)
)
_ASSIGNED = (
    select(INCIDENT.c.id, INCIDENT.c.state)
    .where(text("assigned_to IS NOT NULL"), INCIDENT.c.state == State.ACCEPTED.value)
    .order_by(INCIDENT.c.id)
)
_AT_STATION = (
    select(func.count())
    .select_from(INCIDENT)
    .where(INCIDENT.c.opened_at >= bindparam("since"), INCIDENT.c.station == bindparam("at"), REAL, OPEN)
)
_FALSE = (
    select(INCIDENT.c.id)
    .where(
        INCIDENT.c.caller == bindparam("who"),
        INCIDENT.c.false_alarm.is_(True),
        REAL,
        INCIDENT.c.opened_at >= bindparam("since"),
    )
    .limit(1)
)
_JOIN = insert(INCIDENT_LETTER)


class NoSuchIncident(Exception):
    """No incident has that id."""


def open_case(tx: Tx, case: Case) -> Case:
    """Write a new incident; returns it with its id and with the code that people say. The id given in is ignored."""
    number = tx.execute(_OPEN_ONE, {**_columns(case), **leapt(tx, INCIDENT.c.id)}).scalar_one()
    return replace(case, incident=replace(case.incident, id=number, code=str(number)))


def save_case(tx: Tx, case: Case) -> None:
    """Write the case as it is now."""
    tx.execute(_ALTER, {"number": case.incident.id, **_columns(case)})


def load_case(tx: Tx, number: int) -> Case:
    """Raises NoSuchIncident."""
    if number >= 2**31:  # more than a server's column holds
        raise NoSuchIncident(number)
    row = tx.execute(_LOAD, {"number": number}).first()
    if row is None:
        raise NoSuchIncident(number)
    return case_of(row)


def open_cases_of(tx: Tx, caller: str) -> list[Case]:
    """Every incident of the number that is not at its end, the newest first."""
    return [case_of(row) for row in tx.execute(_OPEN_OF, {"who": caller})]


def in_secret(tx: Tx, caller: str, since: datetime | None = None) -> bool:
    """Whether an incident of the number that is not at its end must not be betrayed by its phone; only one that was
    heard of after ``since``."""
    cases = (case for case in open_cases_of(tx, caller) if case.incident.quiet)
    return any(since is None or case.heard_at > since for case in cases)


def unfinished(tx: Tx) -> list[tuple[int, State]]:
    """Ids and states of the incidents on which the ladder is not done: confirmed ones first, then the
    longest-waiting, then accepted ones that were sent to somebody who has not taken them. These are the indexes the
    loop walks; they must stay cheap with years of incidents in the table."""
    return [(row.id, State(row.state)) for rows in (_UNFINISHED, _ASSIGNED) for row in tx.execute(rows)]


def listed(tx: Tx, *, latest: int) -> list[Case]:
    """Every open incident, the longest-waiting unaccepted first, then the ``latest`` ended ones, newest first."""
    order = (INCIDENT.c.accepted_at.is_not(None), INCIDENT.c.opened_at, INCIDENT.c.id)
    now_open = tx.execute(select(INCIDENT).where(OPEN).order_by(*order))
    ended = select(INCIDENT).where(INCIDENT.c.state.in_(ENDED)).order_by(INCIDENT.c.id.desc()).limit(latest)
    return [case_of(row) for row in now_open] + [case_of(row) for row in tx.execute(ended)]


def open_callers(tx: Tx) -> frozenset[str]:
    """The numbers of every open incident's caller."""
    return frozenset(tx.execute(select(INCIDENT.c.caller).where(REAL, OPEN)).scalars())


def opened_at_station(tx: Tx, station: str, since: datetime) -> int:
    """How many incidents of that station were opened since then and are open still."""
    return int(tx.execute(_AT_STATION, {"since": since, "at": station}).scalar_one())


def false_alarms_since(tx: Tx, caller: str, since: datetime) -> bool:
    """Whether a person called an alarm of this number false since then."""
    return tx.execute(_FALSE, {"who": caller, "since": since}).first() is not None


def show_step(tx: Tx, number: int, wake_at: datetime | None, alarm: str) -> None:
    """Write down what the ladder said last, where it differs, for those who look."""
    tx.execute(_ALTER, {"number": number, "wake_at": wake_at, "alarm": alarm})


def show_fault(tx: Tx, number: int, why: str, at: datetime) -> None:
    """The program's own fault stands between this incident and its ladder: an alarm, written once a fault."""
    alarm = f"fault of the program: {why}"
    mine = update(INCIDENT).where(INCIDENT.c.id == number, INCIDENT.c.alarm != alarm)
    if tx.execute(mine.values(alarm=alarm)).rowcount:
        tell(tx, number, at, "fault", why)


def hurry(tx: Tx, number: int, at: datetime) -> None:
    """Somebody wants the next person called now."""
    tx.execute(update(INCIDENT).where(INCIDENT.c.id == number).values(hurried_at=at))


def join_letter(tx: Tx, number: int, letter: Inbound, role: Role) -> None:
    """The letter belongs to this incident from now on, and to no other."""
    tx.execute(_JOIN, {"letter": letter.id, "incident": number, "role": role.value, "whole": letter.whole})


def incident_of_whole(tx: Tx, caller: str, whole: str) -> int | None:
    """The incident to which a part of this long SMS was joined already."""
    if not whole:
        return None
    of = select(INCIDENT_LETTER.c.incident).join(INCIDENT, INCIDENT.c.id == INCIDENT_LETTER.c.incident)
    found = of.where(INCIDENT_LETTER.c.whole == whole, INCIDENT.c.caller == caller)
    return tx.execute(found.order_by(INCIDENT_LETTER.c.letter.desc()).limit(1)).scalar()


def letters_of(tx: Tx, number: int) -> list[tuple[Inbound, Role]]:
    """Every letter of the incident with what it was to it, in order of arrival."""
    mine = select(INCIDENT_LETTER.c.letter, INCIDENT_LETTER.c.role).where(INCIDENT_LETTER.c.incident == number)
    roles = {row.letter: Role(row.role) for row in tx.execute(mine)}
    return [(letter, roles[letter.id]) for letter in inbound.letters_of(tx, list(roles))]


def _columns(case: Case) -> dict[str, Any]:
    here = case.incident
    values = {field.name: getattr(here, field.name) for field in fields(here) if field.name not in ("id", "code")}
    values |= {"state": here.state.value, "place": json.dumps(asdict(here.place), ensure_ascii=False)}
    values |= {field.name: getattr(case, field.name) for field in fields(case) if field.name != "incident"}
    return values | {"origin": case.origin.value, "asked": case.asked.value}


def case_of(row: Row[Any]) -> Case:
    """A row of the table as a case."""
    said = row._mapping
    kept = {field.name: said[field.name] for field in fields(Incident) if field.name not in ("code", "state", "place")}
    here = Incident(**kept, code=str(said["id"]), state=State(said["state"]), place=_place(said["place"]))
    rest = {f.name: said[f.name] for f in fields(Case) if f.name not in ("incident", "origin", "asked")}
    return Case(incident=here, origin=Kind(said["origin"]), asked=Asked(said["asked"]), **rest)


def _place(text: str) -> Place:
    said = json.loads(text)
    lists: dict[str, Sequence[str]] = {name: tuple(said[name]) for name in ("candidates", "saw")}
    return Place(**(said | lists | {"source": Source(said["source"]), "certainty": Certainty(said["certainty"])}))
