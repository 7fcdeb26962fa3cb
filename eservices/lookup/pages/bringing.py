"""Files that wait for the word to be written, and the one that is being written now."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from config.lookup import Lookup
from eservices.lookup import importing, store
from eservices.lookup.importing import Brought
from eservices.lookup.rows import shareable
from gateway.page import Declined, Floor, Visit
from gateway.store import StoreFault

log = logging.getLogger(__name__)

MOST_BYTES = 32 * 1024 * 1024  # of a file: some three hundred thousand bills
HELD_FOR = timedelta(minutes=30)  # that a file waits in memory for the word to write it
MOST_HELD = 2  # files
MOST_FAULTS = 200  # that are shown
MOST_SHOWN = 5  # rows of a table
KEY_OCTETS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A file that was read. It is of one person, who alone may have it written."""

    key: str
    login: str
    by: str
    lookup: Lookup
    brought: Brought
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file being written: rows done of all. ``fault``: why it ended without being told (a key of ``words``)."""

    done: int = 0
    total: int = 1
    over: bool = False
    fault: str = ""


class Bringing:
    """One file is written after the other; after a restart it is uploaded again, and the former table is told."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._held: dict[str, _Held] = {}
        self._jobs: dict[str, Job] = {}
        self._waiting: asyncio.Queue[_Held] = asyncio.Queue()

    def job(self, lookup: str) -> Job | None:
        """What became of the last file for it since the program started."""
        return self._jobs.get(lookup)

    async def judged(self, visit: Visit, lookup: Lookup, data: bytes) -> Mapping[str, Any]:
        """What a file would change, and each row that is wrong; it is held for the word to write it."""
        floor = self._floor
        brought = await importing.read(lookup, floor.city.areas, data, floor.clock)
        differs = await importing.compared(floor.store, lookup, brought, floor.clock)
        return {
            "lookup": lookup,
            "held": "" if brought.faults else self._hold(visit, lookup, brought),
            "differs": differs,
            "faults": brought.faults[:MOST_FAULTS],
            "many_faults": len(brought.faults),
            "ignored": brought.ignored,
            "rows": [shareable(lookup, row) for _, row in brought.rows[:MOST_SHOWN]],
        }

    def _hold(self, visit: Visit, lookup: Lookup, brought: Brought) -> str:
        fresh = [one for one in self._held.values() if visit.now - one.at <= HELD_FOR]
        key, user = secrets.token_urlsafe(KEY_OCTETS), visit.user
        by = user.name or user.login
        held = _Held(key=key, login=user.login, by=by, lookup=lookup, brought=brought, at=visit.now)
        self._held = {one.key: one for one in [*fresh, held][-MOST_HELD:]}
        return key

    async def take(self, visit: Visit, lookup: Lookup) -> int:
        """Have it written, from now on; how many rows. Raises Declined."""
        held = self._held.get(visit.form.get("key", ""))
        gone = held is None or held.login != visit.user.login or held.lookup.id != lookup.id
        if held is None or gone or visit.now - held.at > HELD_FOR:
            raise Declined("lookups.gone")
        del self._held[held.key]
        self._jobs[lookup.id] = Job(total=len(held.brought.rows))
        self._waiting.put_nowait(held)
        return len(held.brought.rows)

    async def run(self) -> None:
        """Write what waits, for as long as the pages are served."""
        while True:
            await self._write(await self._waiting.get())

    async def _write(self, held: _Held) -> None:
        id, floor = held.lookup.id, self._floor

        def progress(done: int, total: int) -> None:
            self._jobs[id] = Job(done=done, total=total)

        try:
            await importing.write(
                floor.store,
                held.lookup,
                held.brought,
                source="page",
                by=held.by,
                clock=floor.clock,
                progress=progress,
            )
            self._jobs[id] = replace(self._jobs[id], done=self._jobs[id].total, over=True)
        except store.Superseded:
            self._jobs[id] = Job(over=True, fault="lookups.superseded")
        except StoreFault as fault:
            log.error("a table of %s was not written: %s", id, fault)
            self._jobs[id] = Job(over=True, fault="lookups.not_written")
