"""Warns of rows that are past their day: the official of the office once, the inspectorate once ``after`` working days
later; where an office has no official the inspectorate at once. One letter a day for all of them, in office hours, and
none before the whole of a new version was gone through. After each start the days are counted anew first: the pack may
have other holidays since.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from config.lookup import Lookup
from eservices.lookup.due import due_of, last_day
from eservices.lookup.standing.deadlines import store
from eservices.lookup.standing.deadlines.store import Standing
from eservices.lookup.standing.letters import Letters, named
from eservices.lookup.standing.passing.settled import settled
from eservices.lookup.standing.rows import row_of
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City
    from config.city_offices import Official


PIECE = 200  # rows in one transaction: letters wait no longer than that takes


class Deadlines:
    """The chore."""

    name = "lookup deadlines"

    def __init__(self, city: City) -> None:
        self._city, self._letters = city, Letters(city)
        self._counted: dict[str, str] = {}  # up to which key of a look-up the days were counted anew

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        ours = [one for one in self._city.lookups.values() if one.deadline is not None]
        calendar = self._city.calendar
        if not ours:
            return None
        if not calendar.is_open(now):
            return calendar.next_open(now)
        for lookup in ours:
            if not settled(tx, lookup.id):
                continue
            if not self._counts(tx, lookup):
                return now
            self._warn(tx, lookup, now)
            self._raise(tx, lookup, now)
        return calendar.next_open(calendar.working_days_after(now, 0))

    def _counts(self, tx: Tx, lookup: Lookup) -> bool:
        """Count the days of some rows by the calendar as it is now; whether those of all are."""
        assert lookup.deadline is not None
        standing = store.after(tx, lookup.id, self._counted.get(lookup.id, ""), PIECE)
        rows = {one.key: row_of(tx, lookup, one.key) for one in standing}
        found = {key: last_day(self._city.calendar, lookup.deadline, row) for key, row in rows.items() if row}
        if standing:
            days = {key: day.isoformat() for key, day in found.items() if day is not None}
            store.follow(tx, lookup.id, standing[0].version, days)
            self._counted[lookup.id] = standing[-1].key
        return len(standing) < PIECE

    def _warn(self, tx: Tx, lookup: Lookup, now: datetime) -> None:
        today = self._city.calendar.day_of(now).isoformat()
        many, oldest = store.late(tx, lookup.id, today)
        if oldest is None:
            return
        official = self._official(lookup)
        to = official or self._city.offices.inspectorate
        if to is not None:
            self._write(tx, lookup, to, many, oldest, now, raised=official is None)
        store.note_warned(tx, lookup.id, today, now, raised=official is None)

    def _raise(self, tx: Tx, lookup: Lookup, now: datetime) -> None:
        assert lookup.deadline is not None
        calendar = self._city.calendar
        day = calendar.working_day(calendar.day_of(now), 1 - lookup.deadline.after)
        before = datetime.combine(day, time(), self._city.timezone)
        many, oldest = store.to_raise(tx, lookup.id, before)
        if oldest is None:
            return
        inspectorate = self._city.offices.inspectorate
        if inspectorate is not None:
            self._write(tx, lookup, inspectorate, many, oldest, now, raised=True)
        store.note_raised(tx, lookup.id, before, now)

    def _official(self, lookup: Lookup) -> Official | None:
        assert lookup.deadline is not None
        office = self._city.offices.offices.get(lookup.deadline.office)
        return next(iter(office.officials), None) if office is not None else None

    def _write(
        self, tx: Tx, lookup: Lookup, to: Official, many: int, oldest: Standing, now: datetime, *, raised: bool
    ) -> None:
        assert lookup.deadline is not None
        letters, calendar = self._letters, self._city.calendar
        who, row = letters.official(to, now), row_of(tx, lookup, oldest.key) or {}
        due = due_of(calendar, lookup.deadline, row, calendar.day_of(now))
        if many == 1 and not raised and lookup.deadline.warns:
            text = letters.row(lookup, lookup.deadline.warns, oldest.key, row, who)
        else:
            fields = {
                "oldest": named(lookup, oldest.key, row),
                "many": many,
                "days": due.days if due is not None else "",
            }
            fields["offered"] = letters.label(lookup, who.language)
            if raised:
                fields["office"] = self._office(lookup)
            text = letters.text(who, "standing_raised" if raised else "standing_late_many", **fields)
        what = "raised" if raised else "late"
        key = f"lookup/{what}/{lookup.id}/{calendar.day_of(now).isoformat()}"
        letters.write(tx, to.number, text, f"{key}/{now:%H%M%S}", calendar.working_days_after(now, 1))

    def _office(self, lookup: Lookup) -> str:
        assert lookup.deadline is not None
        office = self._city.offices.offices.get(lookup.deadline.office)
        if office is None:
            return "-"
        return self._city.said(self._city.languages[0], office.labels, office.name)
