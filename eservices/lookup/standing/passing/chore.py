"""Goes through a new version of a table once, in pieces between which letters go: what is new is kept to be told, days
are followed, dispositions are given. Killed in the middle it goes on where it was; a newer version begins anew.

Only imported tables: the rows of a pack are examples, or change with the program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.lookup import Lookup, Row, Subscription
from eservices.lookup import store as tables
from eservices.lookup.due import last_day
from eservices.lookup.matching import kept_key
from eservices.lookup.standing.deadlines import store as deadlines
from eservices.lookup.standing.duties import store as duties
from eservices.lookup.standing.duties.giving import given_by
from eservices.lookup.standing.following import store as following
from eservices.lookup.standing.passing import store
from eservices.lookup.standing.passing.settled import passed
from eservices.lookup.standing.passing.store import Pass
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

PIECE = 200  # rows in one transaction: letters wait no longer than that takes
KNOWN = timedelta(days=30)  # a row that was gone for longer is new when it comes back

Keyed = Sequence[tuple[str, Row]]


def digest(subscription: Subscription, row: Row) -> str:
    """What makes a row the same one as before."""
    same = {name: row.get(name, "") for name in subscription.same} if subscription.same else dict(row)
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:32]


class Passing:
    """The chore."""

    name = "lookup passes"

    def __init__(self, city: City) -> None:
        self._city = city

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        """One piece of one table."""
        for lookup in filter(passed, self._city.lookups.values()):
            version = tables.current(tx, lookup.id)
            if version is None:
                continue
            one = store.pass_of(tx, lookup.id)
            if one is None or one.version != version.id:
                first = one is None or (one.first and one.done_at is None)
                one = Pass(lookup=lookup.id, version=version.id, after=-1, first=first)
            if one.done_at is None:
                self._piece(tx, lookup, one, now)
                return now
        return None

    def _piece(self, tx: Tx, lookup: Lookup, one: Pass, now: datetime) -> None:
        rows = tables.rows_after(tx, one.version, one.after, PIECE)
        after, done_at = (rows[-1][0], None) if rows else (one.after, now)
        keyed = [(kept_key(lookup.key, row), row) for _, row in rows]
        self._news(tx, lookup, keyed, now, first=one.first)
        self._days(tx, lookup, keyed, one.version)
        given_by(tx, self._city, lookup, keyed, now)
        if done_at is not None:
            deadlines.drop_others(tx, lookup.id, one.version)
            duties.end_missing(tx, lookup.id, one.version)
            store.forget_known(tx, lookup.id, now - KNOWN)
        store.keep_pass(tx, Pass(lookup=lookup.id, version=one.version, after=after, first=one.first, done_at=done_at))

    def _news(self, tx: Tx, lookup: Lookup, rows: Keyed, now: datetime, *, first: bool) -> None:
        """Of the first table of all nothing is news."""
        if lookup.subscription is None:
            return
        named = {digest(lookup.subscription, row): (key, row) for key, row in rows}
        unknown = store.unknown(tx, lookup.id, list(named), now)
        if not first:
            following.add_news(tx, lookup.id, [named[one] for one in named if one in unknown], now)

    def _days(self, tx: Tx, lookup: Lookup, rows: Keyed, version: int) -> None:
        if lookup.deadline is None:
            return
        found = {key: last_day(self._city.calendar, lookup.deadline, row) for key, row in rows if key}
        days = {key: day.isoformat() for key, day in found.items() if day is not None}
        deadlines.follow(tx, lookup.id, version, days)
