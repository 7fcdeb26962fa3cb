"""The wire to one modem: one writer, whole turns by urgency, one command outstanding, resync after every silence.

A *turn* owns the wire from its first command to its last and is never cut in the middle; between turns the most urgent
waiter goes first. A command that is not answered in time leaves the wire *dirty*: the next turn begins with a resync,
so that a late answer is never taken for another's (modem/README.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from config.clock import Clock
from modem.at import Parser
from modem.codes import Code, Echo, Event, Final, Prompt, Stray, Text
from modem.errors import Silence
from modem.port import Port, PortLost
from modem.turns import Turn, Turns

__all__ = ["Answer", "Line", "Turn"]

ESC, CTRL_Z = b"\x1b", b"\x1a"
ANSWER_S = 5.0  # seconds; most commands answer in 0.3 s, a SIM read on an old modem takes up to 5
RESYNC_S = 2.0  # seconds for each marker; a healthy modem answers in 0.05
CANCEL_S = 1.0  # seconds for the OK to ESC
RESYNC_TRIES = 4  # markers before the line counts as dead
RESYNC_WRITES = 8  # the same with those that went into the text entry of a late prompt
MARKERS = (("AT+CFUN?", "+CFUN:"), ("AT+CGSN", ""), ("AT+CMEE?", "+CMEE:"), ("AT+CSCS?", "+CSCS:"))
"""Questions whose answers cannot be mistaken for each other's. A resync never asks the same twice running: the answer
to the last one asked is the last there is."""

_IMEI = re.compile(r"(?<!\d)\d{14,17}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command brought: its lines, and how it ended."""

    lines: tuple[str, ...]
    final: Final

    @property
    def ok(self) -> bool:
        return self.final.ok

    def rest(self) -> str:
        """The first line after its prefix ("" when there is none)."""
        line = self.lines[0] if self.lines else ""
        return line.partition(":")[2].strip() if line.startswith(("+", "^", "$", "*")) else line


@dataclass(slots=True)
class _Outstanding:
    reply: asyncio.Future[Final | Prompt]
    lines: list[str] = field(default_factory=list)
    early: Final | None = None  # came after the prompt, before the PDU: the modem thought better of it


class Line:
    """One open port with its parser. ``heard`` gets every unsolicited code; ``echoed`` is called when the modem echoes
    though it was told not to (it has started anew)."""

    def __init__(
        self, port: Port, clock: Clock, heard: Callable[[Code], None], echoed: Callable[[], None] = lambda: None
    ) -> None:
        self._port = port
        self._clock = clock
        self._heard = heard
        self._echoed = echoed
        self._parser = Parser()
        self._outstanding: _Outstanding | None = None
        self._turns = Turns()
        self._dirty = False
        self._unanswered: set[str] = set()  # commands given up since the last sync
        self._marker = 0
        self._late: Callable[[str], None] = lambda line: None
        self.gone: str | None = None  # why the port is lost
        self.dead = asyncio.Event()  # set when the port is lost or a resync failed: the session is over
        self.commands = 0  # written so far
        port.listen(self._bytes, self._lost)

    # -- turns

    @contextlib.asynccontextmanager
    async def turn(self, rank: Turn) -> AsyncIterator[None]:
        """Own the wire. Raises PortLost, or Silence when the modem could not be brought back to sense."""
        self.check()
        await self._turns.take(rank)
        try:
            if self._dirty:
                await self.resync()
            yield
        finally:
            self._turns.give()

    # -- commands, by the owner of a turn only

    async def ask(
        self,
        command: str,
        prefix: str = "",
        *,
        within_s: float = ANSWER_S,
        free: bool = False,
        dial: bool = False,
    ) -> Answer:
        """One command and its answer. ``prefix`` marks the answer's lines; ``free``: lines without a prefix belong to
        it too. An error is an answer. Raises Silence after ``within_s`` seconds, PortLost."""
        waiting = self._start(command, prefix, free=free, dial=dial)
        final = await self._reply(waiting, within_s, command)
        assert isinstance(final, Final)
        return Answer(lines=tuple(waiting.lines), final=final)

    async def tell(self, command: str, *, within_s: float = ANSWER_S) -> bool:
        """One command whose answer is only yes or no."""
        return (await self.ask(command, within_s=within_s)).ok

    async def offer(self, command: str, prefix: str, *, within_s: float) -> Answer | None:
        """A command that asks for a PDU or a file: None when the prompt is there (now ``hand_over``, ``withdraw`` or
        ``pour``), else its error. Raises Silence when the prompt is late: the resync's ESC then takes the modem out of
        its text entry."""
        waiting = self._start(command, prefix, prompt=True)
        reply = await self._reply(waiting, within_s, command)
        if isinstance(reply, Prompt):
            return None
        if reply.ok:  # nobody says OK to that without a prompt: it was another command's answer
            self._dirty = True
            raise Silence(f"{command}: OK without a prompt")
        return Answer(lines=tuple(waiting.lines), final=reply)

    async def hand_over(self, pdu: str, *, within_s: float) -> Answer:
        """The PDU to a prompt, and the submit's answer. Raises Silence: then nobody knows whether it was sent."""
        answer = await self._after_prompt(pdu.encode("ascii") + CTRL_Z, within_s, "the PDU")
        if answer.ok and not answer.lines:
            self._dirty = True
            raise Silence("OK without a reference")
        return answer

    async def pour(self, data: bytes, *, within_s: float) -> Answer:
        """A file's octets to a prompt that named how many, and the answer to them. Raises Silence."""
        return await self._after_prompt(data, within_s, "the file")

    async def withdraw(self) -> None:
        """ESC to a prompt: nothing is sent (27.005, 3.5.1)."""
        with contextlib.suppress(Silence):
            await self._after_prompt(ESC, CANCEL_S, "ESC")

    async def _after_prompt(self, data: bytes, within_s: float, name: str) -> Answer:
        waiting = self._outstanding
        assert waiting is not None
        if waiting.early is not None:
            return Answer(lines=tuple(waiting.lines), final=waiting.early)
        waiting.reply = asyncio.get_running_loop().create_future()
        self._write(data)
        final = await self._reply(waiting, within_s, name)
        assert isinstance(final, Final)
        return Answer(lines=tuple(waiting.lines), final=final)

    async def resync(self, late: Callable[[str], None] = lambda line: None) -> None:
        """Bring wire and modem to the same place: ESC, then a question whose answer is unmistakable; what comes before
        it is thrown away (``late`` is shown each such line). Raises Silence, and then the line is dead."""
        self._late = late
        tries = 0
        try:
            for _ in range(RESYNC_WRITES):
                self._write(ESC)
                self._marker += 1
                command, prefix = MARKERS[self._marker % len(MARKERS)]
                if command in self._unanswered and len(self._unanswered) < len(MARKERS):
                    continue  # its late answer could be mistaken for the new one
                found = await self._marked(command, prefix)
                if found:
                    self._dirty = False
                    self._unanswered.clear()
                    return
                tries += found is False
                if tries == RESYNC_TRIES:
                    break
        finally:
            self._late = lambda line: None
        self.dead.set()
        raise Silence("the modem does not answer")

    async def _marked(self, command: str, prefix: str) -> bool | None:
        """Ask until the answer that can only be this question's is seen, then its final result. False: no answer in
        time. None: the prompt of a command given up came late, and our question went into its text."""
        deadline = self._clock.monotonic() + RESYNC_S
        waiting = self._start(command, prefix, free=True, prompt=True)
        while True:
            try:
                reply = await self._reply(waiting, deadline - self._clock.monotonic(), command)
            except Silence:
                return False
            if isinstance(reply, Prompt):
                self._unanswered.add(command)
                return None
            if reply.ok and any(_is_marker(line, prefix) for line in waiting.lines):
                return True
            for line in (*waiting.lines, reply.text):
                self._late(line)
            waiting = self._expect(command, prefix, free=True, prompt=True)

    # -- inside

    def _start(
        self, command: str, prefix: str, *, free: bool = False, dial: bool = False, prompt: bool = False
    ) -> _Outstanding:
        assert self._turns.taken, "a command without a turn"
        octets = command.encode("ascii")
        if any(octet < 0x20 for octet in octets):
            raise ValueError("a control character in a command")
        waiting = self._expect(command, prefix, free=free, dial=dial, prompt=prompt)
        self.commands += 1
        self._write(octets + b"\r")
        return waiting

    def _expect(
        self, command: str, prefix: str, *, free: bool = False, dial: bool = False, prompt: bool = False
    ) -> _Outstanding:
        prefixes = (prefix,) if prefix else ()
        self._parser.expect(command, prefixes=prefixes, free=free, dial=dial, prompt=prompt)
        self._outstanding = _Outstanding(asyncio.get_running_loop().create_future())
        return self._outstanding

    async def _reply(self, waiting: _Outstanding, within_s: float, name: str) -> Final | Prompt:
        """The final result or the prompt. Whatever ends the wait early leaves the line dirty."""
        try:
            async with self._clock.timeout(within_s):
                return await waiting.reply
        except TimeoutError:
            raise Silence(f"{name}: no answer in {within_s:g} s") from None
        finally:
            if not waiting.reply.done() or waiting.reply.cancelled():
                self._dirty = True
                self._unanswered.add(name)
                self._outstanding = None
                self._parser.idle()

    def _write(self, data: bytes) -> None:
        self.check()
        self._port.write(data)

    def close(self) -> None:
        """Give the port back; who still waits is told that it is gone."""
        self._port.close()
        if self.gone is None:
            self._lost("closed")

    def check(self) -> None:
        """Raises PortLost when the port is."""
        if self.gone is not None:
            raise PortLost(self.gone)

    def _bytes(self, data: bytes) -> None:
        for event in self._parser.feed(data):
            self._event(event)

    def _event(self, event: Event) -> None:
        waiting = self._outstanding
        match event:
            case Code():
                self._heard(event)
            case Text(line) if waiting is not None:
                waiting.lines.append(line)
            case Final() | Prompt() if waiting is not None and not waiting.reply.done():
                waiting.reply.set_result(event)
            case Final() if waiting is not None:
                waiting.early = event
            case Echo():
                self._echoed()
            case Stray(line):
                self._late(line)
            case _:
                pass

    def _lost(self, why: str) -> None:
        """The port is gone: everyone who waits is told at once."""
        self.gone = why
        self.dead.set()
        if self._outstanding is not None and not self._outstanding.reply.done():
            self._outstanding.reply.set_exception(PortLost(why))
            self._outstanding.reply.exception()  # seen: whoever waited may have been cancelled in the same breath
        self._turns.fail(PortLost(why))


def _is_marker(line: str, prefix: str) -> bool:
    return line.startswith(prefix) if prefix else _IMEI.search(line) is not None
