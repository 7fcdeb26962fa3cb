"""Writes the letters of broadcasts and warnings, a page at a time, and sees when each is over.

What is written and how far the writing is are one transaction, so that a kill at any moment leaves no gap and makes no
double. Only ``WINDOW`` letters of one wait for a channel at a time: who writes STOP, moves or registers meanwhile is
seen, a stop takes back little, and sixty thousand people are never sixty thousand rows at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.broadcast.quiet import is_quiet, next_turn
from gateway.broadcast.store.keeping import change, ends_of, stop, uncounted, under_way, waiting
from gateway.broadcast.store.pages import PAGE, write_page
from gateway.broadcast.values import Broadcast, Stage, What
from gateway.store.schema import Tx

if TYPE_CHECKING:
    from config.city import City

WINDOW = 4 * PAGE  # letters of one broadcast that wait: minutes of a modem, seconds of a provider
LOOK = timedelta(seconds=5)  # until the window is looked at again


class Broadcasts:
    """A chore: see ``run``."""

    name = "broadcasts"

    def __init__(self, city: City) -> None:
        self._city = city

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        """One page at most, of a warning before a broadcast; when to look again. None: nothing is under way."""
        wrote, soonest = False, list[datetime]()
        for one in under_way(tx):
            if one.stage is Stage.PROPOSED:
                soonest += [one.expires_at] if one.expires_at > now else []
                if one.expires_at <= now:
                    change(tx, one, stage=Stage.LAPSED, ended_at=now)
                continue
            went_on = self._goes_on(tx, one, now, may_write=not wrote)
            wrote = wrote or went_on == now
            soonest += [went_on] if went_on is not None else []
        for one in uncounted(tx):  # a stopped one's letters are forgotten one day; how they ended is not
            if not waiting(tx, one):
                change(tx, one, ends=ends_of(tx, one))
        return min(soonest, default=None)

    def _goes_on(self, tx: Tx, one: Broadcast, now: datetime, *, may_write: bool) -> datetime | None:
        """Bring it further; when to look again, ``now`` where a page was written; None: it is over."""
        if one.expires_at <= now and one.written_at is None:
            stop(tx, one, "", now, stage=Stage.SENT)
            return None
        waits = waiting(tx, one)
        if one.written_at is not None:
            if waits:
                return now + LOOK
            change(tx, one, stage=Stage.SENT, ended_at=now, ends=ends_of(tx, one))
            return None
        if one.what is What.BROADCAST and is_quiet(self._city, now):
            return next_turn(self._city, now)
        if not may_write or waits > WINDOW - PAGE:
            return now + LOOK
        write_page(tx, self._city, one, now)
        return now
