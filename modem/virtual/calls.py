"""Calls at a modem: dialling, progress codes, RING and CLIP, key tones, hanging up (TS 27.007, 7 and C.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual import progress
from modem.virtual.command import Command, Form
from modem.virtual.dialect import CallCodes
from modem.virtual.exchange import Call, CallState, Cause
from modem.virtual.reply import OK, Reply, cme
from modem.virtual.timers import Timer
from modem.virtual.voice.track import DELAY_S

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

RING_EVERY_S = 5.0
TONE_S = 0.05  # of a key's tone, after which a modem knows it
CLIP_APART_S = 1.0  # what the fault ring_clip_apart puts between a RING and its +CLIP
DIALLED = "0123456789*#+ABCDabcd"


class CallLine:
    """The one call that a modem can have."""

    def __init__(self, modem: VirtualModem) -> None:
        self._modem = modem
        self.call: Call | None = None
        self._ringer: Timer | None = None
        self._blocking = False  # ATD waits for the answer: COLP is on

    # -- what the client asks

    def dial(self, number: str) -> Reply | None:
        """ATD…; : OK at once, or after the answer where COLP is on."""
        modem = self._modem
        if self.call is not None:
            raise cme(3)
        if not modem.reachable() or modem.faults.has("dial_fails"):
            return Reply(final="NO CARRIER")
        modem.later(0.0, self._dialled)  # its code comes before any other of this call
        self.call = modem.network.exchange.dial(modem, number)
        if modem.session.values["+COLP"] == "1":
            self._blocking = True
            return None
        return OK

    def answer(self) -> Reply:
        """ATA."""
        if self.call is None or self.call.callee is not self._modem:
            return Reply(final="NO CARRIER")
        self._modem.network.exchange.answer(self.call)
        return OK

    def hang_up(self) -> Reply:
        """ATH, AT+CHUP, AT+CHLD=1: OK also without a call."""
        if self.call is not None and not self._modem.faults.has("stuck_call"):
            self._modem.network.exchange.release(self.call, self._modem)
        return OK

    def tones(self, keys: str) -> Reply:
        """AT+VTS, AT^DTMF."""
        if self.call is None or self.call.state is not CallState.ACTIVE:
            raise cme(3)
        for key in keys:
            if key.upper() in "0123456789*#ABCD":
                self._modem.network.exchange.key(self.call, self._modem, key)
        return OK

    def listed(self) -> tuple[str, ...]:
        """The lines of AT+CLCC."""
        data = ('+CLCC: 1,1,0,1,0,"",128',) if self._modem.dialect.data_line else ()
        return data if self.call is None else (*data, progress.clcc(self._modem, self.call))

    # -- what the exchange tells

    def rings(self, call: Call) -> None:
        """An incoming call begins to ring."""
        self.call = call
        progress.incoming(self._modem, call)
        self._ring(call)

    def call_changed(self, call: Call) -> None:
        """Our call moved on."""
        if call is not self.call:
            return
        self._modem.jack.call_changed(call)
        if call.state is CallState.ENDED:
            self._modem.player.stop()
        if call.state is CallState.ENDED:
            self.call = None
            self._stop_ringing()
        elif call.state is CallState.ACTIVE:
            self._stop_ringing()
        progress.changed(self._modem, call, result=not self._blocking)
        self._unblock(call)

    def key_heard(self, call: Call, key: str) -> None:
        """A key of the far end, where the modem listens for tones: it knows one when some of it has come over."""

        def tell() -> None:
            dialect = self._modem.dialect
            heard = self._modem.session.tones and not self._modem.faults.has("no_tones")
            if dialect.tone is not None and heard and call is self.call:
                self._modem.vendor_code(dialect.tone.format(key=key, ascii=ord(key)))

        self._modem.later(DELAY_S + TONE_S, tell)

    def _dialled(self) -> None:
        if self.call is not None:
            progress.dialled(self._modem, self.call)

    def _unblock(self, call: Call) -> None:
        if not self._blocking or call.state in (CallState.SETUP, CallState.ALERTING):
            return
        self._blocking = False
        final = "OK" if call.state is CallState.ACTIVE else progress.final(self._modem, call) or "NO CARRIER"
        line = (f'+COLP: "{call.to}",145',) if call.state is CallState.ACTIVE else ()
        self._modem.finish(Reply(line, final))

    def _ring(self, call: Call) -> None:
        if call is not self.call or call.state is not CallState.ALERTING:
            return
        modem = self._modem
        modem.code("+CRING: VOICE" if modem.session.crc else "RING")
        if modem.session.clip:
            if modem.faults.has("ring_clip_apart"):
                modem.later(CLIP_APART_S, lambda: self._clip(call))
            else:
                self._clip(call)
        self._ringer = modem.later(RING_EVERY_S, lambda: self._ring(call))

    def _clip(self, call: Call) -> None:
        if call is not self.call:
            return
        number = call.caller_shown
        if self._modem.faults.has("no_caller_id"):
            number = ""
        country = f"+{self._modem.network.settings.country}"
        if self._modem.faults.has("odd_caller_id") and number.startswith(country):
            number = "0" + number.removeprefix(country)
        kind = 128 if not number else 145 if number.startswith("+") else 129
        self._modem.code(f'+CLIP: "{number}",{kind}{self._modem.dialect.clip_tail}')

    def _stop_ringing(self) -> None:
        if self._ringer is not None:
            self._ringer.cancel()
            self._ringer = None


def _dial(modem: VirtualModem, command: Command) -> Reply | None:
    text = command.rest.strip()
    if not text.endswith(";"):
        return Reply(final="NO CARRIER")  # a data call; there are none here
    text = text[:-1].strip()
    number = text[1:] if text[:1] in ("T", "t", "P", "p") else text
    number = number.rstrip("IiGg").replace("-", "").replace(" ", "")
    if not number or any(char not in DIALLED for char in number):
        raise cme(50)
    return modem.line.dial(number)


def _answer(modem: VirtualModem, command: Command) -> Reply:
    return modem.line.answer()


def _hook(modem: VirtualModem, command: Command) -> Reply:
    if modem.session.values["+CVHU"] == "1":
        return OK  # ATH ignores voice calls while AT+CVHU=1 (TS 27.007, 6.20)
    return modem.line.hang_up()


def _hang_up(modem: VirtualModem, command: Command) -> Reply:
    return OK if command.form is Form.TEST else modem.line.hang_up()


def _hold(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CHLD: (0,1,1x,2,2x,3)",))
    if command.rest[:1] not in ("0", "1"):
        raise cme(3)
    return modem.line.hang_up()


def _list(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.SET:
        if modem.dialect.call_codes not in (CallCodes.CLCC, CallCodes.VOICE_CALL):
            raise cme(4)
        modem.session.call_codes = command.rest == "1"
        return OK
    return OK if command.form is Form.TEST else Reply(modem.line.listed())


def _caller_id(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.SET:
        modem.session.clip = int(command.rest)
        return OK
    if command.form is Form.TEST:
        return Reply(("+CLIP: (0,1)",))
    return Reply((f"+CLIP: {modem.session.clip},1",))


def _cellular_ring(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.SET:
        modem.session.crc = int(command.rest)
        return OK
    return Reply(("+CRC: (0,1)",)) if command.form is Form.TEST else Reply((f"+CRC: {modem.session.crc}",))


def _tones(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+VTS: (0-9,A-D,*,#)",))
    return modem.line.tones(command.parameters()[0].strip("{}"))


def _huawei_tones(modem: VirtualModem, command: Command) -> Reply:
    if modem.dialect.call_codes is not CallCodes.HUAWEI:
        raise cme(4)
    return modem.line.tones("".join(command.parameters()[1:2]))


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {
    "D": _dial,
    "A": _answer,
    "H": _hook,
    "+CHUP": _hang_up,
    "+CHLD": _hold,
    "+CLCC": _list,
    "+CLIP": _caller_id,
    "+CRC": _cellular_ring,
    "+VTS": _tones,
    "^DTMF": _huawei_tones,
}

__all__ = ["HANDLERS", "RING_EVERY_S", "Call", "CallLine", "Cause"]
