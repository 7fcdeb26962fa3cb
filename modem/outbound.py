"""Letters out: AT+CMGS, prompt, PDU and result as one turn of the wire; what its errors mean for the sender."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from random import Random
from typing import Protocol

from modem.codes import Final, Verdict, number_in
from modem.errors import ModemBusy, ModemDoubtful, ModemRefused, Silence
from modem.line import Answer, Turn
from modem.number import diallable
from modem.port import PortLost
from modem.session import Session

log = logging.getLogger(__name__)

PROMPT_S = 5.0  # seconds for the prompt; it comes in 0.1, after other SIM work in 3
TRIES = 3  # of the whole submit, when the modem is busy with itself
PAUSE_S = 0.5  # seconds before the second try, doubled for the third, with as much again at random
BUSY_CMS = (500, 515)  # unknown error; please wait, service is not available: gone a moment later
BUSY_CME = (14,)  # SIM busy
UNANSWERED_CMS = (332,)  # network timeout: it left, and nobody said that it arrived

REFUSED_CMS = frozenset({1, 8, 10, 21, 28, 29, 30, 50, 69, 81, *range(95, 112), *range(128, 192), 208, 303, 304, 305})
"""Errors that a repeat does not mend: unassigned number, barred, rejected, protocol (24.011, annex E-2; 23.040,
9.2.3.22; 27.005, 3.2.5)."""

_OK = Final(verdict=Verdict.OK, text="OK")


class Submit(Protocol):
    """A PDU to hand over (``modem.pdu.Submit``): ``length`` counts its octets without the service centre's address."""

    @property
    def tpdu_hex(self) -> str: ...
    @property
    def length(self) -> int: ...


def checked(to: str, pdu: Submit) -> str:
    """The PDU's hexadecimal with an empty service centre, when it is whole, a submit, and goes to ``to``."""
    hexed = pdu.tpdu_hex.upper()
    if not re.fullmatch(r"(?:[0-9A-F]{2}){8,175}", hexed) or len(hexed) // 2 != pdu.length:
        raise ModemRefused("not a whole PDU")
    if int(hexed[:2], 16) & 3 != 1:
        raise ModemRefused("not a PDU to be submitted")
    if _destination(hexed) != diallable(to).lstrip("+"):
        raise ModemRefused("the PDU goes to another number")
    return "00" + hexed


def _destination(hexed: str) -> str:
    """The digits of TP-DA (23.040, 9.1.2.5): length in digits, type, then nibbles swapped."""
    digits = int(hexed[4:6], 16)
    octets = hexed[8 : 8 + (digits + 1) // 2 * 2]
    return "".join(high + low for low, high in zip(octets[::2], octets[1::2], strict=True))[:digits]


async def submit(session: Session, to: str, pdu: Submit, rng: Random, may: Callable[[], None] = lambda: None) -> int:
    """Send one PDU; returns the network's message reference (0-255). ``may`` is asked when the wire is ours; what it
    raises goes to the caller, and nothing was sent.

    Raises ModemBusy, ModemRefused, or ModemDoubtful when it was handed over and nobody answered. A modem that is busy
    with itself is tried again, the whole submit and never the bare PDU.
    """
    hexed = checked(to, pdu)
    pause = PAUSE_S
    for last in (*[False] * (TRIES - 1), True):
        try:
            answer = await _once(session, hexed, pdu.length, may)
        except (PortLost, Silence) as fault:
            raise ModemBusy(str(fault)) from fault
        if answer.ok:
            return _reference(answer)
        if last or not _passing(answer.final):
            raise _meaning(answer.final)
        await session.clock.sleep(pause * (1 + rng.random()))
        pause *= 2
    raise AssertionError("unreachable")


async def _once(session: Session, hexed: str, length: int, may: Callable[[], None]) -> Answer:
    line, epoch = session.line, session.epoch
    async with line.turn(Turn.SUBMIT):
        may()
        error = await line.offer(f"AT+CMGS={length}", "+CMGS:", within_s=PROMPT_S)
        if error is not None:
            return error
        if session.epoch != epoch:  # it echoed: it has started anew, and may be in text mode
            await line.withdraw()
            raise ModemBusy("the modem has just started anew")
        try:
            return await line.hand_over(hexed, within_s=session.profile.submit_s)
        except PortLost as fault:
            raise ModemDoubtful(f"the port was lost after the PDU: {fault}") from fault
        except Silence as fault:
            return await _late_answer(session, fault)


async def _late_answer(session: Session, silence: Silence) -> Answer:
    """The answer may still be on its way, before the resync's own."""
    late: list[str] = []
    try:
        await session.line.resync(late.append)
    except (Silence, PortLost):
        raise ModemDoubtful(str(silence)) from silence
    for line in late:
        if line.startswith("+CMGS:"):
            log.info("a late reference: %s", line)
            return Answer(lines=(line,), final=_OK)
    raise ModemDoubtful(str(silence)) from silence


def _reference(answer: Answer) -> int:
    """0 where what the modem said is no number: it was sent all the same."""
    return number_in(answer.rest().split(",")[0].strip()) or 0


def _passing(final: Final) -> bool:
    return final.cms in BUSY_CMS or final.cme in BUSY_CME


def _meaning(final: Final) -> Exception:
    if final.cms in REFUSED_CMS:
        return ModemRefused(final.text)
    if final.cms in UNANSWERED_CMS:
        return ModemDoubtful(final.text)
    return ModemBusy(final.text)
