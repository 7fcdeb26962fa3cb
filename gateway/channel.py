"""The way out for a letter: what every channel is to the outbox.

``ChannelError`` ── ``Busy``     not now; try again later, here or elsewhere
                 ├─ ``Refused``  never: this letter will not be taken (bad number, barred, unknown)
                 └─ ``Doubtful`` it was handed over and nobody answered: perhaps sent, perhaps not
"""

from __future__ import annotations

from typing import Protocol

from gateway.messages import Lane, Outbound


class ChannelError(Exception):
    """A letter could not be (surely) sent."""


class Busy(ChannelError):
    """Later: the channel is down, full or occupied."""


class Refused(ChannelError):
    """Never: trying again does not help."""


class Doubtful(ChannelError):
    """Handed over without an answer: a repeat may arrive twice."""


class Channel(Protocol):
    """One way out."""

    name: str

    @property
    def well(self) -> bool:
        """True while the channel can send; the outbox burns no tries on one that is not."""

    @property
    def occupied(self) -> bool:
        """True while a call holds it, a minute perhaps: a letter is then better given to another channel."""

    def serves(self, to: str, lane: Lane) -> bool:
        """Whether letters of this lane to this number may use the channel at all."""

    def parts(self, letter: Outbound) -> int:
        """How many messages on the wire the letter's text takes."""

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        """Hand over part ``part`` (from 0) of the letter; ``reference`` (0-65535) joins its parts. Returns the
        channel's own reference of the part, by which a Receipt names it. Raises Busy, Refused or Doubtful."""
