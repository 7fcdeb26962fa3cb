"""What can go wrong with a modem, by name. The table ``FAULTS`` is what ``GET /faults`` shows.

A fault begins at once, or when ``at_byte`` more bytes have gone out: the output is cut there. It lasts ``for_s``
seconds; without that, one that strikes a single moment strikes once, and one that is a condition stays until healed.
Errors are named by their code and stage: ``cms_500_at_pdu``, ``cme_14``, ``cms_515_at_prompt``, ``cme_30_at_dial``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modem.virtual import registration
from modem.virtual.command import Command
from modem.virtual.reply import AtError
from modem.virtual.smsc import Carried, Taken
from modem.virtual.timers import Timer
from modem.virtual.wire import Tap

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

LATE_S = 8.0  # python-gsmmodem gives up a prompt at 5 s; a driver should not wait longer either
STALL_S = 1.0
BURST_S = 0.5
NOISE = b"\xff\x00\x80\x1b"
STRAY_CODE = '\r\n+QIND: "csq",21,99\r\n'
BAD_PDU = bytes.fromhex("040D91261832547698F000F56250")  # ends within its time stamp, alphabet reserved

Act = Callable[["VirtualModem"], None]


def _nothing(modem: VirtualModem) -> None:
    """Most faults are asked for by the engine where they matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row. ``once``: strikes a single moment unless ``for_s`` is given. ``lasts_s``: its own duration."""

    what: str
    once: bool = False
    lasts_s: float | None = None
    begin: Act = _nothing
    end: Act = _nothing


def _mute(modem: VirtualModem) -> None:
    modem.wire.muted = True


def _unmute(modem: VirtualModem) -> None:
    modem.wire.muted = False


def _lose_network(modem: VirtualModem) -> None:
    modem.network.exchange.drop(modem)
    registration.tell(modem)


def _find_network(modem: VirtualModem) -> None:
    registration.tell(modem)
    modem.network.smsc.available(modem.number)


def _bad_pdu(modem: VirtualModem) -> None:
    now = modem.network.clock.now()
    carried = Carried(sender="", to=modem.number, octets=BAD_PDU, data=None, sent_at=now, expires_at=now)
    modem.inbound.receive(carried, _ignore)


def _ignore(taken: Taken) -> None:
    """Nobody waits for this delivery."""


def _double_cr(on: bool) -> Act:
    def act(modem: VirtualModem) -> None:
        modem.wire.double_cr = on

    return act


def _split(split: tuple[int, float] | None) -> Act:
    def act(modem: VirtualModem) -> None:
        modem.wire.split = split

    return act


def _forget(modem: VirtualModem) -> None:
    modem.session.cnmi = [0, 0, 0, 0, 0]
    modem.session.clip = modem.session.creg = 0


def _memory_freed(modem: VirtualModem) -> None:
    modem.inbound.space()


def _wake(modem: VirtualModem) -> None:
    modem.reboot(0.0)


FAULTS: Mapping[str, Fault] = {
    # -- on the wire
    "noise": Fault(
        what="four bytes of line noise",
        once=True,
        begin=lambda modem: modem.wire.insert(NOISE),
    ),
    "stray_code": Fault(
        what="an unsolicited code in the middle of whatever is being said",
        once=True,
        begin=lambda modem: modem.wire.insert(STRAY_CODE.encode()),
    ),
    "stall": Fault(
        what="one second of silence within the output, then the rest",
        once=True,
        begin=lambda modem: modem.wire.stall(STALL_S),
    ),
    "burst": Fault(
        what="output gathers for half a second (or for_s) and comes in one write",
        lasts_s=BURST_S,
        begin=lambda modem: modem.wire.join(True),
        end=lambda modem: modem.wire.join(False),
    ),
    "split_lines": Fault(what="output comes three bytes at a time", begin=_split((3, 0.002)), end=_split(None)),
    "double_cr": Fault(what="every line ends CR CR LF", begin=_double_cr(True), end=_double_cr(False)),
    "eof": Fault(
        what="the line drops and can be opened again at once", once=True, begin=lambda m: m.wire.hangup("eof")
    ),
    "eio": Fault(
        what="the line drops with an error and can be opened again",
        once=True,
        begin=lambda m: m.wire.hangup("eio"),
    ),
    "unplugged": Fault(
        what="pulled out; plugged in again after for_s",
        begin=lambda modem: modem.unplug(),
        end=lambda modem: modem.plug(),
    ),
    # -- answers
    "silence": Fault(what="deaf and mute, then as if nothing had been", begin=_mute, end=_unmute),
    "hang": Fault(what="deaf and mute until its power is cut", begin=_mute, end=_unmute),
    "late_prompt": Fault(what="the prompt comes after 8 s", once=True),
    "no_prompt": Fault(what="the prompt is never shown, yet a body is awaited", once=True),
    "late_answer": Fault(what="the final result comes after 8 s", once=True),
    "lost_answer": Fault(what="the answer is never sent; the command was done", once=True),
    "late_submit_answer": Fault(what="the answer to a submitted PDU comes after 8 s", once=True),
    "lost_submit_answer": Fault(what="a PDU goes out and is never answered", once=True),
    "cmgl_hang": Fault(what="AT+CMGL hangs the firmware; only a power cut cures it", once=True, end=_wake),
    # -- errors; any other code and stage can be named too
    "cme_14": Fault(what="SIM busy, at any command", once=True),
    "cms_500_at_prompt": Fault(what="unknown error instead of the prompt", once=True),
    "cms_515_at_prompt": Fault(what="please wait, instead of the prompt", once=True),
    "cms_500_at_pdu": Fault(what="unknown error after the PDU", once=True),
    "cms_515_at_pdu": Fault(what="please wait, after the PDU", once=True),
    "cms_38_at_pdu": Fault(what="network out of order, after the PDU", once=True),
    "cme_100_at_dial": Fault(what="unknown error at ATD", once=True),
    "cms_321_at_read": Fault(what="invalid index at AT+CMGR", once=True),
    "cms_500_at_list": Fault(what="unknown error at AT+CMGL", once=True),
    "cms_500_at_delete": Fault(what="unknown error at AT+CMGD", once=True),
    # -- messages
    "storage_full": Fault(what="no slot is free: the centre keeps and tries again", end=_memory_freed),
    "bad_pdu": Fault(what="an undecodable PDU is delivered", once=True, begin=_bad_pdu),
    "lost_cmti": Fault(what="a message is stored without a code", once=True),
    "forget_settings": Fault(what="CNMI, CLIP and CREG fall back unasked", once=True, begin=_forget),
    # -- calls and USSD
    "no_caller_id": Fault(what="+CLIP without a number"),
    "odd_caller_id": Fault(what="+CLIP with the national number, type 129"),
    "ring_clip_apart": Fault(what="one second between RING and +CLIP"),
    "dial_fails": Fault(what="ATD answers NO CARRIER at once"),
    "stuck_call": Fault(what="hanging up answers OK and does not end the call"),
    "no_tones": Fault(what="keys of the far end are not heard"),
    "ussd_silent": Fault(what="USSD is accepted and never answered"),
    "ussd_ended": Fault(what="USSD is answered +CUSD: 2 without a string"),
    # -- the modem and its network
    "reboot": Fault(what="restarts by itself", once=True, begin=lambda modem: modem.reboot()),
    "no_network": Fault(what="registration lost", begin=_lose_network, end=_find_network),
    "no_sim": Fault(what="SIM not inserted"),
}
_ERROR = re.compile(r"(cme|cms)_(\d{1,3})(?:_at_(prompt|pdu|dial|read|list|delete))?")
_STAGES = {"prompt": ("+CMGS", "+CMGW"), "dial": ("D",), "read": ("+CMGR",), "list": ("+CMGL",), "delete": ("+CMGD",)}


@dataclass(slots=True)
class _Set:
    row: Fault
    once: bool
    begun: bool = False
    tap: Tap | None = None
    timer: Timer | None = None
    struck: bool = False


class Faults:
    """The faults of one modem."""

    def __init__(self, modem: VirtualModem) -> None:
        self._modem = modem
        self._set: dict[str, _Set] = {}
        self._losing = self._lating = False  # the answer under way, by a submit fault

    @property
    def names(self) -> tuple[str, ...]:
        """Those set now, begun or waiting for their byte."""
        return tuple(self._set)

    @property
    def deaf(self) -> bool:
        """Nothing typed is heard."""
        return self.has("silence") or self.has("hang")

    def has(self, name: str) -> bool:
        """It has begun and is not over."""
        found = self._set.get(name)
        return found is not None and found.begun

    def set(self, name: str, *, at_byte: int | None = None, for_s: float | None = None) -> None:
        """Set a fault. Raises ValueError for an unknown name."""
        row = FAULTS.get(name)
        if row is None:
            if not _ERROR.fullmatch(name):
                raise ValueError(f"fault {name!r} is not one of {', '.join(FAULTS)}")
            row = Fault(what="an error by its code", once=True)
        self.heal(name) if name in self._set else None
        lasts = row.lasts_s if for_s is None else for_s
        mine = self._set[name] = _Set(row, once=row.once and for_s is None)
        self._modem.network.journal.add("fault", modem=self._modem.name, name=name, at_byte=at_byte, for_s=for_s)
        if at_byte is None:
            self._begin(name, mine, lasts)
        else:
            mine.tap = self._modem.wire.tap(at_byte, lambda: self._begin(name, mine, lasts))

    def heal(self, name: str | None = None) -> None:
        """End one fault or all; what it held back comes."""
        for each in tuple(self._set) if name is None else (name,):
            found = self._set.pop(each, None)
            if found is None:
                continue
            if found.tap is not None:
                self._modem.wire.untap(found.tap)
            if found.timer is not None:
                found.timer.cancel()
            if found.begun:
                found.row.end(self._modem)

    def power_cut(self) -> None:
        """What only a power cut cures."""
        hang = self._set.pop("hang", None)
        if hang is not None and hang.tap is not None:
            self._modem.wire.untap(hang.tap)
        hung = self._set.get("cmgl_hang")
        if hung is not None and hung.struck:
            del self._set["cmgl_hang"]

    # -- where the engine asks

    def before(self, command: Command) -> None:
        """A command is about to run. Raises AtError."""
        for name in tuple(self._set):
            match = _ERROR.fullmatch(name)
            if match is None or match.group(3) == "pdu":
                continue
            stage = match.group(3)
            if (stage is None or command.name in _STAGES[stage]) and self._strike(name):
                raise AtError(match.group(1).upper(), int(match.group(2)))

    def at_body(self) -> None:
        """A PDU was typed. Raises AtError."""
        for name in tuple(self._set):
            match = _ERROR.fullmatch(name)
            if match is not None and match.group(3) == "pdu" and self._strike(name):
                raise AtError(match.group(1).upper(), int(match.group(2)))
        self._losing = self._strike("lost_submit_answer")
        self._lating = self._strike("late_submit_answer")

    def prompt_delay(self) -> float:
        """Seconds before the prompt."""
        return LATE_S if self._strike("late_prompt") else 0.0

    def answer_delay(self) -> float:
        """Seconds before the final result."""
        late, self._lating = self._lating, False
        return LATE_S if late or self._strike("late_answer") else 0.0

    def swallow_prompt(self) -> bool:
        """The prompt is not shown."""
        return self._strike("no_prompt")

    def swallow_answer(self) -> bool:
        """The answer is not sent."""
        lost, self._losing = self._losing, False
        return lost or self._strike("lost_answer")

    def swallow_cmti(self) -> bool:
        """The code of a stored message is not sent."""
        return self._strike("lost_cmti")

    def cmgl_hangs(self) -> bool:
        """This AT+CMGL never ends."""
        found = self._set.get("cmgl_hang")
        if found is None or not found.begun:
            return False
        found.struck = True
        return True

    def _begin(self, name: str, mine: _Set, lasts: float | None) -> None:
        mine.begun, mine.tap = True, None
        if lasts is not None:
            mine.timer = self._modem.network.timers.after(lasts, lambda: self.heal(name))
        mine.row.begin(self._modem)
        if mine.once and mine.row.begin is not _nothing and self._set.get(name) is mine:
            del self._set[name]

    def _strike(self, name: str) -> bool:
        """The fault is there; one that strikes once is over with this."""
        found = self._set.get(name)
        if found is None or not found.begun:
            return False
        if found.once:
            del self._set[name]
        return True
