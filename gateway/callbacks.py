"""What providers post to us: whose it is, what it says, and that it is kept before they are told so.

    web.py ── Callbacks.known(name, secret, what) ── Adapter.read ── Callbacks.act ── commit ── Adapter.answer

A provider signs nothing. The proof is the secret in the path, compared in constant time; it is in no log.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from config.clock import Clock
from gateway.callback import (
    Adapter,
    Answer,
    Came,
    OptedOut,
    Posted,
    Reported,
    Said,
    Unreadable,
    UssdEnded,
    UssdReply,
    UssdTurn,
    VoicePosted,
)
from gateway.pulse import Pulse, Status
from gateway.rotation import Keys
from gateway.store import StoreFault

log = logging.getLogger(__name__)

ANSWER_S = 8.0  # seconds until a provider is told to come again: they give up after 10, and repeat what was not taken
SORRY = Answer(status=503, body="not kept: try again later\n", headers=(("Retry-After", "30"),))


class Letters(Protocol):
    """The inbox, as a provider's words reach it. Each returns once it is durable, and raises StoreFault."""

    async def came(self, channel: str, came: Came) -> None: ...
    async def reported(self, channel: str, reported: Reported) -> None: ...
    async def opted_out(self, channel: str, said: OptedOut) -> None: ...


class Turns(Protocol):
    """Conversations by USSD."""

    async def turn(self, channel: str, turn: UssdTurn) -> UssdReply:
        """The next screen, kept before it is returned, within 2 s. Never raises."""

    async def ended(self, channel: str, ended: UssdEnded) -> None:
        """The provider says that the session is over."""


class Calls(Protocol):
    """Conversations by voice (``ivr/africas_talking_calls.py``)."""

    async def posted(self, channel: str, post: VoicePosted) -> str:
        """What the provider is to do next, as XML, committed before it is returned, within 2 s; empty: nothing, the
        call is over. Never raises."""

    async def told(self, channel: str, post: VoicePosted) -> None:
        """How a call goes; its end is kept before this returns. Raises StoreFault."""


class NoCalls:
    """The ``Calls`` of a city that has no number for calls: they are turned away, free of charge."""

    async def posted(self, channel: str, post: VoicePosted) -> str:
        return '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Reject /></Response>' if post.active else ""

    async def told(self, channel: str, post: VoicePosted) -> None:
        """Nothing to be told."""


async def _never(_channel: str, _came: Came) -> bool:
    return False


class Callbacks:
    """``adapters`` by their names; what they read goes to ``inbox``, ``ussd`` and ``calls`` (set by whoever joins the
    rooms). ``fetched`` tells of a letter whether it was read from a provider's inbox already, under another id."""

    def __init__(
        self,
        adapters: Sequence[Adapter],
        inbox: Letters,
        ussd: Turns,
        keys: Keys,
        clock: Clock,
        pulse: Pulse,
        *,
        fetched: Callable[[str, Came], Awaitable[bool]] | None = None,
    ) -> None:
        self.adapters: Mapping[str, Adapter] = {adapter.name: adapter for adapter in adapters}
        self.calls: Calls = NoCalls()
        self._inbox, self._ussd, self._keys, self._clock, self._pulse = inbox, ussd, keys, clock, pulse
        self._fetched = fetched or _never
        self._stumbled: set[str] = set()  # whose last post met a fault of ours

    def known(self, name: str, secret: str, what: str) -> Adapter | None:
        """Whose path it is; None where any part of it is not ours. The same work is done whatever is wrong."""
        opened = self._keys.opens(name, secret)
        adapter = self.adapters.get(name)
        return adapter if opened and adapter is not None and what in adapter.what else None

    async def answer(self, adapter: Adapter, posted: Posted) -> Answer:
        """Read it, keep it, answer it: 200 after the commit, 400 for what says nothing, 503 for a fault of ours.
        Never raises."""
        try:
            said = adapter.read(posted)
            async with self._clock.timeout(ANSWER_S):
                answer = await self.act(adapter, said)
            if adapter.name in self._stumbled:
                self._stumbled.discard(adapter.name)
                self._pulse.forget("callback", adapter.name)
            return answer
        except Unreadable as error:
            return Answer(status=400, body=f"{error}\n")
        except (StoreFault, TimeoutError) as fault:
            log.error("%s/%s is not kept: %s", adapter.name, posted.what, fault or f"no commit in {ANSWER_S:.0f} s")
        except Exception as error:
            log.exception("%s/%s: a fault of ours", adapter.name, posted.what)
            self._stumbled.add(adapter.name)
            self._pulse.report("callback", adapter.name, Status.DEGRADED, f"{posted.what}: {type(error).__name__}")
        return SORRY

    async def act(self, adapter: Adapter, said: Said) -> Answer:
        """Do what was said; the answer is given once it is durable. Raises StoreFault."""
        reply: UssdReply | None = None
        match said:
            case Came():
                if not await self._fetched(adapter.name, said):
                    await self._inbox.came(adapter.name, said)
            case Reported():
                await self._inbox.reported(adapter.name, said)
            case OptedOut():
                await self._inbox.opted_out(adapter.name, said)
            case UssdTurn():
                reply = await self._ussd.turn(adapter.name, said)
            case UssdEnded():
                await self._ussd.ended(adapter.name, said)
            case VoicePosted(told=True):
                await self.calls.told(adapter.name, said)
            case VoicePosted():
                return Answer(content_type="application/xml", body=await self.calls.posted(adapter.name, said))
        return adapter.answer(said, reply)
