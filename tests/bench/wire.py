"""What the log of the far end's wire says: who said what when, how long a job took, how many commands it cost."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.far_end import LINE
from tests.bench.processes import Started, started

LOOK_S = 0.03  # between two looks at the far end; each costs it 0.1 ms
READ = re.compile(r"AT\+CMG(?:R=\d|L=[\d\"])", re.IGNORECASE)
DELETE = re.compile(r"AT\+CMGD=\d", re.IGNORECASE)
SUBMIT = re.compile(r"AT\+CMGS=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the log. ``at``: seconds of the far end's clock."""

    seq: int
    at: float
    kind: str
    text: str

    @property
    def command(self) -> bool:
        """The client told the modem something; a PDU after its prompt is no command."""
        return self.kind == "at_in" and not self.text.endswith(("\x1a", "\x1b"))

    def told(self, pattern: re.Pattern[str]) -> bool:
        return self.command and pattern.match(self.text) is not None


class FarEndFault(Exception):
    """The far end did not do as asked, or not in time."""


class Wire:
    """Asks the far end's process."""

    def __init__(self, process: Started) -> None:
        self._process = process
        self.device = ""
        self.number = ""

    async def plug(
        self,
        folder: Path,
        number: str,
        *,
        profile: str = "generic",
        slots: int = 255,
        air_s: float = 0.0,
        audio: bool = False,
    ) -> None:
        """Put the modem on its pty, with ``audio`` its sound on another beside it."""
        kind = {"profile": profile, "slots": slots, "air_s": air_s, "audio": audio}
        said = await self._ask("plug", folder=str(folder), number=number, **kind)
        self.device, self.number = said["device"], number

    async def people(
        self,
        *,
        officers: Sequence[str] = (),
        sirens: dict[str, list[str]] | None = None,
        others: Sequence[str] = (),
        listen: bool = False,
    ) -> None:
        """Who is in the network; see ``FarEnd.people``."""
        await self._ask("people", officers=list(officers), sirens=sirens or {}, others=list(others), listen=listen)

    async def sms(self, letters: Sequence[tuple[str, str]]) -> None:
        """People write to the modem: (from, text) each."""
        await self._ask("sms", to=self.number, letters=[list(letter) for letter in letters])

    async def state(self) -> dict[str, Any]:
        """seq, stored, submitted, idle_s, calls."""
        return await self._ask("state")

    async def events(self, after: int = 0) -> list[Said]:
        """The log after a sequence number."""
        return [Said(*row) for row in (await self._ask("events", after=after))["events"]]

    async def heard(self) -> list[tuple[str, float, float]]:
        """Answered calls: the number, when it was answered, when the first sound was heard."""
        return [(number, answered, came) for number, answered, came in (await self._ask("heard"))["heard"]]

    async def until(self, true: Callable[[dict[str, Any]], bool], what: str, limit_s: float) -> dict[str, Any]:
        """Wait until the state is so. Raises FarEndFault with the log's end when it is not in time."""
        try:
            async with asyncio.timeout(limit_s):
                while not true(state := await self.state()):
                    await asyncio.sleep(LOOK_S)
                return state
        except TimeoutError:
            tail = [f"{said.kind} {said.text!r}" for said in (await self.events())[-12:]]
            raise FarEndFault(f"not within {limit_s:g} s: {what}; the log ends: {tail}") from None

    async def _ask(self, verb: str, **fields: Any) -> dict[str, Any]:
        answer = await self._process.ask(json.dumps({"verb": verb, **fields}))
        if not answer:
            raise FarEndFault(f"the far end is gone: {await self._process.errors()}")
        said: dict[str, Any] = json.loads(answer)
        return said


@asynccontextmanager
async def far_end() -> AsyncIterator[Wire]:
    """A fresh network in a process of its own, ended with the block."""
    script = Path(__file__).with_name("far_end.py")
    async with started(sys.executable, str(script), line=LINE) as process:
        yield Wire(process)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as the wire saw it: SMS a second, and commands an SMS."""

    rate: float
    commands: float


def drained(log: Sequence[Said], n: int) -> Job:
    """From the first reading of a letter to the last deletion."""
    begin = next(at for at, said in enumerate(log) if said.told(READ))
    end = max(at for at, said in enumerate(log) if said.told(DELETE))
    return _job(log, begin, end, n)


def sent(log: Sequence[Said], n: int) -> Job:
    """From the first submit's command to the moment when the network had the last letter."""
    begin = next(at for at, said in enumerate(log) if said.told(SUBMIT))
    end = max(at for at, said in enumerate(log) if said.kind == "submit")
    return _job(log, begin, end, n)


def _job(log: Sequence[Said], begin: int, end: int, n: int) -> Job:
    seconds = max(log[end].at - log[begin].at, 1e-6)
    commands = sum(said.command for said in log[begin : end + 1])
    return Job(rate=n / seconds, commands=commands / n)
