"""Calls over a voice provider, as its posts tell of them: whose they are, and what each is answered.

    POST voice ── Known: which call? ── Talk: what came of which turn? ── Conversation ── ivr/voice_xml.py ── XML

Every answer was committed before it is given, and comes within two seconds: else the person hears an apology that is
there as sound. A provider repeats what it was not answered; then it gets the same answer, octet for octet.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from config.clock import Clock
from gateway.africas_talking_voice_forms import CALL, QUIET, TURN
from gateway.callback import VoicePosted
from gateway.number import masked, subscriber
from ivr.africas_talking_answers import lost
from ivr.africas_talking_away import Away
from ivr.africas_talking_known import Find, Inbound, Known
from ivr.africas_talking_sounds import Shelf
from ivr.africas_talking_talks import Fetch, Talk
from ivr.conversation import Turn
from ivr.events import Join
from ivr.voice_xml import NOTHING, REJECT, Where, render, saying, waiting

log = logging.getLogger(__name__)

ANSWER_S = 1.7  # seconds for an answer; with what the wire takes it is below the 2 s that are promised
FIRST = 0  # the place of the answer to a call's first post: turns count from 1
MOST_TURNS = 1_000  # of one call: an hour of menus. More is a machine that talks to itself
MOST_JOINS = 4  # refused in one turn: no flow asks for more without a key in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Keys of the sounds that are always there: an apology that says whom to call; that a call is over; a tick."""

    sorry: str
    over: str
    tick: str


class Calls:
    """What the callbacks ask (``gateway.callbacks.Calls``). ``base``: our address as the provider sees it; empty while
    it cannot see us. ``may_dial``: whether a call may be connected with that number. ``caller``: our own number."""

    def __init__(
        self,
        clock: Clock,
        shelf: Shelf,
        fixed: Fixed,
        *,
        inbound: Inbound,
        find: Find,
        fetch: Fetch,
        may_dial: Callable[[str], bool],
        caller: str = "",
    ) -> None:
        self.base = ""
        self.away: Away | None = None  # whose calls are never answered
        self.known = Known(clock, inbound, find, gone=lambda talk: shelf.let_go(talk.listener))
        self._clock, self._shelf, self._fixed = clock, shelf, fixed
        self._fetch, self._may_dial, self._caller = fetch, may_dial, caller
        self._tasks: set[asyncio.Task[str] | asyncio.Task[None]] = set()

    async def posted(self, channel: str, post: VoicePosted) -> str:
        """See ``gateway.callbacks.Calls``."""
        if not self.base:
            return REJECT if post.active else ""
        try:
            async with self._clock.timeout(ANSWER_S):
                if self.away is not None and await self.away.turned(channel, post):
                    return REJECT if post.active else ""
                talk = await self.known.of(channel, post)
            if post.active:
                return await self._answer(talk, post)
            if talk is not None:
                await self._ended(talk, post)
        except Exception:
            log.exception("a post of a call of %s stumbled", masked(post.number))
        return self._sorry() if post.active else ""

    async def told(self, channel: str, post: VoicePosted) -> None:
        """See ``gateway.callbacks.Calls``."""
        talk, state = await self.known.of(channel, post), post.state.lower()
        if talk is None:
            return
        if not post.active or state in ("completed", "notanswered"):
            await self._ended(talk, post)
        elif state == "ringing":
            talk.rings()

    async def close(self) -> None:
        """Wait for what is being committed: the store is open yet."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ended(self, talk: Talk, post: VoicePosted) -> None:
        """Its conversation is over before this returns; once, whatever is repeated. (One that was lost on the way may
        go on over another leg: who placed the call decides.)"""
        if talk.ends(post):
            self._shelf.let_go(talk.listener)
            log.info("a call of %s ended: %s %s", masked(talk.number), post.state, post.cause)
            if talk.conversation is not None and not (talk.awaited and lost(post)):
                talk.closing = asyncio.create_task(talk.conversation.over(post.cause), name="africastalking call end")
                self._keep(talk.closing)
        if talk.closing is not None:
            await asyncio.shield(talk.closing)

    def _keep(self, task: asyncio.Task[str] | asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what it is answered

    async def _answer(self, talk: Talk | None, post: VoicePosted) -> str:
        if talk is None or talk.over:
            return saying(self._sound(self._fixed.over))
        talk.picked_up()
        seq = FIRST if post.turn is None else post.turn
        dialled = self._dialled(talk, post, seq)
        if post.dialled and not post.dial_status and (dialled is not None or talk.turn is None):
            talk.bridged = True  # they talk: any other answer would cut them off
            return NOTHING
        if dialled is not None:
            if post.dial_status or dialled.seq in talk.answers:
                return await self._turned(talk, post, dialled.seq)
            if talk.bridged:
                return NOTHING
        if seq in talk.answers or talk.turn is None or talk.turn.seq == seq:
            return await self._turned(talk, post, seq)
        return NOTHING if talk.bridged else talk.last

    @staticmethod
    def _dialled(talk: Talk, post: VoicePosted, seq: int) -> Turn | None:
        """The turn that was answered by a Dial of which this post tells, or which it repeats."""
        if seq in talk.dials:
            return talk.dials[seq]
        told = post.dialled or post.dial_status
        return next(reversed(talk.dials.values()), None) if told else None

    async def _turned(self, talk: Talk, post: VoicePosted, seq: int) -> str:
        task = talk.answers.get(seq)
        if task is None:
            task = asyncio.create_task(self._next(talk, post, seq), name=f"africastalking call turn {seq}")
            talk.answers[seq] = task
            self._keep(task)
        try:
            async with self._clock.timeout(ANSWER_S):
                return await asyncio.shield(task)
        except TimeoutError:
            if seq in talk.fetching:
                return waiting(self._sound(self._fixed.tick), self._here(talk, post, seq, quiet=True))
            log.error("a call of %s waits for the store", masked(talk.number))
            return self._sorry()

    async def _next(self, talk: Talk, post: VoicePosted, seq: int) -> str:
        """What comes of the post, committed; the next turn as XML."""
        conversation = talk.conversation
        assert conversation is not None
        if len(talk.answers) > MOST_TURNS:
            return saying(self._sound(self._fixed.over))
        if seq == FIRST:
            turn = await conversation.begin(talk.channel)
        else:
            turn = await conversation.take(seq, await talk.event(post, seq, self._fetch))
        for _ in range(MOST_JOINS):
            if not isinstance(turn.then, Join) or self._dials(talk, turn.then, post):
                break
            turn = await conversation.take(turn.seq, talk.joined(post))
        xml = self._rendered(talk, turn, post)
        talk.turn, talk.last, talk.bridged = turn, xml, False
        if isinstance(turn.then, Join):
            talk.dials[seq] = turn
        return xml

    def _dials(self, talk: Talk, join: Join, post: VoicePosted) -> bool:
        """Whether it may be dialled: a person's number, and once for each key that was pressed. (After a restart the
        post tells that it was.)"""
        may, talk.may_dial = talk.may_dial and not post.dial_status, False
        return may and subscriber(join.number) and self._may_dial(join.number)

    def _rendered(self, talk: Talk, turn: Turn, post: VoicePosted) -> str:
        first = talk.turn is None
        key = self._shelf.put(turn.say, turn.instead, talk.listener, first=first) if turn.say else ""
        where = Where(
            sound=self._sound(key) if key else "",
            tick=self._sound(self._fixed.tick),
            answered=self._here(talk, post, turn.seq),
            quiet=self._here(talk, post, turn.seq, quiet=True),
        )
        return render(turn, where, caller=self._caller)

    def _sorry(self) -> str:
        return saying(self._sound(self._fixed.sorry))

    def _sound(self, key: str) -> str:
        return f"{self.base}/p/{key}.wav"

    def _here(self, talk: Talk, post: VoicePosted, seq: int, *, quiet: bool = False) -> str:
        assert talk.conversation is not None
        ours = {CALL: talk.conversation.id, TURN: seq, **({QUIET: 1} if quiet else {})}
        return f"{self.base}{post.path}?{urlencode(ours)}"
