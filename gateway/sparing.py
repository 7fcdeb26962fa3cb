"""Whose phone must be quiet is asked of each letter when it leaves, by whichever way: another may read that phone.

Emergencies have their own rule (``dispatch``). Whatever else comes unasked stays away: news to many, reminders, news of
a complaint, a permit, a booking. What the person at the phone has just asked for comes, unless there was a cry since.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.alarms import Alarms
from gateway.messages import Lane, Outbound
from gateway.person import staff_of
from gateway.store.people import find
from gateway.store.schema import Tx, now

if TYPE_CHECKING:
    from config.city import City

JUST_ASKED = timedelta(minutes=10)  # after that another may hold the phone


def must_be_quiet(alarms: Alarms, tx: Tx, number: str, asked_at: datetime | None = None) -> bool:
    """Whether nothing may come to that phone: the registry says so, or its alarm in secret is still open (and what was
    asked for then was asked before it)."""
    resident = find(tx, number)
    return (resident is not None and resident.quiet) or alarms.secret(tx, number, asked_at)


class Sparing:
    """``technician``: works for the city and stands in no pack."""

    def __init__(self, city: City, alarms: Alarms, technician: str = "") -> None:
        self._alarms, self._staff = alarms, staff_of(city) | {technician}

    def spares(self, tx: Tx, letter: Outbound, many: bool) -> bool:
        """Whether the letter may not come to its reader now. ``many`` have the same: then staff are residents too."""
        if letter.lane is Lane.EMERGENCY or (letter.to in self._staff and not many):
            return False
        asked_at = letter.asked_at
        just = asked_at is not None and now(tx) - asked_at <= JUST_ASKED
        return must_be_quiet(self._alarms, tx, letter.to, asked_at if just else None)
