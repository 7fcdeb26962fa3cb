"""The vendors' own commands, by the dialect's tables: settings that keep a value, fixed answers, switches of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.virtual.command import Command, Form
from modem.virtual.dialect import CallCodes
from modem.virtual.reply import OK, Reply

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem


def answer(modem: VirtualModem, command: Command) -> Reply | None:
    """The reply of the dialect's tables, or None where the command is not theirs."""
    row = modem.dialect
    fixed = row.answers.get(str(command))
    if fixed is not None:
        return Reply((fixed,))
    if command.name == row.tone_switch:
        return _switch_tones(modem, command)
    if command.name == "+QINDCFG" and row.call_codes is CallCodes.DSCI:
        return _quectel(modem, command)
    if command.name == "^DSCI" and row.call_codes is CallCodes.DSCI:
        modem.session.call_codes = True
        modem.session.values["^DSCI"] = command.rest
        return OK
    if command.name == "^CURC" and command.form is Form.SET and row.call_codes is CallCodes.HUAWEI:
        modem.session.call_codes = command.rest != "0"
    return _value(modem, command)


def _value(modem: VirtualModem, command: Command) -> Reply | None:
    """A setting that only keeps what it is given; CGREG and its kind answer reads by themselves."""
    kept = modem.session.values.get(command.name)
    if kept is None or command.name in ("+CGREG", "+CEREG"):
        return None
    if command.form is Form.SET:
        modem.session.values[command.name] = command.rest
        return OK
    return Reply((f"{command.name}: {kept}",)) if command.form is Form.READ else OK


def _switch_tones(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.SET:
        modem.session.tones = command.parameters()[-1 if command.name == "^DDTMFCFG" else 0] == "1"
        return OK
    on = int(modem.session.tones)
    return Reply((f"{command.name}: {on}",)) if command.form is Form.READ else OK


def _quectel(modem: VirtualModem, command: Command) -> Reply:
    if command.form is not Form.SET:
        return OK
    what, *on = command.parameters()
    if what == "smsfull" and on:
        modem.session.full_code = on[0] == "1"
    elif what == "ccinfo" and on:
        modem.session.call_codes = True
        modem.session.values["ccinfo"] = on[0]
    return OK
