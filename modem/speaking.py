"""Whether and how a modem speaks: its voice port, kept open for the session, and the commands around each call.

A modem that cannot speak is as well as any for letters and for calls that only ring. What ails its voice is said
(``trouble``), and tried again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from modem.codes import Code
from modem.line import Turn
from modem.pcm import Pcm
from modem.player import FilePlayer, missing
from modem.port import Opener, PortLost, PortTaken
from modem.profile import VoicePort
from modem.session import Session

log = logging.getLogger(__name__)

OPEN_S = 3.0  # seconds that a voice port may hold up the modem's start; opening goes on afterwards
AGAIN_S = 10.0  # seconds between looks for a voice port that is not there
REFUSED_S = 300.0  # seconds after a refused command before the modem counts as one that speaks again


class Voice:
    """The voice of one session. ``port``: the settings' name of it ("": none). ``changed``: ``speaks`` or ``trouble``
    may be other than before."""

    def __init__(self, session: Session, port: str, open_port: Opener, changed: Callable[[], None]) -> None:
        self._session = session
        self._port = port
        self._open_port = open_port
        self._changed = changed
        self._pcm: Pcm | None = None
        self._bell = asyncio.Event()
        self._refused_until: float | None = None
        self._files: FilePlayer | None = None
        self.trouble = ""  # why it does not speak although it is to
        self.fault = ""  # why the call that is up lost its voice, though nothing was unplugged

    @property
    def speaks(self) -> bool:
        """A call that is answered now would have a voice."""
        return self._refused_until is None and (self._pcm is not None or self._files is not None)

    def hear(self, code: Code) -> None:
        """Take a code that tells of a file being played."""
        if self._files is not None:
            self._files.hear(code)

    async def open(self) -> None:
        """Try to open the voice port, at the start of a session: at most ``OPEN_S``. A modem that plays by itself does
        so where there is none."""
        files = self._session.profile.files
        if files is not None and not missing(files):
            self._files = FilePlayer(self._session, files, self._refused)
        elif files is not None and not self._port:
            self._ails(missing(files))
        with contextlib.suppress(TimeoutError):
            async with self._session.clock.timeout(OPEN_S):
                await self._open()

    async def run(self) -> None:
        """Keep it open, for as long as the session lives. Raises LineError, PortLost (of the modem itself)."""
        while True:
            if self._pcm is None and self._port and self._row is not None:
                await self._open()
            self._forgive()
            with contextlib.suppress(TimeoutError):
                async with self._session.clock.timeout(AGAIN_S if self.trouble else None):
                    await self._bell.wait()
            self._bell.clear()

    async def prepare(self) -> None:
        """Before dialling or answering: off, whatever a call before left behind. Raises LineError, PortLost."""
        if self._pcm is not None and self._row is not None:
            await self._off(self._row)

    async def begin(self) -> tuple[Pcm | None, FilePlayer | None]:
        """A call is up: what carries its voice; both None when nothing does. Raises LineError, PortLost."""
        row, pcm, self.fault = self._row, self._pcm, ""
        if pcm is None or row is None:
            return None, self._files
        pcm.begin(flows_always=not row.on)
        if row.on and not await self._told(row.on):
            pcm.end()
            self._refused(f"{row.on} refused")
            return None, self._files
        return pcm, None

    async def end(self) -> None:
        """The call is over. Raises LineError, PortLost."""
        if self._files is not None:
            self._files.hung_up()
        if self._pcm is not None and self._row is not None:
            self._pcm.end()
            await self._off(self._row)

    def close(self) -> None:
        """Give the port back. Idempotent."""
        pcm, self._pcm = self._pcm, None
        if pcm is not None:
            pcm.close()

    @property
    def _row(self) -> VoicePort | None:
        return self._session.profile.voice

    async def _open(self) -> None:
        row = self._row
        if not self._port or self._pcm is not None:
            return
        if row is None:
            self._ails(f"a {self._session.profile.name} has no voice port: audio = {self._port!r} is of no use")
            return
        try:
            pcm = Pcm(await self._open_port(self._port), self._lost)
        except (PortLost, PortTaken) as fault:
            self._ails(f"no voice: {fault}")
            return
        self._pcm = pcm
        try:
            able = await self._able(row)
        except BaseException:
            self.close()
            raise
        if able:
            self._refused_until = None
            self._ails("")
        else:
            self.close()
            self._ails("no voice: the modem says that it has none (firmware locked against voice calls?)")

    async def _able(self, row: VoicePort) -> bool:
        for command in row.once:
            await self._told(command)
        if row.asks is None:
            return True
        question, yes = row.asks
        async with self._session.line.turn(Turn.STATUS):
            answer = await self._session.line.ask(question, yes.partition(":")[0] + ":")
        return answer.ok and any(line.replace(" ", "").startswith(yes.replace(" ", "")) for line in answer.lines)

    async def _off(self, row: VoicePort) -> None:
        for command in row.off:
            if await self._told(command):
                return

    async def _told(self, command: str) -> bool:
        async with self._session.line.turn(Turn.CALL):
            return await self._session.line.tell(command)

    def _refused(self, why: str) -> None:
        self._refused_until = self._session.clock.monotonic() + REFUSED_S
        self.fault = why
        self._ails(f"no voice: {why}")
        self._bell.set()

    def _forgive(self) -> None:
        """A refusal is not for ever: the modem may have been busy with something else."""
        if self._refused_until is not None and self._session.clock.monotonic() >= self._refused_until:
            self._refused_until = None
            if self._pcm is not None or not self._port:
                self._ails("")

    def _lost(self) -> None:
        if self._pcm is not None:
            why, self._pcm = self._pcm.gone, None
            self._ails(f"no voice: {why}")
            self._bell.set()

    def _ails(self, trouble: str) -> None:
        if trouble != self.trouble:
            if trouble:
                log.warning("%s: %s", self._session.port_name, trouble)
            self.trouble = trouble
            self._changed()
