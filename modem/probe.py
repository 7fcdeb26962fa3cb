"""What is at a port, and how it would be used: questions only, nothing is set but the echo and the error level."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.clock import Clock
from modem.codes import fields, number_in
from modem.line import Turn
from modem.player import missing
from modem.port import Port
from modem.profile import GENERIC, Sweep, Ussd
from modem.session import Fill, Session

REGISTERED = {"0": "no", "1": "home", "2": "searching", "3": "denied", "4": "unknown", "5": "roaming"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How its calls may have a voice. ``command``: what turns its voice port on ("": it flows by itself), ``port``: it
    has one and knows the command (None: only a try will tell), ``where``: which of its ports that usually is;
    ``files``: it plays files by itself; ``lacks``: what this machine lacks for that."""

    command: str
    port: bool | None
    where: str
    files: bool
    lacks: str

    def row(self) -> dict[str, Any]:
        """As ``modem probe --json`` shows it."""
        return {name: getattr(self, name) for name in ("command", "port", "where", "files", "lacks")}

    def text(self) -> str:
        """The same for a person."""
        if self.port is None:
            ways = ["where it has a port of sound (8 kHz, 16 bit), name it as audio; else it says nothing"]
        elif self.port:
            ways = [f"by {self.command}; name its port as audio (usually {self.where} of a modem's)"]
        else:
            ways = [f"{self.command} is not known to it"] if self.command else ["no port for it"]
        if self.files:
            ways.append(
                self.lacks or ("without one it plays files by itself" if self.port else "it plays files by itself")
            )
        return "; ".join(ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One modem as it describes itself. ``signal_dbm`` None: not known."""

    port: str
    vendor: str
    model: str
    revision: str
    imei: str
    imsi: str
    sim: str
    number: str
    operator: str
    registered: str
    signal_dbm: int | None
    profile: str
    memories: Mapping[str, Fill]
    indications: str
    voice: Speech
    use: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """As ``modem probe --json`` shows it."""
        names = ("port", "vendor", "model", "revision", "imei", "imsi", "sim", "number", "operator", "registered")
        memories = {name: {"used": fill.used, "total": fill.total} for name, fill in self.memories.items()}
        row: dict[str, Any] = {name: getattr(self, name) for name in names}
        row |= {"signal_dbm": self.signal_dbm, "profile": self.profile, "memories": memories}
        return {**row, "indications": self.indications, "voice": self.voice.row(), "use": list(self.use)}

    def text(self) -> str:
        """The same for a person."""
        memories = ", ".join(f"{name} {fill.used} of {fill.total}" for name, fill in self.memories.items())
        signal = "not known" if self.signal_dbm is None else f"{self.signal_dbm} dBm"
        lines = [
            f"{self.port}: {self.vendor} {self.model} ({self.revision or 'no revision'})",
            f"  IMEI {self.imei or '?'}",
            f"  SIM {self.sim}, IMSI {self.imsi or '?'}, number {self.number or 'not on the SIM'}",
            f"  network {self.operator or 'none'}, registered: {self.registered}, signal {signal}",
            f"  memories: {memories or 'none named'}",
            f"  voice: {self.voice.text()}",
            f"  profile {self.profile}:",
            *(f"    {line}" for line in self.use),
        ]
        return "\n".join(lines)


async def probe(port: Port, clock: Clock, wanted_profile: str = "auto") -> Found:
    """Ask the modem at an open port who it is. Raises Silence (nobody answers) or PortLost; the port stays open."""
    session = Session(port, clock, lambda session, code: None)
    await session.wake()
    identity = await session.identify(wanted_profile)
    return Found(
        port=port.name,
        vendor=identity.vendor,
        model=identity.model,
        revision=re.sub(r"^(\+CGMR:|Revision:)\s*", "", await _ask(session, "AT+CGMR", free=True)),
        imei=identity.imei,
        imsi=identity.imsi,
        sim=await session.sim(),
        number=_field(await _ask(session, "AT+CNUM", "+CNUM:"), 1),
        operator=_field(await _ask(session, "AT+COPS?", "+COPS:"), 2),
        registered=REGISTERED.get(_field(await _ask(session, "AT+CREG?", "+CREG:"), 1), "unknown"),
        signal_dbm=_dbm(_field(await _ask(session, "AT+CSQ", "+CSQ:"), 0)),
        profile=identity.profile,
        memories=await _memories(session),
        indications=await _ask(session, "AT+CNMI=?", "+CNMI:"),
        voice=await _voice(session),
        use=_use(session),
    )


async def _voice(session: Session) -> Speech:
    port, files = session.profile.voice, session.profile.files
    knows = None if port is not None and not port.on else port is not None and await _knows(session, port.test)
    if knows and port is not None and port.asks is not None:
        question, yes = port.asks
        knows = (await _ask(session, question, free=True)).startswith(yes.partition(":")[2].strip())
    plays = files is not None and await _knows(session, files.test)
    return Speech(
        command=port.on if port is not None else "",
        port=knows,
        where=port.where if port is not None else "",
        files=plays,
        lacks=missing(files) if files is not None and plays else "",
    )


async def _knows(session: Session, test: str) -> bool:
    async with session.line.turn(Turn.STATUS):
        return await session.line.tell(test)


async def _ask(session: Session, command: str, prefix: str = "", *, free: bool = False) -> str:
    async with session.line.turn(Turn.STATUS):
        answer = await session.line.ask(command, prefix, free=free)
    return answer.rest() if answer.ok and answer.lines else ""


async def _memories(session: Session) -> dict[str, Fill]:
    """The three memories in use now; asking for others would change them."""
    said = fields(await _ask(session, "AT+CPMS?", "+CPMS:"))
    found: dict[str, Fill] = {}
    for name, used, total in zip(said[::3], said[1::3], said[2::3], strict=False):
        counts = number_in(used), number_in(total)
        if name and None not in counts:
            found[name] = Fill(used=counts[0] or 0, total=counts[1] or 0)
    return found


def _use(session: Session) -> tuple[str, ...]:
    profile = session.profile
    lines = [
        f"letters are stored in {profile.stores[0]}, announced, read, kept, then deleted",
        "a sweep every 45 s " + ("by list" if profile.sweep is Sweep.LIST else "slot by slot (a list may hang it)"),
        "a call's steps: " + ("told by the modem, asked as well" if profile.progress else "asked (AT+CLCC)"),
        "keys of the far end: "
        + ("heard" if profile is not GENERIC else "heard if it knows AT+DDET; else officers accept by SMS"),
        f"a submit may take {profile.submit_s:.0f} s",
        "USSD: " + ("packed septets" if profile.ussd is Ussd.PACKED else "plain"),
    ]
    return tuple(lines)


def _field(rest: str, at: int) -> str:
    said = fields(rest)
    return said[at] if len(said) > at else ""


def _dbm(said: str) -> int | None:
    number = number_in(said)
    return 2 * number - 113 if number is not None and number <= 31 else None
