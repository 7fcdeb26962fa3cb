"""One modem while its port is open: who it is, and what it was told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from config.clock import Clock
from modem.codes import Code, fields, number_in
from modem.errors import LineError
from modem.line import Answer, Line, Turn
from modem.port import Port
from modem.profile import GENERIC, PROFILES, Profile, profile_for

IDENTITY = (("vendor", "AT+CGMI"), ("model", "AT+CGMM"), ("imei", "AT+CGSN"), ("imsi", "AT+CIMI"))
OPTIONAL = (
    "AT+CMEE=1",  # errors by number
    'AT+CSCS="GSM"',
    "AT+CLIP=1",
    "AT+CRC=0",
    "AT+CREG=1",
    "AT+CCWA=0",  # a second caller hears busy
    "AT+COLP=0",  # COLP=1 makes ATD block until it is answered
    "AT+CVHU=0",  # else ATH leaves voice calls alone
)
INDICATIONS = ("2,1,0,2,0", "2,1,0,1,0", "2,1,0,0,0", "1,1,0,0,0")
"""AT+CNMI, best first: stored and announced (+CMTI); reports stored, else direct, else none (27.005, 3.4.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who answered. ``imsi`` names the SIM ("" while there is none)."""

    imei: str
    imsi: str
    vendor: str
    model: str
    profile: str
    virtual: bool = False  # it says that it is one of modem/virtual


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """How full a memory for SMS is."""

    used: int
    total: int


class Session:
    """A line and what is known of the modem at its other end. ``heard`` gets every unsolicited code."""

    def __init__(self, port: Port, clock: Clock, heard: Callable[[Session, Code], None]) -> None:
        self.clock = clock
        self.port_name = port.name
        self.profile: Profile = GENERIC
        self.identity: Identity | None = None
        self.memory = ""  # the one that AT+CMGR and AT+CMGD work on now; "": not known
        self.memories: tuple[str, ...] = ()  # all that are swept
        self.storage: dict[str, Fill] = {}
        self.indications = ""
        self.acknowledges = False  # AT+CSMS=1: a direct letter waits for our CNMA
        self.epoch = 0  # grows whenever settings may be lost: an index read in an older epoch is not deleted
        self.uneasy = asyncio.Event()  # settings may be lost: tell them again
        self.ill = ""  # why the session is to end although the line is well
        self.line = Line(port, clock, lambda code: heard(self, code), self.doubt)

    def doubt(self) -> None:
        """The modem may have started anew."""
        self.epoch += 1
        self.memory = ""
        self.uneasy.set()

    def fall_ill(self, why: str) -> None:
        """It answers, yet does not do what it says: end the session, and let the recovery ladder mend it."""
        self.ill = self.ill or why
        self.line.dead.set()

    async def wake(self) -> None:
        """Bring it to sense: ESC first, another program may have left it in a text entry. Raises Silence."""
        async with self.line.turn(Turn.STATUS):
            await self.line.resync()
            await self.line.tell("ATE0")
            await self.line.tell("AT+CMEE=1")

    async def identify(self, wanted_profile: str = "auto") -> Identity:
        """Ask who it is; choose the profile by it unless the settings name one."""
        said: dict[str, str] = {}
        for name, command in IDENTITY:
            async with self.line.turn(Turn.STATUS):
                said[name] = _plain(await self.line.ask(command, free=True))
        profile = PROFILES.get(wanted_profile) or profile_for(said["vendor"], said["model"])
        self.profile = profile
        self.identity = Identity(
            imei=_digits(said["imei"]),
            imsi=_digits(said["imsi"]),
            vendor=said["vendor"],
            model=said["model"],
            profile=profile.name,
            virtual=await self._is_virtual(),
        )
        return self.identity

    async def _is_virtual(self) -> bool:
        """Only the virtual network's modem knows this command; any other answers ERROR."""
        async with self.line.turn(Turn.STATUS):
            answer = await self.line.ask("AT+KENTONGAN?", "+KENTONGAN:")
        return answer.ok and bool(answer.lines) and answer.rest() == "virtual"

    async def imei(self) -> str:
        """Ask for it again ("" when it does not say)."""
        async with self.line.turn(Turn.TELEMETRY):
            return _digits(_plain(await self.line.ask("AT+CGSN", free=True)))

    async def sim(self) -> str:
        """The SIM's state: ``READY``, ``SIM PIN`` …, or the error's text (27.007, 8.3)."""
        async with self.line.turn(Turn.STATUS):
            answer = await self.line.ask("AT+CPIN?", "+CPIN:")
        return answer.rest() if answer.ok and answer.lines else answer.final.text

    async def settle(self) -> None:
        """Tell the modem how we work. Only PDU mode and the indications are not optional. Raises LineError."""
        async with self.line.turn(Turn.STATUS):
            await self.line.tell("ATE0")
            for command in (*OPTIONAL, *self.profile.extra):
                await self.line.tell(command)
            if not await self.line.tell("AT+CMGF=0"):
                raise LineError("AT+CMGF=0 refused: no PDU mode")
            await self.line.tell("AT+CSMS=1")
            answer = await self.line.ask("AT+CSMS?", "+CSMS:")
            self.acknowledges = answer.rest().split(",")[0].strip() == "1"
            await self._choose_memories()
            await self._indicate()
        self.uneasy.clear()

    async def holds(self) -> bool:
        """Whether the modem still has what ``settle`` told it (it may have started anew without a word)."""
        async with self.line.turn(Turn.TELEMETRY):
            indications = await self.line.ask("AT+CNMI?", "+CNMI:")
            memory = await self.line.ask("AT+CPMS?", "+CPMS:")
            mode = await self.line.ask("AT+CMGF?", "+CMGF:")
            said = fields(memory.rest())
            if memory.ok and len(said) >= 3:
                self._count(said[0], said[1], said[2])
            kept = not indications.ok or _same_numbers(indications.rest(), self.indications)
            return kept and (not memory.ok or said[0] == self.memory) and mode.rest() in ("", "0")

    async def use_memory(self, memory: str) -> bool:
        """Work on ``memory`` from now; sent only when it changes. By the owner of a turn. False: refused."""
        if memory == self.memory:
            return True
        self.memory = ""
        answer = await self.line.ask(f'AT+CPMS="{memory}"', "+CPMS:")
        if answer.ok:
            self.memory = memory
            said = fields(answer.rest())
            if len(said) >= 2:
                self._count(memory, said[0], said[1])
        return answer.ok

    def deleted_one(self, memory: str) -> None:
        """Keep count between the modem's own counts."""
        fill = self.storage.get(memory)
        if fill is not None and fill.used:
            self.storage[memory] = Fill(used=fill.used - 1, total=fill.total)

    async def _choose_memories(self) -> None:
        """Letters go to the profile's first memory that the modem has; all of them are swept."""
        answer = await self.line.ask("AT+CPMS=?", "+CPMS:")
        offered = set(re.findall(r'"([A-Z_]+)"', answer.rest().split(")")[0])) if answer.ok else set()
        stores = tuple(store for store in self.profile.stores if store in offered) or self.profile.stores
        self.memories = stores + (("SR",) if "SR" in offered else ())
        self.memory = ""
        for store in stores:
            answer = await self.line.ask(f'AT+CPMS="{store}","{store}","{store}"', "+CPMS:")
            if answer.ok:
                self.memory = store
                said = fields(answer.rest())
                if len(said) >= 2:
                    self._count(store, said[0], said[1])
                return

    async def _indicate(self) -> None:
        for wish in INDICATIONS:
            if await self.line.tell(f"AT+CNMI={wish}"):
                back = await self.line.ask("AT+CNMI?", "+CNMI:")
                self.indications = back.rest() if back.ok and back.lines else wish
                return
        raise LineError("AT+CNMI refused: it would not announce letters")

    def _count(self, memory: str, used: str, total: str) -> None:
        used_n, total_n = number_in(used), number_in(total)
        if used_n is not None and total_n is not None:
            self.storage[memory] = Fill(used=used_n, total=total_n)


def _plain(answer: Answer) -> str:
    """One line of identity, whatever prefix and quotes the vendor puts round it."""
    if not answer.ok or not answer.lines:
        return ""
    return answer.rest().strip('" ')


def _digits(text: str) -> str:
    found = re.search(r"\d{14,17}", text)
    return found[0] if found else ""


def _same_numbers(one: str, other: str) -> bool:
    return [number_in(field) for field in fields(one)] == [number_in(field) for field in fields(other)]
