"""Reminds who asked for it: each row is looked at once a morning, by day only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.lookup.rows import shareable
from eservices.lookup.standing.daytime import is_decent, next_decent
from eservices.lookup.standing.letters import Letters
from eservices.lookup.standing.reminding import plan, store
from eservices.lookup.standing.reminding.store import Reminding
from eservices.lookup.standing.rows import row_of
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City
    from config.lookup import Lookup, Row

PIECE = 25  # reminders in one transaction: letters wait no longer than that takes
WORTH = timedelta(days=2)  # a reminder that could not be sent for so long is not sent


class Reminders:
    """The chore."""

    name = "lookup reminders"

    def __init__(self, city: City) -> None:
        self._city, self._letters = city, Letters(city)

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        zone = self._city.timezone
        if not is_decent(now, zone):
            return next_decent(now, zone)
        for one in store.due(tx, now, PIECE):
            self._look(tx, one, now)
        return store.soonest(tx)

    def _look(self, tx: Tx, one: Reminding, now: datetime) -> None:
        lookup = self._city.lookups.get(one.lookup)
        if lookup is None or lookup.reminder is None:  # the pack does not offer it any more
            store.end(tx, one)
            return
        row, today = row_of(tx, lookup, one.key, one.number), now.astimezone(self._city.timezone).date()
        if row is None and lookup.source.url is not None:  # not asked of late: what it said last
            row = one.row
        verdict = plan.decide(lookup.reminder, row, one.due, one.told, today)
        if verdict.over:
            store.end(tx, one)
            return
        if verdict.tells and row is not None:
            self._tell(tx, lookup, one, verdict, row, now)
        look_at = plan.next_look(now, self._city.timezone)
        seen = shareable(lookup, row) if row is not None else one.row
        store.keep(tx, replace(one, due=verdict.due, told=verdict.told, row=seen, look_at=look_at))

    def _tell(self, tx: Tx, lookup: Lookup, one: Reminding, verdict: plan.Verdict, row: Row, now: datetime) -> None:
        assert lookup.reminder is not None
        reader = self._letters.reader(tx, one.number, one.language, one.asked_at, now)
        if reader is None:
            return
        text = self._letters.row(lookup, lookup.reminder.texts, one.key, row, reader)
        ends = plan.worth_until(verdict.due, now, self._city.timezone, WORTH)
        self._letters.remind(tx, reader, text, f"lookup/remind/{one.id}/{verdict.told}", ends)
