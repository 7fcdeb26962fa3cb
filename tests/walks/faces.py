"""A resident before the three faces of the running house: letters, the screens of a USSD session, a call with keys.

A step is what one does and the words that must come of it. ``>`` before a name: the number that stands, or is said,
beside it, turning over as long as it must be; ``=`` in a call: a key of what is said. Else it is typed as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from ivr.store import CALLS
from modem.virtual import Phone
from tests.walks.connected import Connected

Steps = Sequence[tuple[str, str]]

CODE = "*384#"
ONWARD = {"Lanjut", "Berikutnya"}
TURNED = "0 lanjut"  # on a screen that goes on
LETTER_S, TURN_S = 90.0, 30.0  # virtual seconds in which an answer is there
MOST_TURNS = 12
_LINE = re.compile(r"(\d+) (.+)")
_SAID = re.compile(r"(.+), tekan (\d|bintang|pagar)\.?")


class Lost(AssertionError):
    """Something else came than must come."""


@dataclass(slots=True)
class Letters:
    """SMS through the modem."""

    here: Connected
    number: str
    shown: str = ""

    async def begin(self) -> None:
        """Nothing needs opening."""

    async def take(self, does: str, says: str) -> None:
        phone = self.here.phone(self.number)
        seen = len(phone.inbox)
        phone.sms(self.here.modem.number, await self._key(does))

        def came() -> str:
            return "\n".join(one.text for one in phone.inbox[seen:])

        for _ in range(int(LETTER_S)):
            if says in came():
                break
            await self.here.clock.sleep(1.0)
        self.shown = came()
        if says not in self.shown:
            raise Lost(f"{does!r} is answered {self.shown!r}, without {says!r}")

    async def _key(self, does: str) -> str:
        if not does.startswith(">"):
            return does
        for _ in range(MOST_TURNS):
            lines = _numbered(self.shown)
            if does[1:].strip() in lines:
                return lines[does[1:].strip()]
            onward = [key for name, key in lines.items() if name in ONWARD]
            if not onward:
                break
            await self.take(onward[0], "1 ")
        raise Lost(f"{does[1:]!r} is not offered: {self.shown!r}")

    async def end(self) -> None:
        """Nothing needs closing."""


@dataclass(slots=True)
class Screens:
    """USSD by the provider, over its HTTP."""

    here: Connected
    number: str
    shown: str = ""

    @property
    def phone(self) -> Phone:
        return self.here.phone(self.number)

    async def begin(self) -> None:
        assert self.phone.dial(CODE) is not None
        self.shown = await self.here.shown(self.phone)

    async def take(self, does: str, says: str) -> None:
        if does.startswith(">"):
            does = await self._key(does[1:].strip())
        await self._type(does)
        told = self.shown
        for _ in range(MOST_TURNS):
            if says in told or TURNED not in self.shown:
                break
            await self._type("0")
            told = f"{told}\n{self.shown}"
        if says not in told:
            raise Lost(f"{does!r} shows {told!r}, without {says!r}")

    async def _key(self, name: str) -> str:
        for _ in range(MOST_TURNS):
            lines = _numbered(self.shown)
            if name in lines:
                return lines[name]
            onward = [key for one, key in lines.items() if one in ONWARD]
            if TURNED not in self.shown and not onward:
                break
            await self._type("0" if TURNED in self.shown else onward[0])
        raise Lost(f"{name!r} is not offered: {self.shown!r}")

    async def _type(self, typed: str) -> None:
        if not self.phone.type(typed):
            raise Lost(f"the session is over: {self.shown!r}")
        self.shown = await self.here.shown(self.phone)

    async def end(self) -> None:
        self.phone.put_away()


@dataclass(slots=True)
class Call:
    """A call to the city's own number, with keys; what is said is what the house keeps of it."""

    here: Connected
    number: str
    said: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        phone = self.here.phone(self.number)
        phone.call(self.here.modem.number)
        await self.here.until(lambda: phone.talking, "it is answered", TURN_S)
        await self._heard(0)

    async def take(self, does: str, says: str) -> None:
        if does.startswith((">", "=")):
            await self._press(does[1:] if does.startswith("=") else await self._key(does[1:].strip()))
        else:
            await self._press(f"{does}#")
        told = " ".join(self.said)
        if says not in told:
            raise Lost(f"{does!r} is answered {told!r}, without {says!r}")

    async def _key(self, name: str) -> str:
        for _ in range(MOST_TURNS):
            keys = {said[1]: said[2] for one in self.said if (said := _SAID.fullmatch(one))}
            if name in keys:
                return keys[name]
            if not any("tekan pagar" in one for one in self.said):
                break
            await self._press("#")
        raise Lost(f"{name!r} is not offered: {self.said}")

    async def _press(self, keys: str) -> None:
        turns = len(await self._lines())
        if not self.here.phone(self.number).press(keys):
            raise Lost(f"the call is over: {self.said}")
        await self._heard(turns)

    async def _heard(self, after: int) -> None:
        """What is said in the next turn."""
        for _ in range(int(TURN_S / 0.5)):
            lines = (await self._lines())[after:]
            if any(who == "us" for who, _ in lines):
                self.said = [words for who, words in lines if who == "us"]
                await self.here.clock.sleep(1.0)
                return
            await self.here.clock.sleep(0.5)
        raise Lost(f"nothing is said after {self.said}")

    async def _lines(self) -> list[tuple[str, str]]:
        asked = select(CALLS.c.said).where(CALLS.c.number == self.number).order_by(CALLS.c.began_at.desc()).limit(1)
        said = await self.here.house.store.read(lambda tx: tx.execute(asked).scalar())
        return [(who, words) for _, who, words in json.loads(said or "[]")]

    async def end(self) -> None:
        phone = self.here.phone(self.number)
        phone.hangup()
        await self.here.until(lambda: not phone.talking, "it is over", TURN_S)
        await self.here.clock.sleep(5.0)


FACES = {"sms": Letters, "ussd": Screens, "voice": Call}


def _numbered(shown: str) -> dict[str, str]:
    """Name -> the number beside it."""
    found = (_LINE.fullmatch(line.strip()) for line in shown.split("\n"))
    return {one[2]: one[1] for one in found if one}


async def walked(here: Connected, face: str, number: str, steps: Steps) -> str:
    """What went otherwise; empty where all came."""
    one = FACES[face](here, number)
    try:
        await one.begin()
        for does, says in steps:
            await one.take(does, says)
    except Lost as lost:
        return str(lost)
    finally:
        await one.end()
    return ""
