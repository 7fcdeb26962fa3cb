"""Queues of a store that came back from a copy."""

from __future__ import annotations

from sqlalchemy import update

from eservices.clinic.queue import State
from eservices.clinic.schedule import Session
from eservices.clinic.store import rows
from eservices.clinic.store.tables import BOOKING
from gateway.store import Tx


def leap(tx: Tx, session: Session) -> None:
    """Numbers that were perhaps handed out since the copy are not handed out again."""
    here = rows.keep(tx, session)
    rows.change_session(tx, here.id, last_number=here.last_number + session.quota)


def take_back_offers(tx: Tx) -> int:
    """Who was offered a place waits for one again, where they were on the list; how many."""
    offered = update(BOOKING).where(BOOKING.c.state == State.OFFERED.value)
    again = {"state": State.LISTED.value, "place": None, "offered_until": None}
    return int(tx.execute(offered.values(again)).rowcount)
