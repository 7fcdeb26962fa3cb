"""Who is reached: counted in the registry and among the letters that are kept, without a person in the figures.

What somebody said in secret counts for nothing here: who is told that his neighbour never wrote must not learn from a
list that grew shorter that he did. A letter that hides is no use of the number, and where somebody reported in secret
neither are his sessions and calls, which do not say what they were about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, distinct, exists, func, not_, or_, select

from eservices.complaints.store import FOLLOWER
from gateway.store import Tx
from gateway.store.inbound import INBOUND
from gateway.store.people import RESIDENT
from gateway.store.sessions import USSD_SESSION
from ivr.store import CALLS, IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One area. ``households``: phones that share an address are one; ``fresh``: registered in the span; ``unused``:
    never wrote, dialled or rang."""

    kelurahan: str
    registered: int
    confirmed: int
    households: int
    fresh: int
    unused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Somebody who never used the number."""

    phone: str
    name: str
    address: str
    lingkungan: str


OPEN: ColumnElement[bool] = INBOUND.c.hides.is_not(True)


def _used() -> ColumnElement[bool]:
    """Whether a line of the registry is somebody's who used the number, as far as that may be known."""
    phone = RESIDENT.c.phone
    wrote = exists().where(INBOUND.c.sender == phone, OPEN)
    dialled = exists().where(USSD_SESSION.c.number == phone)
    rang = exists().where(CALLS.c.number == phone, CALLS.c.direction == IN)
    hides = exists().where(FOLLOWER.c.number == phone, FOLLOWER.c.secret.is_(True))
    return or_(wrote, and_(or_(dialled, rang), not_(hides)))


def reached(tx: Tx, since: datetime, until: datetime) -> list[Reached]:
    """By area, each that anybody is registered in."""
    line = RESIDENT.c
    fresh = and_(line.registered_at >= since, line.registered_at < until)
    house = case((func.coalesce(line.household, "") != "", line.household), else_=line.phone)
    asked = select(
        line.kelurahan,
        func.count().label("registered"),
        func.sum(case((line.confirmed.is_(True), 1), else_=0)).label("confirmed"),
        func.count(distinct(house)).label("households"),
        func.sum(case((fresh, 1), else_=0)).label("fresh"),
        func.sum(case((_used(), 0), else_=1)).label("unused"),
    ).group_by(line.kelurahan)
    return [Reached(**{name: row[at] for at, name in enumerate(_NAMES)}) for row in tx.execute(asked)]


_NAMES = ("kelurahan", "registered", "confirmed", "households", "fresh", "unused")


def registered(tx: Tx, since: datetime, until: datetime) -> Sequence[datetime]:
    """When each person was registered, in the span."""
    at = RESIDENT.c.registered_at
    return tx.execute(select(at).where(at >= since, at < until)).scalars().all()


def first_letters(tx: Tx, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """Each number that wrote or rang for the first time in the span, and when."""
    before, letter = INBOUND.alias().c, INBOUND.c
    earlier = exists().where(before.sender == letter.sender, before.received_at < since, before.hides.is_not(True))
    lately = and_(letter.received_at >= since, letter.received_at < until, letter.sender != "")
    mine = select(letter.sender, func.min(letter.received_at)).where(lately, OPEN, not_(earlier))
    return [(row[0], row[1]) for row in tx.execute(mine.group_by(letter.sender))]


def unused(tx: Tx, kelurahan: str, at_most: int) -> list[Unused]:
    """Who is registered there and never used the number, by name."""
    line = RESIDENT.c
    wanted = line.phone, line.name, line.address, func.coalesce(line.lingkungan, "").label("lingkungan")
    mine = select(*wanted).where(line.kelurahan == kelurahan, not_(_used())).order_by(line.name, line.phone)
    return [Unused(**row._mapping) for row in tx.execute(mine.limit(at_most))]
