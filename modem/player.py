"""A modem that plays files into the call by itself: upload once, play often (modem/README.md).

A file is named by what is in it, so that what was said before is there already; the ones longest unused are deleted
before the modem's memory is full.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import re
import shutil
import subprocess
import wave
from collections.abc import Callable

from modem.codes import Code, fields, number_in
from modem.errors import LineError
from modem.insist import insist
from modem.line import Turn
from modem.profile import Coding, Files
from modem.session import Session
from modem.voice import RATE

log = logging.getLogger(__name__)

MARK = "ktg"  # what the names of our files begin with: nobody else's is deleted
UNKNOWN = 20_000  # octets a file of an earlier session is taken for where the modem does not tell
LATE_S = 5.0  # seconds that the end of a file may be told after it has been played
STOP_S = 1.0  # seconds for the same after it was stopped
UPLOAD_RATE = 8_000  # octets a second that any cable carries; a UART at 115,200 bit/s carries 11,000
ENCODE_S = 10.0  # seconds; a minute of speech takes 0.1
ENCODER = "sox"
AMR_MODE = "4"  # 7.40 kbit/s: 0.93 kB a second of speech, and hardly worse than the best on a real line


def missing(files: Files) -> str:
    """What this machine lacks to make such files; "" when it lacks nothing."""
    if files.coding is Coding.AMR and shutil.which(ENCODER) is None:
        return "no voice: this modem plays AMR only, and sox is not installed (apt install sox libsox-fmt-all)"
    return ""


class FilePlayer:
    """Satisfies ``modem.voice.Player``. ``failed`` is told why a file could not be played."""

    def __init__(self, session: Session, files: Files, failed: Callable[[str], None]) -> None:
        self._session = session
        self._table = files
        self._failed = failed
        self._held: dict[str, int] | None = None  # octets of each of our files in the modem, longest unused first
        self._ended = asyncio.Event()
        self._said = ""

    def hear(self, code: Code) -> None:
        """Take the code that tells the end of a file."""
        if code.name == self._table.ended:
            self._said = code.fields()[0]
            self._ended.set()

    def hung_up(self) -> None:
        """The call is gone, and its voice with it: nobody waits to hear that a file has ended."""
        self._said = ""
        self._ended.set()

    async def play(self, sound: bytes) -> None:
        """See ``Player.play``."""
        if not sound:
            return
        name = await insist(self._uploaded(sound))
        self._ended.clear()
        try:
            await insist(self._begun(name))
            async with self._session.clock.timeout(len(sound) / 2 / RATE + LATE_S):
                await self._ended.wait()
        except TimeoutError:
            log.warning("the modem did not tell the end of a file")
        except asyncio.CancelledError:
            await insist(self._stop())
            raise
        else:
            if self._said not in ("0", ""):
                raise self._fault(f"{self._table.ended}: {self._said}")

    async def _begun(self, name: str) -> None:
        if await self._told(self._table.play.format(name=name)):
            return
        if self._held is not None:
            self._held.pop(name, None)  # it may have been deleted by another
        raise self._fault(f"{self._table.play.partition('=')[0]} refused")

    async def _stop(self) -> None:
        try:
            await self._told(self._table.stop)
            async with self._session.clock.timeout(STOP_S):
                await self._ended.wait()  # else it is taken for the end of the next
        except TimeoutError:
            return

    async def _uploaded(self, sound: bytes) -> str:
        """The name under which the modem has it, now."""
        table = self._table
        name = f"{MARK}{hashlib.sha256(sound).hexdigest()[:12]}.{table.coding}"
        held = await self._list() if self._held is None else self._held
        self._held = held
        if name in held:
            held[name] = held.pop(name)  # used last
            return name
        data = await self._encoded(sound)
        for old in list(held):
            if sum(held.values()) + len(data) <= table.room:
                break
            await self._told(table.delete.format(name=old))
            del held[old]
        await self._upload(name, data)
        held[name] = len(data)
        return name

    async def _list(self) -> dict[str, int]:
        async with self._session.line.turn(Turn.CALL):
            answer = await self._session.line.ask(self._table.list, "+QFLST:", free=True)
        found: dict[str, int] = {}
        for line in answer.lines if answer.ok else ():
            name, *size = fields(line.removeprefix("+QFLST:").strip())
            if re.fullmatch(rf"{MARK}[0-9a-f]{{12}}\.{self._table.coding}", name):
                found[name] = (number_in(size[0]) if size else None) or UNKNOWN
        return found

    async def _upload(self, name: str, data: bytes) -> None:
        """One turn: nothing else is written while the modem takes a file."""
        table, line = self._table, self._session.line
        async with line.turn(Turn.CALL):
            await line.tell(table.delete.format(name=name))  # what an upload that broke off left; mostly refused
            if table.create:
                await line.tell(table.create.format(name=name))
            for at in range(0, len(data), table.piece):
                piece = data[at : at + table.piece]
                limit_s = LATE_S + len(piece) / UPLOAD_RATE
                command = table.write.format(name=name, size=len(piece), wait=round(LATE_S), more=int(at > 0))
                refusal = await line.offer(command, "+QFUPL:", within_s=LATE_S)
                answer = refusal or await line.pour(piece, within_s=limit_s)
                if not answer.ok:
                    raise self._fault(f"{command.partition('=')[0]} refused: {answer.final.text}")

    async def _encoded(self, sound: bytes) -> bytes:
        if self._table.coding is Coding.WAV:
            return _wav(sound)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(None, _amr, sound)
        except (OSError, subprocess.SubprocessError) as fault:
            raise self._fault(f"sox could not make AMR (libsox-fmt-all?): {fault}") from fault

    async def _told(self, command: str) -> bool:
        async with self._session.line.turn(Turn.CALL):
            return await self._session.line.tell(command)

    def _fault(self, why: str) -> LineError:
        self._failed(why)
        return LineError(f"the modem does not play: {why}")


def _wav(sound: bytes) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound)
    return made.getvalue()


def _amr(sound: bytes) -> bytes:
    given = ("-t", "raw", "-r", str(RATE), "-e", "signed", "-b", "16", "-c", "1", "-")
    made = ("-t", "amr-nb", "-C", AMR_MODE, "-")
    argv = (ENCODER, "-V1", *given, *made)
    return subprocess.run(argv, input=sound, capture_output=True, check=True, timeout=ENCODE_S).stdout
