"""Who lives with a phone and has none: a parent, whom a child's phone speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, delete, insert, select

from gateway.store.people import same_household
from gateway.store.schema import Tx, UtcDateTime, metadata

MOST = 12  # persons that one phone may speak for

MEMBER = Table(
    "household_member",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("phone", String, nullable=False, index=True),  # E.164: who speaks for them
    Column("name", String, nullable=False),
    Column("notes", Text, nullable=False),
    Column("cannot_walk", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person without a phone of their own. ``phone``: whose household they are of."""

    phone: str
    name: str
    notes: str = ""
    cannot_walk: bool = False
    at: datetime


def keep_member(tx: Tx, new: Member) -> bool:
    """Write it; the same name again takes the place of the first. False: that phone speaks for enough people."""
    mine = [one for one in members_of(tx, [new.phone]) if one.name.casefold() != new.name.casefold()]
    if len(mine) >= MOST:
        return False
    same = (MEMBER.c.phone == new.phone) & (MEMBER.c.name == new.name)
    tx.execute(delete(MEMBER).where(same))
    values = {"phone": new.phone, "name": new.name, "notes": new.notes, "cannot_walk": new.cannot_walk, "at": new.at}
    tx.execute(insert(MEMBER), values)
    return True


def members_of(tx: Tx, phones: list[str]) -> list[Member]:
    """Those that these phones speak for, in the order in which they were named."""
    found = tx.execute(select(MEMBER).where(MEMBER.c.phone.in_(phones)).order_by(MEMBER.c.id))
    return [
        Member(phone=row.phone, name=row.name, notes=row.notes, cannot_walk=row.cannot_walk, at=row.at) for row in found
    ]


def forget_members(tx: Tx, number: str) -> int:
    """Those that the phone spoke for are forgotten with it."""
    return tx.execute(delete(MEMBER).where(MEMBER.c.phone == number)).rowcount


def household_phones(tx: Tx, number: str, household: str) -> list[str]:
    """The phone's own number, and those that share its household where both are confirmed."""
    shared = same_household(tx, household)
    own = next((one for one in shared if one.phone == number), None)
    if own is None or not own.confirmed:
        return [number]
    return [number, *(one.phone for one in shared if one.confirmed and one.phone != number)]
