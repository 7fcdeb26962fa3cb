"""A virtual modem: the AT engine behind any kind of cable.

``feed`` takes what the client wrote; what the modem says goes to every attached ``Line``. ``engine.py`` runs the
commands; this file is the device: its cable, its power, its place in the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modem.virtual import calls
from modem.virtual.dialect import Dialect
from modem.virtual.engine import Engine
from modem.virtual.faults import Faults
from modem.virtual.inbound import Inbound
from modem.virtual.reply import AtError, Reply
from modem.virtual.session import Session
from modem.virtual.storage import Storage
from modem.virtual.timers import Timer
from modem.virtual.voice.jack import Jack
from modem.virtual.voice.player import Player
from modem.virtual.wire import Line, Wire

if TYPE_CHECKING:
    from modem.virtual.network import Network


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
        self.jack = Jack(self)
        """Its audio port: of use where ``dialect.audio`` is not NONE."""
        self.player = Player(self)
        self.files: dict[str, bytes] = {}
        """What was uploaded to it; its flash keeps them."""
        self._engine = Engine(self)
        self._boots = 0
        self._booting = False

    # -- the cable

    def attach(self, line: Line) -> None:
        """A client opened its end of the cable."""
        self.wire.attach(line)

    def detach(self, line: Line) -> None:
        """A client closed its end. What it typed half is forgotten."""
        self.wire.detach(line)
        if not self.wire.attached:
            self._engine.left()

    def feed(self, data: bytes) -> None:
        """Bytes that the client wrote."""
        if not self.plugged or self._booting or self.faults.deaf:
            return
        self._engine.feed(data)

    def unplug(self, reason: str = "unplugged") -> None:
        """Pull it out: power gone, calls dropped, the client's line gone. What the SIM and flash hold stays."""
        if not self.plugged:
            return
        self.plugged = False
        self.network.journal.add("plug", modem=self.name, plugged=False)
        self._power_off()
        self.wire.hangup(reason)
        self.jack.hangup(reason)
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

    def restart(self) -> None:
        """AT+CFUN=1,1. A modem on USB leaves the bus and comes back after ``boot_s``, then boots as long again."""
        if not self.dialect.usb:
            self.reboot()
            return
        self.unplug("reset")
        self.network.timers.after(self.network.settings.boot_s, self.plug)

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
        if not self._engine.holds(text):
            self.say(self._engine.framed(text))

    def vendor_code(self, text: str) -> None:
        """An unsolicited code of the vendor's own, which some firmware frames with a doubled CR."""
        if not self.dialect.double_cr:
            self.code(text)
        elif self.plugged and not self._booting and not self._engine.holds(text):
            self.say(f"\r\r\n{text}\r\n")

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
        self._engine.prompt(body)

    def collect(self, head: str, size: int, seconds: float, late: int | None, taken: Callable[[bytes], Reply]) -> None:
        """Say ``head`` and take ``size`` octets as they are; the command ends with what ``taken`` replies, or, where
        they do not come within ``seconds``, with that CME error (None: a plain ERROR)."""
        waits = self.later(seconds, lambda: self.finish(AtError("CME", late)) if self._engine.give_up() else None)

        def whole(data: bytes) -> None:
            waits.cancel()
            self.finish(taken(data))

        self._engine.collect(head, size, whole)

    def finish(self, reply: Reply | AtError) -> None:
        """The reply to a command that took its time."""
        self._engine.finish(reply)

    @property
    def on_air(self) -> bool:
        """Powered, booted and registered."""
        return self.plugged and not self._booting and self.registered and not self.faults.has("no_network")

    @property
    def booting(self) -> bool:
        """Between power and its boot codes."""
        return self._booting

    # -- as a subscriber of the network (Party and Receiver)

    ours = True

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

    # -- power

    def _power_off(self) -> None:
        self._boots += 1
        self.network.exchange.drop(self)
        self.faults.power_cut()
        self.session = Session.fresh(self.dialect)
        self.jack.reset()
        self.inbound.reset()
        self.wire.reset()
        self._engine.reset()
        self._booting = True

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
