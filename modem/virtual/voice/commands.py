"""The vendors' commands that let a call's sound pass to the audio port (SIM7600, EC25, Huawei)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual.command import Command, Form
from modem.virtual.dialect import AudioSwitch
from modem.virtual.exchange import CallState
from modem.virtual.reply import OK, AtError, Reply, cme

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

SERIAL, CARD = "0", "2"  # where AT+QPCMV=1,… sends the sound: the NMEA port, or a USB sound card


def belongs(modem: VirtualModem, switch: AudioSwitch) -> None:
    """Raises AtError where that is another vendor's command."""
    if modem.dialect.audio is not switch:
        raise cme(4)


def allowed(modem: VirtualModem) -> None:
    """Raises AtError while the modem refuses to let sound pass."""
    if modem.faults.has("audio_refused"):
        raise AtError()


def _register(modem: VirtualModem, command: Command) -> Reply:
    """AT+CPCMREG=1 in an answered call, =0 or =0,1 at its end (SIM7600 AT manual 1.11 of 2020, 3.2.19)."""
    belongs(modem, AudioSwitch.CPCMREG)
    if command.form is Form.TEST:
        return Reply(("+CPCMREG: (0-1),(0-1)",))
    if command.form is not Form.SET:
        return Reply((f"+CPCMREG: {int(modem.jack.switched)}",))
    on = command.parameters()[0]
    if on not in ("0", "1"):
        raise AtError()
    if on == "1":
        allowed(modem)
        if modem.line.call is None or modem.line.call.state is not CallState.ACTIVE:
            raise AtError()
    modem.jack.switch(on == "1")
    return OK


def _format(modem: VirtualModem, command: Command) -> Reply:
    """AT+CPCMFRM: only 8 kHz here."""
    belongs(modem, AudioSwitch.CPCMREG)
    if command.form is Form.TEST:
        return Reply(("+CPCMFRM: (0)",))
    if command.form is Form.SET and command.rest != "0":
        raise AtError()
    return OK if command.form is Form.SET else Reply(("+CPCMFRM: 0",))


def _pcm_voice(modem: VirtualModem, command: Command) -> Reply:
    """AT+QPCMV=<enable>[,<port>] (Quectel LTE standard AT manual, QPCMV): also before there is a call."""
    belongs(modem, AudioSwitch.QPCMV)
    if command.form is Form.TEST:
        return Reply(("+QPCMV: (0,1),(0-2)",))
    if command.form is not Form.SET:
        return Reply((f"+QPCMV: {int(modem.jack.switched)},{SERIAL}",))
    on, port = (*command.parameters(), SERIAL)[:2]
    if on not in ("0", "1") or (on == "1" and port != SERIAL):
        raise cme(50)
    if on == "1":
        allowed(modem)
    modem.jack.switch(on == "1")
    return OK


def _voice_port(modem: VirtualModem, command: Command) -> Reply:
    """AT^DDSETEX=2 while there is a call; the call's end takes it back (chan_dongle)."""
    belongs(modem, AudioSwitch.DDSETEX)
    if command.form is Form.TEST:
        return Reply(("^DDSETEX:(0-2)",))
    if command.form is not Form.SET:
        return Reply((f"^DDSETEX:{2 if modem.jack.switched else 0}",))
    if command.rest not in ("0", "1", "2"):
        raise cme(50)
    if command.rest == "2":
        allowed(modem)
        if modem.line.call is None:
            raise cme(3)
    modem.jack.switch(command.rest == "2")
    return OK


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {
    "+CPCMREG": _register,
    "+CPCMFRM": _format,
    "+QPCMV": _pcm_voice,
    "^DDSETEX": _voice_port,
}
