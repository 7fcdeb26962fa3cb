"""Whether this machine's clock is right, as far as anybody tells: the networks' stamps on letters, and our own store.

A letter's stamp is set by its operator's centre (3GPP TS 23.040, 9.2.3.11). A letter may come late, never early: stamps
ahead of our clock say that it is slow. That it is fast is only likely, where every letter of late came with the same
delay. A clock behind what is in the store already went back. Whoever says nothing proves nothing, and that is said.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.clock import Clock
from gateway.pulse import Pulse, Status
from gateway.store import Store, StoreFault
from gateway.store.stamps import newest_kept, stamps

LOOK_S = 60.0
OFF_S = 60.0  # more than that is a wrong clock: an operator's centre is right to the second
LATE_S = 300.0  # a letter may be that late without anybody being wrong
ALIKE_S = 30.0  # delays of letters that a clock makes are alike, those of a network are not
ENOUGH = 3  # letters, for a guess
ZONE_S = 900.0  # stamps off by whole quarters of an hour are of another zone, and say nothing
WITHIN = timedelta(days=1)  # what came before says nothing of the clock of today

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """``off_s``: how far our clock is ahead, in seconds, where that is known."""

    status: Status
    said: str
    off_s: float | None = None


def judged(ahead_s: Sequence[float], back_s: float) -> Judged:
    """``ahead_s``: of each letter how far its stamp was ahead of our clock when it came, in seconds. ``back_s``: how
    far our clock is behind the newest instant in the store. Pure."""
    if back_s > OFF_S:
        return Judged(status=Status.FAILED, said=f"went back by {back_s:.0f} s", off_s=-back_s)
    known = [one for one in ahead_s if not _other_zone(one)]
    if not known:
        return Judged(status=Status.OK, said="nothing to compare with yet")
    most, least = max(known), min(known)
    if most > OFF_S:
        return Judged(status=Status.FAILED, said=f"behind the network by {most:.0f} s", off_s=-most)
    if len(known) >= ENOUGH and most < -LATE_S and most - least < ALIKE_S:
        return Judged(status=Status.DEGRADED, said=f"perhaps ahead of the network by {-most:.0f} s", off_s=-most)
    return Judged(status=Status.OK, said=f"as the network's, to {max(abs(most), 1):.0f} s")


def _other_zone(ahead_s: float) -> bool:
    """A stamp whose zone was wrong is off by quarters of an hour (3GPP TS 23.040, 9.2.3.11)."""
    quarters = round(ahead_s / ZONE_S)
    return quarters != 0 and abs(ahead_s - quarters * ZONE_S) < ALIKE_S


class Timekeeping:
    """Looks every minute, and reports the part ``clock``. ``channels``: modems, whose stamps are a network's own."""

    def __init__(self, store: Store, clock: Clock, pulse: Pulse, channels: Sequence[str]) -> None:
        self._store, self._clock, self._pulse, self._channels = store, clock, pulse, tuple(channels)

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except StoreFault as fault:
                log.warning("the clock was not compared: %s", fault)
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Compare once. Raises StoreFault."""
        now = self._clock.now()
        found, newest = await self._store.read(lambda tx: (stamps(tx, self._channels, now - WITHIN), newest_kept(tx)))
        back_s = (newest - now).total_seconds() if newest is not None else 0.0
        verdict = judged([_ahead(*one) for one in found], back_s)
        self._pulse.report("clock", "clock", verdict.status, verdict.said)


def _ahead(sent_at: datetime, received_at: datetime) -> float:
    return (sent_at - received_at).total_seconds()
