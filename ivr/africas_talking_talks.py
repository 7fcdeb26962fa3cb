"""One call of the provider's while it lasts: which turn it is at, what it was answered, and how it went.

posted ── what came of which turn? ── Conversation.take (committed) ── the next turn as XML, kept for a repeat
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gateway.callback import VoicePosted
from gateway.pulse import Bell
from ivr.africas_talking_sounds import Listener
from ivr.conversation import Conversation, Turn
from ivr.events import End, Event, Hold, Join, Joined, Listen, Pressed, Record, Recorded, Silence
from ivr.flow_data import MORE

log = logging.getLogger(__name__)

Then = Listen | Record | Hold | Join | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Taped:
    """What a provider recorded: s16le mono, ``rate`` samples a second."""

    audio: bytes
    rate: int


Fetch = Callable[[str], Awaitable[Taped | None]]
"""Fetches a recording by its address; None: it is not to be had, or is none."""


@dataclass(slots=True, eq=False)
class Talk:
    """One call. ``conversation`` None: there is nothing to say (any more). ``session``: the provider's name of it;
    empty while it is ordered and not told. ``answers``: what each post is answered, by the turn that it comes of (0:
    the first post): one that comes twice waits for, and gets, the same. ``dials``: by the same number, the turns that
    are a Dial; ``bridged``: they talk. ``fetching``: turns whose recording is being fetched. ``final``: its last post.
    ``bell``: rung when it rings, is answered, or is over."""

    number: str
    conversation: Conversation | None
    outbound: bool
    channel: str = ""
    session: str = ""
    dropped: bool = False
    listener: Listener = field(default_factory=Listener)
    answers: dict[int, asyncio.Task[str]] = field(default_factory=dict)
    turn: Turn | None = None
    last: str = ""
    fetching: set[int] = field(default_factory=set)
    dials: dict[int, Turn] = field(default_factory=dict)
    bridged: bool = False
    may_dial: bool = True
    key: str | None = None
    seen_at: float = 0.0
    alerted: bool = False
    answered: bool = False
    final: VoicePosted | None = None
    closing: asyncio.Task[None] | None = None
    bell: Bell = field(default_factory=Bell)

    @property
    def awaited(self) -> bool:
        """Somebody waits for its outcome."""
        return self.outbound and not self.dropped

    @property
    def over(self) -> bool:
        """There is nothing to say: it ended, or its conversation had before it was answered."""
        one = self.conversation
        return one is None or self.final is not None or (not self.answers and not one.live)

    def rings(self) -> None:
        """The far end rings, as far as we hear."""
        self.alerted = True
        self.bell.ring()

    def picked_up(self) -> None:
        """Somebody, or something, answered."""
        self.alerted = self.answered = True
        self.bell.ring()

    def ends(self, post: VoicePosted) -> bool:
        """Keep its end: whether this is the first we hear of it. A repeat that says why, of one that did not, is kept
        instead."""
        known = self.final
        if known is None or (post.cause and not known.cause):
            self.final = post
        self.bell.ring()
        return known is None

    async def event(self, post: VoicePosted, seq: int, fetch: Fetch) -> Event:
        """What a post says came of turn ``seq``. After a restart the turn is not known: then it is as it is posted."""
        then = self.turn.then if self.turn is not None else None
        if isinstance(then, Join):
            return self.joined(post)
        if post.recording and (then is None or isinstance(then, Record)):
            return Recorded(await self._kept(post.recording, seq, fetch))
        keys = pressed(then, post.keys)
        if not keys:
            return Silence()
        self.key, self.may_dial = keys, True
        return Pressed(keys)

    def joined(self, post: VoicePosted) -> Joined:
        """How a Dial ended."""
        return Joined("ended" if self.bridged or post.dialled_s else "failed")

    async def _kept(self, address: str, seq: int, fetch: Fetch) -> str:
        self.fetching.add(seq)
        try:
            taped = await fetch(address)
        except Exception:
            log.exception("what was recorded is lost")
            return ""
        finally:
            self.fetching.discard(seq)
        if taped is None or self.conversation is None:
            return ""
        return await self.conversation.keep(seq, taped.audio, taped.rate)


def pressed(then: Then | None, keys: str | None) -> str:
    """The keys in answer to a turn; empty: none. Where one is awaited the first counts: a finger that slips is no
    second answer. Keys that were sent, yet are none, are the sharp that ended them."""
    if keys is None:
        return ""
    if isinstance(then, Listen | Hold):
        return keys[:1] or (MORE if MORE in then.keys else "")
    if isinstance(then, Record):
        return keys.rstrip(MORE)
    return keys
