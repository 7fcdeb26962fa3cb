"""Handing a letter over to a channel, and what its answer means for the letter."""

from __future__ import annotations

import logging
from dataclasses import replace
from random import Random

from config.clock import Clock
from gateway.channel import Busy, Channel, Doubtful, Refused
from gateway.messages import Lane
from gateway.resting import jittered
from gateway.store.claiming import Claim
from gateway.store.sending import Settled
from gateway.ways import Ways

log = logging.getLogger(__name__)

BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # after the n-th Busy; the last one again and again
TRIES = 12  # of a letter that is no emergency, on channels that are well; an emergency tries until it expires


class Handing:
    """See the module. ``doubt_s`` as the outbox has it; ``rng`` spreads the tries."""

    def __init__(self, ways: Ways, clock: Clock, rng: Random, *, doubt_s: float) -> None:
        self._ways = ways
        self._clock = clock
        self._rng = rng
        self._doubt_s = doubt_s

    async def hand_over(self, channel: Channel, claimed: Claim, day: str) -> Settled:
        """Send the part, and say how that ended. ``day``: of the ledger. Never raises."""
        began = self._clock.monotonic()
        try:
            reference = await channel.send(claimed.letter, claimed.part, claimed.reference)
        except Busy as error:
            return self._busy(channel, claimed, str(error))
        except Refused as error:
            return self._refused(channel, claimed, str(error) or "refused")
        except Doubtful as error:
            ended = self._unknown(channel, claimed, str(error) or "nobody answered")
        except Exception as error:  # a fault of ours: it may have left
            log.exception("%s failed with letter out-%d", channel.name, claimed.id)
            ended = self._unknown(channel, claimed, repr(error))
        else:
            self._ways.rests.went(channel.name)
            awaits = channel.reports(claimed.letter.lane)
            ended = Settled(state="sent", reference=reference, awaits=awaits)
        air_s = self._clock.monotonic() - began if channel.kind == "modem" else 0.0
        cost = channel.cost(claimed.letter, claimed.parts) / claimed.parts
        return replace(ended, day=day, air_s=air_s, cost=cost)

    def _unknown(self, channel: Channel, claimed: Claim, fault: str) -> Settled:
        bars = claimed.barred | claimed.doubted | {channel.name}
        further = self._ways.further(claimed.letter, channel, bars) > 0
        return Settled(state="unknown", fault=fault, doubt_s=self._doubt_s, further=further)

    def _refused(self, channel: Channel, claimed: Claim, fault: str) -> Settled:
        """Another channel may take what this one never will, but letters in bulk: who is barred from them is not
        written to by another door. A letter of which a part left goes on by another way only where it is urgent."""
        refused_by = claimed.barred | {channel.name}
        left = self._ways.serving(claimed.letter) - refused_by
        lane = claimed.letter.lane
        begun = claimed.part > 0 and lane is not Lane.EMERGENCY
        if not left or begun or lane is Lane.BULK:
            return Settled(state="refused", fault=fault, refused_by=refused_by)
        return Settled(state="queued", fault=f"{channel.name}: {fault}", refused_by=refused_by)

    def _busy(self, channel: Channel, claimed: Claim, fault: str) -> Settled:
        if not channel.well or channel.occupied:  # not the letter's fault: no try is burnt, and another may be free
            return Settled(state="queued", fault=fault)
        self._ways.rests.came_back(channel.name, claimed.letter.to, fault)
        if claimed.letter.lane is not Lane.EMERGENCY:
            if self._ways.rests.resting(channel.name):
                return Settled(state="queued", fault=fault)
            if claimed.tries + 1 >= TRIES:
                return Settled(state="dead", fault=fault, tried=True)
        if claimed.tries < self._ways.further(claimed.letter, channel, claimed.barred):
            return Settled(state="queued", fault=fault, tried=True)  # by another, at once
        again = jittered(self._rng, BACK_OFF_S[min(claimed.tries, len(BACK_OFF_S) - 1)])
        return Settled(state="queued", fault=fault, tried=True, again_s=again)
