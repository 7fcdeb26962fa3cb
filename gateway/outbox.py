"""Urgent first: letters wait here for a channel, and each is claimed before it touches the wire.

Each channel has two slots: one for emergencies, one for the rest. While the second waits for the network the first may
already stand in the modem's queue, so that an emergency waits for the one message on the wire and for no other.
Which channel carries which letter is ``route.py``'s; how a sending ended is told by ``handing.py``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from random import Random

from config.clock import Clock
from config.crash import CrashPoint
from config.settings_channels import SpendingSettings
from gateway.channel import Channel
from gateway.handing import Handing
from gateway.messages import Lane, Outbound
from gateway.pulse import Bell, Pulse, Status
from gateway.store import Store, StoreBroken, StoreFault, Tx
from gateway.store.claiming import Claim, Scan, Till, Wish, claim, nobody
from gateway.store.ended import unseen
from gateway.store.outbound import URGENCY, cancel, put
from gateway.store.sending import Settled, expire, next_times, recover, settle
from gateway.ways import Ways

__all__ = ["Outbox", "cancel", "put"]

log = logging.getLogger(__name__)

TICK_S = 10.0  # the table is read at least that often: the bell only makes it quicker
LOOK_S = 5.0  # while a letter that is due waits: its patience or its doubt may be over, and no bell says so
BEAT_S = 60.0  # without a beat for that long the loop counts as stuck
IDLE_S = 60.0  # a slot that no bell wakes looks by itself that often
STUCK_S = 900.0  # a slot may wait that long for its modem: a call of 75 s, then three submits of 120 s, and slack
REST_S = 5.0  # after a fault of the store, before it is asked again
URGENT = (0, URGENCY[Lane.EMERGENCY])
ORDINARY = (URGENCY[Lane.EMERGENCY] + 1, URGENCY[Lane.BULK])


Ended = tuple[Claim, Settled]


def _settle_and_claim(tx: Tx, done: Ended | None, wish: Wish | None) -> tuple[bool, Claim | None]:
    held = settle(tx, *done) if done is not None else True
    return held, claim(tx, wish) if wish is not None else None


class Outbox:
    """``doubt_s``: an emergency whose fate is unknown is repeated after that long where no other channel can repeat it
    at once (city pack). ``zone``: the city's wall clock, by which the ledger's days go. ``rng`` spreads retries.
    ``quiet``: whether letters in bulk rest at that instant; ``hushed``: whether a letter may not come to its
    reader's phone now (``sparing.py``)."""

    def __init__(
        self,
        store: Store,
        channels: Sequence[Channel],
        clock: Clock,
        crash: CrashPoint,
        pulse: Pulse,
        *,
        doubt_s: float,
        zone: tzinfo = UTC,
        spending: SpendingSettings | None = None,
        rng: Random | None = None,
        quiet: Callable[[datetime], bool] = lambda at: False,
        hushed: Callable[[Tx, Outbound, bool], bool] = nobody,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._crash = crash
        self._pulse = pulse
        self._doubt_s = doubt_s
        self._zone = zone
        self._spending = spending or SpendingSettings()
        self._quiet, self._hushed = quiet, hushed
        self._stopping = False
        self._recovered_at = 0.0  # monotonic
        self._scans: dict[tuple[str, int], Scan] = {}
        self._bell = Bell()
        self._slots = [(channel, urgency, Bell()) for channel in channels for urgency in (URGENT, ORDINARY)]
        rng = rng or Random("outbox")
        self._ways = Ways(channels, clock, pulse, rng, today=self._today, ring=self._bell.ring)
        self._handing = Handing(self._ways, clock, rng, doubt_s=doubt_s)

    def wake(self) -> None:
        """A letter was put, a receipt came, or a channel became well. Ring after the commit."""
        self._bell.ring()
        for _, _, bell in self._slots:
            bell.ring()

    def stop(self) -> None:
        """Finish what is on the wire and return from ``run``; a letter cut off in the middle would be unknown."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Send letters, for ever or until ``stop``. What a crash left in the middle is settled first."""
        if self._stopping:  # started again after a fault: a store that is broken must not hold up the restart
            return
        await self._recover()
        tasks = [asyncio.create_task(self._watch(), name="outbox")]
        for channel, urgency, bell in self._slots:
            name = f"outbox {channel.name} {'urgent' if urgency is URGENT else 'ordinary'}"
            tasks.append(asyncio.create_task(self._slot(channel, urgency, bell), name=name))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _recover(self) -> None:
        self._recovered_at = self._clock.monotonic()
        left = await self._store.write(lambda tx: recover(tx, self._doubt_s))
        if left:
            log.warning("%d letters were being sent by a process that stopped: their fate is unknown", left)

    async def _watch(self) -> None:
        """Rings the slots when a letter's time has come, ends those whose time is over, and shows what ended badly."""
        while not self._stopping:
            self._pulse.beat("outbox", limit_s=BEAT_S)
            wait_s = TICK_S
            try:
                wait_s = await self._look()
            except StoreFault as fault:
                log.error("letters wait: %s", fault)
            if wait_s <= 0:
                for _, _, bell in self._slots:
                    bell.ring()
                wait_s = LOOK_S
            await self._bell.wait(self._clock, min(wait_s, TICK_S))

    async def _look(self) -> float:
        """Seconds until a letter's time comes; at most 0 while one that is due waits."""
        (due, over), bad = await self._store.read(lambda tx: (next_times(tx), unseen(tx)))
        self._pulse.report("letters", "letters", Status.DEGRADED if bad else Status.OK, bad)
        now = self._clock.now()
        if over is not None and over <= now:
            await self._store.write(expire)
        if self._store.shared and self._clock.monotonic() - self._recovered_at >= TICK_S:
            await self._recover()
        if due is None:
            return TICK_S
        return min((due - now).total_seconds(), (over - now).total_seconds() if over else TICK_S)

    async def _slot(self, channel: Channel, urgency: tuple[int, int], bell: Bell) -> None:
        name = f"outbox {channel.name} {'urgent' if urgency is URGENT else 'ordinary'}"
        done: Ended | None = None
        while True:
            self._pulse.beat(name, limit_s=STUCK_S)
            if done is None and urgency is ORDINARY:
                await self._ways.probe(channel)
            try:
                claimed = await self._turn(channel, urgency, done)
            except StoreBroken:
                raise  # nothing can be written down any more: what leaves now would leave again
            except StoreFault as fault:  # neither settled nor claimed
                log.error("%s waits: %s", name, fault)
                await self._clock.sleep(REST_S)
                continue
            done = None
            if claimed is not None:
                done = claimed, await self._send(channel, claimed)
            elif self._stopping:
                return
            else:
                await bell.wait(self._clock, IDLE_S)

    async def _turn(self, channel: Channel, urgency: tuple[int, int], done: Ended | None) -> Claim | None:
        """Settle what was sent and claim what is next, in one commit."""
        wish = self._wish(channel, urgency)
        if done is None and wish is None:
            return None
        try:
            held, claimed = await self._store.write(lambda tx: _settle_and_claim(tx, done, wish))
        except StoreFault:
            raise
        except Exception:  # a fault of ours in claiming must not undo what was settled
            log.exception("%s cannot claim", channel.name)
            held, claimed = await self._store.write(lambda tx: _settle_and_claim(tx, done, None))
        if wish is not None and wish.till is not None:
            self._ways.filled(channel.name, wish.till)
        if not held and done is not None:
            log.error("letter out-%d was no longer held by %s", done[0].id, channel.name)
        if done is not None:
            self._crash("settle")
            if done[1].state != "sent":
                self.wake()  # a repeat or a second try has its own time, and perhaps another channel
        if claimed is not None:
            self._crash("claim")
        return claimed

    def _wish(self, channel: Channel, urgency: tuple[int, int]) -> Wish | None:
        """What the channel could send now; None: nothing."""
        if self._stopping or not channel.well or (urgency is ORDINARY and not self._ways.ordinary(channel.name)):
            return None
        ceiling = self._spending.of(channel.name) if urgency is ORDINARY else 0.0
        rests = urgency is ORDINARY and self._quiet(self._clock.now())
        return Wish(
            channel=channel.name,
            least=urgency[0],
            most=URGENCY[Lane.SERVICE] if rests else urgency[1],
            takes=self._ways.taker(channel.name),
            ever=lambda letter, without: self._store.shared or bool(self._ways.serving(letter) - without),
            parts=channel.parts,
            lost=frozenset(other.name for other in self._channels if not other.well),
            scan=self._scans.setdefault((channel.name, urgency[0]), Scan()),
            hushed=self._hushed,
            till=Till(day=self._today(), ceiling=ceiling, cost=channel.cost) if ceiling else None,
        )

    def _today(self) -> str:
        return self._clock.now().astimezone(self._zone).date().isoformat()

    async def _send(self, channel: Channel, claimed: Claim) -> Settled:
        ended = await self._handing.hand_over(channel, claimed, self._today())
        self._crash("wire")
        return ended
