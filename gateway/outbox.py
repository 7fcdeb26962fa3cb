"""Urgent first: letters wait here for a channel, and each is claimed before it touches the wire.

Each channel has two slots: one for emergencies, one for the rest. While the second waits for the network the first may
already stand in the modem's queue, so that an emergency waits for the one message on the wire and for no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from config.clock import Clock
from config.crash import CrashPoint
from gateway.channel import Busy, Channel, Doubtful, Refused
from gateway.messages import Lane
from gateway.pulse import Bell, Pulse
from gateway.store import Store, StoreBroken, StoreFault, Tx
from gateway.store.outbound import URGENCY, cancel, put
from gateway.store.sending import Claim, Settled, Wish, claim, expire, next_times, recover, settle

__all__ = ["Outbox", "cancel", "put"]

log = logging.getLogger(__name__)

TICK_S = 10.0  # the table is read at least that often: the bell only makes it quicker
BEAT_S = 60.0  # without a beat for that long the loop counts as stuck
IDLE_S = 60.0  # a slot that no bell wakes looks by itself that often
STUCK_S = 900.0  # a slot may wait that long for its modem: a call of 75 s, then three submits of 120 s, and slack
REST_S = 5.0  # after a fault of the store, before it is asked again
BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # after the n-th Busy; the last one again and again
TRIES = 12  # of a letter that is no emergency, on channels that are well; an emergency tries until it expires
URGENT = (0, URGENCY[Lane.EMERGENCY])
ORDINARY = (URGENCY[Lane.EMERGENCY] + 1, URGENCY[Lane.BULK])


Ended = tuple[Claim, Settled]


def _settle_and_claim(tx: Tx, done: Ended | None, wish: Wish | None) -> tuple[bool, Claim | None]:
    held = settle(tx, *done) if done is not None else True
    return held, claim(tx, wish) if wish is not None else None


class Outbox:
    """``doubt_s``: an emergency whose fate is unknown is repeated after that long (city pack)."""

    def __init__(
        self,
        store: Store,
        channels: Sequence[Channel],
        clock: Clock,
        crash: CrashPoint,
        pulse: Pulse,
        *,
        doubt_s: float,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._crash = crash
        self._pulse = pulse
        self._doubt_s = doubt_s
        self._stopping = False
        self._bell = Bell()
        self._slots = [(channel, urgency, Bell()) for channel in channels for urgency in (URGENT, ORDINARY)]

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
        left = await self._store.write(lambda tx: recover(tx, self._doubt_s))
        if left:
            log.warning("%d letters were being sent when the program stopped: their fate is unknown", left)
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

    async def _watch(self) -> None:
        """Rings the slots when a letter's time has come, and ends those whose time is over."""
        while not self._stopping:
            self._pulse.beat("outbox", limit_s=BEAT_S)
            wait_s = TICK_S
            try:
                due, over = await self._store.read(next_times)
                now = self._clock.now()
                if over is not None and over <= now:
                    await self._store.write(expire)
                if due is not None:
                    wait_s = min((due - now).total_seconds(), (over - now).total_seconds() if over else TICK_S)
            except StoreFault as fault:
                log.error("letters wait: %s", fault)
            if wait_s <= 0:
                for _, _, bell in self._slots:
                    bell.ring()
                wait_s = TICK_S
            await self._bell.wait(self._clock, min(wait_s, TICK_S))

    async def _slot(self, channel: Channel, urgency: tuple[int, int], bell: Bell) -> None:
        name = f"outbox {channel.name} {'urgent' if urgency is URGENT else 'ordinary'}"
        done: Ended | None = None
        while True:
            self._pulse.beat(name, limit_s=STUCK_S)
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
        wish = self._wish(channel, urgency) if channel.well and not self._stopping else None
        if done is None and wish is None:
            return None
        try:
            held, claimed = await self._store.write(lambda tx: _settle_and_claim(tx, done, wish))
        except StoreFault:
            raise
        except Exception:  # a fault of ours in claiming must not undo what was settled
            log.exception("%s cannot claim", channel.name)
            held, claimed = await self._store.write(lambda tx: _settle_and_claim(tx, done, None))
        if not held and done is not None:
            log.error("letter out-%d was no longer held by %s", done[0].id, channel.name)
        if done is not None:
            self._crash("settle")
            if done[1].state != "sent":
                self._bell.ring()  # a repeat or a second try has its own time
        if claimed is not None:
            self._crash("claim")
        return claimed

    def _wish(self, channel: Channel, urgency: tuple[int, int]) -> Wish:
        return Wish(
            channel=channel.name,
            least=urgency[0],
            most=urgency[1],
            serves=lambda to, lane: channel.serves(to, lane) and not self._better(channel, to, lane),
            anyone=self._anyone,
            parts=channel.parts,
            lost=frozenset(other.name for other in self._channels if not other.well),
        )

    def _better(self, channel: Channel, to: str, lane: Lane) -> bool:
        """Whether the letter would wait here for the end of a call while another channel could carry it now. Every
        call's end wakes the slots."""
        others = (other for other in self._channels if other is not channel and other.well and not other.occupied)
        return channel.occupied and any(other.serves(to, lane) for other in others)

    def _anyone(self, to: str, lane: Lane) -> bool:
        """Whether a letter may ever be carried. A channel that is not well may not yet know what it may carry."""
        return any(not channel.well or channel.serves(to, lane) for channel in self._channels)

    async def _send(self, channel: Channel, claimed: Claim) -> Settled:
        end = await self._hand_over(channel, claimed)
        self._crash("wire")
        return end

    async def _hand_over(self, channel: Channel, claimed: Claim) -> Settled:
        try:
            reference = await channel.send(claimed.letter, claimed.part, claimed.reference)
        except Busy as error:
            return self._busy(channel, claimed, str(error))
        except Refused as error:
            return Settled(state="refused", fault=str(error) or "refused")
        except Doubtful as error:
            return Settled(state="unknown", fault=str(error) or "nobody answered", doubt_s=self._doubt_s)
        except Exception as error:  # a fault of ours: it may have left
            log.exception("%s failed with letter out-%d", channel.name, claimed.id)
            return Settled(state="unknown", fault=repr(error), doubt_s=self._doubt_s)
        return Settled(state="sent", reference=reference)

    def _busy(self, channel: Channel, claimed: Claim, fault: str) -> Settled:
        if not channel.well or channel.occupied:  # not the letter's fault: no try is burnt, and another may be free
            return Settled(state="queued", fault=fault)
        if claimed.letter.lane is not Lane.EMERGENCY and claimed.tries + 1 >= TRIES:
            return Settled(state="dead", fault=fault, tried=True)
        again = BACK_OFF_S[min(claimed.tries, len(BACK_OFF_S) - 1)]
        return Settled(state="queued", fault=fault, tried=True, again_s=again)
