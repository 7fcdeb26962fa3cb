"""What who comes must know of the caller: health notes, "cannot walk", and those of the household. Only the officer who
accepted is told, once, and by SMS."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.case import Case
from dispatch.incident import Source
from dispatch.wording import letter
from gateway.registry import Resident, find
from gateway.store import Tx, put
from gateway.store.households import Member, household_phones, members_of

if TYPE_CHECKING:
    from config.city import City


def notes_of(tx: Tx, city: City, case: Case) -> str:
    """The caller's, and, where they were called to the registered address, those of who lives there. Nothing of a line
    that nobody vouched for."""
    caller = find(tx, case.incident.caller) if case.incident.caller else None
    if caller is None or not caller.confirmed:
        return ""
    told = [_of(city, caller, "")]
    if case.incident.place.source is Source.REGISTERED:
        phones = household_phones(tx, caller.phone, caller.household)
        others = [one for number in phones[1:] if (one := find(tx, number)) is not None]
        told += [_of(city, one, one.name) for one in others]
        told += [_of(city, one, one.name) for one in members_of(tx, phones)]
    return "; ".join(part for part in told if part)


def _of(city: City, one: Resident | Member, name: str) -> str:
    walk = city.text(city.languages[0], "label_note_walk") if one.cannot_walk else ""
    said = ", ".join(part for part in (walk, one.notes) if part)
    return f"{name}: {said}" if said and name else said


def tell_notes(tx: Tx, city: City, case: Case, officer: str, now: datetime) -> None:
    """One letter to the officer's phone; once for each officer and incident."""
    told = notes_of(tx, city, case)
    if told and city.officer(officer) is not None:
        text = city.text(city.languages[0], "reg_notes_officer", code=case.incident.code, told=told)
        put(tx, letter(city, officer, text, f"{case.incident.id}/notes/{officer}", now))
