"""Phones that somebody else wants to register. Nothing of it holds until that phone itself says yes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Row, String, Table, Text, delete, func, insert, select, update

from gateway.store.carrying import AREA, CARRY
from gateway.store.schema import Tx, UtcDateTime, metadata

OPEN, REFUSED, TAKEN = "open", "refused", "taken"

INVITATION = Table(
    "invitation",
    metadata,
    Column("phone", String, primary_key=True),  # E.164: who is asked
    Column("asked_by", String, nullable=False),  # E.164
    Column("name", String, nullable=False),
    Column("kelurahan", String, nullable=False, info={CARRY: AREA}),  # its code in the pack
    Column("address", Text, nullable=False),
    Column("lingkungan", String, nullable=False),
    Column("vouches", String, nullable=False),  # the kepling's name where he is who asked and lives there; else empty
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),  # open, refused, taken
    Index(None, "asked_by", "asked_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What is to be registered under ``phone`` once it says yes."""

    phone: str
    asked_by: str
    name: str
    kelurahan: str
    address: str
    lingkungan: str = ""
    vouches: str = ""
    asked_at: datetime
    state: str = OPEN


_FIELDS = tuple(field.name for field in fields(Invitation))


def invite(tx: Tx, new: Invitation) -> None:
    """Write it; it takes the place of an earlier one to that phone."""
    tx.execute(delete(INVITATION).where(INVITATION.c.phone == new.phone))
    tx.execute(insert(INVITATION), {field: getattr(new, field) for field in _FIELDS})


def invitation_to(tx: Tx, number: str) -> Invitation | None:
    """The last one to that phone, whatever became of it."""
    row = tx.execute(select(INVITATION).where(INVITATION.c.phone == number)).first()
    return _invitation(row) if row is not None else None


def invited_by(tx: Tx, number: str, since: datetime) -> int:
    """How many phones that number has asked to have registered since then."""
    mine = (INVITATION.c.asked_by == number, INVITATION.c.asked_at > since)
    return int(tx.execute(select(func.count()).select_from(INVITATION).where(*mine)).scalar_one())


def answered_invitation(tx: Tx, number: str, state: str) -> None:
    """That phone said yes or no. What it was to be registered as is not kept beside the registry."""
    values = {"state": state, "name": "", "kelurahan": "", "address": "", "lingkungan": ""}
    tx.execute(update(INVITATION).where(INVITATION.c.phone == number).values(values))


def forget_invitations(tx: Tx, number: str) -> int:
    """To that phone, and by it."""
    mine = (INVITATION.c.phone == number) | (INVITATION.c.asked_by == number)
    return tx.execute(delete(INVITATION).where(mine)).rowcount


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(**{field: getattr(row, field) for field in _FIELDS})
