"""Writes to staff about the rows that they are asked about: in office hours, the oldest first, so many a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from config.lookup import Lookup
from eservices.complaints.offices.chore import CODES_KEPT, four_digits
from eservices.complaints.offices.store import codes_given
from eservices.lookup.standing.duties import store
from eservices.lookup.standing.duties.giving import official_of
from eservices.lookup.standing.duties.store import Given, State
from eservices.lookup.standing.letters import Letters
from eservices.lookup.standing.rows import row_of
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City
    from config.city_offices import Official

A_DAY = 20  # letters about dispositions to one office; what is more waits, and stands on the page
PIECE = 20


class Duties:
    """The chore."""

    name = "lookup dispositions"

    def __init__(self, city: City, new_code: Callable[[], str] = four_digits) -> None:
        self._city, self._letters, self._new_code = city, Letters(city), new_code

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        calendar = self._city.calendar
        ours = [one for one in self._city.lookups.values() if one.duty is not None]
        if not ours:
            return None
        if not calendar.is_open(now):
            return calendar.next_open(now)
        for lookup in ours:
            self._one(tx, lookup, now)
        return None

    def _one(self, tx: Tx, lookup: Lookup, now: datetime) -> None:
        today = datetime.combine(self._city.calendar.day_of(now), time(), self._city.timezone)
        room = min(PIECE, A_DAY - store.asked_since(tx, lookup.id, today))
        for one in store.waiting(tx, lookup.id, room) if room > 0 else ():
            self._ask(tx, lookup, one, now)

    def _ask(self, tx: Tx, lookup: Lookup, one: Given, now: datetime) -> None:
        assert lookup.duty is not None
        row = row_of(tx, lookup, one.key)
        if row is None:  # an import took it away
            store.keep(tx, replace(one, state=State.OVER))
            return
        official = official_of(self._city, lookup, row)
        if official is None:  # nobody is there yet whom one could ask
            return
        code = self._code(tx, official, now)
        who = self._letters.official(official, now)
        text = self._letters.row(lookup, lookup.duty.texts, one.key, row, who, {"code": code})
        ends = self._city.calendar.working_days_after(now, 1)
        self._letters.write(tx, official.number, text, f"lookup/duty/{one.id}", ends)
        store.keep(tx, replace(one, state=State.ASKED, number=official.number, code=code, asked_at=now))

    def _code(self, tx: Tx, official: Official, now: datetime) -> str:
        """None that the official has already, for this or for a complaint."""
        given = codes_given(tx, official.number, now - CODES_KEPT)
        given |= store.codes_of(tx, official.number, now - timedelta(days=CODES_KEPT.days))
        code = self._new_code()
        while code in given:
            code = self._new_code()
        return code
