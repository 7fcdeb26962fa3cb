"""USSD: each turn is a question that is answered in the same request, within two seconds, after the commit.

    turn ── ussd_input: what is it? ── ussd_stage: where does it lead? ── one commit: session, answer, effects ── reply
                                                                             └ not kept in time: spool, static words

Sessions are kept in memory too, so that a step does not read the store. They are keyed by provider, id and number.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from config.crash import CrashPoint, no_crash
from gateway.ahead import fetched
from gateway.callback import UssdEnded, UssdReply, UssdTurn
from gateway.dialogue import Dialogue, Erase, Register, Screen
from gateway.effects import LettersIn, Spoken, carry_out
from gateway.messages import Inbound
from gateway.number import masked
from gateway.pulse import Bell, Pulse, Status
from gateway.spool import Spool
from gateway.store import StoreFault, Tx
from gateway.store.changes import change_of
from gateway.store.people import find
from gateway.store.sessions import Stale, Turn, forget_sessions, keep_turns
from gateway.together import Together, Writing
from gateway.ussd_deciding import Deciding, Draft, Kept
from gateway.ussd_memory import Key, Live, Memory, Person, Recalled, key_of, recall
from gateway.ussd_stage import Stage, Stages, packed, unpacked

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

KEEP_S = 1.4  # seconds for the store; with the spool's it is below the 2 s in which every turn is answered
LOCK_S = 1.6  # seconds to wait for the turn before, which may be this one posted twice: that has its answer by then
SPOOL_S = 0.35  # seconds for the spool: one sync takes 20 ms on a bad disk
SLOW_S = 1.0  # an answer that took longer is counted as slow
TICK_S = 10.0  # the spool is looked at so often, and by the bell
READ_IN_S = 30.0  # the store gets so long to take what the spool holds
BEAT_S = 90.0  # without a beat for that long the loop counts as stuck: a tick, and a store that hangs
KEPT_S = 3 * 86400.0  # sessions and answers in the store: a post may be repeated a day late
SWEEP_S = 600.0  # between two looks for sessions to forget
TROUBLED_S = 300.0  # a turn that was not kept, or slow, is shown so long


class Letters(LettersIn, Protocol):
    """The inbox, as a conversation needs it."""

    def judged(self, letter: Inbound) -> bool:
        """Whether a desk takes it for urgent; then that is called out."""

    def wake(self) -> None:
        """There are new letters."""


class Ussd:
    """``turn`` and ``ended`` are called by the callbacks; ``run`` reads the spool back and forgets old sessions.
    ``dialogues``: the first is the menu, whose first choice is the emergency."""

    def __init__(
        self,
        store: Writing,
        inbox: Letters,
        dialogues: Sequence[Dialogue],
        city: City,
        clock: Clock,
        spool: Spool,
        pulse: Pulse,
        *,
        crash: CrashPoint = no_crash,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """``wake`` is called when something was written that may be sent."""
        self._store = store
        self._wake = wake
        self._inbox = inbox
        self._stages = Stages(dialogues, city)
        self._deciding = Deciding(self._stages, city, inbox.judged)
        self._city = city
        self._clock = clock
        self._spool = spool
        self._pulse = pulse
        self._crash = crash
        self._memory = Memory(clock)
        self._recalling: Together[Key, Recalled] = Together(store, self._recall_all)
        self._keeping: Together[Draft, Kept] = Together(store, self._keep_all)
        self._bell = Bell()
        self._last: datetime | None = None
        self._trouble: tuple[datetime, str] | None = None
        self._slow = self._unkept_turns = 0
        self._swept = float("-inf")
        self._say()

    # -- a turn

    async def turn(self, channel: str, turn: UssdTurn) -> UssdReply:
        """The next screen, durable before it is returned. Within 2 s on this clock, whatever the store does: else a
        screen with the number to call, which says "recorded" only of what the spool has kept. Never raises."""
        began = self._clock.monotonic()
        try:
            reply = await self._turn(channel, turn, began)
        except Exception as error:  # a fault of ours in this turn: the phone is told whom to call all the same
            log.exception("a USSD turn of %s stumbled", masked(turn.number))
            self._troubled(f"fault: {type(error).__name__}")
            reply = self._static()
        took = self._clock.monotonic() - began
        self._last = self._clock.now()
        if took > SLOW_S:
            self._slow += 1
            self._troubled(f"an answer took {took:.1f} s")
        return reply

    async def ended(self, channel: str, ended: UssdEnded) -> None:
        """The provider says that the session is over; what was left off may be gone on with when the phone dials
        again. Never raises."""
        self._memory.drop(key_of(channel, ended.session, ended.number))
        if ended.error:
            log.warning("a USSD session ended %s: %s", ended.said, ended.error)

    async def _turn(self, channel: str, turn: UssdTurn, began: float) -> UssdReply:
        live = self._memory.of(key_of(channel, turn.session, turn.number))
        try:
            async with self._clock.timeout(LOCK_S):
                await live.lock.acquire()
        except TimeoutError:
            self._troubled("a turn waited for the one before it")
            return self._static()
        try:
            for _ in range(2):
                try:
                    return await self._answered(live, turn, began + KEEP_S)
                except Stale:  # another process took a turn of this session: from where it stands now
                    live.forget()
            return self._static()
        finally:
            live.lock.release()

    async def _answered(self, live: Live, turn: UssdTurn, until: float) -> UssdReply:
        """The answer. Raises Stale."""
        if live.session is None and not live.known:
            await self._recall(live, until)
        draft = self._deciding.decide(live, turn, self._clock.now())
        if isinstance(draft, UssdReply):
            return draft
        await fetched(draft.ahead, self._clock, until - self._clock.monotonic())
        try:
            async with self._clock.timeout(until - self._clock.monotonic()):
                kept = await self._keeping.ask(draft)
        except Stale:
            raise
        except Exception as error:
            return await self._unkept(live, draft, error)
        live.known = True
        live.session, live.stage = kept.draft.session, kept.draft.stage
        live.person = kept.person or live.person
        if kept.draft.letters:
            self._crash("keep")
            self._inbox.wake()
        if draft.finish is not None:
            self._wake()
        return kept.draft.reply

    async def _recall(self, live: Live, until: float) -> None:
        """The session as the store knows it, and who it is. A store that does not answer knows nothing."""
        try:
            async with self._clock.timeout((until - self._clock.monotonic()) / 2):
                found = await self._recalling.ask(live.key)
        except Exception as fault:  # then it is a new session, of somebody unknown
            log.error("a USSD session is not looked up: %s", fault or "the store does not answer")
            return
        other = found.other
        left = self._stages.left_off(unpacked(other.stage)) if other is not None and not other.over else None
        live.known, live.session = True, found.mine
        live.stage = unpacked(found.mine.stage) if found.mine is not None else None
        live.person = Person(resident=found.resident, waits=found.waits, aside=left)

    def _recall_all(self, tx: Tx, keys: Sequence[Key]) -> list[Recalled]:  # a reader is three threads' turns away
        return recall(tx, keys, self._clock.now() - timedelta(seconds=self._city.clocks.resume_s))

    def _keep_all(self, tx: Tx, drafts: Sequence[Draft]) -> list[Kept]:
        drafts = [draft.finish(tx) if draft.finish is not None else draft for draft in drafts]
        keep_turns(tx, [Turn(session=draft.session, key=draft.key, reply=draft.reply) for draft in drafts])
        return [Kept(draft, self._do(tx, draft) if draft.effects else None) for draft in drafts]

    def _do(self, tx: Tx, draft: Draft) -> Person | None:
        """Carry out what the turn wants; who it is now, if that changed."""
        carry_out(tx, draft.effects, draft.who, draft.session.channel, self._inbox, draft.identity, draft.doubt)
        if not any(isinstance(effect, Register | Erase) for effect in draft.effects):
            return None
        number = draft.who.number
        return Person(resident=find(tx, number), waits=change_of(tx, number) is not None)

    # -- a turn that the store did not keep, or not in time

    async def _unkept(self, live: Live, draft: Draft, error: Exception) -> UssdReply:
        """What is said then; a commit that comes late is the same letters, by their external ids."""
        log.error("a USSD turn is not kept: %s", error or "the store does not answer")
        if not isinstance(error, StoreFault | TimeoutError):
            log.error("a fault of ours in keeping it", exc_info=error)
        self._unkept_turns += 1
        self._troubled(str(error) or "the store does not answer")
        call, language = self._city.emergency_call, draft.who.language
        whole = draft.finish is None  # else the letters are the lesser half of what was wanted
        if draft.letters and (whole or draft.urgent) and await self._spooled(draft.letters):
            time = f"{draft.who.at.astimezone(self._city.timezone):%H.%M}"
            end = Screen(text=self._city.text(language, "ussd_spooled", time=time, call=call), last=True)
            self._crash("keep")
            self._bell.ring()
            return self._in_memory(live, draft, Stage(dialogue=draft.stage.dialogue, state=None, screen=end))
        if not draft.effects and self._stages.alarming(draft.stage, draft.who):
            notice = self._city.text(language, "ussd_stuck_menu", call=call)
            return self._in_memory(live, draft, draft.stage, self._stages.headed(draft.stage, notice))
        return self._static(language)

    def _in_memory(self, live: Live, draft: Draft, stage: Stage, shown: Stage | None = None) -> UssdReply:
        """Go on without the store, as long as this process lives."""
        reply = self._stages.reply(shown or stage, draft.who)
        answers = {**draft.session.answers, draft.key: reply}
        over = self._stages.over(stage, draft.who)
        live.session = replace(draft.session, answers=answers, over=over, stage=packed(stage))
        live.stage = stage
        return reply

    async def _spooled(self, letters: Sequence[Spoken]) -> bool:
        if not any(one.urgent for one in letters) and self._spool.full > 0.5:  # the rest is for emergencies
            return False
        try:
            async with self._clock.timeout(SPOOL_S):
                return await self._spool.add(letters)
        except TimeoutError:
            log.critical("%s does not answer", self._spool.path)
            return False

    def _static(self, language: str = "") -> UssdReply:
        text = self._city.text(language, "ussd_stuck", call=self._city.emergency_call)
        return UssdReply(text=text, more=False)

    # -- the loop

    async def run(self) -> None:
        """Read the spool in, forget old sessions, for ever."""
        while True:
            self._pulse.beat("ussd", limit_s=BEAT_S)
            try:
                async with self._clock.timeout(READ_IN_S):
                    await self.read_in()
                    await self._sweep()
            except (StoreFault, TimeoutError) as fault:
                log.error("the spool waits: %s", fault or "the store does not answer")
            except Exception:
                log.exception("the USSD loop stumbled")
            self._memory.let_go()
            self._say()
            await self._bell.wait(self._clock, TICK_S)

    async def read_in(self) -> None:
        """What the spool holds becomes letters; only then it is taken out."""
        for record in list(self._spool.waiting):
            await self._store.write(lambda tx, letters=record.letters: self._put(tx, letters))  # type: ignore[misc]
            self._crash("keep")
            self._inbox.wake()
            await self._spool.forget([record])
            self._crash("forget")

    def _put(self, tx: Tx, letters: Sequence[Spoken]) -> None:
        for one in letters:
            self._inbox.put_in(tx, one.letter, urgent=one.urgent)

    async def _sweep(self) -> None:
        if self._clock.monotonic() - self._swept < SWEEP_S:
            return
        before = self._clock.now() - timedelta(seconds=KEPT_S)
        while await self._store.write(lambda tx: forget_sessions(tx, before, 500)):
            pass
        self._swept = self._clock.monotonic()

    # -- health

    def _troubled(self, why: str) -> None:
        self._trouble = self._clock.now(), why
        self._say()

    def _say(self) -> None:
        waiting = len(self._spool.waiting)
        recent = self._trouble
        if recent is not None and (self._clock.now() - recent[0]).total_seconds() > TROUBLED_S:
            recent = None
        status = Status.OK if recent is None and not waiting else Status.DEGRADED
        last = f"last turn {self._last.astimezone(self._city.timezone):%H:%M:%S}" if self._last else "no turn yet"
        details = [last, f"{self._slow} slow, {self._unkept_turns} not kept since the start"]
        details += [f"{waiting} in the spool wait for the store"] if waiting else []
        details += [recent[1]] if recent is not None else []
        self._pulse.report("ussd", "turns", status, "; ".join(details))
