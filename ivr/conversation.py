"""What a call's owner and the leg that carries it say to each other: turns. The owner knows what is said, the leg how.

    leg: answered ── begin() ── Turn 1: say these, then listen ── take(1, Pressed("1")) ── Turn 2 … End: hang up

Everything a turn says has been committed before the turn is returned: what was done for a key stands before anybody
hears of it, on whichever leg, and after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.events import End, Event, Hold, Join, Listen, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One thing to be said, in words. ``prompt``: its id in the catalogue, when it is one (a recording of that id wins
    over the machine's voice); ``whole``: it has no fields, so that a recording may be of it. ``slow``: as for menus."""

    text: str
    lang: str
    prompt: str = ""
    whole: bool = False
    slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the leg does now. ``seq`` counts the turns of a call from 1; what comes of this one is told with it.
    ``instead``: one fixed prompt, said in the place of everything when no machine can speak the rest; it ships as
    sound."""

    seq: int
    say: tuple[Utterance, ...]
    then: Listen | Record | Hold | Join | End
    instead: Utterance | None = None


class Conversation(Protocol):
    """One call's words. Owned by whoever ordered the call, or by the desk that answers."""

    @property
    def id(self) -> str:
        """Unguessable and unique: what the call is known by, on every leg."""

    @property
    def number(self) -> str:
        """The person's number, E.164, or as it came."""

    @property
    def live(self) -> bool:
        """False once it has ended: nothing more will be said."""

    def first(self) -> Sequence[Utterance]:
        """What will probably be said first: to be rendered while the phone rings. Changes nothing."""

    async def begin(self, leg: str) -> Turn:
        """The call is up, on that leg (a modem's or a provider's name); or up again on another. Raises nothing: a store
        that fails makes a turn that apologises and ends."""

    async def take(self, seq: int, event: Event) -> Turn:
        """What came of turn ``seq``. A repeat of one that was answered gets the same answer; so it may be posted twice.
        Raises nothing, as ``begin``."""

    async def keep(self, seq: int, audio: bytes, rate: int) -> str:
        """Keep what was recorded in turn ``seq`` (s16le, mono); its id, or "" when it could not be kept."""

    async def over(self, why: str = "") -> None:
        """The far end hung up, or nothing more can be done on any leg. Committed when it returns."""
