"""Calls that come in. The caller's number is joined to its ring; then the call is answered, where the settings and the
listener want it and no call of ours waits, or kept as one event and rejected at once: that costs the caller nothing and
frees the modem.

RING comes every 5-6 s, +CLIP a moment after each, in any chunks. One call is one event until the modem lists no
incoming call any more. It is rejected only after the listener has it; while the listener cannot keep it, it rings. A
call that was answered and not served (gone before the talk began, a fault of ours) is kept as missed too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from modem.air import CALLS, Air, Radio, RadioTaken
from modem.call import ENDS
from modem.codes import Code, number_in
from modem.dial import Caller
from modem.hang_up import HANG_UP_PAUSE_S, HANG_UPS, RINGING, left_over_ended, list_calls
from modem.line import Turn
from modem.session import Session
from modem.voice import Talk

log = logging.getLogger(__name__)

CALLER_S = 3.0  # seconds after RING in which the caller's number may still come
SAME_CALL_S = 10.0  # seconds after a call in which MISSED_CALL is its echo; rings are 6 s apart
AGAIN_S = 1.0  # seconds before a listener that could not keep a call is asked again
QUIET_S = 8.0  # seconds a call of our own waits for the one that rings to be rejected
AIR_S = 8.0  # seconds a caller is let ring while a letter is on the air; then it is rung back
ECHO_S = 3.0  # seconds after answering in which RING and +CLIP are those of the call just answered
INTERNATIONAL = 145  # type of number (24.008, 10.5.4.7)
_RINGS = frozenset({"RING", "+CRING"})

Missed = Callable[[str | None, datetime], Awaitable[None]]
"""Returns when the call is durable. The caller is None when withheld."""
Answers = Callable[[str | None], Talk | None]
"""What to say to a caller; None: nothing, it is turned away."""


@dataclass(slots=True)
class _Ring:
    at: datetime
    caller: str | None = None
    told: bool = False  # +CLIP came, perhaps with a withheld number
    ended: bool = False


class Ringing:
    """The incoming calls of one session."""

    def __init__(self, session: Session, radio: Radio, caller: Caller, *, missed: Missed, answers: Answers) -> None:
        self._session = session
        self._radio = radio
        self._caller = caller
        self._missed = missed
        self._answers = answers
        self._ring: _Ring | None = None
        self._lost: list[_Ring] = []  # told of by the modem only when they were over
        self._bell = asyncio.Event()
        self._last_seen = -SAME_CALL_S
        self._answered_at = -ECHO_S
        self.count = 0  # calls that have come in
        self.quiet = asyncio.Event()  # nobody rings
        self.quiet.set()

    def hear(self, code: Code) -> None:
        """Take an unsolicited code that is not of the call on the line."""
        if self._session.clock.monotonic() - self._answered_at < ECHO_S and code.name in (*_RINGS, "+CLIP"):
            return
        if code.name in _RINGS:
            self._current()
        elif code.name in ("+CLIP", "+CCWA"):
            ring = self._current()
            ring.caller, ring.told = caller_in(code) or ring.caller, True
        elif code.name in ENDS or code.name in ("^CEND",):
            if self._ring is not None:
                self._ring.ended = True
        elif code.name == "MISSED_CALL":
            self._echo(code)
        else:
            return
        self._bell.set()

    async def until_quiet(self) -> None:
        """Return when nobody rings, or after QUIET_S: an emergency dials all the same."""
        try:
            async with self._session.clock.timeout(QUIET_S):
                await self.quiet.wait()
        except TimeoutError:
            log.warning("dialling although it rings")

    async def anyone(self) -> bool:
        """Whether the modem lists a call that comes in, its RING heard or not; then it is let go."""
        async with self._session.line.turn(Turn.CALL):
            calls = await list_calls(self._session) or []
        if not any(not call.outgoing and call.state in RINGING for call in calls):
            return False
        self._current()
        self._bell.set()
        return True

    async def run(self) -> None:
        """For as long as the session lives. Raises LineError, PortLost."""
        await left_over_ended(self._session)
        while True:
            while self._lost:
                await self._keep(self._lost[0])
                self._lost.pop(0)
            ring = self._ring
            if ring is None:
                await self._bell.wait()
                self._bell.clear()
                continue
            await self._identify(ring)
            if not await self._served(ring):
                await self._keep(ring)
                await self._reject()
            self._last_seen = self._session.clock.monotonic()
            if self._ring is ring:
                self._over()

    async def _served(self, ring: _Ring) -> bool:
        """Answer it, if it is to be. False: it is to be kept as missed."""
        talk = None if ring.ended or self._caller.engaged or self._radio.taken_by in CALLS else self._talk(ring)
        if talk is None:
            return False
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with self._session.clock.timeout(AIR_S):
                    await stack.enter_async_context(self._radio.use(Air.INCOMING, give_back=True))
            except (TimeoutError, RadioTaken):
                return False
            if ring.ended or self._caller.engaged:
                return False
            return await self._pick_up(ring, talk)

    def _talk(self, ring: _Ring) -> Talk | None:
        try:
            return self._answers(ring.caller)
        except Exception:
            log.exception("a caller could not be answered")
            return None

    async def _pick_up(self, ring: _Ring, talk: Talk) -> bool:
        try:
            return await self._caller.pick_up(talk, self._answered)
        except Exception:
            await self._keep(ring)
            raise

    def _answered(self) -> None:
        """The call is up: it rings no more, and what rings from now on is another."""
        self._answered_at = self._session.clock.monotonic()
        self._over()

    def _over(self) -> None:
        self._ring = None
        self.quiet.set()

    def _current(self) -> _Ring:
        if self._ring is None:
            self._ring = _Ring(self._session.clock.now())
            self.count += 1
            self.quiet.clear()
        return self._ring

    async def _identify(self, ring: _Ring) -> None:
        """Wait for the caller's number, at most CALLER_S; then ask AT+CLCC for it."""
        until = self._session.clock.monotonic() + CALLER_S
        while not ring.told and not ring.ended:
            self._bell.clear()
            try:
                async with self._session.clock.timeout(until - self._session.clock.monotonic()):
                    await self._bell.wait()
            except TimeoutError:
                break
        if ring.caller is None and not ring.told:
            async with self._session.line.turn(Turn.CALL):
                calls = await list_calls(self._session) or []
            ring.caller = next((call.number for call in calls if not call.outgoing and call.number), None)

    async def _keep(self, ring: _Ring) -> None:
        while True:
            try:
                await self._missed(ring.caller, ring.at)
            except Exception:
                log.exception("a missed call could not be kept; it rings on")
                await self._session.clock.sleep(AGAIN_S)
            else:
                return

    async def _reject(self) -> None:
        """Let the call go until the modem lists none. Where a call of our own is up, only the waiting one goes."""
        for attempt in range(HANG_UPS):
            async with self._session.line.turn(Turn.CALL):
                calls = await list_calls(self._session) if attempt else None
                if calls is not None and all(call.outgoing or call.state not in RINGING for call in calls):
                    return
                await self._session.line.tell("AT+CHLD=0" if self._caller.engaged else "AT+CHUP")
            if attempt:
                await self._session.clock.sleep(HANG_UP_PAUSE_S)

    def _echo(self, code: Code) -> None:
        """``MISSED_CALL: 11:01AM 0771…`` (SIM7600): the call we rejected, or one whose ring was never heard."""
        fresh = self._session.clock.monotonic() - self._last_seen < SAME_CALL_S
        if self._ring is None and not fresh:
            number = code.rest.split(" ")[-1] if " " in code.rest else ""
            caller = number if number.lstrip("+").isdigit() else None
            self._lost.append(_Ring(self._session.clock.now(), caller, told=True, ended=True))
            self._last_seen = self._session.clock.monotonic()


def caller_in(code: Code) -> str | None:
    """The number in +CLIP or +CCWA, as the network gave it; a ``+`` is put before what it calls international (145)
    and before nothing else. None when withheld."""
    said = code.fields()
    number = said[0]
    if not number.lstrip("+").isdigit():
        return None
    international = len(said) > 1 and number_in(said[1]) == INTERNATIONAL
    return "+" + number if international and not number.startswith("+") else number
