"""Calls of ours over Africa's Talking: a leg like a modem's, but that it cannot hang up, and rings as long as it likes.

    place ── a line of ours ── the SDK asks for it ── posts tell: it rings, it is answered, it is over ── CallResult

The posts may be here before the request is answered. A phone that has rung for long enough is given up: whoever picks
it up later goes on with the conversation while that lives, and else is told that it is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from config.clock import Clock
from config.phones import is_emergency
from config.settings import AfricasTalkingSettings
from gateway.africas_talking import is_loopback
from gateway.africas_talking_answers import AccountTrouble
from gateway.africas_talking_forms import NAME
from gateway.channel import Busy, Doubtful, Refused
from gateway.circuit import Circuit
from gateway.number import masked, subscriber
from gateway.pulse import Pulse
from ivr.africas_talking import AfricasTalkingVoice
from ivr.africas_talking_answers import lost, outcome_of, read_call
from ivr.africas_talking_calls import Calls
from ivr.africas_talking_lines import Line, Lines
from ivr.africas_talking_talks import Talk
from ivr.leg import CallOrder, CallResult, Outcome, Urgency, at_once
from ivr.speech import Voice

log = logging.getLogger(__name__)

CIRCUIT = f"{NAME} voice"
UNHEARD_S = 10.0  # after which a call that was taken counts as ringing, where no event says so
RING_MORE_S = 5.0  # added to the time to ring: what the provider and the network take
STILL_RINGS_S = 60.0  # for which a phone that we gave up rings on, at most: its line is taken so long
LOST_S = 180.0  # without a post for so long the end of an answered call was lost: no turn lasts as long
CLOSING_S = 45.0  # the same once all is said
LOOK_S = 5.0  # seconds between two looks at a call that says nothing

Started = Callable[[], Awaitable[None]]


class VoiceLeg:
    """A ``CallLeg``. ``forbidden``: numbers never dialled by a provider that is not virtual (sample data)."""

    name = NAME

    def __init__(
        self,
        api: AfricasTalkingVoice,
        account: AfricasTalkingSettings,
        calls: Calls,
        voice: Voice,
        clock: Clock,
        pulse: Pulse,
        *,
        public_url: str = "",
        forbidden: Callable[[str], bool] = lambda number: False,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.number = account.voice_number
        self._api, self._calls, self._voice, self._clock = api, calls, voice, clock
        self._public, self._forbidden = public_url.rstrip("/"), forbidden
        self._lines = Lines(account.voice_lines, clock, lambda: self.well)
        self.circuit = Circuit(clock, pulse, CIRCUIT, self._probe, changed=changed)
        self._seen_as(self._public)

    # -- how it is

    @property
    def well(self) -> bool:
        """Calls can be made."""
        return not self.why and self.circuit.well

    def free(self) -> int:
        return self._lines.free() if self.well else 0

    def may(self, order: CallOrder) -> bool:
        """Whether it places such calls: those of a conversation, to people whom this account may ring."""
        return not self._refuses(order)

    def listening(self, url: str) -> None:
        """The program listens there: a provider on this machine needs no other address."""
        if not self._public and self._api.virtual:
            self._seen_as(url.rstrip("/"))

    def _seen_as(self, url: str) -> None:
        """The provider fetches our sound, and posts, at that address."""
        self.why = _unseen(url, virtual=self._api.virtual)
        self._calls.base = "" if self.why else url

    async def _probe(self) -> None:
        if self.why:
            raise Busy(self.why)
        await self._api.queued()

    # -- a call

    async def place(
        self,
        order: CallOrder,
        *,
        started: Started,
        claimed: Callable[[], Awaitable[bool]] = at_once,
    ) -> CallResult:
        """See ``CallLeg``. Keys reach the conversation."""
        if refusal := self._refuses(order):
            return self._result(Outcome.FAILED, detail=refusal)
        line = await self._lines.wait(order)
        if line is None:
            return self._result(Outcome.NO_NETWORK, detail=self.why or f"{CIRCUIT} does not answer")
        try:
            if not await claimed():
                return self._result(Outcome.FAILED, detail="lapsed before it was dialled")
            return await self._placed(order, line, started)
        finally:
            line.leave(STILL_RINGS_S)

    def _refuses(self, order: CallOrder) -> str:
        if order.urgency is Urgency.SIREN or order.conversation is None:
            return "a provider rings no siren: it cannot hang up"
        if is_emergency(order.to) or not subscriber(order.to):
            return "no number that a provider rings"
        if not self._api.virtual and (order.sample or self._forbidden(order.to)):
            return "a number that only a virtual network may ring"
        return ""

    async def _placed(self, order: CallOrder, line: Line, started: Started) -> CallResult:
        assert order.conversation is not None
        talk = line.talk = self._calls.known.order(NAME, order.to, order.conversation)
        if talk is None:
            return self._result(Outcome.FAILED, detail="a call to that number is being made")
        asked = asyncio.create_task(self._asked(order.to, talk), name=f"{NAME} call")
        asked.add_done_callback(lambda _: talk.bell.ring())
        spoken = asyncio.create_task(self._voice.prepare(order.conversation.first()), name=f"{NAME} first words")
        try:
            result = await self._followed(order, talk, asked, started)
            if asked.done() and asked.result() is not None:
                line.talk = None  # it was never dialled
            return result
        except asyncio.CancelledError:  # it cannot be hung up: whoever picks up yet, or presses a key, is told so
            self._calls.known.drop(talk, over=True)
            raise
        finally:
            for task in (asked, spoken):
                task.cancel()
            await asyncio.wait({asked, spoken})

    async def _asked(self, to: str, talk: Talk) -> CallResult | None:
        """Ask for it; what became of it where it is not made."""
        try:
            session = read_call(await self._api.call(to), to)
        except Refused as error:
            self.circuit.worked()
            return self._result(Outcome.UNREACHABLE, detail=str(error))
        except Doubtful as error:  # it may ring
            self.circuit.failed(str(error))
            return None
        except Busy as error:
            self.circuit.failed(str(error), surely=isinstance(error, AccountTrouble))
            return self._result(Outcome.NO_NETWORK, detail=str(error))
        except Exception as error:  # a fault of ours is this call's outcome, never the caller's end
            log.exception("%s lost a call", CIRCUIT)
            return self._result(Outcome.FAILED, detail=type(error).__name__)
        self.circuit.worked()
        self._calls.known.named(talk, session)
        return None

    async def _followed(
        self, order: CallOrder, talk: Talk, asked: asyncio.Task[CallResult | None], started: Started
    ) -> CallResult:
        refused = await self._until_it_rings(talk, asked)
        if refused is not None:
            self._calls.known.drop(talk, over=True)
            return refused
        alerted, began = talk.alerted or talk.final is None, self._clock.monotonic()
        if alerted:
            await started()
        await self._wait(talk, order.ring_s + RING_MORE_S, lambda: talk.answered or talk.final is not None)
        rang_s = self._clock.monotonic() - began if alerted else None
        if not talk.answered and talk.final is None:
            self._calls.known.drop(talk, over=False)
            if not talk.session:
                return self._result(Outcome.FAILED, detail="asked for, and never heard of")
            return self._result(Outcome.RANG, rang_s, detail="given up; it may ring on")
        if talk.answered:
            await self._until_it_is_over(talk)
        outcome = Outcome.ANSWERED
        if talk.final is not None:
            outcome = outcome_of(talk.final, answered=talk.answered, alerted=alerted)
        self._calls.known.drop(talk, over=False)
        return self._result(outcome, rang_s, talk, detail=talk.final.cause if talk.final is not None else "")

    async def _until_it_rings(self, talk: Talk, asked: asyncio.Task[CallResult | None]) -> CallResult | None:
        """Or was answered, or is over; what became of it where it is not made."""

        def going() -> bool:
            return talk.alerted or talk.final is not None

        await self._wait(talk, None, lambda: going() or asked.done())
        if not going() and (refused := asked.result()) is not None:
            return refused
        await self._wait(talk, UNHEARD_S, going)
        return None

    async def _until_it_is_over(self, talk: Talk) -> None:
        """Wait for its last post; where that is lost, not for ever."""
        one = talk.conversation
        while talk.final is None:
            await self._wait(talk, LOOK_S, lambda: talk.final is not None)
            quiet_s = self._clock.monotonic() - talk.seen_at
            if talk.final is None and quiet_s > (LOST_S if one is not None and one.live else CLOSING_S):
                log.warning("the end of a call of %s was never posted", masked(talk.number))
                if one is not None:
                    await one.over("its end was not told")
                return

    async def _wait(self, talk: Talk, seconds: float | None, so: Callable[[], bool]) -> None:
        """Until it is so, or that much time has passed."""
        with contextlib.suppress(TimeoutError):
            async with self._clock.timeout(seconds):
                while not so():
                    await talk.bell.wait(self._clock, LOOK_S)

    def _result(
        self, outcome: Outcome, alerted_s: float | None = None, talk: Talk | None = None, *, detail: str = ""
    ) -> CallResult:
        heard, key = (talk.listener.heard, talk.key) if talk is not None else (False, None)
        gone = talk is not None and talk.answered and talk.final is not None and lost(talk.final)
        return CallResult(
            outcome=outcome, leg=NAME, alerted_s=alerted_s, key=key, heard=heard, lost=gone, detail=detail
        )


def _unseen(url: str, *, virtual: bool) -> str:
    """Why the provider cannot reach us at that address; empty: it can."""
    if not url:
        return "[http] public_url is not set: a voice provider fetches our sound there"
    if is_loopback(url):
        return "" if virtual else "[http] public_url is this machine's own: a voice provider cannot reach it"
    if urlsplit(url).scheme != "https":
        return "[http] public_url is not https: a voice provider fetches our sound there"
    return ""
