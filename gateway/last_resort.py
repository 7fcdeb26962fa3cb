"""When the store is broken: an emergency that cannot be kept is told to the command centre from memory.

It is the only thing sent without a row in the store. The letter stays on its SIM; after the restart it is read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from config.clock import Clock
from gateway.channel import Channel, ChannelError
from gateway.messages import Inbound, Lane, Outbound

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

TRIES = 3  # a channel that is busy is asked again so often
PAUSE_S = 2.0  # between two tries


class LastResort:
    """Sends to every telephone of the command centre over the first channel that takes it."""

    def __init__(self, channels: Sequence[Channel], city: City, clock: Clock) -> None:
        self._channels = channels
        self._city = city
        self._clock = clock
        self._sending: set[asyncio.Task[None]] = set()

    def call_out(self, letter: Inbound) -> None:
        """Begin to tell the command centre what the letter says. Never raises."""
        caller = letter.sender or self._city.text(self._city.languages[0], "caller_withheld")
        text = self._city.text(self._city.languages[0], "stranded", caller=caller, text=letter.text)
        for post in self._city.operators:
            task = asyncio.create_task(self._send(post.number, text), name=f"last resort to {post.name}")
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def finish(self, within_s: float) -> None:
        """Wait until what was begun is out, at most so long; then the process may end."""
        if self._sending:
            await asyncio.wait(set(self._sending), timeout=within_s)

    async def _send(self, number: str, text: str) -> None:
        ends = self._clock.now() + timedelta(seconds=self._city.clocks.letter_s)
        letter = Outbound(to=number, text=text, lane=Lane.EMERGENCY, key="last resort", expires_at=ends)
        for _ in range(TRIES):
            for channel in self._channels:
                if not (channel.well and channel.serves(number, Lane.EMERGENCY)):
                    continue
                try:
                    for part in range(channel.parts(letter)):
                        await channel.send(letter, part, 0)
                except ChannelError as fault:
                    log.error("%s did not take the last resort: %s", channel.name, fault)
                else:
                    return
            await self._clock.sleep(PAUSE_S)
        log.critical("an emergency could be neither kept nor told: %s", text)
