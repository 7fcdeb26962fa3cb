"""The way out for a letter: what every channel is to the outbox.

``ChannelError`` ── ``Busy``     not now; try again later, here or elsewhere
                 ├─ ``Refused``  never: this letter will not be taken (bad number, barred, unknown)
                 └─ ``Doubtful`` it was handed over and nobody answered: perhaps sent, perhaps not
"""

from __future__ import annotations

from typing import Literal, Protocol

from gateway.messages import Lane, Outbound


class ChannelError(Exception):
    """A letter could not be (surely) sent."""


class Busy(ChannelError):
    """Later: the channel is down, full or occupied."""


class Refused(ChannelError):
    """Never: trying again does not help."""


class Doubtful(ChannelError):
    """Handed over without an answer: a repeat may arrive twice."""


ChannelKind = Literal["modem", "provider"]


class Channel(Protocol):
    """One way out. ``name`` is in the column ``channel`` of letters and receipts."""

    name: str

    @property
    def kind(self) -> ChannelKind:
        """A ``modem`` has the air to itself, one part after the other; a ``provider`` is asked over HTTP."""

    @property
    def number(self) -> str:
        """The E.164 number under which letters to this channel come in here; empty: none, or not known."""

    @property
    def operator(self) -> str:
        """In whose network it is, as ``config.operators`` says it; empty: in none, or not known."""

    @property
    def calls(self) -> bool:
        """Calls go over it too, so that letters in bulk may have to be kept off it."""

    @property
    def well(self) -> bool:
        """True while the channel can send; the outbox burns no tries on one that is not."""

    @property
    def occupied(self) -> bool:
        """True while a call holds it, a minute perhaps: a letter is then better given to another channel."""

    def serves(self, to: str, lane: Lane) -> bool:
        """Whether letters of this lane to this number may use the channel at all."""

    def reports(self, lane: Lane) -> bool:
        """Whether a delivery report is asked for letters of this lane, and usually comes."""

    def parts(self, letter: Outbound) -> int:
        """How many messages on the wire the letter's text takes."""

    def cost(self, letter: Outbound, parts: int) -> float:
        """What ``parts`` messages of the letter cost, in Rupiah."""

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        """Hand over part ``part`` (from 0) of the letter; ``reference`` (0-65535) joins its parts. Returns the
        channel's own reference of the part, by which a Receipt names it. Raises Busy, Refused or Doubtful."""

    async def probe(self) -> None:
        """Ask the other end something cheap that costs nothing. Raises Busy while it is down."""
