"""Which call a provider's post is about: one of ours that was ordered, one under way, or somebody who rings."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from config.clock import Clock
from gateway.callback import VoicePosted
from gateway.number import masked
from ivr.africas_talking_talks import Talk
from ivr.conversation import Conversation

log = logging.getLogger(__name__)

IDLE_S = 900.0  # without a post for that long a call is forgotten: its end was lost. No turn lasts as long
MOST_TALKS = 5_000  # calls known at once; those unheard of for longest go first
OUTBOUND = "outbound"

Inbound = Callable[[str, str, str], Conversation]
"""``Switchboard.inbound``: number, leg, key → the conversation; the same key is the same call, after a restart too."""
Find = Callable[[str], Awaitable[Conversation | None]]
"""``Switchboard.find``: the conversation of that id, as it was kept. Raises StoreFault."""


class Known:
    """Calls by the provider's name for them, and those that have none yet. ``gone`` is told of each that is
    forgotten."""

    def __init__(self, clock: Clock, inbound: Inbound, find: Find, *, gone: Callable[[Talk], None]) -> None:
        self._clock, self._inbound, self._find, self._gone = clock, inbound, find, gone
        self._talks: dict[tuple[str, str], Talk] = {}
        self._ordered: dict[str, Talk] = {}  # by number

    def order(self, channel: str, number: str, conversation: Conversation) -> Talk | None:
        """A call of ours is about to be made; None: another to that number is."""
        other = self._ordered.get(number)
        if other is not None and not other.dropped:
            return None
        talk = Talk(number=number, conversation=conversation, outbound=True, channel=channel)
        self._ordered[number] = talk
        return talk

    def named(self, talk: Talk, session: str) -> None:
        """The provider answers with its name for a call of ours. Its first post may have been here before."""
        if session and not talk.session:
            self._bind(talk, session)

    def drop(self, talk: Talk, *, over: bool) -> None:
        """Nobody waits for its outcome any more. ``over``: who picks up yet is told so; else the conversation is held
        as long as it lives."""
        talk.dropped = True
        if over:
            talk.conversation = None

    async def of(self, channel: str, post: VoicePosted) -> Talk | None:
        """The call that the post is about; None: none of ours (any more), or it is not believed. Raises StoreFault."""
        talk = self._talks.get((channel, _name(post)))
        if talk is None:
            talk = self._waits(post) or await self._before(channel, post) or self._rings(channel, post)
        if talk is None:
            return None
        if talk.number and post.number and talk.number not in (post.number, post.ours):
            log.warning("a call of %s is posted as of %s: not believed", masked(talk.number), masked(post.number))
            return None
        talk.seen_at = self._clock.monotonic()
        return talk

    def _waits(self, post: VoicePosted) -> Talk | None:
        """One that was ordered and has no name yet."""
        talk = self._ordered.get(post.number) or self._ordered.get(post.ours)
        if talk is None or post.direction not in ("", OUTBOUND):
            return None
        self._bind(talk, _name(post))
        return talk

    async def _before(self, channel: str, post: VoicePosted) -> Talk | None:
        """One that was under way when the program stopped: the address tells whose."""
        if not post.call or post.told:
            return None
        one = await self._find(post.call)
        if (known := self._talks.get((channel, _name(post)))) is not None:
            return known  # posted twice at once
        if one is None or one.number not in (post.number, post.ours):
            return None
        talk = Talk(number=one.number, conversation=one, outbound=post.direction == OUTBOUND, channel=channel)
        self._bind(talk, _name(post))
        return talk

    def _rings(self, channel: str, post: VoicePosted) -> Talk | None:
        """Somebody rings us."""
        if not post.active or post.told or post.direction == OUTBOUND:
            return None
        conversation = self._inbound(post.number, channel, _name(post))
        talk = Talk(number=post.number, conversation=conversation, outbound=False, channel=channel)
        self._bind(talk, _name(post))
        return talk

    def _bind(self, talk: Talk, session: str) -> None:
        talk.session, talk.seen_at = session, self._clock.monotonic()
        if self._ordered.get(talk.number) is talk:
            del self._ordered[talk.number]
        self._sweep()
        self._talks[talk.channel, session] = talk

    def _sweep(self) -> None:
        before = self._clock.monotonic() - IDLE_S
        oldest = sorted(self._talks, key=lambda key: self._talks[key].seen_at)
        for nth, key in enumerate(oldest):
            if self._talks[key].seen_at > before and len(oldest) - nth < MOST_TALKS:
                return
            self._gone(self._talks.pop(key))


def _name(post: VoicePosted) -> str:
    """The provider's; where it says none, the number stands for it."""
    return post.session or f"of {post.number}"
