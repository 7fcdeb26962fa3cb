"""Making a call: dial, follow its steps, hear its keys, hang up and see that the line is free."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from modem.call import CallEnd, Listed, Outcome, Step, Track, outcome_of, parse_listed, refused_dial, tone_in
from modem.codes import Code
from modem.errors import LineError, ModemBusy
from modem.line import Answer, Turn
from modem.number import diallable, key_tones
from modem.port import PortLost
from modem.session import Session

log = logging.getLogger(__name__)

DIAL_S = 20.0  # seconds for ATD's answer; most say OK in 0.1, some only when it rings
ALERT_S = 20.0  # seconds from dialling to ringing; set-up takes up to 7, circuit-switched fallback 3 more a side
POLL_S = 1.0  # seconds between looks at AT+CLCC
POLL_BLIND_S = 0.4  # the same before it rings on a modem that says nothing by itself: a siren rings for 1-4 s
CAUSE_S = 0.3  # seconds that NO CARRIER or BUSY may come after the step that says "ended"
HANG_UPS = 5  # times CHUP is said before the modem counts as ill
HANG_UP_PAUSE_S = 0.4  # seconds between them
TONE_GAP_S = 0.15  # seconds between two tones sent; networks want 0.1

Started = Callable[[], Awaitable[None]]
Keyed = Callable[[str], Awaitable[bool]]


@dataclass(slots=True)
class _Times:
    dialled: float
    alerted: float | None = None
    answered: float | None = None
    key: str | None = None


class Caller:
    """The outgoing calls of one session, one at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changed = asyncio.Event()
        self._keys: deque[str] = deque()
        self.track: Track | None = None  # the call on the line, if any

    def hear(self, code: Code) -> bool:
        """Take an unsolicited code; True when it belongs to the call on the line."""
        if self.track is None:
            return False
        key = tone_in(code)
        if key is not None and self.track.answered:
            self._keys.append(key)
        told = key is not None or self.track.hear(code)
        if told:
            self._changed.set()
        return told

    async def place(self, number: str, *, ring_s: float, talk_s: float, started: Started, keyed: Keyed) -> CallEnd:
        """One call to its end. Raises ModemRefused for what is not a number; everything else is an outcome.
        Cancelled, it hangs up and waits until the line is free."""
        command = f"ATD{diallable(number)};"
        self.track = Track()
        self._keys.clear()
        try:
            return await self._call(command, ring_s, talk_s, started, keyed)
        except (PortLost, LineError) as fault:
            return CallEnd(outcome=Outcome.FAILED, detail=f"the modem went away: {fault}")
        finally:
            self.track = None

    async def tones(self, digits: str) -> None:
        """Send keys while a call is answered. Raises ModemBusy when there is none, ModemRefused."""
        for key in key_tones(digits):
            if self.track is None or self.track.step is not Step.ACTIVE:
                raise ModemBusy("no answered call to send keys to")
            try:
                async with self._session.line.turn(Turn.CALL):
                    await self._session.line.tell(self._session.profile.tone.format(key=key, call=self.track.id))
            except (LineError, PortLost) as fault:
                raise ModemBusy(str(fault)) from fault
            await self._session.clock.sleep(TONE_GAP_S)

    async def _call(self, command: str, ring_s: float, talk_s: float, started: Started, keyed: Keyed) -> CallEnd:
        assert self.track is not None
        times = _Times(self._session.clock.monotonic())
        try:
            answer = await self._dial(command)
            if not answer.ok and not self.track.alerted and await left_over_ended(self._session):
                self.track = Track()  # what was heard until now was the old call's
                answer = await self._dial(command)
            self.track.dialled(answer.final)
            if not answer.ok and not self.track.alerted:
                return CallEnd(outcome=refused_dial(answer.final), detail=answer.final.text)
            end = await self._follow(self.track, times, ring_s, talk_s, started, keyed)
        except (Exception, asyncio.CancelledError):
            await self._hang_up_whatever()
            raise
        await self._hang_up_whatever(ended=self.track.step is Step.ENDED)
        return end

    async def _dial(self, command: str) -> Answer:
        async with self._session.line.turn(Turn.CALL):
            return await self._session.line.ask(command, within_s=DIAL_S, dial=True)

    async def _follow(
        self, track: Track, times: _Times, ring_s: float, talk_s: float, started: Started, keyed: Keyed
    ) -> CallEnd:
        while True:
            if (track.alerted or track.answered) and times.alerted is None:
                times.alerted = self._session.clock.monotonic()
                await started()
            if track.answered and times.answered is None:
                times.answered = self._session.clock.monotonic()
            while self._keys:
                times.key = self._keys.popleft()
                if await keyed(times.key):
                    return self._end(track, times, Outcome.ANSWERED)
            if track.step is Step.ENDED:
                if not track.cause:
                    await self._wait(CAUSE_S)
                return self._end(track, times, outcome_of(track))
            deadline, late = self._deadline(track, times, ring_s, talk_s)
            left = deadline - self._session.clock.monotonic()
            if left <= 0:
                return self._end(track, times, late)
            if not await self._wait(min(left, self._poll_s(track))):
                await self._look(track)

    def _deadline(self, track: Track, times: _Times, ring_s: float, talk_s: float) -> tuple[float, Outcome]:
        """Until when the step may last, and what it means when it does."""
        if times.answered is not None:
            return times.answered + talk_s, Outcome.ANSWERED
        if times.alerted is not None:
            return times.alerted + ring_s, Outcome.RANG
        return times.dialled + ALERT_S, Outcome.UNREACHABLE if track.listed else Outcome.FAILED

    def _poll_s(self, track: Track) -> float:
        blind = track.step is Step.DIALLING and not self._session.profile.progress
        return POLL_BLIND_S if blind else POLL_S

    def _end(self, track: Track, times: _Times, outcome: Outcome) -> CallEnd:
        ended = times.answered if times.answered is not None else self._session.clock.monotonic()
        rang = None if times.alerted is None else round(ended - times.alerted, 3)
        return CallEnd(outcome=outcome, alerted_s=rang, key=times.key, detail=track.cause)

    async def _wait(self, seconds: float) -> bool:
        """True when something was heard before the time was over."""
        try:
            async with self._session.clock.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True

    async def _look(self, track: Track) -> None:
        async with self._session.line.turn(Turn.CALL):
            calls = await list_calls(self._session)
        if calls is not None:
            track.list(calls)

    async def _hang_up_whatever(self, *, ended: bool = False) -> None:
        """Hang up although we are cancelled, and only then go on."""
        hanging_up = asyncio.ensure_future(hang_up(self._session, look_first=ended))
        cancelled = False
        while not hanging_up.done():
            try:
                await asyncio.shield(hanging_up)
            except asyncio.CancelledError:
                cancelled = True
            except (PortLost, LineError):
                break
        if hanging_up.cancelled() or (hanging_up.exception() is None and not hanging_up.result()):
            self._session.fall_ill("a call would not end")
        if cancelled:
            raise asyncio.CancelledError


async def list_calls(session: Session) -> list[Listed] | None:
    """AT+CLCC; None where the modem does not know it. By the owner of a turn."""
    answer = await session.line.ask("AT+CLCC", "+CLCC:")
    if not answer.ok:
        return None
    calls = [parse_listed(line.partition(":")[2].strip()) for line in answer.lines]
    return [call for call in calls if call is not None]


async def left_over_ended(session: Session) -> bool:
    """End a call that the modem is in and nobody here knows of: the program that made it died in the middle of it.
    True when there was one; until it is gone every ATD is refused."""
    async with session.line.turn(Turn.CALL):
        calls = await list_calls(session)
    if not any(call.voice and call.outgoing and call.state != 6 for call in calls or ()):
        return False
    log.warning("the modem was in a call that nobody here made: hung up")
    await hang_up(session)
    return True


async def hang_up(session: Session, *, look_first: bool = False) -> bool:
    """End our call and see that it is gone. False when the modem holds on to it."""
    for attempt in range(HANG_UPS):
        async with session.line.turn(Turn.CALL):
            if attempt or not look_first:
                # SIM7600 ignores ATH for voice; a Huawei before ^ORIG ignores CHUP
                await session.line.tell("AT+CHUP") or await session.line.tell("ATH")
            calls = await list_calls(session)
        if calls is None and (attempt or look_first):
            return True  # it cannot be asked
        if calls is not None and not any(call.voice and call.outgoing and call.state != 6 for call in calls):
            return True
        await session.clock.sleep(HANG_UP_PAUSE_S)
    return False
