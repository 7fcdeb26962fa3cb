"""A virtual modem: the AT engine behind any kind of cable.

``feed`` takes what the client wrote; what the modem says goes to every attached ``Line``. The commands live in the
files beside this one, by subject; this file runs them one at a time, in the order typed, with one final result a line.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modem.virtual import calls, identity, registration, sms, ussd, vendor
from modem.virtual.command import Command, parse
from modem.virtual.dialect import Dialect
from modem.virtual.faults import Faults
from modem.virtual.inbound import Inbound
from modem.virtual.line import Body, LineReader, Typed
from modem.virtual.reply import AtError, Reply, cme
from modem.virtual.session import Session
from modem.virtual.storage import Storage
from modem.virtual.timers import Timer
from modem.virtual.wire import Line, Wire

if TYPE_CHECKING:
    from modem.virtual.network import Network

Handler = Callable[["VirtualModem", Command], "Reply | None"]
"""Runs a command. None: the reply comes later through ``VirtualModem.finish`` (or a prompt is being shown)."""

HANDLERS: Mapping[str, Handler] = {
    **identity.HANDLERS,
    **registration.HANDLERS,
    **sms.HANDLERS,
    **calls.HANDLERS,
    **ussd.HANDLERS,
}
_AT = re.compile(r"[Aa][Tt]")
_NUMERIC = {"OK": "0", "CONNECT": "1", "RING": "2", "NO CARRIER": "3", "ERROR": "4", "BUSY": "7", "NO ANSWER": "8"}


@dataclass(slots=True)
class Pace:
    """How quick a modem is, in seconds: before each final result, and before each prompt. Real ones take 0.02 to
    0.1 for a command."""

    answer_s: float = 0.0
    prompt_s: float = 0.0


class VirtualModem:
    """One modem with its SIM. Made by ``Network.modem``.

    ``name`` is where a client finds it (the last part of its link); ``number``, ``imsi``, ``iccid`` are the SIM's,
    ``imei`` is the modem's own. It is on, plugged in and registered from the start.
    """

    network: Network
    name: str
    number: str
    imei: str
    imsi: str
    iccid: str
    dialect: Dialect
    wire: Wire

    def __init__(self, network: Network, *, name: str, number: str, imei: str, imsi: str, dialect: Dialect) -> None:
        self.network, self.name, self.number, self.imei, self.imsi = network, name, number, imei, imsi
        self.dialect = dialect
        self.iccid = "8962" + imsi[3:].rjust(15, "0")
        self.pace = Pace()
        self.plugged = True
        self.registered = True
        self.signal = 21  # <rssi> of AT+CSQ
        self.storage = Storage(dialect.memories, dialect.first_index)
        self.wire = Wire(network.timers)
        self.session = Session.fresh(dialect)
        self.faults = Faults(self)
        self.inbound = Inbound(self)
        self.line = calls.CallLine(self)
        self.moved: list[Callable[[], None]] = []
        """Called after the modem was plugged in or pulled out: transports follow."""
        self._reader = LineReader()
        self._chain: deque[Command] = deque()
        self._lines: list[str] = []
        self._executing = self._working = False
        self._prompt: Callable[[str], None] | None = None
        self._late_codes: list[str] = []
        self._boots = 0
        self._booting = False
        self._last = ""

    # -- the cable

    def attach(self, line: Line) -> None:
        """A client opened its end of the cable."""
        self.wire.attach(line)

    def detach(self, line: Line) -> None:
        """A client closed its end. What it typed half is forgotten."""
        self.wire.detach(line)
        if not self.wire.attached and not self._executing and self._prompt is None:
            self._reader.clear()

    def feed(self, data: bytes) -> None:
        """Bytes that the client wrote."""
        if not self.plugged or self._booting or self.faults.deaf:
            return
        self._reader.add(data)
        self._work()

    def unplug(self, reason: str = "unplugged") -> None:
        """Pull it out: power gone, calls dropped, the client's line gone. What the SIM and flash hold stays."""
        if not self.plugged:
            return
        self.plugged = False
        self.network.journal.add("plug", modem=self.name, plugged=False)
        self._power_off()
        self.wire.hangup(reason)
        self._moved()

    def plug(self, name: str | None = None) -> None:
        """Put it in again, under another name if one is given: it boots and registers after ``boot_s``."""
        if self.plugged:
            return
        self.name = name or self.name
        self.plugged = True
        self.network.journal.add("plug", modem=self.name, plugged=True)
        self._moved()
        self._boot()

    def reboot(self, silent_s: float | None = None) -> None:
        """Restart without leaving the cable: state forgotten, the boot codes after ``silent_s`` (default boot_s)."""
        self._power_off()
        self._boot(silent_s)

    def fault(self, name: str, at_byte: int | None = None, for_s: float | None = None) -> None:
        """Let something go wrong: a name of ``faults.FAULTS``; ``at_byte`` of the output from now, ``for_s`` seconds.

        Raises ValueError for a name that is not in the table.
        """
        self.faults.set(name, at_byte=at_byte, for_s=for_s)

    def heal(self, name: str | None = None) -> None:
        """End one fault, or all."""
        self.faults.heal(name)

    # -- what the subjects' files use

    def code(self, text: str) -> None:
        """Put out an unsolicited result code, one line or two; held back while a message is being typed."""
        if not self.plugged or self._booting:
            return
        if self._prompt is not None:
            self._late_codes.append(text)
            return
        self.say(self._framed(text))

    def vendor_code(self, text: str) -> None:
        """An unsolicited code of the vendor's own, which some firmware frames with a doubled CR."""
        if self.dialect.double_cr and self._prompt is None and self.plugged and not self._booting:
            self.say(f"\r\r\n{text}\r\n")
        else:
            self.code(text)

    def say(self, text: str) -> None:
        """Put text on the wire as it is."""
        self.network.journal.add("at_out", modem=self.name, text=text)
        self.wire.send(text.encode("latin-1", "replace"))

    def later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """A timer that a reboot or a power cut forgets."""
        boots = self._boots

        def fire() -> None:
            if boots == self._boots:
                callback()

        return self.network.timers.after(seconds, fire)

    def prompt(self, body: Callable[[str], None]) -> None:
        """Show the prompt and hand what is typed to ``body``; ESC ends the command with OK."""
        self._executing = True
        delay = self.pace.prompt_s + self.faults.prompt_delay()
        if delay == 0:
            self._show_prompt(body)
        else:
            self.later(delay, lambda: self._show_prompt(body))

    def finish(self, reply: Reply | AtError) -> None:
        """The reply to a command that took its time."""
        if isinstance(reply, AtError):
            self._fail(reply)
        else:
            self._lines.extend(reply.lines)
            self._next(reply.final)
        self._work()

    @property
    def on_air(self) -> bool:
        """Powered, booted and registered."""
        return self.plugged and not self._booting and self.registered and not self.faults.has("no_network")

    @property
    def booting(self) -> bool:
        """Between power and its boot codes."""
        return self._booting

    # -- as a subscriber of the network (Party and Receiver)

    def reachable(self) -> bool:
        """On the air, with a SIM."""
        return self.on_air and not self.faults.has("no_sim")

    can_ring = reachable

    def engaged(self) -> bool:
        """In a call; call waiting is off."""
        return self.line.call is not None

    @property
    def rings(self) -> Callable[[calls.Call], None]:
        """An incoming call begins to ring."""
        return self.line.rings

    @property
    def call_changed(self) -> Callable[[calls.Call], None]:
        """A call of this modem moved on."""
        return self.line.call_changed

    @property
    def key_heard(self) -> Callable[[calls.Call, str], None]:
        """The far end pressed a key."""
        return self.line.key_heard

    @property
    def receive(self) -> Callable[..., None]:
        """A message arrives over the air."""
        return self.inbound.receive

    # -- running

    def _work(self) -> None:
        """Take what was typed, one line after the other, while no command is under way."""
        if self._working:
            return
        self._working = True
        try:
            while not self._executing:
                taken = self._reader.take(body=self._prompt is not None)
                if taken is None:
                    return
                if isinstance(taken, Body):
                    self._typed_body(taken)
                else:
                    self._typed_line(taken)
        finally:
            self._working = False

    def _typed_line(self, typed: Typed) -> None:
        if self.session.echo:
            self.say(typed.text + "\r")
        at = _AT.search(typed.text)
        if at is None and typed.text.upper() != "A/":
            return  # a modem is deaf to what does not begin with AT: a PDU without its command is lost
        self.network.journal.add("at_in", modem=self.name, text=typed.text)
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
        self.network.journal.add("at_in", modem=self.name, text=body.text + ("\x1a" if body.sent else "\x1b"))
        if self.session.echo:
            self.say(body.text)
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
        self.faults.before(command)
        if command.name in self.dialect.refuses:
            raise cme(4)
        reply = vendor.answer(self, command)
        if reply is not None:
            return reply
        handler = HANDLERS.get(command.name)
        if handler is None:
            raise cme(4)
        return handler(self, command)

    def _fail(self, error: AtError) -> None:
        self._chain.clear()
        self._end(error.final(self.session.cmee))

    def _end(self, final: str) -> None:
        self._executing = True
        lines, self._lines = self._lines, []
        delay = self.pace.answer_s + self.faults.answer_delay()
        if delay == 0:
            self._put_out(lines, final)
        else:
            self.later(delay, lambda: self._answer_late(lines, final))

    def _answer_late(self, lines: list[str], final: str) -> None:
        self._put_out(lines, final)
        self._work()

    def _put_out(self, lines: list[str], final: str) -> None:
        text = "".join(self._framed(line) for line in lines)
        if not self.session.quiet:
            text += self._framed(final) if self.session.verbose else f"{_NUMERIC.get(final, final)}\r"
        if text and not self.faults.swallow_answer():
            self.say(text)
        self._executing = False
        self._flush_codes()

    def _framed(self, line: str) -> str:
        return f"\r\n{line}\r\n" if self.session.verbose else f"{line}\r\n"

    def _show_prompt(self, body: Callable[[str], None]) -> None:
        self._prompt = body
        self._executing = False
        if not self.faults.swallow_prompt():
            self.say("\r\n> ")
        self._work()

    def _flush_codes(self) -> None:
        codes, self._late_codes = self._late_codes, []
        for code in codes:
            self.code(code)

    # -- power

    def _power_off(self) -> None:
        self._boots += 1
        self.network.exchange.drop(self)
        self.faults.power_cut()
        self.session = Session.fresh(self.dialect)
        self.inbound.reset()
        self.wire.reset()
        self._reader.clear()
        self._chain.clear()
        self._late_codes = []
        self._executing, self._prompt, self._booting = False, None, True

    def _boot(self, silent_s: float | None = None) -> None:
        self._booting = True
        seconds = self.network.settings.boot_s if silent_s is None else silent_s
        self.later(seconds, self._booted)

    def _booted(self) -> None:
        self._booting = False
        self.registered = True
        for code in self.dialect.boot:
            self.code(code)
        self.network.smsc.available(self.number)

    def _moved(self) -> None:
        for moved in tuple(self.moved):
            moved()
