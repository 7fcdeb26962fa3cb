"""Ending a call, and seeing that it is gone."""

from __future__ import annotations

import logging

from modem.call import Listed, parse_listed
from modem.line import Turn
from modem.session import Session

log = logging.getLogger(__name__)

HANG_UPS = 5  # times CHUP is said before the modem counts as ill
HANG_UP_PAUSE_S = 0.4  # seconds between them
RINGING = (4, 5)  # AT+CLCC: a call that comes in, or waits
OVER = (6, 7, -1)  # the same: one that has ended


async def list_calls(session: Session) -> list[Listed] | None:
    """AT+CLCC; None where the modem does not know it. By the owner of a turn."""
    answer = await session.line.ask("AT+CLCC", "+CLCC:")
    if not answer.ok:
        return None
    calls = [parse_listed(line.partition(":")[2].strip()) for line in answer.lines]
    return [call for call in calls if call is not None]


async def left_over_ended(session: Session) -> bool:
    """End a call that the modem is in and nobody here knows of: the program that was in it died in the middle. True
    when there was one; until it is gone every ATD is refused, and a modem that holds on to it is ill."""
    async with session.line.turn(Turn.CALL):
        calls = await list_calls(session)
    left = [call for call in calls or () if _is_up(call)]
    for outgoing in {call.outgoing for call in left}:
        log.warning("the modem was in a call that nobody here is in: hung up")
        if not await hang_up(session, outgoing=outgoing):
            session.fall_ill("a call would not end")
    return bool(left)


async def hang_up(session: Session, *, look_first: bool = False, outgoing: bool = True) -> bool:
    """End our call, or one that we answered (``outgoing`` False), and see that it is gone. False when the modem holds
    on to it."""
    for attempt in range(HANG_UPS):
        async with session.line.turn(Turn.CALL):
            if attempt or not look_first:
                # SIM7600 ignores ATH for voice; a Huawei before ^ORIG ignores CHUP
                await session.line.tell("AT+CHUP") or await session.line.tell("ATH")
            calls = await list_calls(session)
        if calls is None and (attempt or look_first):
            return True  # it cannot be asked
        if calls is not None and not any(_is_up(call) and call.outgoing == outgoing for call in calls):
            return True
        await session.clock.sleep(HANG_UP_PAUSE_S)
    return False


def _is_up(call: Listed) -> bool:
    return call.voice and call.state not in OVER and (call.outgoing or call.state not in RINGING)
