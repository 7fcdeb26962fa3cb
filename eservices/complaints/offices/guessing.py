"""Wrong codes from the telephone of one official: after a few nobody there is listened to for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.city_offices import Offices
from eservices.complaints.offices import store
from gateway.store import Tx


def missed(tx: Tx, offices: Offices, number: str, now: datetime) -> tuple[int, datetime | None]:
    """One more wrong code from there: how many tries are left, or until when nobody is listened to."""
    wrong = store.guesses(tx, number)[0] + 1
    if wrong < offices.tries:
        store.keep_guesses(tx, number, wrong, None)
        return offices.tries - wrong, None
    until = now + timedelta(hours=offices.pause_hours)
    store.keep_guesses(tx, number, 0, until)
    return 0, until
