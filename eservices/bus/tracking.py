"""Takes what trackers post, and writes it down in groups: no letter ever waits for a bus.

A post is answered from memory. What waits to be written is a few fixes of each bus, the newest of them never lost, so
it cannot grow however many come; all that waits is one transaction, once in some seconds. A store that fails is tried
again; meanwhile the newest fixes win.
"""

from __future__ import annotations

import hmac
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.city_buses import Vehicle
from config.clock import Clock
from eservices.bus.estimate import runs
from eservices.bus.posted import Posted, Unreadable, read
from eservices.bus.route import Fix
from eservices.bus.store import keep, newest
from gateway.pulse import Bell, Pulse, Status
from gateway.store import Store, StoreFault, Tx

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

KIND = NAME = "trackers"  # of the part of the health
GROUP_S = 2.0  # seconds in which fixes are gathered for one transaction
LOOK_S = 15.0  # the store is read at least that often: another process may have heard a bus
BEAT_S = 120.0
WAITING = 20  # fixes of one bus that wait to be written
BURST, A_SECOND = 60.0, 2.0  # posts of one tracker at once (after a dead zone), and for ever
RETRY_S = 5


@dataclass(slots=True)
class Allowance:
    """How many posts a tracker may make now."""

    left: float
    at: float

    def spend(self, now: float) -> bool:
        """One of them; False: it has none left."""
        self.left = min(BURST, self.left + (now - self.at) * A_SECOND)
        self.at = now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``status`` of HTTP; ``why``: in a word, where the fix was not taken."""

    status: int
    why: str = ""


class Trackers:
    """``tokens``: any of them opens."""

    def __init__(self, city: City, tokens: Sequence[str], store: Store, clock: Clock, pulse: Pulse) -> None:
        self._city, self._tokens, self._store, self._clock, self._pulse = city, tuple(tokens), store, clock, pulse
        self._bell = Bell()
        self._newest: dict[str, Fix] = {}
        self._waiting: dict[str, deque[Fix]] = {}
        self._allowed: dict[str, Allowance] = {}

    def opens(self, token: str) -> bool:
        """Whether the token is one of ours. Every one of them is compared, to the end."""
        said = token.encode("utf-8", "replace")
        return sum(hmac.compare_digest(said, one.encode()) for one in self._tokens) > 0

    def take(self, said: Mapping[str, str]) -> Reply:
        """What a tracker posted, by its fields. Never raises."""
        buses, now = self._city.buses, self._clock.now()
        try:
            posted = read(said, now, buses)
        except Unreadable as word:
            return Reply(status=400, why=f"cannot be read: {word}")
        vehicle = buses.tracked(posted.tracker)
        if vehicle is None:
            return Reply(status=404, why="no such tracker in the pack")
        allowed = self._allowed.setdefault(vehicle.number, Allowance(BURST, self._clock.monotonic()))
        if not allowed.spend(self._clock.monotonic()):
            return Reply(status=429, why="too many")
        return Reply(status=200, why=posted.why or self._taken(vehicle, posted))

    def _taken(self, vehicle: Vehicle, posted: Posted) -> str:
        known, fix = self._newest.get(vehicle.number), posted.fix
        assert fix is not None
        if known is not None and fix.at <= known.at:
            return "known already" if fix.at == known.at else "older than the newest"
        self._newest[vehicle.number] = fix
        self._waiting.setdefault(vehicle.number, deque(maxlen=WAITING)).append(fix)
        self._bell.ring()
        return ""

    async def run(self) -> None:
        """Write, look and judge, for ever; where the pack has no buses there is nothing to do."""
        while self._city.buses.vehicles:
            self._pulse.beat(KIND, limit_s=BEAT_S)
            await self.round()
            await self._bell.wait(self._clock, LOOK_S)
            await self._clock.sleep(GROUP_S)

    async def round(self) -> None:
        """What waits is written, and what others wrote is learnt. Never raises."""
        group = {number: tuple(fixes) for number, fixes in self._waiting.items()}
        try:
            seen = await (self._store.write(lambda tx: _written(tx, group)) if group else self._store.read(newest))
        except StoreFault as fault:
            log.error("fixes of %d buses wait: %s", len(group), fault)
            return
        for number, fixes in group.items():
            left = [fix for fix in self._waiting[number] if fix.at > fixes[-1].at]
            self._waiting[number] = deque(left, maxlen=WAITING)
        self._waiting = {number: fixes for number, fixes in self._waiting.items() if fixes}
        for number, fix in seen.items():
            if number not in self._newest or fix.at > self._newest[number].at:
                self._newest[number] = fix
        self._judge(self._clock.now())

    def _judge(self, now: datetime) -> None:
        """Well while one bus that should run is heard of."""
        buses = self._city.buses
        due = [one.number for one in buses.vehicles.values() if runs(buses.lines[one.line], self._city, now)]
        heard = [number for number in due if self._is_heard(number, now)]
        if not self._tokens or not buses.vehicles:
            return
        status = Status.DEGRADED if due and not heard else Status.OK
        silent = len(due) - len(heard)
        detail = f"{silent} of {len(due)} buses silent" if silent else ""
        self._pulse.report(KIND, NAME, status, detail)

    def _is_heard(self, number: str, now: datetime) -> bool:
        fix = self._newest.get(number)
        return fix is not None and (now - fix.at).total_seconds() <= self._city.buses.silent_s


def _written(tx: Tx, group: Mapping[str, Sequence[Fix]]) -> dict[str, Fix]:
    keep(tx, group)
    return newest(tx)
