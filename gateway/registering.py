"""What the desk does to the registry: a person at the counter, a name put right, a wish noted. The same verbs for the
page and the command line, each in its caller's transaction; who did it is kept with the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gateway.number import foreign
from gateway.person import fault_of_name, fault_of_street, of_the_city, tidy_name
from gateway.registry import LONGEST, read_form
from gateway.store.changes import end_change
from gateway.store.invitations import TAKEN, answered_invitation
from gateway.store.keplings import end_asked
from gateway.store.people import Resident, find, save
from gateway.store.schema import Tx
from gateway.store.vouching import CORRECTED, REGISTERED, vouch

if TYPE_CHECKING:
    from config.city import City

WISHES = ("quiet", "panic_button", "call_me", "cannot_walk")
"""What is so or not so of a line."""
FAULTS: Mapping[str, str] = {
    "phone": "no telephone number of this country",
    "known": "that number is in the registry already: correct its line",
    "of_the_city": "that number is the city's own: an officer's, a modem's, a siren's",
    "name": "a name has two letters at least, no digits, and 100 characters at most",
    "kelurahan": "no area of this city, or more than one of that name: give its code",
    "address": "an address has two letters at least and 200 characters at most",
    "lingkungan": "no number of a ward",
    "language": "no language of this city",
    "notes": "500 characters at most",
    "household": "40 characters at most",
    "nik": "no NIK",
    "point": "no point within this city",
    "nobody": "that number is not in the registry",
    "nothing": "say what is to be changed",
}


class NotRegistered(Exception):
    """Nothing is written. ``faults``: keys of ``FAULTS``, each with the field that it is about."""

    def __init__(self, **faults: str) -> None:
        super().__init__("; ".join(f"{field}: {FAULTS[key]}" for field, key in faults.items()))
        self.faults = faults


def register(tx: Tx, city: City, form: Mapping[str, str], who: str, at: datetime, *, key: bytes = b"") -> Resident:
    """A person at the counter: who registers him vouches for the line. ``form``: columns of the registry's file;
    ``key``: for a NIK. Raises NotRegistered."""
    line = _read(city, form, at, key)
    if find(tx, line.phone) is not None:
        raise NotRegistered(phone="known")
    if of_the_city(city, line.phone):
        raise NotRegistered(phone="of_the_city")
    save(tx, line)
    answered_invitation(tx, line.phone, TAKEN)
    end_asked(tx, line.phone)
    vouch(tx, line.phone, who, at, REGISTERED)
    return line


def correct(tx: Tx, city: City, number: str, form: Mapping[str, str], who: str, at: datetime) -> Resident:
    """Name and place put right by a person who vouches for them; what ``form`` does not have stays. An exact point and
    a household are of the old place, and go with it. Raises NotRegistered."""
    old = _line(tx, number)
    known = {"name": old.name, "kelurahan": old.kelurahan, "address": old.address, "lingkungan": old.lingkungan}
    new = _read(city, {**known, **{name: form[name] for name in known if name in form}, "phone": number}, at)
    moved = (old.kelurahan, old.address) != (new.kelurahan, new.address)
    line = replace(
        old,
        name=new.name,
        kelurahan=new.kelurahan,
        address=new.address,
        lingkungan=new.lingkungan,
        confirmed=True,
        address_at=at,
        household="" if moved else old.household,
        lat=None if moved else old.lat,
        lon=None if moved else old.lon,
    )
    save(tx, line)
    end_change(tx, number)
    end_asked(tx, number)
    vouch(tx, number, who, at, CORRECTED)
    return line


def wish(tx: Tx, city: City, number: str, wishes: Mapping[str, bool], language: str | None = None) -> Resident:
    """How the phone is to be used: of ``WISHES``; and the language it is written to in. Raises NotRegistered."""
    old = _line(tx, number)
    if language and language not in city.languages:
        raise NotRegistered(language="language")
    said: dict[str, Any] = {name: bool(value) for name, value in wishes.items() if name in WISHES}
    line = replace(old, **said, language=old.language if language is None else language)
    save(tx, line)
    return line


def remark(tx: Tx, number: str, notes: str) -> Resident:
    """What who comes must know; empty takes it away. Raises NotRegistered."""
    old = _line(tx, number)
    words = " ".join("".join(char if char.isprintable() else " " for char in notes).split())
    if len(words) > LONGEST["notes"]:
        raise NotRegistered(notes="notes")
    line = replace(old, notes=words)
    save(tx, line)
    return line


def _line(tx: Tx, number: str) -> Resident:
    line = find(tx, number)
    if line is None:
        raise NotRegistered(phone="nobody")
    return line


def _read(city: City, form: Mapping[str, str], at: datetime, key: bytes = b"") -> Resident:
    """By the checks of a list, and those of who registers himself."""
    typed = {**form, "name": tidy_name(form.get("name", ""))}
    line, wrong = read_form(typed, city, at, key=key)
    faults = dict.fromkeys(wrong)
    found = {field: field if field in FAULTS else "nothing" for field in faults}
    if fault_of_name(typed["name"]):
        found["name"] = "name"
    if fault_of_street(form.get("address", "")):
        found["address"] = "address"
    if line is not None and foreign(line.phone):
        found["phone"] = "phone"
    if found or line is None:
        raise NotRegistered(**found)
    return replace(line, confirmed=True)
