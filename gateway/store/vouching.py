"""A person vouches for what residents said of themselves, or refuses it; who did is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, insert, select

from gateway.store.changes import Change, change_of, changes, end_change
from gateway.store.keplings import end_asked, refused_by_kepling
from gateway.store.people import RESIDENT, Resident, erase, find, residents_after, save
from gateway.store.schema import Tx, UtcDateTime, metadata

CONFIRMED, CHANGED, REFUSED, DOUBTED = "confirmed", "changed", "refused", "doubted"
REGISTERED, CORRECTED, IMPORTED = "registered", "corrected", "imported"

RESIDENT_VOUCHED = Table(
    "resident_vouched",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("phone", String, nullable=False, index=True),  # E.164
    Column("at", UtcDateTime, nullable=False),
    Column("who", String, nullable=False),  # the person's name, as given
    Column("what", String, nullable=False),  # confirmed, changed, refused, doubted, registered, corrected, imported
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A line of the registry and what waits for a person there: the line itself where nobody has confirmed it, or the
    wish to have a confirmed one otherwise."""

    resident: Resident
    wish: Change | None = None

    @property
    def since(self) -> datetime:
        return self.wish.asked_at if self.wish is not None else self.resident.address_at


def waiting(tx: Tx, at_most: int = 500) -> list[Waiting]:
    """Everything that waits, the longest-waiting first."""
    lines = (RESIDENT.c.confirmed.is_(False),)
    numbers = tx.execute(
        select(RESIDENT.c.phone).where(*lines).order_by(RESIDENT.c.address_at).limit(at_most)
    ).scalars()
    found = [Waiting(resident=one) for number in numbers.all() if (one := find(tx, number)) is not None]
    wishes = [(wish, find(tx, wish.phone)) for wish in changes(tx, at_most)]
    found += [Waiting(resident=one, wish=wish) for wish, one in wishes if one is not None and one.confirmed]
    return sorted(found, key=lambda one: one.since)[:at_most]


def everybody(tx: Tx, at_most: int = 500) -> list[Waiting]:
    """Every line by its number, whatever waits for it."""
    found = residents_after(tx, "", at_most)
    return [Waiting(resident=one, wish=change_of(tx, one.phone) if one.confirmed else None) for one in found]


def confirm_resident(tx: Tx, number: str, who: str, at: datetime) -> Resident | None:
    """The line as it holds from now on; None: nothing of that number waits."""
    line, wish = find(tx, number), change_of(tx, number)
    if line is None or (line.confirmed and wish is None):
        return None
    now = replace(line, confirmed=True, address_at=at)
    if line.confirmed and wish is not None:
        if (wish.kelurahan, wish.address) != (line.kelurahan, line.address):
            now = replace(now, lat=None, lon=None, household="")
        now = replace(now, name=wish.name, kelurahan=wish.kelurahan)
        now = replace(now, address=wish.address, lingkungan=wish.lingkungan)
    save(tx, now)
    end_change(tx, number)
    end_asked(tx, number)
    vouch(tx, number, who, at, CHANGED if line.confirmed else CONFIRMED)
    return now


def refuse_resident(tx: Tx, number: str, who: str, at: datetime) -> bool:
    """The wish is dropped and the confirmed line holds; an unconfirmed line is taken out. False: nothing waits."""
    line = find(tx, number)
    dropped = end_change(tx, number) if line is None or line.confirmed else erase(tx, number)
    if dropped:
        end_asked(tx, number)
        vouch(tx, number, who, at, REFUSED)
    return dropped


def doubt_resident(tx: Tx, number: str, who: str, at: datetime) -> None:
    """A kepling does not know what that number said for so. Nothing is dropped: a person of the city decides."""
    refused_by_kepling(tx, number)
    vouch(tx, number, who, at, DOUBTED)


def vouched(tx: Tx, number: str) -> list[tuple[datetime, str, str]]:
    """When, by whom and what was decided of that number, oldest first."""
    mine = select(RESIDENT_VOUCHED).where(RESIDENT_VOUCHED.c.phone == number).order_by(RESIDENT_VOUCHED.c.id)
    return [(row.at, row.who, row.what) for row in tx.execute(mine)]


def vouch(tx: Tx, number: str, who: str, at: datetime, what: str) -> None:
    """Keep who did what for that line."""
    tx.execute(insert(RESIDENT_VOUCHED), {"phone": number, "at": at, "who": who, "what": what})
