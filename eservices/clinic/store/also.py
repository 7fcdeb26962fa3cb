"""Who else has a hand in a booking: the phone that made it for somebody with a phone of their own."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select

from eservices.clinic.store.rows import Booking, booking, bookings_of
from eservices.clinic.store.tables import ALSO
from gateway.store import Tx


def add_phone(tx: Tx, booking_id: int, phone: str) -> None:
    """That phone (E.164) too may ask for the booking, move and cancel it."""
    if phone not in phones(tx, booking_id):
        tx.execute(insert(ALSO), {"booking_id": booking_id, "phone": phone})


def phones(tx: Tx, booking_id: int) -> list[str]:
    """The phones beside the booking's own."""
    found = select(ALSO.c.phone).where(ALSO.c.booking_id == booking_id).order_by(ALSO.c.phone)
    return [str(phone) for phone in tx.execute(found).scalars()]


def bookings_for(tx: Tx, phone: str, since: date) -> list[Booking]:
    """Everything that phone has a hand in and that is not cancelled, from that day on, the earliest first."""
    own = bookings_of(tx, phone, since)
    ids = tx.execute(select(ALSO.c.booking_id).where(ALSO.c.phone == phone)).scalars().all()
    others = (booking(tx, number) for number in ids if number not in {one.id for one in own})
    made = [one for one in others if one is not None and one.day >= since and one.state != "cancelled"]
    return sorted([*own, *made], key=lambda one: (one.begins, one.id))


def everybody(tx: Tx, one: Booking) -> list[str]:
    """Every phone that is told of the booking: its own first."""
    return [phone for phone in dict.fromkeys([one.number, *phones(tx, one.id)]) if phone]
