"""USSD, for the SIM's credit: ask, wait for +CUSD, read its text whatever coding it came in (27.007, 7.15)."""

from __future__ import annotations

import asyncio

from config.gsm7 import BASIC, ESC, EXTENSION
from modem.codes import Code, is_pdu, number_in
from modem.errors import LineError, ModemBusy, ModemRefused, Silence
from modem.line import Turn
from modem.number import ussd_code
from modem.port import PortLost
from modem.profile import Ussd
from modem.session import Session

ANSWER_S = 30.0  # seconds from OK to +CUSD; networks take 1-20
ACCEPT_S = 20.0  # seconds for the command's own OK
_SAID_NOTHING = {"2": "the network ended it", "4": "not supported", "5": "the network did not answer"}


class Asker:
    """The USSD questions of one session, one at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._answer: asyncio.Future[Code] | None = None

    def hear(self, code: Code) -> None:
        """Take a +CUSD."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(code)

    async def ask(self, code: str) -> str:
        """The network's text. Raises ModemRefused (not a code, not served) or ModemBusy (no answer)."""
        text = ussd_code(code)
        if self._session.profile.ussd is Ussd.PACKED:
            text = packed(text)
        self._answer = asyncio.get_running_loop().create_future()
        line = self._session.line
        try:
            async with line.turn(Turn.STATUS):
                if not await line.tell(f'AT+CUSD=1,"{text}",15', within_s=ACCEPT_S):
                    raise ModemBusy("the modem would not ask")
            async with self._session.clock.timeout(ANSWER_S):
                said = await self._answer
        except TimeoutError:
            await self._close()
            raise ModemBusy(f"no answer to {code} in {ANSWER_S:.0f} s") from None
        except (Silence, PortLost) as fault:
            raise ModemBusy(str(fault)) from fault
        except asyncio.CancelledError:
            await self._close()
            raise
        finally:
            self._answer = None
        return await self._read(said)

    async def _read(self, said: Code) -> str:
        mode, *rest = said.fields()
        if mode == "1":  # a menu: nobody will answer it
            await self._close()
        if not rest or not rest[0]:
            why = _SAID_NOTHING.get(mode, "no text")
            raise ModemRefused(why) if mode == "4" else ModemBusy(why)
        return readable(rest[0], number_in(rest[1]) if len(rest) > 1 else None)

    async def _close(self) -> None:
        """End the dialogue, else the next question is taken for its answer."""
        try:
            async with self._session.line.turn(Turn.STATUS):
                await self._session.line.tell("AT+CUSD=2")
        except (LineError, PortLost):
            pass


def packed(text: str) -> str:
    """ASCII as GSM 7-bit packed, in hexadecimal: ``*100#`` → ``AA180C3602`` (23.038, 6.1.2.3.1)."""
    bits = 0
    for at, char in enumerate(text):
        bits |= BASIC.index(char) << 7 * at
    octets = (7 * len(text) + 7) // 8
    if 7 * len(text) % 8 == 1:  # seven bits are left over: CR, so that nobody reads them as @
        bits |= 0x0D << 7 * len(text)
    return bits.to_bytes(octets, "little").hex().upper()


def unpacked(octets: bytes) -> str:
    """GSM 7-bit packed octets as text; a last CR or @ that only fills is dropped."""
    bits = int.from_bytes(octets, "little")
    septets = [bits >> 7 * at & 0x7F for at in range(len(octets) * 8 // 7)]
    if septets and len(septets) % 8 == 0 and septets[-1] in (0x0D, 0x00):
        septets.pop()
    found: list[str] = []
    escaped = False
    for septet in septets:
        if not escaped and septet == ESC:
            escaped = True
            continue
        found.append(EXTENSION.get(septet, " ") if escaped else BASIC[septet])
        escaped = False
    return "".join(found)


def readable(text: str, dcs: int | None) -> str:
    """The text of a +CUSD: plain, or hexadecimal of UCS-2, or of packed septets, whatever its coding scheme claims.
    Hexadecimal is taken for a coding only when its decoding reads like a screen."""
    if not is_pdu(text) or len(text) < 6:
        return text
    octets = bytes.fromhex(text)
    ways = [_ucs2(octets), unpacked(octets)] if dcs == 0x48 or octets[0] == 0 else [unpacked(octets), _ucs2(octets)]
    return next((way for way in ways if way and _reads(way)), text)


def _ucs2(octets: bytes) -> str:
    return octets.decode("utf-16-be", "replace") if len(octets) % 2 == 0 else ""


def _reads(text: str) -> bool:
    """Nearly all of it letters, digits and marks that a phone in Indonesia is shown."""
    plain = sum(char.isascii() and (char.isprintable() or char in "\r\n") for char in text)
    return plain >= 0.8 * len(text)
