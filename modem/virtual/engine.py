"""Runs command lines: one at a time, in the order typed, with one final result a line.

The commands live in the files beside this one, by subject; each is a function of the modem and the command. This file
knows the line: echo, chains, prompts, answers that come later, codes held back while a message is being typed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual import calls, identity, registration, sms, ussd, vendor
from modem.virtual.command import Command, parse
from modem.virtual.line import Body, LineReader, Typed
from modem.virtual.reply import AtError, Reply, cme
from modem.virtual.voice import commands as voice
from modem.virtual.voice import files, player

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

Handler = Callable[["VirtualModem", Command], "Reply | None"]
"""Runs a command. None: the reply comes later through ``Engine.finish`` (or a prompt is being shown)."""

HANDLERS: Mapping[str, Handler] = {
    **identity.HANDLERS,
    **registration.HANDLERS,
    **sms.HANDLERS,
    **calls.HANDLERS,
    **ussd.HANDLERS,
    **voice.HANDLERS,
    **files.HANDLERS,
    **player.HANDLERS,
}
_AT = re.compile(r"[Aa][Tt]")
_NUMERIC = {"OK": "0", "CONNECT": "1", "RING": "2", "NO CARRIER": "3", "ERROR": "4", "BUSY": "7", "NO ANSWER": "8"}


class Engine:
    """The command interpreter of one modem."""

    def __init__(self, modem: VirtualModem) -> None:
        self._modem = modem
        self._reader = LineReader()
        self._chain: deque[Command] = deque()
        self._lines: list[str] = []
        self._executing = self._working = False
        self._prompt: Callable[[str], None] | None = None
        self._collected: tuple[int, Callable[[bytes], None]] | None = None
        self._held: list[str] = []
        self._last = ""

    def feed(self, data: bytes) -> None:
        """Bytes that the client wrote."""
        self._reader.add(data)
        self._work()

    def left(self) -> None:
        """The last client left: what it typed half is forgotten, unless a command is under way."""
        if not self._executing and self._prompt is None and self._collected is None:
            self._reader.clear()

    def reset(self) -> None:
        """Power cut: nothing typed, nothing under way."""
        self._reader.clear()
        self._chain.clear()
        self._held = []
        self._executing, self._prompt, self._collected = False, None, None

    def holds(self, code: str) -> bool:
        """Keep an unsolicited code until the message at the prompt is typed; False where there is no prompt."""
        if self._prompt is None and self._collected is None:
            return False
        self._held.append(code)
        return True

    def prompt(self, body: Callable[[str], None]) -> None:
        """Show the prompt and hand what is typed to ``body``; ESC ends the command with OK."""
        self._executing = True
        delay = self._modem.pace.prompt_s + self._modem.faults.prompt_delay()
        if delay == 0:
            self._show_prompt(body)
        else:
            self._modem.later(delay, lambda: self._show_prompt(body))

    def collect(self, head: str, size: int, taken: Callable[[bytes], None]) -> None:
        """Say ``head``, and hand the next ``size`` octets to ``taken``, whatever they are."""
        self._collected = size, taken
        self._executing = False
        self._modem.say(head)

    def give_up(self) -> bool:
        """No more octets are waited for: those that came are thrown away. False where none were."""
        was, self._collected = self._collected, None
        if was is not None:
            self._executing = True
            self._reader.clear()
        return was is not None

    def finish(self, reply: Reply | AtError) -> None:
        """The reply to a command that took its time."""
        if isinstance(reply, AtError):
            self._fail(reply)
        else:
            self._lines.extend(reply.lines)
            self._next(reply.final)
        self._work()

    def framed(self, line: str) -> str:
        """A line between its CR LFs (V.250, 5.7.1)."""
        return f"\r\n{line}\r\n" if self._modem.session.verbose else f"{line}\r\n"

    def _work(self) -> None:
        """Take what was typed, one line after the other, while no command is under way."""
        if self._working:
            return
        self._working = True
        try:
            while not self._executing:
                if self._collected is not None:
                    if not self._collect():
                        return
                    continue
                taken = self._reader.take(body=self._prompt is not None)
                if taken is None:
                    return
                if isinstance(taken, Body):
                    self._typed_body(taken)
                else:
                    self._typed_line(taken)
        finally:
            self._working = False

    def _collect(self) -> bool:
        """Octets for a file; False while they are not all there."""
        assert self._collected is not None
        size, taken = self._collected
        data = self._reader.octets(size)
        if data is None:
            return False
        self._collected = None
        self._executing = True
        self._modem.network.journal.add("at_in", modem=self._modem.name, text=f"<{size} octets>")
        taken(data)
        return True

    def _typed_line(self, typed: Typed) -> None:
        if self._modem.session.echo:
            self._modem.say(typed.text + "\r")
        at = _AT.search(typed.text)
        if at is None and typed.text.upper() != "A/":
            return  # a modem is deaf to what does not begin with AT: a PDU without its command is lost
        self._modem.network.journal.add("at_in", modem=self._modem.name, text=typed.text)
        self._last = self._last if at is None else typed.text[at.end() :]
        self._lines = []
        try:
            self._chain = deque(parse(self._last))
        except ValueError:
            self._fail(AtError())
            return
        self._next("OK")

    def _typed_body(self, body: Body) -> None:
        taken, self._prompt = self._prompt, None
        self._modem.network.journal.add(
            "at_in", modem=self._modem.name, text=body.text + ("\x1a" if body.sent else "\x1b")
        )
        if self._modem.session.echo:
            self._modem.say(body.text)
        self._executing = True
        if body.sent and taken is not None:
            try:
                taken(body.text.strip("\r\n "))
            except AtError as error:
                self._fail(error)
        else:
            self._next("OK")

    def _next(self, final: str) -> None:
        """Run what is left of the line; the last result is its final one."""
        self._executing = True
        while self._chain:
            command = self._chain.popleft()
            try:
                reply = self._run(command)
            except AtError as error:
                self._fail(error)
                return
            except ValueError:
                self._fail(cme(50))
                return
            if reply is None:
                return
            self._lines.extend(reply.lines)
            final = reply.final
        self._end(final)

    def _run(self, command: Command) -> Reply | None:
        self._modem.faults.before(command)
        if command.name in self._modem.dialect.refuses:
            raise cme(4)
        reply = vendor.answer(self._modem, command)
        if reply is not None:
            return reply
        handler = HANDLERS.get(command.name)
        if handler is None:
            raise cme(4)
        return handler(self._modem, command)

    def _fail(self, error: AtError) -> None:
        self._chain.clear()
        self._end(error.final(self._modem.session.cmee))

    def _end(self, final: str) -> None:
        self._executing = True
        lines, self._lines = self._lines, []
        delay = self._modem.pace.answer_s + self._modem.faults.answer_delay()
        if delay == 0:
            self._put_out(lines, final)
        else:
            self._modem.later(delay, lambda: self._answer_late(lines, final))

    def _answer_late(self, lines: list[str], final: str) -> None:
        self._put_out(lines, final)
        self._work()

    def _put_out(self, lines: list[str], final: str) -> None:
        text = "".join(self.framed(line) for line in lines)
        if not self._modem.session.quiet:
            text += self.framed(final) if self._modem.session.verbose else f"{_NUMERIC.get(final, final)}\r"
        if text and not self._modem.faults.swallow_answer():
            self._modem.say(text)
        self._executing = False
        self._flush_codes()

    def _show_prompt(self, body: Callable[[str], None]) -> None:
        self._prompt = body
        self._executing = False
        if not self._modem.faults.swallow_prompt():
            self._modem.say("\r\n> ")
        self._work()

    def _flush_codes(self) -> None:
        codes, self._held = self._held, []
        for code in codes:
            self._modem.code(code)
