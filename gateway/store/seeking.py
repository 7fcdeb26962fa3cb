"""The registry searched: by number, by words of the name, the street and the kelurahan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from gateway.store.changes import RESIDENT_CHANGE
from gateway.store.people import RESIDENT, Resident, find
from gateway.store.schema import Tx

WAITING, CONFIRMED, UNCONFIRMED, QUIET, BUTTON = "waiting", "confirmed", "unconfirmed", "quiet", "button"
STATES = (WAITING, CONFIRMED, UNCONFIRMED, QUIET, BUTTON)
_C = RESIDENT.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for; what is empty says nothing. ``digits``: a part of the number (E.164). ``words``: each must
    stand in the name or the address, or mean the kelurahan: its second part are the codes of those that it may mean.
    ``kelurahan``: a code. ``state``: one of ``STATES``."""

    digits: str = ""
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    kelurahan: str = ""
    state: str = ""


def seek(tx: Tx, sought: Sought, at_most: int, skip: int = 0) -> tuple[list[Resident], int]:
    """Residents by name and number, and how many there are in all."""
    rules = _rules(sought)
    number = int(tx.execute(select(func.count()).select_from(RESIDENT).where(*rules)).scalar_one())
    page = select(_C.phone).where(*rules).order_by(func.lower(_C.name), _C.phone).limit(at_most).offset(skip)
    return _found(tx, tx.execute(page).scalars().all()), number


def lines_after(tx: Tx, number: str, sought: Sought, at_most: int) -> list[tuple[str, str, str]]:
    """Number, name and address of the next lines by number that fit all but the words: to be read through where
    somebody's name is misspelt."""
    rules = _rules(Sought(digits=sought.digits, kelurahan=sought.kelurahan, state=sought.state))
    rows = select(_C.phone, _C.name, _C.address).where(*rules, _C.phone > number).order_by(_C.phone).limit(at_most)
    return [(row.phone, row.name, row.address) for row in tx.execute(rows)]


def lines_of(tx: Tx, numbers: Sequence[str]) -> list[Resident]:
    """These lines, in that order."""
    return _found(tx, numbers)


def _found(tx: Tx, numbers: Collection[str]) -> list[Resident]:
    return [one for number in numbers if (one := find(tx, number)) is not None]


def _rules(sought: Sought) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if sought.digits:
        rules.append(_C.phone.contains(sought.digits, autoescape=True))
    for word, codes in sought.words:
        near = [func.lower(column).contains(word, autoescape=True) for column in (_C.name, _C.address)]
        rules.append(or_(*near, *([_C.kelurahan.in_(codes)] if codes else [])))
    if sought.kelurahan:
        rules.append(_C.kelurahan == sought.kelurahan)
    wishes = _C.phone.in_(select(RESIDENT_CHANGE.c.phone))
    states = {
        WAITING: or_(_C.confirmed.is_(False), wishes),
        CONFIRMED: _C.confirmed.is_(True),
        UNCONFIRMED: _C.confirmed.is_(False),
        QUIET: _C.quiet.is_(True),
        BUTTON: _C.panic_button.is_(True),
    }
    return [*rules, *([states[sought.state]] if sought.state in states else [])]
